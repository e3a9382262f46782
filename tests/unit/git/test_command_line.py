"""The command line of the calling git: word by word, or unknown."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.git import command_line
from attest.git.commit_options import subcommand


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["git", "commit", "-m", "x"], ("commit", ["-m", "x"])),
        (["/usr/bin/git", "commit"], ("commit", [])),
        (["git-commit", "--amend"], ("commit", ["--amend"])),
        (["/usr/lib/git-core/git-push", "o"], ("push", ["o"])),
        (["git", "-c", "x=commit", "push"], ("push", [])),
        (["git", "-C", "commit", "push", "commit"], ("push", ["commit"])),
        (["git", "-C", "push", "commit", "--amend"], ("commit", ["--amend"])),
        (["git", "--git-dir", "push", "--work-tree=.", "commit"], ("commit", [])),
        (["git", "--no-pager", "-p", "--exec-path=x", "commit", ""], ("commit", [""])),
        (["git", "rebase", "--exec", "commit"], ("rebase", ["--exec", "commit"])),
        (["git", "--version"], None),
        (["git"], None),
    ],
)
def test_the_subcommand(words: list[str], expected: tuple[str, list[str]] | None) -> None:
    assert subcommand(words) == expected


def buffer(path: bytes, zeros: int, words: list[bytes], env: list[bytes]) -> bytes:
    """What KERN_PROCARGS2 of macOS gives, by its description in the source of xnu."""
    ended = [part + b"\0" for part in [*words, *env]]
    return struct.pack("=i", len(words)) + path + b"\0" * (1 + zeros) + b"".join(ended)


# Of a `git commit -m "Say why --amend is refused"`, as macOS 14 gives it.
RECORDED = (
    b"\x04\x00\x00\x00/usr/bin/git\x00\x00\x00\x00\x00\x00\x00\x00"
    b"git\x00commit\x00-m\x00Say why --amend is refused\x00TERM=xterm\x00HOME=/Users/a\x00"
)

TEXT = st.binary(max_size=20).map(lambda data: data.replace(b"\0", b"x"))
NAME = TEXT.filter(bool)


@given(NAME, st.integers(0, 9), NAME, st.lists(TEXT, max_size=9), st.lists(NAME, max_size=5))
def test_words_of_macos(
    path: bytes, zeros: int, first: bytes, more: list[bytes], env: list[bytes]
) -> None:
    words = [first, *more]
    expected = [os.fsdecode(word) for word in words]
    assert command_line.procargs(buffer(path, zeros, words, env)) == expected


def test_words_of_macos_with_blanks() -> None:
    words = command_line.procargs(RECORDED)
    assert words == ["git", "commit", "-m", "Say why --amend is refused"]


@given(st.binary(max_size=40))
def test_other_bytes_are_words_or_an_error(data: bytes) -> None:
    try:
        words = command_line.procargs(data)
    except ValueError:
        return
    assert len(words) == struct.unpack_from("=i", data)[0]


def test_a_buffer_that_is_cut_short_is_an_error() -> None:
    last = RECORDED.index(b"TERM")
    for end in range(last):
        with pytest.raises(ValueError, match=r"cut short|no number"):
            command_line.procargs(RECORDED[:end])


SHOW = """
import json
from attest.git import command_line
print(json.dumps([command_line.command(), command_line.arguments("commit")]))
"""
SHOWN = pytest.mark.skipif(
    not sys.platform.startswith(("linux", "darwin")), reason="unknown on this system"
)


def shown(tmp_path: Path, *command: str, script: str = "") -> list[list[str] | None]:
    """What is found by a process that a hook starts, in a real `git commit`."""
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "show.py").write_text(SHOW)
    seen = tmp_path / "seen"
    python = f'"{sys.executable}" "{tmp_path / "show.py"}" >"{seen}"'
    env = {**os.environ, "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    env |= {f"GIT_{who}_NAME": "a" for who in ("AUTHOR", "COMMITTER")}
    env |= {f"GIT_{who}_EMAIL": "a@b" for who in ("AUTHOR", "COMMITTER")}
    start = ("git", "commit", "-q", "--allow-empty", "-m", "start")
    subprocess.run(start, cwd=tmp_path, env=env, check=True)
    hook = tmp_path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{script or python}\nexit 1\n")
    hook.chmod(0o755)
    result = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, check=False)
    assert result.returncode == 1, result
    outcome: list[list[str] | None] = json.loads(seen.read_text())
    return outcome


@SHOWN
def test_in_a_hook(tmp_path: Path) -> None:
    words = ["git", "commit", "--allow-empty", "-m", "Say why --amend is\n refused", "-m", ""]
    assert shown(tmp_path, *words) == [words, words[2:]]


@SHOWN
def test_in_a_hook_that_another_one_runs(tmp_path: Path) -> None:
    """The pre-commit framework, lefthook and husky stand between git and attest."""
    words = ["git", "-c", "a.b=c", "-C", ".", "commit", "--allow-empty", "--amend"]
    inner = f"{sys.executable} {tmp_path}/show.py >{tmp_path}/seen"
    assert shown(tmp_path, *words, script=f"sh -c 'sh -c \"{inner}; :\"; :'") == [words, words[6:]]


@SHOWN
@pytest.mark.parametrize("alias", ["commit", "!git commit"])
def test_under_an_alias(tmp_path: Path, alias: str) -> None:
    words = ["git", "-c", f"alias.ci={alias} --allow-empty", "ci", "--amend"]
    _, arguments = shown(tmp_path, *words)
    assert arguments == ["--allow-empty", "--amend"]


@SHOWN
def test_under_another_program(tmp_path: Path) -> None:
    """As under an editor that has git built in: none of the processes is called git."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    words = [bash, "-c", "exec -a editor git commit --allow-empty --amend"]
    assert shown(tmp_path, *words) == [None, None]


def test_where_the_system_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows, simulated by its name."""
    monkeypatch.setattr(sys, "platform", "win32")
    assert command_line.command() is None
    assert command_line.arguments("push") is None
