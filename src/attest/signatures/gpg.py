"""Running gpg, and reading what it says for programs.

attest checks signatures with the `gpg` on PATH, never with the program that git's
`gpg.program` and `gpg.openpgp.program` name. The checked repository's own configuration
could set them. And where a person set them, they often name a wrapper that adds options,
asks for a PIN, or calls the gpg of another machine (Qubes' split GPG): it would answer from
that person's keyring, whose keys would then count as keys of the base. A check that passes
here must pass in CI.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from attest.errors import EnvironmentFault
from attest.system import processes

TIMEOUT = 60  # seconds
OLDEST = (2, 2, 20)
"""The first that has all of `_ALONE` (--auto-key-import came last, 2.2.20 and 2.3.0)."""
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
        moment: the time that gpg takes for now.

    Raises:
        EnvironmentFault: gpg is missing, or does not finish.
    """
    clock = [f"--faked-system-time={int(moment.timestamp())}!"] if moment else []
    lines = _in(home, ["--status-fd=1", *clock, *args]).split(b"\n")
    return [
        line[len(_STATUS) :].decode("utf-8", "replace")
        for line in lines
        if line.startswith(_STATUS)
    ]


def colons(args: Sequence[str], home: Path) -> list[list[str]]:
    """Run gpg on a keyring of our own; its machine-readable lines, in fields."""
    form = ["--with-colons", "--fixed-list-mode", "--with-fingerprint"]
    return fields(_in(home, [*form, *args]))


def _in(home: Path, args: Sequence[str]) -> bytes:
    """Run gpg in a keyring of our own; names in *args* are relative to it.

    So is the folder itself: the gpg of Git for Windows does not read `C:\\…` as an absolute
    path, and gpg4win's does not read `/c/…`.
    """
    command = ["gpg", *_ALONE, "--homedir=.", *args]
    return run(command, cwd=home, env=_environment(), hint=ON_PATH).stdout


def fields(out: bytes) -> list[list[str]]:
    """The fields of each line of `--with-colons`."""
    return [line.split(":") for line in out.decode("utf-8", "replace").split("\n") if line]


def _environment() -> dict[str, str]:
    names = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH")
    return {**{k: os.environ[k] for k in names if k in os.environ}, "LC_ALL": "C"}


_SIGNS = "Install GnuPG (gpg) 2.2.20 or newer, or set git's gpg.program to its path."
ON_PATH = (
    "Install GnuPG (gpg) 2.2.20 or newer, and put its directory on PATH: attest needs it to "
    "check OpenPGP signatures.\nIt never uses git's gpg.program to check, only to sign."
)


def run(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    patient: bool = False,
    hint: str = _SIGNS,
) -> processes.FinishedProcess:
    """Run gpg, whose exit code is for the caller to ignore.

    Args:
        patient: wait as long as it takes: a person may be asked for a passphrase.
        hint: what to do where it cannot be started.

    Raises:
        EnvironmentFault: it is missing, or does not finish.
    """
    try:
        return processes.run(
            command,
            cwd=cwd,
            env=env,
            payload=stdin,
            stdout=processes.PIPE,
            stderr=processes.PIPE,
            timeout=None if patient else TIMEOUT,
        )
    except processes.TooSlow:
        raise EnvironmentFault(
            f"{command[0]} did not finish within {TIMEOUT} seconds",
            "attest cannot check OpenPGP signatures without it. Is a key file very large?",
        ) from None
    except OSError as error:
        raise EnvironmentFault(f"{command[0]} cannot be started: {error.strerror}", hint) from None
