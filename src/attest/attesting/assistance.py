"""Asking once how tools helped with a change, and which line says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attest.interview.prompter import DisclosureQuestion
from attest.policy import disclosure
from attest.policy.model import Disclosure
from attest.project.rules import ProjectRules
from attest.state.store import Store


@dataclass(frozen=True, slots=True)
class Assistance:
    """What is told of a change, or of several in one go.

    Args:
        telling: what is asked; None where nobody is asked.
        changes: digests of the changes that it is told of.
        given: lines that the command line gave.
    """

    telling: DisclosureQuestion | None
    changes: tuple[str, ...]
    given: tuple[str, ...] = ()

    def lines(self, store: Store) -> tuple[str, ...]:
        """The lines for the message; what was said is kept, and not asked again.

        Raises:
            UsageError: what was said is not as the project wants it.
        """
        if self.telling is None:
            return self.given
        said = self.telling.answer or ""
        line = self.telling.trailer(said)
        for change in self.changes:
            store.keep_told(change, said)
        return (line,) if line else ()


def of(
    base: ProjectRules, store: Store, changes: Sequence[str], given: Sequence[str] | None
) -> Assistance:
    """What to ask, by the project's policy.

    Args:
        changes: digests of the changes whose messages do not tell it yet.
        given: values of `--assisted-by`; None where it was not given.

    Raises:
        UsageError: a given value is not as the project wants it.
    """
    rules = base.policy.disclosure
    if given:
        return Assistance(None, (), tuple(_line(base, rules, value) for value in given))
    if not base.policy.discloses or not changes or not disclosure.asks(rules):
        return Assistance(None, ())
    before = [store.told(change) for change in changes]
    known = before[0] if len(set(before)) == 1 else None
    question = disclosure.question(rules)
    if len(changes) > 1:
        question += f"\nOne answer for {len(changes)} commits."
    needed = rules.assistance == "required"
    telling = DisclosureQuestion(question, lambda said: disclosure.line(rules, said), known, needed)
    return Assistance(telling, tuple(changes))


def _line(base: ProjectRules, rules: Disclosure, value: str) -> str:
    return f"Assisted-by: {value}" if not base.policy.discloses else disclosure.line(rules, value)
