"""A coding agent answers nothing: it is told to stop and to hand over to its person."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from support import rewriting
from support.messages import edit, outcome
from support.repo import Repo
from support.rewriting import BARE, State
from support.terminal import Terminal

AGENT: dict[str, Any] = {"CLAUDECODE": "1"}


@pytest.fixture
def made(repo: Repo) -> Repo:
    """A repository with a remote that has its first commit, a second one that is not
    attested, and a staged change."""
    bare = str(repo.path.parent / "bare.git")
    repo.git("init", "-q", "--bare", "--initial-branch=main", bare)
    repo.git("remote", "add", "origin", bare)
    repo.git(*BARE, "push", "-q", "-u", "origin", "main")
    rewriting.change(repo, 3)
    edit(repo, 20)
    return repo


def kept(repo: Repo) -> dict[str, bytes]:
    """What attest keeps in the repository."""
    folder = repo.path / ".git/attest"
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def everything(repo: Repo) -> tuple[State, dict[str, bytes], str]:
    return rewriting.state(repo), kept(repo), repo.git("ls-remote", "origin")


def notice(reply: str, command: str) -> None:
    """The agent was told to stop, and what its person runs."""
    words = " ".join(reply.replace("attest: ", "").split())  # a terminal wraps them
    assert "Claude Code runs this command (CLAUDECODE is set)" in words
    assert "To the agent: Stop here." in words
    assert "in a terminal of their own" in words
    lines = [line.removeprefix("attest: ").strip() for line in reply.splitlines()]
    assert command in lines, reply


STAGED = [
    (),
    ("answer",),
    ("answer", "--template"),
    ("answer", "--answers", "-"),
    ("answer", "--editor"),
    ("answer", "--amend"),
]
MADE = [
    ("answer", "origin/main..HEAD"),
    ("answer", "HEAD", "--editor"),
    ("answer", "--unpushed"),
    ("answer", "--unpushed", "--template"),
    ("answer", "origin/main..HEAD", "--answers", "-"),
]
PUSH = [("push",), ("push", "--force-with-lease", "origin", "main:a branch")]
COMMANDS = [
    *((args, "attest answer") for args in STAGED),
    *((args, "attest push") for args in MADE),
    *((args, shlex.join(["attest", *args])) for args in PUSH),
]


@pytest.mark.parametrize(
    ("args", "command"), COMMANDS, ids=lambda one: " ".join(one) if isinstance(one, tuple) else ""
)
def test_it_is_refused_and_nothing_is_written(
    made: Repo, args: tuple[str, ...], command: str
) -> None:
    answers = rewriting.filled(made)
    before = everything(made)
    result = rewriting.attest(made, *args, stdin=answers, **AGENT)
    notice(result.stderr.decode(), command)
    assert result.stdout == b"", "no question is shown"
    assert result.returncode == 4
    assert everything(made) == before


def test_a_terminal_changes_nothing(made: Repo) -> None:
    before = everything(made)
    with Terminal.attest(made, "answer", env={**AGENT}) as terminal:
        assert terminal.finish() == 4
        notice(terminal.output, "attest answer")
    with Terminal.shell(made, "git push", **AGENT) as terminal:
        assert terminal.finish() == 1
        notice(terminal.output, "git push")
    assert everything(made) == before


@pytest.mark.parametrize("scope", ["--local", "--global"])
def test_ones_own_markers_count_too(made: Repo, scope: str) -> None:
    for marker in ("FIRST", "SECOND=on"):
        made.git("config", scope, "--add", "attest.agentMarker", marker)
    for name, value in (("FIRST", "1"), ("SECOND", "on")):
        own: dict[str, Any] = {name: value}
        result = rewriting.attest(made, "answer", **own)
        assert result.returncode == 4
        assert f"an agent runs this command ({name} is set)" in result.stderr.decode()
    assert rewriting.attest(made, "answer", "--template", SECOND="off").returncode == 0


class TestCommit:
    @pytest.mark.parametrize("by", ["git", "attest"])
    def test_that_is_to_be_asked_about_is_stopped(self, made: Repo, by: str) -> None:
        head, staged = made.head, made.git("diff", "--cached")
        if by == "git":
            made.git("config", "attest.ask", "commit")
            result = made.run("git", "commit", "-q", "-m", "Change", env=AGENT)
        else:
            result = made.attest("commit", "-q", "-m", "Change", **AGENT)
        assert result.returncode == 1
        notice(result.stderr.decode(), "attest commit")
        assert (made.head, made.git("diff", "--cached")) == (head, staged)
        assert kept(made) == {}

    def test_that_is_answered_for_goes_through(self, made: Repo) -> None:
        made.git("config", "attest.ask", "commit")
        made.answer()
        made.run("git", "commit", "-q", "-m", "Change", env=AGENT, check=True)
        assert outcome(made) == ("attested", "exact")

    def test_that_is_not_to_be_asked_about_goes_through(self, made: Repo) -> None:
        result = made.run("git", "commit", "-q", "-m", "Change", env=AGENT, check=True)
        assert result.stderr == b""
        assert outcome(made)[0] == "failed"


class TestPush:
    def test_is_stopped(self, made: Repo) -> None:
        before = everything(made)
        result = made.run("git", "push", "-q", env=AGENT)
        assert result.returncode == 1
        notice(result.stderr.decode(), "git push -q")
        assert everything(made) == before

    def test_is_not_told_of_a_way_around(self, made: Repo) -> None:
        result = made.run("git", "push", "-q", env=AGENT)
        assert b"--no-verify" not in result.stderr

    def test_of_what_is_attested_goes_through(self, made: Repo) -> None:
        rewriting.answered(made)
        result = made.run("git", "push", "-q", env=AGENT, check=True)
        assert result.stderr == b""
        assert made.git("ls-remote", "origin", "main").startswith(made.head)

    def test_of_what_is_attested_but_not_known_to_be_goes_through(self, made: Repo) -> None:
        rewriting.answered(made)
        (made.path / ".git/attest/settled").unlink()
        made.run("git", "push", "-q", env=AGENT, check=True)
        assert made.git("ls-remote", "origin", "main").startswith(made.head)


def test_what_asks_nothing_works(made: Repo) -> None:
    rewriting.answered(made)
    head = made.head
    made.ok("check", "origin/main..HEAD", **AGENT)
    assert "invariant 1" in made.ok("show", "HEAD", **AGENT)
    assert "Claude Code (CLAUDECODE is set)" in made.ok("doctor", **AGENT)
    assert "main: back at" in made.ok("undo", "--yes", **AGENT)
    assert made.head != head


def test_doctor_names_the_marker_that_the_setting_adds(repo: Repo) -> None:
    repo.git("config", "attest.agentMarker", "MINE=x")
    assert "an agent (MINE is set)" in repo.ok("doctor", MINE="x")
    assert "no coding agent detected" in repo.ok("doctor", MINE="y")


def test_an_agent_outside_of_a_repository_is_told_that_there_is_none(
    repo: Repo, tmp_path: Path
) -> None:
    result = repo.attest("answer", cwd=tmp_path, **AGENT)
    assert result.returncode == 4
    assert b"no git repository" in result.stderr
