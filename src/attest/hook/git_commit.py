"""The `git commit` that called a hook."""

from __future__ import annotations

import json
import os

from attest.git import command_line, in_progress
from attest.git.commit_options import CommitArguments, commit_arguments
from attest.git.repository import Repository
from attest.hook import ARGUMENTS


def arguments() -> CommitArguments | None:
    """The arguments of the `git commit` that called us; None where they cannot be seen.

    git passes none of them to its hooks. `attest commit` hands them on; without it, they
    are read from the command line of the nearest git above us (docs/adr/0002).
    """
    value = os.environ.get(ARGUMENTS)
    words = json.loads(value) if value else command_line.arguments("commit")
    return None if words is None else commit_arguments(words)


def amends(repository: Repository) -> bool | None:
    """Whether that commit amends HEAD; None where its command line cannot be seen, and HEAD
    could be amended."""
    words = arguments()
    if words is not None:
        return words.amend
    return False if in_progress.cannot_amend(repository) else None
