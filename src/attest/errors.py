"""The errors that a person is shown, and the exit code that each stands for."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command (docs/cli.md)."""

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
    """No person sits at a terminal."""


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
        f"{place}{error.strerror or error}",
        "Make room on the disk, or mend the permissions; your answers are kept.",
    )
