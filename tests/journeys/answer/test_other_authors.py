"""The hook of `git commit`, to which git names the author of a commit that somebody else wrote."""

from __future__ import annotations

import pytest

from support.messages import blocks
from support.repo import EMAIL, Repo
from support.terminal import SIGN, Terminal
from support.words import invariant, removal

BARE_COMMIT = ("git", "-c", "core.hooksPath=/dev/null", "commit", "-q")
BOB = {"GIT_AUTHOR_NAME": "Bob", "GIT_AUTHOR_EMAIL": "bob@example.net"}
PLAIN: dict[str, str | None] = {"TERM": "dumb"}


@pytest.fixture
def asking(repo: Repo) -> Repo:
    """A clone that asks at every commit, whose git takes the address from its settings."""
    repo.git("config", "attest.ask", "commit")
    for name in ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL", "GIT_AUTHOR_NAME"):
        repo.env.pop(name, None)
    repo.git("config", "user.email", EMAIL)
    repo.git("config", "user.name", "A U Thor")
    return repo


def _signed(repo: Repo, *command: str, sign: str = "") -> str:
    with Terminal(repo, *command, columns=200, env=PLAIN) as terminal:
        for answer in (invariant(), removal()):
            terminal.asked("?")
            terminal.say(answer)
        terminal.asked(SIGN)
        terminal.say(sign)
        terminal.finish()
        return terminal.output


def test_an_amended_commit_of_somebody_else_is_not_signed_in_their_name(asking: Repo) -> None:
    asking.write("b.py", "one = 1\n")
    asking.run(*BARE_COMMIT, "-m", "Bob's", env=BOB, check=True)
    asking.write("b.py", "one = 1\ntwo = 2\n")
    output = _signed(asking, "git", "commit", "--amend", "--no-edit")
    assert f"its author is bob@example.net, and you sign as {EMAIL}" in output
    assert "git -c user.email=bob@example.net attest answer --amend" in output
    assert output.index("its author is") < output.index("Sign?")
    (lines,) = blocks(asking.message())
    assert lines[1].endswith(f"<{EMAIL}>")
    assert asking.git("log", "-1", "--format=%ae") == "bob@example.net"


def test_whoever_does_not_sign_leaves_the_commit_as_it_is(asking: Repo) -> None:
    asking.write("b.py", "one = 1\n")
    asking.run(*BARE_COMMIT, "-m", "Bob's", env=BOB, check=True)
    head = asking.git("rev-parse", "HEAD")
    asking.write("b.py", "one = 1\ntwo = 2\n")
    _signed(asking, "git", "commit", "--amend", "--no-edit", sign="q")
    assert asking.git("rev-parse", "HEAD") == head


def test_an_author_that_the_command_names_is_said_too(asking: Repo) -> None:
    asking.write("b.py", "one = 1\n")
    output = _signed(asking, "git", "commit", "-m", "Bob's", "--author=Bob <bob@example.net>")
    assert f"the new commit: its author is bob@example.net, and you sign as {EMAIL}" in output
    (lines,) = blocks(asking.message())
    assert lines[1].endswith(f"<{EMAIL}>")


def test_ones_own_address_in_the_environment_is_ones_own(asking: Repo) -> None:
    """As in the profile of a shell."""
    mine = {"GIT_AUTHOR_EMAIL": "ada@work.example", "GIT_COMMITTER_EMAIL": "ada@work.example"}
    asking.env.update(mine)
    asking.write("b.py", "one = 1\n")
    output = _signed(asking, "git", "commit", "-m", "Mine")
    assert "its author is" not in output
    (lines,) = blocks(asking.message())
    assert lines[1].endswith("<ada@work.example>")
