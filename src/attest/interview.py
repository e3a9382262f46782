"""From a change to answers, through a prompter."""

from __future__ import annotations

from collections.abc import Sequence

from attest import text
from attest.change import Hunk
from attest.errors import AttestError, Unanswered
from attest.prompts.item import Item, Prompter
from attest.store import Store


def items(hunks: Sequence[Hunk], store: Store) -> list[Item]:
    """What is asked about *hunks*, with the answers that are kept already."""
    return [
        Item(number, len(hunks), hunk, store.answers(hunk.digest))
        for number, hunk in enumerate(hunks, 1)
    ]


def run(asked: Sequence[Item], prompter: Prompter, store: Store) -> None:
    """Ask, keeping every answer at once.

    Raises:
        Unanswered: questions are left; the answers that were given are kept.
        EnvironmentFault: an answer could not be kept; the error repeats it, so
            that it can be copied.
    """

    def keep(item: Item) -> None:
        if not item.answers:
            return
        try:
            store.keep(item.hunk.digest, text.showable(item.hunk.path), item.answers)
        except AttestError as error:
            said = item.answers
            error.hint += (
                f"\nNot kept, for {item.place}:"
                f"\n  invariant: {said.invariant}\n  breaks: {said.breaks}\n  unsure: {said.unsure}"
            )
            raise

    prompter.ask(asked, keep)
    missing = [item for item in asked if not item.answers.complete]
    if missing:
        lines = [f"  {item.place}: {', '.join(_missing(item))}" for item in missing]
        raise Unanswered(
            f"{len(missing)} of {len(asked)} hunks are not answered yet:\n" + "\n".join(lines),
            "Answers that were given are kept. Run the command again for the rest; "
            "`unsure` may stand in for an answer.",
        )


def _missing(item: Item) -> list[str]:
    return [
        name
        for name in ("invariant", "breaks")
        if not text.says_something(getattr(item.answers, name))
    ]
