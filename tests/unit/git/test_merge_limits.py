"""Files that are too large to be merged are found before git reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from attest.errors import LimitExceeded
from attest.git import blob_limits, merge
from attest.git.isolated import Isolated
from attest.system.processes import FinishedProcess
from support.repo import Repo


@pytest.fixture
def isolated(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Isolated]:
    monkeypatch.setattr(blob_limits, "MAX_BLOB_BYTES", 1_000)
    with Isolated([repo.path / ".git" / "objects"], "sha1") as made:
        yield made


def commit(repo: Repo, start: str, *parents: str, **files: str | None) -> str:
    """A commit of the tree of *start* with some files changed, or gone."""
    repo.git("read-tree", start)
    for name, content in files.items():
        if content is None:
            repo.git("update-index", "--force-remove", name)
        else:
            oid = repo.git("hash-object", "-w", "--stdin", stdin=content.encode())
            repo.git("update-index", "--add", "--cacheinfo", f"100644,{oid},{name}")
    named = [word for parent in parents or (start,) for word in ("-p", parent)]
    return repo.git("commit-tree", repo.git("write-tree"), *named, "-m", "x")


SMALL, LARGE = "line\n" * 150, "line\n" * 201


@pytest.mark.parametrize("which", ["base", "ours", "theirs"])
def test_a_large_file_that_both_sides_changed_is_named(
    repo: Repo, isolated: Isolated, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = commit(repo, "HEAD", data=LARGE if which == "base" else SMALL)
    ours = commit(repo, base, data=LARGE + "a" if which == "ours" else "a\n")
    theirs = commit(repo, base, data=LARGE + "b" if which == "theirs" else "b\n")
    ran: list[str] = []
    run = isolated.run

    def recorded(*args: str, **rest: Any) -> FinishedProcess:
        ran.append(args[0])
        return run(*args, **rest)

    monkeypatch.setattr(isolated, "run", recorded)
    with pytest.raises(LimitExceeded, match=r"data has 100[0-9]? bytes; 1000 are allowed"):
        merge.merge(isolated, ours, theirs)
    assert ran == ["merge-base"], "git merges nothing then"


def test_a_large_file_that_one_side_changed_is_merged(repo: Repo, isolated: Isolated) -> None:
    base = commit(repo, "HEAD", data=SMALL, other="x\n", same="x\n")
    ours = commit(repo, base, data=LARGE, same=LARGE)
    theirs = commit(repo, base, other="y\n", same=LARGE, new=LARGE)
    merged = merge.merge(isolated, ours, theirs)
    assert merged is not None
    assert not merged.conflicts


def test_a_large_file_that_was_renamed_is_named(repo: Repo, isolated: Isolated) -> None:
    base = commit(repo, "HEAD", data=SMALL)
    renamed = commit(repo, base, data=None, moved=LARGE)
    changed = commit(repo, base, data="other\n" + SMALL)
    unlike = commit(repo, base, data=None, moved=LARGE * 9)
    for pair in ((renamed, changed), (changed, renamed)):
        with pytest.raises(LimitExceeded, match="moved has 1005 bytes"):
            merge.merge(isolated, *pair)
    assert merge.merge(isolated, unlike, changed) is not None, "git takes it for another file"


def test_the_bases_of_a_criss_cross_count(repo: Repo, isolated: Isolated) -> None:
    root = commit(repo, "HEAD", data=LARGE)
    one, two = commit(repo, root, data="1\n"), commit(repo, root, data="2\n")
    ours = commit(repo, one, one, two)
    theirs = commit(repo, two, two, one)
    with pytest.raises(LimitExceeded, match=r"data has 1005 bytes"):
        merge.merge(isolated, ours, theirs)


def test_unrelated_histories_are_measured_from_nothing(repo: Repo, isolated: Isolated) -> None:
    other = repo.git("commit-tree", f"{commit(repo, 'HEAD', data=LARGE)}^{{tree}}", "-m", "root")
    ours = commit(repo, "HEAD", data=SMALL)
    with pytest.raises(LimitExceeded, match=r"data has 1005 bytes"):
        merge.merge(isolated, ours, other, unrelated=True)
