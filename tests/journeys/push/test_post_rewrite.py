"""A rewrite runs the hook `post-rewrite` with git's own input."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.messages import hook
from support.repo import Repo
from support.rewriting import EXACT, answered, outcomes


@pytest.fixture
def log(two: Repo) -> Path:
    """What the hook was given."""
    path = two.home / "post-rewrite.log"
    hook(two, "post-rewrite", f'{{ pwd; echo "$@"; cat; }} >"{path}"; echo said; exit 1')
    return path


def test_it_gets_the_old_and_new_ids_of_several_commits(two: Repo, log: Path) -> None:
    old = two.git("rev-list", "--reverse", "origin/main..HEAD").split()
    assert "said" in answered(two)
    new = two.git("rev-list", "--reverse", "origin/main..HEAD").split()
    pairs = [f"{before} {after}" for before, after in zip(old, new, strict=True)]
    assert log.read_text().splitlines() == [str(two.path), "rebase", *pairs]
    assert outcomes(two, "origin/main..HEAD") == [EXACT] * 2


def test_a_single_commit_is_amended(two: Repo, log: Path) -> None:
    old = two.head
    answered(two, "HEAD")
    assert log.read_text().splitlines()[1:] == ["amend", f"{old} {two.head}"]


def test_it_is_the_one_of_the_folder_of_hooks_that_git_uses(two: Repo, log: Path) -> None:
    hook(two, "post-rewrite", f'cat >"{log}.other"', two.home / "my hooks")
    two.git("config", "core.hooksPath", str(two.home / "my hooks"))
    answered(two)
    assert not log.exists()
    assert len(Path(f"{log}.other").read_text().splitlines()) == 2


def test_one_that_cannot_be_run_is_left_out(two: Repo, log: Path) -> None:
    (two.path / ".git/hooks/post-rewrite").chmod(0o644)
    answered(two)
    assert not log.exists()
