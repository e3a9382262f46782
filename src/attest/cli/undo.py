"""`attest undo`."""

from __future__ import annotations


def undo() -> int:
    """Bring back the commits as they were before attest last rewrote them.

    Moves every branch of that rewriting back to its old tip, in one step, and
    leaves the work tree and the index alone. Refused where a branch has moved on
    since, or a remote has the new commits. Your answers stay.

    \b
    Examples:
      attest undo
      git for-each-ref refs/attest/backup     the old tips that are kept
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
        print(f"{showable(name)} still builds on the commits that were undone.")
    print("Your answers are kept: attest will take them over without asking.")
    return 0
