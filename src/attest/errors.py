"""The errors that a person is shown, and the exit code that each stands for."""

from __future__ import annotations

import errno
import os
from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command (docs/commands.md)."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    NOTHING = 3
    ENVIRONMENT = 4
    BUG = 70
    INTERRUPTED = 130


class AttestError(Exception):
    """Something that a person can fix.

    Args:
        message: what is wrong; names the file, key or commit.
        hint: what to do about it, one or more lines.
    """

    exit_code: Exit = Exit.ENVIRONMENT

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AttestError):
    """The command line, or a file that it names, is not valid."""

    exit_code = Exit.USAGE


class NothingToJudge(AttestError):
    """There is no change or commit to work on, or not enough history to know."""

    exit_code = Exit.NOTHING


class EnvironmentFault(AttestError):
    """Something is wrong with git, the key, the terminal or the disk."""

    exit_code = Exit.ENVIRONMENT


class NobodyToAsk(EnvironmentFault):
    """No person can answer in a terminal.

    Args:
        reason: what shows that.
        program: how attest is started where a person can be asked.
    """

    def __init__(self, reason: str, hint: str, program: str = "attest") -> None:
        super().__init__(f"nobody can be asked: {reason}", hint)
        self.reason = reason
        self.program = program


class OutputFault(EnvironmentFault):
    """Standard output cannot be written to.

    Args:
        error: what the system says.

    `quiet` is whether its reader ended first (`attest check | head`): nobody needs to
    be told that.
    """

    def __init__(self, error: OSError) -> None:
        room = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        super().__init__(
            f"cannot write to standard output: {error.strerror or error}",
            "Make room on the disk, and run the command again."
            if room
            else "Run the command again with its output going to a terminal, a file or a pipe.",
        )
        # Windows has no EPIPE: a pipe that nobody reads is EINVAL there.
        closed = error.errno == errno.EINVAL and os.name == "nt"
        self.quiet = isinstance(error, BrokenPipeError) or closed


class AgentRefused(EnvironmentFault):
    """A coding agent runs the command; only a person may."""


class GrammarsUnavailable(EnvironmentFault):
    """The packages that read code are missing or have other versions than the rules need,
    so that attest cannot choose the questions."""


class LimitExceeded(AttestError):
    """Input beyond a documented limit; a check turns this into a finding."""

    exit_code = Exit.FINDINGS


class AnswersMissing(AttestError):
    """Questions are not answered yet; the answers so far are kept."""

    exit_code = Exit.FINDINGS


def from_system(error: OSError) -> EnvironmentFault:
    """A refusal of the operating system, as an error with a remedy."""
    place = f"{error.filename}: " if error.filename else ""
    return EnvironmentFault(
        f"{place}{error.strerror or error}", f"{remedy(error)} Your answers are kept."
    )


def reason(error: Exception) -> str:
    """What went wrong when a file was read, without the number that the system gives it."""
    return getattr(error, "strerror", None) or str(error)


def remedy(error: OSError) -> str:
    """What to do about a refusal of the operating system."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Make room on the disk, and run the command again."
    if error.errno == errno.EFBIG:
        return "Raise the limit on file sizes (ulimit -f), and run the command again."
    if error.errno in (errno.EACCES, errno.EPERM):
        return "Change its owner or its permissions, and run the command again."
    if error.errno == errno.EROFS:
        return "The file system is read-only. Run the command where it is writable."
    if error.errno == errno.ENOMEM:
        return "Free some memory, and run the command again."
    return "Make sure that attest can read and write it, and run the command again."
