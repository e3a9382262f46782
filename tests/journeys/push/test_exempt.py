"""An author whom the base exempts is not stopped at the push."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.pushing import add_remote, change, push
from support.repo import EMAIL, Repo

SIGNERS = f'[[exempt]]\nsigners = ["{EMAIL}"]\n'
ACTORS = f'[[exempt]]\nactors = ["author"]\nauthors = ["{EMAIL}"]\n'


@pytest.fixture
def ruled(repo: Repo, key: Path) -> Repo:
    """Signs commits; the list of signers has the key for that, too."""
    public = " ".join(key.with_suffix(".pub").read_text().split(" ")[:2])
    repo.write(".attest/allowed_signers", f'{EMAIL} namespaces="git,git-attest-v1" {public}\n')
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingKey", str(key))
    return repo


def rules(repo: Repo, exempt: str) -> None:
    repo.write(".attest.toml", f"version = 1\n{exempt}")
    repo.commit("rules", "--no-verify")
    add_remote(repo, "origin", "main")
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")


@pytest.mark.parametrize("paths", ["", 'paths = ["a.py"]\n'])
def test_who_signs_commits_as_an_exempt_signer(ruled: Repo, paths: str) -> None:
    rules(ruled, SIGNERS + paths)
    change(ruled, 3, "Signed", "-S")
    result = push(ruled, "origin", "main")
    assert result.returncode == 0, result.stderr
    assert ruled.attest("check", "HEAD~1..HEAD").returncode == 0  # as CI decides


def test_a_commit_that_is_not_signed_is_asked_about(ruled: Repo) -> None:
    rules(ruled, SIGNERS)
    change(ruled, 3, "Not signed")
    assert push(ruled, "origin", "main").returncode != 0
    assert ruled.attest("check", "HEAD~1..HEAD").returncode == 1


@pytest.mark.parametrize("paths", ["", 'paths = ["a.py"]\n'])
def test_an_author_whom_ci_may_name_is_left_to_it(ruled: Repo, paths: str) -> None:
    rules(ruled, ACTORS + paths)
    change(ruled, 3, "Mine")
    result = push(ruled, "origin", "main")
    assert result.returncode == 0, result.stderr
    assert (
        b"1 commit not asked about: the project exempts you, which its CI decides" in result.stderr
    )
    assert ruled.attest("check", "HEAD~1..HEAD", "--actor", "author").returncode == 0


@pytest.mark.parametrize(
    "exempt",
    [
        '[[exempt]]\nactors = ["somebody"]\n',
        '[[exempt]]\nactors = ["author"]\nauthors = ["other@example.org"]\n',
        f'{ACTORS}paths = ["*.lock"]\n',
    ],
)
def test_others_and_other_paths_are_asked_about(ruled: Repo, exempt: str) -> None:
    rules(ruled, exempt)
    change(ruled, 3, "Mine")
    assert push(ruled, "origin", "main").returncode != 0


@pytest.mark.parametrize(("commits", "code"), [(2, 0), (50, 1)])
def test_an_author_with_enough_commits_is_left_to_ci(repo: Repo, commits: int, code: int) -> None:
    change(repo, 2, "Old")
    rules(repo, f"[[exempt]]\ncommits = {commits}\n")
    change(repo, 3, "Mine")
    result = push(repo, "origin", "main")
    assert (result.returncode != 0) is bool(code), result.stderr
    assert (b"which its CI decides" in result.stderr) is not bool(code)
