"""Restoring what was there before the last rewrite."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace

from attest.errors import EnvironmentFault, NothingToJudge, UsageError
from attest.git import failures, in_progress, process, revisions
from attest.git.repository import Repository
from attest.rewrite import ref_moves
from attest.rewrite.journal import Journal
from attest.rewrite.record import Move, Record


def undo(repository: Repository, confirm: Callable[[Sequence[Move]], bool]) -> Record | None:
    """Move the branches of the last rewrite back to their old tips. The work tree
    and the index are not touched: the trees are the same.

    Only what attest moved is taken back, and only while that loses nothing: a branch with
    new commits on it, or new commits that a remote has, make it refuse.

    Args:
        confirm: asks whether to make these moves; not called where there are none.

    Returns:
        The rewrite that was undone; None where the person does not want that.

    Raises:
        NothingToJudge: there is none.
        UsageError: a branch has moved on since, or a remote has the new commits.
        EnvironmentFault: something is under way, or a ref is locked; nothing moved.
    """
    journal = Journal(repository)
    journal.recover()
    records = [record for record in journal.records() if record.state == "done"]
    if not records:
        raise NothingToJudge("there is no rewrite to undo", "")
    record = records[-1]
    in_progress.assert_idle(repository, {move.ref for move in record.moves})
    moves = _moves_back(repository, record)
    if moves:
        _assert_private(repository, record)
        if not confirm(moves):
            return None
        _move_back(repository, record, moves)
    journal.drop(record)
    return record


def _moves_back(repository: Repository, record: Record) -> list[Move]:
    """What has to move for everything to be as before.

    Raises:
        UsageError: a branch has moved on since, or the HEAD of another worktree moved.
    """
    moves = []
    for move in record.moves:
        if move.ref == "HEAD" and record.git_dir != str(repository.git_dir):
            raise UsageError(
                "the last rewrite moved the detached HEAD of another worktree",
                f"Run this there. (Its git directory is {record.git_dir}.)",
            )
        now = ref_moves.value(repository, move.ref)
        if move.is_notes and now != move.new:
            continue  # notes that were written since matter more than the old state
        if now == move.old:
            continue  # back already, by an undo that was interrupted
        if now != move.new:
            raise _moved_error(repository, record, move, now)
        moves.append(move.inverse)
    return moves


def _move_back(repository: Repository, record: Record, moves: list[Move]) -> None:
    try:
        ref_moves.transact(record, moves, backup=False, reason="attest: undo")
    except process.GitError as error:
        inverse_record = replace(record, moves=tuple(moves))
        remedy = error.cause.remedy if error.cause else process.CORRECT_IT
        if ref_moves.progress(repository, inverse_record).finished_moves:
            raise EnvironmentFault(
                f"some branches moved back, and some did not: {error.stderr}",
                f"{remedy} Then run attest undo again.",
            ) from None
        raise EnvironmentFault(
            f"the branches could not be moved back: {error.stderr}",
            f"{remedy} Nothing is changed.",
        ) from None


def find_stranded(repository: Repository, record: Record) -> list[str]:
    """Branches that build on the commits of a rewrite that was undone; none where those
    are gone."""
    oldest = next((new for _, new in record.commits), None)
    if oldest is None:
        return []
    try:
        names = repository.refs("refs/heads", "--contains", oldest)
    except process.GitError:
        return []
    return [name.removeprefix("refs/heads/") for name in names]


def _builds_on(repository: Repository, tip: str, oid: str) -> bool:
    try:
        return oid in revisions.merge_bases(repository, tip, oid)
    except process.GitError:  # the new commit is lost
        return False


def _moved_error(repository: Repository, record: Record, move: Move, now: str | None) -> UsageError:
    name = move.ref.removeprefix("refs/heads/")
    if name == "HEAD":
        return UsageError(
            "HEAD was detached when attest rewrote it, and has moved since",
            f"The old commit is kept: git switch --detach {move.old[:10]}",
        )
    if now is None:
        return UsageError(
            f"the branch {name} was deleted after attest rewrote it",
            f"Its old tip is kept:\n  git branch {shlex.quote(name)} {move.old[:10]}",
        )
    if not _builds_on(repository, now, move.new):
        return UsageError(
            f"{name} was amended, rebased or reset since attest rewrote it, so undoing would lose "
            "commits",
            "Its old tip is kept. To have a branch there:\n"
            f"  git branch {shlex.quote(f'{name}-before-attest')} {move.old[:10]}",
        )
    return UsageError(
        f"{name} has moved on since attest rewrote it, so undoing would lose commits",
        "To move the newer commits onto the old ones:\n"
        f"  git rebase --onto {move.old[:10]} {move.new[:10]} {shlex.quote(name)}\n"
        f"The old tips are under {record.backup}.",
    )


def _assert_private(repository: Repository, record: Record) -> None:
    """Make sure that no remote has a new commit. The new ones themselves are not read: they
    may be damaged, and then undoing is the way out.

    Raises:
        UsageError: one has.
    """
    new = {oid for _, oid in record.commits}
    old = "".join(f"^{oid}\n" for oid, _ in record.commits).encode()
    tips = repository.git("for-each-ref", "--format=%(objectname)", "refs/remotes")
    reached = set(tips.decode("ascii").split())  # --ignore-missing passes over lost ones
    try:
        args = ("rev-list", "--ignore-missing", "--stdin", "--remotes")
        reached |= set(repository.git(*args, stdin=old).decode("ascii").split())
    except process.GitError as error:
        reached |= set(failures.ids(error.stderr))
        if not reached & new:
            raise
    if reached & new:
        raise UsageError(
            "a remote already has the new commits",
            "After undoing them here, you would have to force-push. If you want that:\n"
            + "\n".join(
                f"  git update-ref {shlex.quote(move.ref)} {move.old[:10]} {move.new[:10]}"
                for move in record.moves
                if move.ref.startswith("refs/heads/")
            ),
        )
