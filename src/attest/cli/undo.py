"""`attest undo`."""

from __future__ import annotations


def undo() -> int:
    """Restore the commits that attest last rewrote.

    Moves every rewritten branch back to its old tip in one step, and does not touch the
    work tree or the index. Refuses if a branch has moved since, or if a remote already has
    the new commits. Your answers are kept.

    \b
    Examples:
      attest undo
      git for-each-ref refs/attest/backup     list the saved tips
    """
    from attest.git.repository import Repository
    from attest.rewrite import undo as journey
    from attest.text import showable

    repository = Repository.find()
    record = journey.undo(repository)
    for move in record.moves:
        name = showable(move.ref.removeprefix("refs/heads/"))
        print(f"{name}: back at {move.old[:10]} (was {move.new[:10]})")
    for name in journey.stranded(repository, record):
        print(f"{showable(name)} is still based on the commits that were undone.")
    print("Your answers are kept; attest will reuse them.")
    return 0
