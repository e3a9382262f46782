"""Tests of how attest is set up have the hooks that `attest init` writes."""

from __future__ import annotations

import sys

import pytest

from support import forked
from support.repo import Repo


@pytest.fixture(autouse=True)
def _hooks_as_written(hooks_as_written: None) -> None:
    pass


@pytest.fixture
def repo(repo: Repo) -> Repo:
    for path in (repo.path / ".git/hooks").iterdir():
        path.write_text(path.read_text().replace(forked.program(), sys.executable))
    return repo
