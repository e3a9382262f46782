"""Running ssh-keygen, and finding out about programs that sign: their versions, and what
to do where they do not sign.

Source: ssh-keygen(1); ssh(1), SSH_ASKPASS_REQUIRE.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from attest.errors import EnvironmentFault
from attest.system import processes, programs

_MACOS = sys.platform == "darwin"
_APPLES = "/usr/bin/ssh-keygen"
OLDEST = (8, 2)
"""The first OpenSSH that signs with every type of key that attest takes."""


def run(
    args: list[str],
    program: str = "ssh-keygen",
    *,
    cwd: Path | None = None,
    stdout: bool = False,
    terminal: bool = False,
    alone: bool = False,
    apart: bool = False,
) -> tuple[int, str]:
    """Run it; its exit code and its standard error, or its *stdout* where it succeeds.

    It reads a passphrase from the terminal itself, never from our input; from
    an askpass program only where it is run *apart*, and from nowhere where it is run
    *alone*.
    """
    try:
        result = processes.run(
            [program, *args],
            cwd=cwd,
            stdin=None if args[0] == "-q" else processes.NOTHING,
            env={**os.environ, "SSH_ASKPASS_REQUIRE": "never"} if terminal or alone else None,
            stdout=processes.PIPE,
            stderr=processes.PIPE,
            own_session=(alone or apart) and os.name == "posix",
        )
    except OSError as error:
        raise EnvironmentFault(
            f"{program} cannot be started: {error.strerror}",
            "Install OpenSSH 8.2 or newer, or set git's gpg.ssh.program. Answers are kept.",
        ) from None
    stream = result.stdout if stdout and result.returncode == 0 else result.stderr
    return result.returncode, stream.decode("utf-8", "replace").strip()


UNKNOWN_USER = (
    "OpenSSH runs only for a user id that has an entry in /etc/passwd. Add one to the image,\n"
    "or run the container as a user that it knows (docker run --user NAME)."
)


def is_unknown_user(output: str) -> bool:
    """Whether OpenSSH refuses to run since the system knows no user of this id."""
    return "No user exists for uid" in output


def remedy(program: str, kind: str, output: str = "") -> str:
    """What to do where a key does not sign.

    Args:
        program: what should have signed.
        kind: the key's type.
        output: what the program printed.
    """
    if is_unknown_user(output):
        return UNKNOWN_USER
    if kind.startswith("sk-") and is_apples(program):
        return (
            "Apple's ssh-keygen cannot use a security key by itself. Install Homebrew's, and have "
            'git sign with it:\n  brew install openssh\n  git config --global gpg.ssh.program "$('
            "brew --prefix)/bin/ssh-keygen\"\nOr set SSH_SK_PROVIDER to the library of the key's "
            "maker."
        )
    return "Load the key (ssh-add), or choose another key: attest init --key FILE"


def is_apples(program: str) -> bool:
    """Whether this is the ssh-keygen of macOS, which has no provider for security keys."""
    if not _MACOS or "SSH_SK_PROVIDER" in os.environ:
        return False
    return _APPLES in (program, programs.find(program))


def program_version(command: Sequence[str]) -> str:
    """The first line that a program says of itself; empty where there is none."""
    try:
        result = processes.run(
            command, stdin=processes.NOTHING, stdout=processes.PIPE, stderr=processes.PIPE
        )
    except OSError:
        return ""
    lines = (result.stdout or result.stderr).decode("utf-8", "replace").splitlines()
    return lines[0].strip() if lines else ""
