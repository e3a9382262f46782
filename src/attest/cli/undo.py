"""`attest undo`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from attest.rewrite.record import Move


def undo(
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask; also needed without a terminal.")
    ] = False,
) -> int:
    """Restore the commits that attest last rewrote.

    Names every branch that it would move back to its old tip, and asks. Then it moves them
    in one step, and does not touch the work tree or the index. Refuses if a branch has moved
    since, or if a remote already has the new commits. Your answers are kept.

    \b
    Examples:
      attest undo
      git for-each-ref refs/attest/backup     list the saved tips
    """
    from attest.console import say
    from attest.git.repository import Repository
    from attest.rewrite import undo as journey
    from attest.text import showable

    repository = Repository.find()
    record = journey.undo(repository, lambda moves: yes or _confirm(moves))
    if record is None:
        say("nothing was moved")
        return 1
    for move in record.moves:
        name = showable(move.ref.removeprefix("refs/heads/"))
        print(f"{name}: back at {move.old[:10]} (was {move.new[:10]})")
    for name in journey.find_stranded(repository, record):
        print(f"{showable(name)} is still based on the commits that were undone.")
    print("Your answers are kept; attest will reuse them.")
    return 0


def _confirm(moves: Sequence[Move]) -> bool:
    """Whether the person agrees to these moves.

    Raises:
        NobodyToAsk: there is no terminal.
    """
    from attest.errors import NobodyToAsk
    from attest.interview import terminal
    from attest.interview.line_editor import ask_line

    names = [move.ref.removeprefix("refs/heads/") for move in moves]
    reason = terminal.why_nobody()
    if reason:
        command = f"To move {', '.join(names)} back without being asked: attest undo --yes"
        raise NobodyToAsk(reason, command)
    lines = [
        f"  {name}: {move.old[:10]} -> {move.new[:10]}"
        for name, move in zip(names, moves, strict=True)
    ]
    branches = "1 branch" if len(moves) == 1 else f"{len(moves)} branches"
    question = "\n".join([f"This moves {branches} back:", *lines, "Move? (yes/no)"])
    return ask_line(question, "yes").lower() in ("y", "yes")
