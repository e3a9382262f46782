"""The `git commit` that called a hook."""

from __future__ import annotations

import json
import os

from attest.git import command_line
from attest.git.commit_options import CommitArguments, commit_arguments
from attest.hook import ARGUMENTS


def arguments() -> CommitArguments | None:
    """The arguments of the `git commit` that called us; None where they cannot be seen.

    git passes none of them to its hooks. `attest commit` hands them on; without it, they
    are read from the command line of the nearest git above us (docs/adr/0002).
    """
    value = os.environ.get(ARGUMENTS)
    words = json.loads(value) if value else command_line.arguments("commit")
    return None if words is None else commit_arguments(words)


def amends() -> bool | None:
    """Whether that commit amends HEAD; None where its command line cannot be seen."""
    words = arguments()
    return None if words is None else words.amend
