"""Bringing back what stood there before the last rewriting."""

from __future__ import annotations

import shlex
from dataclasses import replace

from attest.errors import EnvironmentFault, NothingToJudge, UsageError
from attest.git import failures, in_progress, process
from attest.git.repository import Repository
from attest.rewrite.journal import Journal, Move, Record


def undo(repository: Repository) -> Record:
    """Move the branches of the last rewriting back to their old tips. The work tree
    and the index are not touched: the trees are the same.

    Returns:
        The rewriting that was undone.

    Raises:
        NothingToJudge: there is none.
        UsageError: a branch has moved on since, or a remote has the new commits.
        EnvironmentFault: something is under way, or a ref is locked; nothing moved.
    """
    journal = Journal(repository)
    journal.recover()
    done = [record for record in journal.records() if record.state == "done"]
    if not done:
        raise NothingToJudge("there is no rewriting to undo", "")
    record = done[-1]
    back = []
    for move in record.moves:
        if move.ref == "HEAD" and record.git_dir != str(repository.git_dir):
            raise UsageError(
                "the last rewriting moved the detached HEAD of another worktree",
                f"Run this there. (Its git directory is {record.git_dir}.)",
            )
        now = journal.value(move.ref)
        if move.ref.startswith("refs/notes/") and now != move.new:
            continue  # notes that were written since are worth more
        if now == move.old:
            continue  # back already, by an undo that was cut off
        if now != move.new:
            raise _moved_on(record, move, now)
        back.append(Move(move.ref, move.new, move.old))
    if not back:
        journal.drop(record)
        return record
    _assert_private(repository, record)
    in_progress.assert_idle(repository, {move.ref for move in back})
    try:
        journal.transact(record, back, backup=False, why="attest: undo")
    except process.GitError as error:
        moved, _ = journal.progress(replace(record, moves=tuple(back)))
        remedy = error.cause.remedy if error.cause else "Run the command again."
        if moved:
            raise EnvironmentFault(
                f"some branches are moved back, and some are not: {error.stderr}",
                f"{remedy} Then run attest undo again.",
            ) from None
        raise EnvironmentFault(
            f"the branches could not be moved back: {error.stderr}",
            f"{remedy} Nothing is changed.",
        ) from None
    journal.drop(record)
    return record


def stranded(repository: Repository, record: Record) -> list[str]:
    """Branches that build on the commits of a rewriting that was undone; none where those
    are gone."""
    oldest = next((new for _, new in record.commits), None)
    if oldest is None:
        return []
    try:
        found = repository.refs("refs/heads", "--contains", oldest)
    except process.GitError:
        return []
    return [name.removeprefix("refs/heads/") for name in found]


def _moved_on(record: Record, move: Move, now: str | None) -> UsageError:
    name = move.ref.removeprefix("refs/heads/")
    if name == "HEAD":
        return UsageError(
            "HEAD was detached when attest rewrote it, and is elsewhere now",
            f"The old commit is kept: git switch --detach {move.old[:10]}",
        )
    if now is None:
        return UsageError(
            f"the branch {name} is gone since attest rewrote it",
            f"Its old tip is kept:\n  git branch {shlex.quote(name)} {move.old[:10]}",
        )
    return UsageError(
        f"{name} has moved on since attest rewrote it, so undoing would lose commits",
        "To put what is new there onto the old commits:\n"
        f"  git rebase --onto {move.old[:10]} {move.new[:10]} {shlex.quote(name)}\n"
        f"The old tips are under {record.backup}.",
    )


def _assert_private(repository: Repository, record: Record) -> None:
    """Make sure that no remote has a new commit. The new ones themselves are not read: they
    may be damaged, which is what undoing is good for.

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
            "a remote has the new commits already",
            "Undoing them here would call for a forced push. If that is what you want:\n"
            + "\n".join(
                f"  git update-ref {shlex.quote(move.ref)} {move.old[:10]} {move.new[:10]}"
                for move in record.moves
                if move.ref.startswith("refs/heads/")
            ),
        )
