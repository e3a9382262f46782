"""Moving the refs of a rewrite, and how far an interrupted move got.

git's files backend moves the refs of one transaction one after the other, a rename each
(docs/adr/0007). So a machine that stops can leave some of them moved and some not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attest.git import process, revisions
from attest.git.repository import Repository
from attest.rewrite.record import Move, Record


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rewrite's refs got. A ref that somebody moved elsewhere, or put back after
    it had moved, is in neither list: whatever they did is theirs, and stays.

    Args:
        finished_moves: the moves that were made.
        remaining_moves: those whose ref is where it was before.
    """

    finished_moves: tuple[Move, ...]
    remaining_moves: tuple[Move, ...]

    @property
    def interrupted(self) -> bool:
        """Whether some refs moved, and some did not."""
        return bool(self.finished_moves and self.remaining_moves)


def transact(
    record: Record, moves: Sequence[Move], *, backup: bool, reason: str = "attest: answers added"
) -> None:
    """Move refs, all or none, each only if it is still where it was.

    Args:
        backup: keep the old tips, in the same transaction and first: no branch moves
            whose old tip is not kept.
        reason: what the reflog says.

    Raises:
        GitError: a ref moved meanwhile, or is locked; nothing was moved.
    """
    words = ["start"]
    if backup:
        words += [f"create {record.backup_of(m)}\0{m.old}" for m in moves if m.is_tip]
    for move in moves:
        # A detached HEAD itself moves. If somebody switched to a branch meanwhile, that
        # branch must not move through it.
        words += ["option no-deref"] if move.ref == "HEAD" else []
        words.append(f"update {move.ref}\0{move.new}\0{move.old}")
    words += ["prepare", "commit", ""]
    # In a session of its own: what ends us does not end it half-way. Without
    # the word `commit` at the end, git moves nothing (git-update-ref(1), `--stdin`).
    process.run(
        ["update-ref", "-m", reason, "-z", "--stdin"],
        env=process.plain_environment(),
        stdin="\0".join(words).encode("utf-8", "surrogateescape"),
        apart=True,
    )


def value(repository: Repository, ref: str) -> str | None:
    """Where a ref is; None where it is gone, or is HEAD and on a branch."""
    if ref == "HEAD" and repository.branch() is not None:
        return None
    return repository.object_id(ref)


def progress(repository: Repository, record: Record) -> Progress:
    """How far the refs of a record got."""
    finished_moves, remaining_moves = [], []
    for move in record.moves:
        if move.ref == "HEAD" and record.git_dir != str(repository.git_dir):
            continue  # every worktree has a HEAD of its own; that one is not seen from here
        now = value(repository, move.ref)
        if now == move.new:
            finished_moves.append(move)
        elif now == move.old and not _reflog_has(repository, move.ref, move.new):
            remaining_moves.append(move)
    return Progress(tuple(finished_moves), tuple(remaining_moves))


def _reflog_has(repository: Repository, ref: str, oid: str) -> bool:
    """Whether a ref was there lately: then somebody put it back since."""
    return oid in revisions.last_positions(repository, ref)
