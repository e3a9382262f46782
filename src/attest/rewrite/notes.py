"""Notes come along where `notes.rewriteRef` says so (git-notes(1)).

`git notes copy` works on copies of the notes refs first, so that the real ones move
in the same transaction as the branches. Copied after the branches, they could be lost;
copied twice, they would be doubled (docs/adr/0007).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase

from attest.errors import EnvironmentFault
from attest.git import process, revisions
from attest.git.repository import Repository
from attest.rewrite.journal import COPIES, Journal
from attest.rewrite.record import Move

_TRIES = 3
"""A `git gc` beside us can remove the copy's new objects, which no ref that it knows has."""


@contextmanager
def copied(
    repository: Repository, new: Mapping[str, str], journal: Journal, number: int
) -> Iterator[list[Move]]:
    """Copy the notes of rewritten commits; what the notes refs have to become.

    Args:
        new: old id -> new id.
        number: of the rewrite.

    Raises:
        EnvironmentFault: they cannot be copied.
    """
    refs = _refs(repository)
    moves = []
    try:
        for at, (name, oid) in enumerate(refs):
            moves += _copy(repository, name, oid, f"{COPIES}/{number:04}-{at}", new)
        yield moves
    finally:
        _clean(repository, journal, number)


def _refs(repository: Repository) -> list[tuple[str, str]]:
    """The notes refs that git is set up to rewrite, and where they are. An attested commit
    replaces its old version as `git commit --amend` does, so that its settings apply."""
    if repository.config.get("notes.rewrite.amend", kind="bool") == "false":
        return []
    setting = os.environ.get("GIT_NOTES_REWRITE_REF")
    patterns = (
        setting.split(":") if setting is not None else repository.config.all("notes.rewriteRef")
    )
    form = "--format=%(objectname) %(refname)"
    out = repository.git("for-each-ref", form, "refs/notes").decode("utf-8", "surrogateescape")
    pairs = [line.partition(" ")[::2] for line in out.split("\n") if line]
    return [
        (name, oid)
        for oid, name in pairs
        if not name.startswith(COPIES) and any(fnmatchcase(name, pattern) for pattern in patterns)
    ]


def _copy(
    repository: Repository, name: str, oid: str, copy: str, new: Mapping[str, str]
) -> list[Move]:
    move = Move(name, oid, oid)
    for _ in range(_TRIES):
        move = _copy_once(repository, name, oid, copy, new)
        if is_whole(repository, move):
            return [move] if move.new != oid else []
    raise EnvironmentFault(
        f"the copy of the notes in {name} disappears as soon as it is written",
        "Nothing is changed, and your answers are kept. Another git removes objects here "
        "(git gc --prune=now): run the command again when it has finished.",
    )


def _copy_once(
    repository: Repository, name: str, oid: str, copy: str, new: Mapping[str, str]
) -> Move:
    repository.git("update-ref", copy, oid)
    mapping = "".join(f"{old} {to}\n" for old, to in new.items()).encode()
    process.run(
        ["notes", "copy", "--for-rewrite=amend", "--stdin"],
        env={**process.plain_environment(), "GIT_NOTES_REWRITE_REF": copy},
        stdin=mapping,
    )
    new_tip = repository.git("rev-parse", "--verify", copy).decode("ascii").strip()
    return Move(name, oid, new_tip)


def is_whole(repository: Repository, move: Move) -> bool:
    """Whether everything is there that a notes ref leads to by a move; other refs are not
    looked at."""
    if not move.ref.startswith("refs/notes/"):
        return True
    return revisions.has_all_objects(repository, move.new, move.old)


def _clean(repository: Repository, journal: Journal, number: int) -> None:
    """Delete the copies, also those that an interrupted rewrite left; not those of one
    that is under way."""
    copies = repository.refs(COPIES)
    repository.delete_refs([name for name in copies if _is_stale(name, journal, number)])


def _is_stale(name: str, journal: Journal, number: int) -> bool:
    digits = name[len(COPIES) + 1 :].split("-")[0]
    if not (digits.isascii() and digits.isdecimal()):
        return False  # nothing of attest's
    return int(digits) == number or (int(digits) < number and not journal.is_claimed(int(digits)))
