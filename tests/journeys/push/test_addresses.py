"""Commits of another address: what is said before signing, and the way out, as it is pasted."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

import pytest

from support import ruled
from support.forge import public
from support.repo import EMAIL, Repo
from support.rewriting import BARE, attest, change, filled, published

WORK = {"GIT_AUTHOR_EMAIL": "ada@work.example"}


@pytest.fixture
def two(repo: Repo) -> Repo:
    """A commit by another address of the same person, whose git takes the address from its
    settings."""
    published(repo)
    change(repo, 3, env=WORK)
    del repo.env["GIT_AUTHOR_EMAIL"], repo.env["GIT_COMMITTER_EMAIL"]
    repo.git("config", "user.email", EMAIL)
    return repo


def _answer(repo: Repo, *words: str) -> list[str]:
    """Answer for commits; the lines that were written on standard error."""
    given = filled(repo, *words)
    result = attest(repo, "answer", *words, "--answers", "-", stdin=given)
    assert result.returncode == 0, result.stderr.decode()
    return result.stderr.decode().split("\n")


def _command(lines: Sequence[str]) -> list[str]:
    """The words of the command that is to be pasted."""
    (line,) = [line for line in lines if "git -c user.email=" in line]
    return shlex.split(line.removeprefix("attest:"))


def test_the_check_is_foretold_and_the_way_out_works(two: Repo) -> None:
    lines = _answer(two, "HEAD")
    assert f"its author is {WORK['GIT_AUTHOR_EMAIL']}, and you sign as {EMAIL}" in "\n".join(lines)
    assert two.codes() == ["attester-mismatch"]
    two.ok("undo", "--yes")
    git, *words, name, command, oid = _command(lines)
    assert (git, name, command) == ("git", "attest", "answer")
    email = words[-1].partition("=")[2]
    two.git("config", "user.email", email)  # what `-c` does for one command
    _answer(two, oid)
    assert two.codes() == []


def test_git_passes_the_address_on(two: Repo, tmp_path: Path) -> None:
    """`git -c … attest` finds attest's command and gives it the setting."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    program = bin_folder / "git-attest"
    program.write_text("#!/bin/sh\ngit var GIT_AUTHOR_IDENT\n")
    program.chmod(0o755)
    path = f"{bin_folder}:{two.env['PATH']}"
    shown = two.git("-c", "user.email=ada@work.example", "attest", "answer", PATH=path)
    assert "<ada@work.example>" in shown


def test_a_listed_signer_is_not_warned(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key)
    change(repo, 3, env=WORK)
    repo.git("config", "attest.base", "main")
    assert "its author is" not in "\n".join(_answer(repo, "HEAD"))
    assert ruled.errors(repo) == []


def test_a_list_without_the_address_changes_nothing(repo: Repo, key: Path) -> None:
    line = f"somebody@example.org {public(key)}\n"
    ruled.begin(repo, None, files={".attest/allowed_signers": line})
    change(repo, 3, env=WORK)
    repo.git("config", "attest.base", "main")
    assert "its author is" in "\n".join(_answer(repo, "HEAD"))
    assert "attester-mismatch" in ruled.errors(repo)


def test_ones_own_commit_has_no_warning(repo: Repo) -> None:
    published(repo)
    change(repo, 3)
    assert "its author is" not in "\n".join(_answer(repo, "HEAD"))


@pytest.mark.parametrize(
    ("address", "remote", "page"),
    [
        ("5+ada@users.noreply.github.com", "", "https://github.com/ada.keys"),
        ("ada@users.noreply.github.com", "", "https://github.com/ada.keys"),
        ("5-ada@users.noreply.gitlab.com", "", "https://gitlab.com/ada.keys"),
        ("ada@noreply.codeberg.org", "", "https://codeberg.org/ada.keys"),
        (
            "ada@noreply.git.example.org",
            "ssh://git@git.example.org:2222/a/b.git",
            "https://git.example.org/ada.keys",
        ),
        ("ada@noreply.git.example.org", "", ""),
        ("ada@users.noreply.github.com.example.org", "", ""),
    ],
)
def test_a_forges_button_is_recognised(repo: Repo, address: str, remote: str, page: str) -> None:
    published(repo)
    if remote:
        repo.git("remote", "add", "upstream", remote)
    change(repo, 3, env={"GIT_AUTHOR_EMAIL": address})
    lines = _answer(repo, "HEAD")
    assert ("A forge's button made it for ada" in "\n".join(lines)) == bool(page)
    assert page in "\n".join(lines)
    assert f"user.email={address}" in _command(lines)


@pytest.mark.parametrize("address", ["a;id@example.org", "$(id)@example.org", "-x@example.org", ""])
def test_an_address_that_is_no_word_is_never_in_a_command(repo: Repo, address: str) -> None:
    published(repo)
    change(repo, 3)
    raw = repo.raw().replace(f"<{EMAIL}>".encode(), f"<{address}>".encode(), 1)
    repo.rewrite(raw)
    lines = _answer(repo, "HEAD")
    assert "its author is" in "\n".join(lines)
    assert "git -c" not in "\n".join(lines)


def test_an_amended_commit_keeps_its_author(two: Repo) -> None:
    two.write("b.py", "x = 1\n")
    result = two.attest("answer", "--amend", "--answers", "-", stdin=b"hunk = []\n")
    assert f"its author is {WORK['GIT_AUTHOR_EMAIL']}" in result.stderr.decode()
    assert _command(result.stderr.decode().split("\n"))[-2:] == ["answer", "--amend"]


def test_a_push_mentions_what_ones_own_key_signed(two: Repo, key: Path) -> None:
    two.git("config", "gpg.format", "ssh")
    two.git("config", "user.signingKey", str(key))
    env = {**WORK, "GIT_COMMITTER_EMAIL": WORK["GIT_AUTHOR_EMAIL"]}
    command = ("git", *BARE, "commit", "-q", "--amend", "--no-edit", "--reset-author", "-S")
    two.run(*command, env=env, check=True)
    result = attest(two, "answer", "origin/main..HEAD")
    text = result.stderr.decode()
    assert "1 commit that your key signed is by another address than yours" in text
    assert _command(text.split("\n"))[-1] == two.head[:10]
    bare = two.home / "remote.git"
    two.git("init", "-q", "--bare", str(bare))
    pushed = two.run("git", "push", str(bare), "HEAD:refs/heads/topic")
    assert pushed.returncode == 0
    assert b"1 commit that your key signed" in pushed.stderr


def test_a_push_mentions_what_was_answered_for_under_another_address(two: Repo) -> None:
    _answer(two, "HEAD")
    two.git("init", "-q", "--bare", str(two.home / "remote.git"))
    pushed = two.run("git", "push", str(two.home / "remote.git"), "HEAD:refs/heads/topic")
    assert pushed.returncode == 0
    assert b"1 commit that your key signed is by another address than yours" in pushed.stderr


def test_a_push_mentions_no_commit_of_somebody_else(two: Repo) -> None:
    result = attest(two, "answer", "origin/main..HEAD")
    assert b"your key signed" not in result.stderr


def test_a_signature_that_is_not_ones_own_is_not_mentioned(two: Repo, key: Path) -> None:
    two.git("config", "gpg.format", "ssh")
    two.git("config", "user.signingKey", str(key))
    two.run("git", *BARE, "commit", "-q", "--amend", "--no-edit", "-S", env=WORK, check=True)
    two.rewrite(two.raw().replace(b"Change line 3", b"Another one"))  # it does not verify now
    result = attest(two, "answer", "origin/main..HEAD")
    assert b"your key signed" not in result.stderr
