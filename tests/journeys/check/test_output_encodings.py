"""Names, paths and answers of every script, in whatever encoding the output is: nothing
fails, pipes get UTF-8, and JSON stays JSON."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from subprocess import CompletedProcess
from typing import get_args

import pytest
import tomli_w

from attest.cli.outputs import FormatName
from support.repo import NAME, Repo
from support.words import invariant, removal

ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
"""A locale of ASCII, without what Python does about it."""
ENCODINGS = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "strict": {"PYTHONIOENCODING": "ascii:strict"},
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "cp437": {"PYTHONIOENCODING": "cp437"},
    "LC_ALL=C": ASCII,
}
WORDS = "Größe → 長さ 😀"
COMMANDS = [
    ("show", "HEAD"),
    ("check", "HEAD~1..HEAD"),
    *(("check", "HEAD~1..HEAD", "--format", name) for name in get_args(FormatName)),
    ("questions", "HEAD", "--why"),
    ("questions", "HEAD", "--format", "json"),
    ("policy", "explain", "."),
    ("policy", "explain"),
    ("doctor",),
    ("answer", "--template"),
    ("answer", "HEAD", "--template"),
    ("answer", "HEAD"),
    ("answer", "HEAD", "--answers", "/dev/null"),
    ("check", WORDS),
    ("audit", WORDS),
    ("block",),
    ("squash-message", "HEAD~1..HEAD"),
    ("init", "--yes"),
    ("init", "--maintainer", "--yes"),
    ("undo", "--yes"),
    ("uninstall",),
    ("--help",),
]


@pytest.fixture
def attested(repo: Repo) -> Repo:
    """A commit with letters of every kind in its path, code, subject and answers."""
    repo.env |= {"GIT_AUTHOR_NAME": WORDS, "GIT_COMMITTER_NAME": WORDS}
    repo.git("config", "user.name", WORDS)
    repo.write(f"{WORDS}.py", "def größe():\n    return '→ 長さ 😀'\n".encode())
    repo.write(b"bytes-\xff.py", "x = '長さ'\n")
    data = repo.template()
    for number, hunk in enumerate(data["hunk"], 1):
        hunk["invariant"] = f"{invariant(number)} {WORDS}"
        hunk["breaks"] = f"{removal(number)} {WORDS}"
    repo.ok("answer", "--answers", "-", stdin=tomli_w.dumps(data).encode())
    repo.commit(WORDS)
    repo.write(f"{WORDS}.py", "def größe():\n    return '→ 😀 長さ'\n".encode())
    return repo


def run(repo: Repo, command: tuple[str, ...], env: dict[str, str]) -> CompletedProcess[bytes]:
    return replace(repo, env={**repo.env, **env}).attest(*command)


@pytest.mark.long
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_command_fails_for_what_an_encoding_lacks(attested: Repo, encoding: str) -> None:
    for command in COMMANDS:
        result = run(attested, command, ENCODINGS[encoding])
        assert result.returncode in (0, 1, 2, 3, 4), (command, result.stderr)
        assert b"Traceback" not in result.stderr, (
            command,
            result.stderr.decode("utf-8", "replace"),
        )
        if "json" in command:
            assert WORDS in json.dumps(json.loads(result.stdout), ensure_ascii=False)


@pytest.mark.long
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_hook_fails_for_what_an_encoding_lacks(attested: Repo, encoding: str) -> None:
    env = {**attested.env, **ENCODINGS[encoding]}
    result = attested.run("git", "commit", "-m", WORDS, env=env)
    assert result.returncode == 0, result.stderr
    result = attested.run("git", "commit", "--amend", "-m", WORDS, env=env)
    assert result.returncode == 0, result.stderr
    attested.git("init", "--quiet", "--bare", str(attested.home / "up.git"))
    result = attested.run("git", "push", str(attested.home / "up.git"), "HEAD", env=env)
    assert result.returncode == 1, result.stderr
    assert b"Traceback" not in result.stderr, result.stderr
    assert b"To answer, and then push" in result.stderr


@pytest.mark.long
def test_a_pipe_gets_utf_8_in_any_locale(attested: Repo) -> None:
    """As from git. `LC_ALL=C` stands for Windows' code page here."""
    for command in ("show", "check", "questions"):
        result = run(attested, (command, "HEAD"), ASCII)
        assert WORDS in result.stdout.decode("utf-8"), command
    assert WORDS in run(attested, ("answer", "HEAD"), ASCII).stderr.decode("utf-8")


def test_pythonioencoding_decides_where_it_is_set(attested: Repo) -> None:
    command, env = ("-P", "-m", "attest", "show", "HEAD"), {"PYTHONIOENCODING": "cp1252"}
    result = attested.run(sys.executable, *command, env=env)
    assert "Größe \\u2192 \\u9577\\u3055 \\U0001f600".encode("cp1252") in result.stdout
    forked = run(attested, ("show", "HEAD"), env)
    assert (forked.returncode, forked.stdout) == (result.returncode, result.stdout)


def test_a_name_that_fits_is_left_alone(repo: Repo) -> None:
    repo.write("b.py", "x = 1\n")
    repo.answer()
    repo.commit()
    assert NAME.encode() in repo.attest("show", PYTHONIOENCODING="ascii").stdout
