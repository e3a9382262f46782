"""What git gives to a pre-push hook, and the command that lists the commits it brings.

The standard library alone: this runs at every push (hook/fast_path.py).
"""

from __future__ import annotations

import os

SINCE = "refs/attest/since/*"
"""Commits that these refs reach are never asked about (docs/hooks.md)."""
NO_PROJECT = ("refs/notes/", "refs/attest/")
"""Where refs lead to commits that are not the project's."""


class Update:
    """One line of what git gives to `pre-push` (githooks(5)).

    `local` and `remote` are names of refs, `new` and `old` object ids in hex; of
    zeros alone where a side has none.
    """

    __slots__ = ("local", "new", "old", "remote")

    def __init__(self, local: str, new: str, remote: str, old: str) -> None:
        self.local, self.new, self.remote, self.old = local, new, remote, old

    @property
    def deletes(self) -> bool:
        return not self.new.strip("0")

    @property
    def is_relevant(self) -> bool:
        """Whether it brings commits of the project: no deletion, no notes, and none
        of our own refs."""
        return not self.deletes and not self.remote.startswith(NO_PROJECT)

    @property
    def creates(self) -> bool:
        return not self.old.strip("0")


def updates(data: bytes) -> list[Update]:
    """Read what git writes to `pre-push`.

    Raises:
        ValueError: a line is not four words, or an id is none.
    """
    rows = []
    for line in os.fsdecode(data).split("\n"):
        if not line:
            continue
        words = line.rsplit(" ", 3)  # the first may be an expression with blanks
        if len(words) != 4 or not (_is_oid(words[1]) and _is_oid(words[3])):
            raise ValueError(line)
        rows.append(Update(words[0], words[1], words[2], words[3]))
    return rows


def _is_oid(word: str) -> bool:
    return len(word) in (40, 64) and not word.strip("0123456789abcdef")


def outgoing(new: list[str], old: list[str]) -> list[str]:
    """The git command that lists the commits which no remote has.

    Args:
        new: what is pushed.
        old: what the remote says it has; unknown ids are passed over.
    """
    limits = [f"--glob={SINCE}", "--remotes", *old]
    return ["rev-list", "--ignore-missing", *new, "--not", *limits]
