"""Clones that several journeys begin with, built once; each test gets a copy."""

from __future__ import annotations

import pytest

from support.pushing import answered_topic, open_topic
from support.repo import Repo


@pytest.fixture(scope="session")
def _open_topic(_start: Repo, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A clone with a remote, on a branch with two commits that nobody answered for."""
    return open_topic(_start, tmp_path_factory.mktemp("open"))


@pytest.fixture(scope="session")
def _answered_topic(_start: Repo, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A clone with a remote, on a branch with one commit that is answered for."""
    return answered_topic(_start, tmp_path_factory.mktemp("answered"))
