"""A submodule, a link or a file in the place of a folder does not escape what the policy says of
that folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import forge, ruled
from support.repo import Repo

OTHER, ANOTHER = "a" * 40, "b" * 40


def submodule(repo: Repo, path: str, oid: str) -> None:
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{oid},{path}")


def link(repo: Repo, path: str, target: str) -> None:
    oid = repo.git("hash-object", "-w", "--stdin", stdin=target.encode())
    repo.git("update-index", "--add", "--cacheinfo", f"120000,{oid},{path}")


@pytest.mark.parametrize("pattern", ["src/wire/", "/src/", "wire/"])
@pytest.mark.parametrize("is_link", [True, False], ids=["link", "submodule"])
def test_a_signature_by_a_touch(repo: Repo, key: Path, pattern: str, is_link: bool) -> None:
    put = link if is_link else submodule
    policy = f'[[require]]\npaths = ["{pattern}"]\npresence = "touch"\n'
    ruled.begin(repo, key, policy)
    put(repo, "other", OTHER)
    repo.attested("honest")
    assert ruled.errors(repo) == []
    put(repo, "src/wire", ANOTHER)
    repo.commit("replace the folder")
    forge.attest(repo, key)
    assert ruled.errors(repo) == ["presence-missing"]


@pytest.mark.parametrize("put", [link, submodule])
def test_a_path_that_needs_an_attestation(repo: Repo, key: Path, put: object) -> None:
    assert callable(put)
    ruled.begin(repo, key, 'paths = ["src/"]\n')
    put(repo, "other", OTHER)
    repo.commit("elsewhere")
    put(repo, "src", ANOTHER)
    repo.commit("replace the folder")
    assert ruled.outcomes(repo) == ["not-needed", "failed"]


def test_what_is_ignored_is_the_folder_alone(repo: Repo, key: Path) -> None:
    """A rule that asks for less does not widen."""
    ruled.begin(repo, key, 'ignore = ["vendor/"]\n')
    submodule(repo, "vendor/lib", OTHER)
    repo.commit("below it")
    repo.git("rm", "-q", "--cached", "vendor/lib")
    submodule(repo, "vendor", ANOTHER)
    repo.commit("in its place")
    assert ruled.outcomes(repo) == ["not-needed", "failed"]
