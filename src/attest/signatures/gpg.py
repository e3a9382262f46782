"""Running gpg, and reading what it says for programs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from attest.errors import EnvironmentFault

TIMEOUT = 60  # seconds
_STATUS = b"[GNUPG:] "
_ALONE = (
    "--batch",
    "--no-tty",
    "--no-options",
    "--no-auto-check-trustdb",
    "--disable-dirmngr",
    "--no-auto-key-retrieve",
    "--no-auto-key-import",
    "--no-autostart",
    "--trust-model=always",
    "--quiet",
)


def status(args: Sequence[str], home: Path, *, moment: datetime | None = None) -> list[str]:
    """Run gpg on a keyring of our own; its status lines, without their mark.

    Args:
        moment: the time that it goes by.

    Raises:
        EnvironmentFault: gpg is missing, or does not come to an end.
    """
    clock = [f"--faked-system-time={int(moment.timestamp())}!"] if moment else []
    command = ["gpg", *_ALONE, f"--homedir={home}", "--status-fd=1", *clock, *args]
    lines = run(command, env=_environment()).stdout.split(b"\n")
    return [
        line[len(_STATUS) :].decode("utf-8", "replace")
        for line in lines
        if line.startswith(_STATUS)
    ]


def colons(args: Sequence[str], home: Path) -> list[list[str]]:
    """Run gpg on a keyring of our own; its machine-readable lines, in fields."""
    form = ["--with-colons", "--fixed-list-mode", "--with-fingerprint"]
    command = ["gpg", *_ALONE, f"--homedir={home}", *form, *args]
    return fields(run(command, env=_environment()).stdout)


def fields(out: bytes) -> list[list[str]]:
    """The fields of each line of `--with-colons`."""
    return [line.split(":") for line in out.decode("utf-8", "replace").split("\n") if line]


def _environment() -> dict[str, str]:
    kept = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH")
    return {**{k: os.environ[k] for k in kept if k in os.environ}, "LC_ALL": "C"}


def run(
    command: Sequence[str],
    *,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    patient: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Run gpg, whose exit code is for the caller to ignore.

    Args:
        patient: wait as long as it takes: a person may be asked for a passphrase.

    Raises:
        EnvironmentFault: it is missing, or does not come to an end.
    """
    try:
        return subprocess.run(
            command,
            input=stdin,
            env=env,
            capture_output=True,
            check=False,
            timeout=None if patient else TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        raise EnvironmentFault(
            f"{command[0]} did not come to an end in {TIMEOUT} seconds",
            "Nothing is taken for granted without it. Is a key file very large?",
        ) from None
    except OSError as error:
        raise EnvironmentFault(
            f"{command[0]} cannot be started: {error.strerror}",
            "Install GnuPG (gpg) 2.2 or newer; OpenPGP keys cannot be judged without it.",
        ) from None
