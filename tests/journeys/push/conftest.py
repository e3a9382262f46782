"""What several tests of rewriting begin with; built once, and copied for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import units
from support.pushing import add_remote, branch
from support.repo import Repo
from support.rewriting import two_commits


@pytest.fixture(scope="session")
def _two(_start: Repo, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """What `two` is a copy of."""
    return two_commits(_start, tmp_path_factory.mktemp("two"))


@pytest.fixture
def two(_two: Repo, tmp_path: Path) -> Repo:
    """Two unpushed commits, with a branch on the first."""
    return _two.copy(tmp_path)


@pytest.fixture(scope="session")
def _whole(_start: Repo, key: Path, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """What `whole` is a copy of."""
    repo = _start.copy(tmp_path_factory.mktemp("whole"))
    units.begin(repo, key)
    add_remote(repo, "origin", "main")
    repo.git("checkout", "--quiet", "main")
    repo.git("branch", "--quiet", "-D", "topic")
    branch(repo, "topic", 3, 12, 21)
    return repo


@pytest.fixture
def whole(_whole: Repo, tmp_path: Path) -> Repo:
    """A clone with a remote, whose project answers for branches as a whole, on a branch with
    three commits that nobody answered for."""
    return _whole.copy(tmp_path)
