"""Files that are too large to be compared are found before git reads them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from attest.errors import LimitExceeded
from attest.git import blob_limits
from attest.git.isolated import Isolated
from support.repo import Repo


@pytest.fixture
def isolated(repo: Repo) -> Iterator[Isolated]:
    with Isolated([repo.path / ".git" / "objects"], "sha1") as made:
        yield made


def tree(repo: Repo, **files: bytes) -> str:
    for name, content in files.items():
        repo.write(name, content)
    repo.git("add", "--all")
    return repo.git("write-tree").strip()


@pytest.mark.parametrize(
    "lines", [100_000, pytest.param(blob_limits.MAX_BLOB_LINES, marks=pytest.mark.long)]
)
def test_a_file_of_line_ends_is_named_before_git_compares_it(
    repo: Repo, isolated: Isolated, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    monkeypatch.setattr(blob_limits, "MAX_BLOB_LINES", lines)
    old, small = tree(repo), tree(repo, blank=b"\n")
    within, beyond = tree(repo, blank=b"\n" * lines), tree(repo, blank=b"\n" * (lines + 1))
    assert isolated.change(old, within).hunks[0].new_lines == lines
    for pair in ((old, beyond), (beyond, old), (within, beyond)):
        with pytest.raises(LimitExceeded, match=rf"blank has {lines + 1} lines"):
            isolated.change(*pair)
    assert isolated.change(old, small).hunks, "the running git answers still"


def test_a_large_file_of_few_lines_is_compared(repo: Repo, isolated: Isolated) -> None:
    content = (b"\0" * 255 + b"\n") * 10_000 + b"\xff" * (blob_limits.MAX_BLOB_LINES + 1)
    change = isolated.change(tree(repo), tree(repo, asset=content))
    assert change.hunks[0].new_lines == 10_001


def test_a_file_of_many_bytes_is_named(
    repo: Repo, isolated: Isolated, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tree(repo), tree(repo, large=b"x" * 101)
    monkeypatch.setattr(blob_limits, "MAX_BLOB_BYTES", 100)
    with pytest.raises(LimitExceeded, match="large has 101 bytes; 100 are allowed"):
        isolated.change(old, new)


def test_sizes_of_many_files_are_asked_for_at_once(
    repo: Repo, isolated: Isolated, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 2 * blob_limits._AT_ONCE + 1
    old, files = tree(repo), {f"f{n}": b"x" * n for n in range(count)}
    new = tree(repo, **files)
    assert len(isolated.change(old, new).files) == count
    monkeypatch.setattr(blob_limits, "MAX_BLOB_BYTES", count - 2)
    with pytest.raises(LimitExceeded, match=f"f{count - 1} has"):
        isolated.change(old, new)


def test_a_submodule_has_no_size(repo: Repo, isolated: Isolated) -> None:
    old = tree(repo)
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    assert isolated.change(old, repo.git("write-tree").strip()).hunks
