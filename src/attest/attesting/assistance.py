"""Asking once whether AI tools helped with a change, and the trailers that disclose it."""

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
    """What is disclosed about a change, or about several in one go.

    Args:
        question: what is asked; None where nobody is asked.
        changes: digests of the changes that the answer is about.
        trailer_values: trailers that the command line gave, or that commits had which were
            squashed.
    """

    question: DisclosureQuestion | None
    changes: tuple[str, ...]
    trailer_values: tuple[str, ...] = ()

    def trailers(self, store: Store) -> tuple[str, ...]:
        """The trailers for the message.

        Raises:
            UsageError: the answer does not meet the project's policy.
        """
        if self.question is None:
            # What was kept before must not come back when the change is signed once more.
            for change in self.changes if self.trailer_values else ():
                store.keep_disclosure(change, self.trailer_values[0])
            return self.trailer_values
        line = self.question.trailer(self.question.answer or "")
        return (line,) if line else ()

    def is_other_than(self, answer: str | None) -> bool:
        """Whether the person was asked, and says something else than before."""
        return self.question is not None and (self.question.answer or "") != (answer or "")


def of(
    rules: ProjectRules,
    store: Store,
    changes: Sequence[str],
    values: Sequence[str] | None,
    *,
    stated: str = "",
) -> Assistance:
    """What to ask, by the project's policy.

    Args:
        changes: digests of the changes whose messages do not disclose it yet.
        values: values of `--assisted-by`; None where it was not given.
        stated: the line that the messages have; it is shown to be corrected.

    Raises:
        UsageError: a given value does not meet the project's policy.
    """
    policy = rules.policy.disclosure
    if values:
        lines = tuple(_trailer(rules, policy, value) for value in values)
        return Assistance(None, tuple(changes), tuple(filter(None, lines)))
    if not rules.policy.discloses or not changes or not disclosure.asks(policy):
        return Assistance(None, ())
    # One question is about all changes, so an earlier answer stands only where it was the same.
    earlier = {store.disclosure(change) for change in changes}
    answer = earlier.pop() if len(earlier) == 1 else None
    answer = disclosure.answer_in(policy, stated) if stated else answer
    wording = disclosure.question(policy)
    if len(changes) > 1:
        commits = "both" if len(changes) == 2 else f"all {len(changes)}"
        wording += f"\nYour answer applies to {commits} commits."
    is_required = policy.assistance == "required"

    def keep(answer: str) -> None:
        for change in changes:
            store.keep_disclosure(change, answer)

    question = DisclosureQuestion(
        wording,
        lambda value: disclosure.line(policy, value),
        answer,
        is_required,
        disclosure.explanation(policy),
        keep,
    )
    return Assistance(question, tuple(changes))


def _trailer(rules: ProjectRules, policy: Disclosure, value: str) -> str:
    if not rules.policy.discloses:
        return f"Assisted-by: {value}"
    return disclosure.line(policy, value)
