"""Running ssh-keygen, and finding out about programs that sign."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from attest.errors import EnvironmentFault


def run(
    args: list[str],
    program: str = "ssh-keygen",
    *,
    stdout: bool = False,
    terminal: bool = False,
    alone: bool = False,
    apart: bool = False,
) -> tuple[int, str]:
    """Run it; its exit code and what it said (on stderr, or stdout).

    It reads a passphrase from the terminal itself, never from our input; from
    an askpass program only where it is run *apart*, and from nowhere where it is run
    *alone*.
    """
    command = str(Path(program).expanduser())
    try:
        done = subprocess.run(
            [command, *args],
            stdin=None if args[0] == "-q" else subprocess.DEVNULL,
            env={**os.environ, "SSH_ASKPASS_REQUIRE": "never"} if terminal or alone else None,
            capture_output=True,
            check=False,
            start_new_session=(alone or apart) and os.name == "posix",
        )
    except OSError as error:
        raise EnvironmentFault(
            f"{program} cannot be started: {error.strerror}",
            "Install OpenSSH 8.2 or newer, or set git's gpg.ssh.program. Answers are kept.",
        ) from None
    said = (done.stdout if stdout else done.stderr).decode("utf-8", "replace").strip()
    return done.returncode, said


def program_version(command: Sequence[str]) -> str:
    """The first line that a program says of itself; empty where there is none."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError:
        return ""
    lines = (done.stdout or done.stderr).decode("utf-8", "replace").splitlines()
    return lines[0].strip() if lines else ""
