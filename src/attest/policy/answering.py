"""What counts as an answer about a hunk, by its path and by what it changes: `[questions]`,
and the tables `[[question]]`.

Whoever writes a change chooses what else stands in a hunk. So what is strictest counts: of all
kinds of change in the hunk, and of all hunks that it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attest.analysis.kinds import Kind
from attest.answers.requirements import STANDING_LABELS, AnswerRequirements
from attest.policy.model import OwnQuestion, Policy
from attest.policy.paths import Patterns


class AnswerRules:
    """What a policy accepts as answers.

    Args:
        policy: the base's.
    """

    def __init__(self, policy: Policy) -> None:
        self._standard = policy.questions.standard
        self._tables = [
            (Patterns.of(one.paths), one) for one in policy.question if one.changes_answers
        ]

    def of(self, path: bytes, kinds: Iterable[Kind]) -> AnswerRequirements:
        """What counts as an answer about a hunk. For each kind and key, the first table that
        matches and has the key decides.

        Args:
            kinds: all that the hunk changes.
        """
        tables = [table for patterns, table in self._tables if patterns.match(path)]
        if not tables:
            return self._standard
        return strictest([self._of_kind(tables, kind) for kind in kinds] or [self._standard])

    def _of_kind(self, tables: Sequence[OwnQuestion], kind: Kind) -> AnswerRequirements:
        fitting = [table for table in tables if not table.kinds or kind in table.kinds]
        standard = self._standard
        standing = next((t.standing for t in fitting if t.standing is not None), None)
        words = next((t.least_words for t in fitting if t.least_words is not None), None)
        unsure = next((t.unsure for t in fitting if t.unsure is not None), None)
        return AnswerRequirements(
            standard.standing if standing is None else tuple(standing),
            standard.least_words if words is None else words,
            standard.unsure if unsure is None else unsure,
        )

    @property
    def all(self) -> list[AnswerRequirements]:
        """Those of `[questions]`, and each table by itself."""
        tables = [
            AnswerRequirements(
                self._standard.standing if one.standing is None else tuple(one.standing),
                self._standard.least_words if one.least_words is None else one.least_words,
                self._standard.unsure if one.unsure is None else one.unsure,
            )
            for _, one in self._tables
        ]
        return [self._standard, *tables]


def strictest(every: Sequence[AnswerRequirements]) -> AnswerRequirements:
    """What meets all of some requirements, at least one."""
    return AnswerRequirements(
        tuple(label for label in STANDING_LABELS if any(label in one.standing for one in every)),
        max(one.least_words for one in every),
        all(one.unsure for one in every),
    )


def mildest(every: Sequence[AnswerRequirements]) -> AnswerRequirements:
    """What meets none of some requirements falls short of this one, too. For counting alone."""
    common = tuple(
        label for label in STANDING_LABELS if all(label in one.standing for one in every)
    )
    return AnswerRequirements(
        common or every[0].standing,
        min(one.least_words for one in every),
        any(one.unsure for one in every),
    )
