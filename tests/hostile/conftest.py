"""What several attacks begin with: a key that nobody knows, and a forge that publishes keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support import keys
from support.forge_server import Authority, ForgeServer, serving
from support.repo import Repo


@pytest.fixture
def other(key_folder: Path) -> Path:
    """A key that the base does not list."""
    return keys.make(key_folder, "ecdsa")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who vouches for the forge."""
    return Authority(tmp_path_factory.mktemp("ca") / "ca.pem")


@pytest.fixture
def server(authority: Authority, repo: Repo) -> Iterator[ForgeServer]:
    """A forge that `repo` can reach."""
    repo.env |= {"SSL_CERT_FILE": str(authority.file), "NO_PROXY": "localhost"}
    with serving(authority.context()) as running:
        yield running
