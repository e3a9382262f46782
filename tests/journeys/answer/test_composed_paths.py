"""Paths on macOS: the shell completes them decomposed (NFD), git has them composed (NFC).
`core.precomposeUnicode` is what git sets there; Linux keeps both forms apart."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from support.repo import Repo

COMPOSED = "src/größe.py"
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)


@pytest.fixture
def ruled(bare_repo: Repo) -> Repo:
    """A repository whose policy leaves one path out."""
    bare_repo.write(".attest.toml", f'version = 1\nignore = ["/{COMPOSED}"]\n')
    bare_repo.write(COMPOSED, "x = 1\n")
    bare_repo.commit()
    return bare_repo


def explained(repo: Repo, path: str, cwd: Path | None = None) -> str:
    result = repo.attest("policy", "explain", "--base", "HEAD", path, cwd=cwd)
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout.decode()


def test_a_decomposed_path_is_that_of_the_tree(ruled: Repo) -> None:
    ruled.git("config", "core.precomposeUnicode", "true")
    for path in (COMPOSED, DECOMPOSED):
        assert explained(ruled, path).startswith(f"{COMPOSED}: needs no attestation")
    assert explained(ruled, str(ruled.path / DECOMPOSED)).startswith(f"{COMPOSED}: needs no")


def test_it_works_below_a_folder_whose_own_name_is_decomposed(ruled: Repo) -> None:
    ruled.git("config", "core.precomposeUnicode", "true")
    clone = ruled.path.rename(ruled.path.with_name(unicodedata.normalize("NFD", "übung")))
    moved = Repo(clone, ruled.home, ruled.env)
    assert explained(moved, DECOMPOSED.removeprefix("src/"), clone / "src").startswith(COMPOSED)


@pytest.mark.parametrize("value", ["false", None])
def test_elsewhere_both_forms_are_different_paths(ruled: Repo, value: str | None) -> None:
    if value is not None:
        ruled.git("config", "core.precomposeUnicode", value)
    assert explained(ruled, COMPOSED).startswith(f"{COMPOSED}: needs no attestation")
    assert explained(ruled, DECOMPOSED).startswith(f"{DECOMPOSED}: asked about")
