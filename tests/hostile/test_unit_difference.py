"""Attacks on where a branch begins (docs/format.md, "The difference"). Each attack has an honest
sibling that passes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from attest.git import branches
from support import forge, recipe, units
from support.repo import EMAIL, Repo


def criss_cross(repo: Repo, key: Path) -> Repo:
    """A branch and a main that merged each other."""
    units.begin(repo, key)
    units.commits(repo, "b.py")
    topic = repo.head
    repo.git("checkout", "-q", "main")
    units.commits(repo, "d.py")
    main = repo.head
    repo.git("merge", "-q", "--no-edit", topic)
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-edit", main)
    units.commits(repo, "c.py")
    return repo


def test_several_merge_bases_fail_whatever_the_blocks_say(repo: Repo, key: Path) -> None:
    criss_cross(repo, key)
    for start in repo.git("merge-base", "--all", "main", "topic").split():
        block = units.block(repo, units.between(repo, start, "topic"))
        forge.attach(repo, forge.signed(block, key))
    assert units.errors(repo) == ["merge-base-ambiguous"]


def test_no_policy_makes_it_a_warning(repo: Repo, key: Path) -> None:
    units.begin(repo, key, '[findings]\nmerge-base-ambiguous = "warning"\n')
    units.commits(repo, "b.py")
    result = forge.run(repo, "check", "main..topic")
    assert result.returncode == 4
    assert b"merge-base-ambiguous: is always an error" in result.stderr


def test_merging_the_base_leaves_one(repo: Repo, key: Path) -> None:
    criss_cross(repo, key)
    repo.git("merge", "-q", "--no-edit", "main")
    units.attest(repo, key)
    assert units.verdict(repo)["verdict"] == "attested"


def test_unrelated_histories_are_nothing_to_judge(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    repo.git("checkout", "-q", "--orphan", "alone")
    units.commits(repo, "b.py")
    assert forge.run(repo, "check", "main..alone").returncode == 3


@pytest.mark.parametrize("depth", ["1", "2", "3"])
def test_a_shallow_clone_is_nothing_to_judge(repo: Repo, key: Path, depth: str) -> None:
    units.begin(repo, key)
    units.commits(repo, "b.py", "c.py", "d.py")
    units.attest(repo, key)
    repo.git("checkout", "-q", "main")
    units.commits(repo, "e.py", "f.py", "g.py")
    clone = Repo(repo.path.parent / "shallow", repo.home, repo.env)
    words = ("-q", "--no-single-branch", f"--depth={depth}", f"file://{repo.path}")
    repo.git("clone", *words, str(clone.path))
    assert forge.run(clone, "check", "origin/main..origin/topic").returncode == 3


def test_a_graft_hides_nothing(repo: Repo, key: Path) -> None:
    """By the graft, the branch would begin at its last commit but one."""
    units.begin(repo, key)
    units.commits(repo, "b.py", "c.py")
    only = units.between(repo, "topic^", "topic")
    forge.attach(repo, forge.signed(units.block(repo, only), key))
    (repo.path / ".git/info").mkdir(exist_ok=True)
    (repo.path / ".git/info/grafts").write_text(
        f"{repo.git('rev-parse', 'main')} {repo.git('rev-parse', 'topic^')}\n"
    )
    assert units.errors(repo) == ["answer-missing", "hunk-not-covered"]


def test_a_stacked_branch_is_judged_by_what_is_left(repo: Repo, key: Path) -> None:
    """The base takes in the lower branch; the block for both covers the rest by its hunks."""
    units.begin(repo, key)
    units.commits(repo, "b.py")
    lower = repo.head
    units.commits(repo, "c.py")
    units.attest(repo, key)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--ff-only", lower)
    verdict = units.verdict(repo)
    assert (verdict["verdict"], verdict["level"]) == ("attested", "hunks")


def test_too_many_commits_fail(repo: Repo, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branches, "MAX_COMMITS", 3)
    units.begin(repo, key)
    units.commits(repo, "b.py", "c.py", "d.py")
    units.attest(repo, key)
    assert units.errors(repo) == []
    repo.commit("One more", "--no-verify")
    assert units.errors(repo) == ["limit-exceeded"]


def test_the_recipe_agrees(repo: Repo, key: Path, tmp_path: Path) -> None:
    units.begin(repo, key)
    units.commits(repo, "b.py", "c.py")
    signers = tmp_path / "signers"
    signers.write_text(f"{EMAIL} {forge.public(key)}\n")
    assert recipe.run(repo.path, "main..topic", str(signers)).returncode == 1
    units.attest(repo, key)
    result = recipe.run(repo.path, "main..topic", str(signers))
    assert (result.returncode, result.stdout.splitlines()[-1]) == (0, b"block 1: good, exact")
    units.commits(repo, "d.py")
    result = recipe.run(repo.path, "main..topic", str(signers))
    assert (result.returncode, result.stdout.splitlines()[-1]) == (
        1,
        b"block 1: good, partial: 2 of 3 hunks",
    )
    units.attest(repo, key, lambda block: replace(block, branch_commits=None))
    result = recipe.run(repo.path, "main..topic", str(signers))
    assert (result.returncode, result.stdout.splitlines()[-2]) == (
        1,
        b"block 1: for one commit, exact",
    )


def test_the_recipe_refuses_several_merge_bases(repo: Repo, key: Path) -> None:
    criss_cross(repo, key)
    result = recipe.run(repo.path, "main..topic")
    assert (result.returncode, result.stdout) == (1, b"")
    assert b"several merge bases" in result.stderr
