"""What several tests of rewriting begin with; built once, and copied for each."""

from __future__ import annotations

from pathlib import Path

import pytest

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
