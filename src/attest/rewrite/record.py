"""The record of one rewrite, as it is kept in a file."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any, Literal

BACKUPS = "refs/attest/backup"
"""Where the old tips are kept, a folder for each rewrite."""

State = Literal["started", "done"]

_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REF = re.compile(r"[^\0\n]*")


@dataclass(frozen=True, slots=True)
class Move:
    """A ref that goes from one object to another; `HEAD` where it is detached."""

    ref: str
    old: str
    new: str

    @property
    def is_tip(self) -> bool:
        """Whether it is a branch's, or a detached HEAD's; a notes ref has no backup."""
        return self.ref == "HEAD" or self.ref.startswith("refs/heads/")

    @property
    def is_notes(self) -> bool:
        return self.ref.startswith("refs/notes/")

    @property
    def inverse(self) -> Move:
        """The move that takes this one back."""
        return Move(self.ref, self.new, self.old)


@dataclass(frozen=True, slots=True)
class Record:
    """One rewrite.

    Args:
        number: counts up; the old tips are under `refs/attest/backup/<number>/`.
        state: `started` before any ref moves, `done` after all have.
        commits: old and new id of every commit that was rewritten.
        git_dir: of the worktree whose detached HEAD moved.
    """

    number: int
    state: State
    moves: tuple[Move, ...]
    commits: tuple[tuple[str, str], ...]
    git_dir: str = ""

    @property
    def backup(self) -> str:
        """Where its old tips are kept."""
        return f"{BACKUPS}/{self.number:04}"

    def backup_of(self, move: Move) -> str:
        """The ref that keeps the old tip of a branch."""
        return f"{self.backup}/{move.ref.removeprefix('refs/')}"


def write(record: Record) -> bytes:
    """A record as the contents of its file."""
    return json.dumps(asdict(record), indent=1).encode()


def parse(content: bytes) -> Record:
    """A record from the contents of its file. Its ids and refs become lines of input for
    `git update-ref`, so that nothing else gets in here.

    Raises:
        AttributeError, KeyError, TypeError, ValueError, RecursionError: it is not a record.
    """
    data: dict[str, Any] = json.loads(content)
    moves = tuple(Move(**move) for move in data["moves"])
    commits = tuple((old, new) for old, new in data["commits"])
    state, where, number = data["state"], data.get("git_dir", ""), data["number"]
    oids = [oid for pair in (*commits, *((move.old, move.new) for move in moves)) for oid in pair]
    refs = [move.ref for move in moves]
    if state not in ("started", "done") or not isinstance(number, int) or number < 1:
        raise ValueError(state)
    if not all(map(_OID.fullmatch, oids)) or not all(map(_REF.fullmatch, [*refs, where])):
        raise ValueError("an id or a ref is malformed")
    return Record(number, state, moves, commits, where)
