"""The commits and the two trees of a branch before its merge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from attest.errors import LimitExceeded, NothingToJudge
from attest.git import branches
from attest.git.isolated import Isolated
from support import forge
from support.repo import Repo


@pytest.fixture
def git(bare_repo: Repo) -> Iterator[Isolated]:
    bare_repo.write("a", "one\n")
    bare_repo.commit("start")
    with forge.isolated(bare_repo) as isolated:
        yield isolated


def on_branch(repo: Repo, name: str, *paths: str, start: str = "main") -> str:
    repo.git("checkout", "-q", "-B", name, start)
    for path in paths:
        repo.write(path, f"{path} of {name}\n")
        repo.commit(f"{path} of {name}")
    return repo.head


def tree(repo: Repo, rev: str) -> str:
    return repo.git("rev-parse", f"{rev}^{{tree}}")


def test_it_begins_at_the_merge_base(bare_repo: Repo, git: Isolated) -> None:
    start = bare_repo.head
    tip = on_branch(bare_repo, "topic", "b", "c")
    base = on_branch(bare_repo, "main", "d")
    branch = branches.read(git, base, tip)
    assert branch.merge_bases == (start,)
    assert (branch.old, branch.new) == (tree(bare_repo, start), tree(bare_repo, tip))
    assert branch.commits == (tip, bare_repo.git("rev-parse", f"{tip}^"))
    assert [file.path for file in branches.change(git, branch).files] == [b"b", b"c"]


def test_what_the_base_brought_in_is_not_in_it(bare_repo: Repo, git: Isolated) -> None:
    on_branch(bare_repo, "topic", "b")
    base = on_branch(bare_repo, "main", "d")
    bare_repo.git("checkout", "-q", "topic")
    bare_repo.git("merge", "-q", "--no-edit", "main")
    branch = branches.read(git, base, bare_repo.head)
    assert [file.path for file in branches.change(git, branch).files] == [b"b"]
    assert len(branch.commits) == 2
    assert branch.own_commits == (bare_repo.git("rev-parse", "HEAD^"),)


def test_commits_that_the_base_took_in_are_not_in_it(bare_repo: Repo, git: Isolated) -> None:
    first = on_branch(bare_repo, "topic", "b")
    tip = on_branch(bare_repo, "topic", "c", start="topic")
    branch = branches.read(git, first, tip)
    assert branch.commits == (tip,)
    assert [file.path for file in branches.change(git, branch).files] == [b"c"]


def test_a_criss_cross_has_several_merge_bases(bare_repo: Repo, git: Isolated) -> None:
    topic, main = on_branch(bare_repo, "topic", "b"), on_branch(bare_repo, "main", "d")
    bare_repo.git("merge", "-q", "--no-edit", topic)
    base = bare_repo.head
    bare_repo.git("checkout", "-q", "topic")
    bare_repo.git("merge", "-q", "--no-edit", main)
    branch = branches.read(git, base, bare_repo.head)
    assert branch.ambiguous
    assert set(branch.merge_bases) == {topic, main}
    bare_repo.git("merge", "-q", "--no-edit", base)
    assert not branches.read(git, base, bare_repo.head).ambiguous


def test_unrelated_histories_have_none(bare_repo: Repo, git: Isolated) -> None:
    base = bare_repo.head
    bare_repo.git("checkout", "-q", "--orphan", "alone")
    with pytest.raises(NothingToJudge, match="no common ancestor"):
        branches.read(git, base, bare_repo.commit("alone"))


def test_a_graft_makes_no_ancestor(bare_repo: Repo, git: Isolated) -> None:
    base = bare_repo.head
    bare_repo.git("checkout", "-q", "--orphan", "alone")
    tip = bare_repo.commit("alone")
    (bare_repo.path / ".git/info").mkdir(exist_ok=True)
    (bare_repo.path / ".git/info/grafts").write_text(f"{tip} {base}\n")
    assert bare_repo.git("merge-base", base, tip) == base
    with pytest.raises(NothingToJudge, match="no common ancestor"):
        branches.read(git, base, tip)


@pytest.mark.parametrize("depth", [1, 2])
def test_a_shallow_clone_has_none(bare_repo: Repo, git: Isolated, depth: int) -> None:
    tip = on_branch(bare_repo, "topic", "b", "c", "d")
    base = on_branch(bare_repo, "main", "e", "f", "g")
    source = f"file://{bare_repo.path}"
    clone = bare_repo.path.parent / "shallow"
    heads = ("--no-single-branch", f"--depth={depth}")
    bare_repo.git("clone", "-q", "--bare", *heads, source, str(clone))
    with Isolated([clone / "objects"], "sha1", shallow=True) as isolated:
        with pytest.raises(NothingToJudge):
            branches.read(isolated, base, tip)
        with pytest.raises(NothingToJudge):
            branches.merge_bases(isolated, base, tip)


def test_a_missing_parent_is_nothing_to_judge(bare_repo: Repo, git: Isolated) -> None:
    tip = on_branch(bare_repo, "topic", "b", "c")
    base = on_branch(bare_repo, "main", "d")
    middle = bare_repo.git("rev-parse", f"{tip}^")
    (bare_repo.path / ".git/objects" / middle[:2] / middle[2:]).unlink()
    with pytest.raises(NothingToJudge):
        branches.read(git, base, tip)
    with pytest.raises(NothingToJudge):
        branches.merge_bases(git, base, tip)


def test_an_empty_branch_is_nothing_to_judge(bare_repo: Repo, git: Isolated) -> None:
    with pytest.raises(NothingToJudge, match="already has every commit"):
        branches.read(git, bare_repo.head, bare_repo.head)


def test_a_limit_bounds_its_commits(
    bare_repo: Repo, git: Isolated, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = bare_repo.head
    tip = on_branch(bare_repo, "topic", "b", "c", "d")
    monkeypatch.setattr(branches, "MAX_COMMITS", 3)
    assert len(branches.read(git, base, tip).commits) == 3
    monkeypatch.setattr(branches, "MAX_COMMITS", 2)
    with pytest.raises(LimitExceeded):
        branches.read(git, base, tip)
