"""Why git failed, by how it ended and what it wrote, so that the remedy fits.

git says these words in English where it runs with `LC_ALL=C`, as attest runs it.
"""

from __future__ import annotations

import signal
from typing import NamedTuple

from attest.text import lazy

_SHELLS = 128
"""A shell, and so a wrapper around git, ends with this and the signal's number."""
_ENDED_BY = ("SIGKILL", "SIGSEGV", "SIGABRT", "SIGTERM", "SIGBUS", "SIGXFSZ", "SIGXCPU")
_ID = lazy(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])")
_LOCK = lazy(r"'([^'\n]+\.lock)'")

_ROOM = "Make room on the disk (or raise the quota), and run the command again."
_MEMORY = "Run the command again where more memory is free: end other programs, or add swap space."
_LIMIT = "Raise the limit on the size of files (ulimit -f), and run the command again."
_MESSAGES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "the disk is full",
        ("no space left on device", "out of diskspace", "disk quota exceeded"),
        _ROOM,
    ),
    ("a file has reached its size limit", ("file too large",), _LIMIT),
    (
        "there is not enough memory",
        ("out of memory", "cannot allocate memory", "mmap failed", "cannot fork", "can't fork"),
        _MEMORY,
    ),
    (
        "too many files are open",
        ("too many open files",),
        "Raise the limit on open files (ulimit -n), and run the command again.",
    ),
    (
        "the file system is read-only",
        ("read-only file system",),
        "Run the command where the repository can be written.",
    ),
    (
        "permission denied",
        ("permission denied", "insufficient permission", "operation not permitted"),
        "Change the owner or the permissions of what git names, and run the command again.",
    ),
    (
        "the hook reference-transaction refuses to move refs",
        ("reference-transaction hook", "ref updates aborted by hook"),
        "Find out what that hook wants: git rev-parse --git-path hooks/reference-transaction",
    ),
    (
        "another git process moves refs",
        ("cannot lock references",),  # of a reftable repository: git names no file
        "Wait until that git has ended. If none runs, delete reftable/tables.list.lock in .git.",
    ),
    (
        "git's configuration is broken",
        ("bad config", "bad numeric config", "bad boolean config"),
        "Correct the file and the line that git names.",
    ),
    (
        "this git is too old for the repository",
        ("unknown repository extension", "expected git repo version"),
        "Install a newer git, or remove that extension from .git/config.",
    ),
)


class Cause(NamedTuple):
    """What stopped git, and nothing in the repository.

    Args:
        problem: in a few words.
        remedy: what to do about it.
    """

    problem: str
    remedy: str


def find(code: int, message: str) -> Cause | None:
    """The cause of a failure; None where it is another one than the machine's.

    Args:
        code: git's exit code; negative where a signal ended it.
        message: what it wrote to standard error.
    """
    name = _signal(code)
    if name:
        remedies = {
            "SIGXFSZ": _LIMIT,
            "SIGTERM": "Run the command again.",
            "SIGINT": "Run it again.",
        }
        hint = f"The system may have run out of memory. {_MEMORY}"
        return Cause(f"a signal ended git ({name})", remedies.get(name, hint))
    lower = message.lower()
    for problem, words, remedy in _MESSAGES:
        if any(word in lower for word in words):
            return Cause(problem, remedy)
    lock = _LOCK.search(message)
    if lock and "file exists" in lower:
        return Cause(
            f"another git process holds {lock[1]}",
            "Run the command again when that git has ended. If no git runs here, one was ended "
            f"too early: remove the .lock file {lock[1]}",
        )
    return None


def _signal(code: int) -> str:
    number = -code if code < 0 else code - _SHELLS
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"number {-code}" if code < 0 else ""
    return name if code < 0 or name in _ENDED_BY else ""


def ids(message: str) -> list[str]:
    """The full object ids that git names."""
    return list(dict.fromkeys(_ID.findall(message)))
