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
    """Something a person can mend.

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
    """The command line, or a file named on it, is not as it must be."""

    exit_code = Exit.USAGE


class NothingToJudge(AttestError):
    """There is no change or commit to work on, or too little history to know."""

    exit_code = Exit.NOTHING


class EnvironmentFault(AttestError):
    """git, the key, the terminal or the disk is not as it must be."""

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
    """Standard output cannot be written.

    Args:
        error: what the system says.

    `quiet` is whether its reader went away (`attest check | head`), who needs no word
    about it.
    """

    def __init__(self, error: OSError) -> None:
        room = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        super().__init__(
            f"standard output cannot be written: {error.strerror or error}",
            "Make room on the disk, and run the command again."
            if room
            else "Run the command again with its output on a terminal, in a file or in a pipe.",
        )
        # Windows has no EPIPE: a pipe that nobody reads is EINVAL there.
        gone = error.errno == errno.EINVAL and os.name == "nt"
        self.quiet = isinstance(error, BrokenPipeError) or gone


class AgentRefused(EnvironmentFault):
    """A coding agent runs the command; only a person may."""


class GrammarsUnavailable(EnvironmentFault):
    """What reads code is missing here or is another version than the pinned one, so that
    nobody can know what is to be asked."""


class LimitExceeded(AttestError):
    """Input past a documented limit; a check turns this into a finding."""

    exit_code = Exit.FINDINGS


class Unanswered(AttestError):
    """Questions are left without an answer; those given are kept."""

    exit_code = Exit.FINDINGS


def from_system(error: OSError) -> EnvironmentFault:
    """What the operating system refused, as an error with a remedy."""
    place = f"{error.filename}: " if error.filename else ""
    return EnvironmentFault(
        f"{place}{error.strerror or error}", f"{remedy(error)} Answers are kept."
    )


def remedy(error: OSError) -> str:
    """What to do about a refusal of the operating system."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Make room on the disk, and run the command again."
    if error.errno == errno.EFBIG:
        return "Raise the limit on the size of files (ulimit -f), and run the command again."
    if error.errno in (errno.EACCES, errno.EPERM):
        return "Change the owner or the permissions of what is named, and run the command again."
    if error.errno == errno.EROFS:
        return "Run the command where the repository can be written."
    if error.errno == errno.ENOMEM:
        return "Run the command again where more memory is free."
    return "Make sure that it can be read and written, and run the command again."
