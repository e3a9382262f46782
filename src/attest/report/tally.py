"""What a report counts of its verdicts, one by one: a long report is never whole in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from attest.report.findings import Finding, Outcome, Verdict

_OUTCOMES: tuple[Outcome, ...] = ("attested", "failed", "tolerated", "exempt", "not-needed")
_WARNINGS = 1000
"""Different warnings that are counted; whoever makes commits can make each of them another one."""


@dataclass(slots=True)
class Tally:
    """The counts so far.

    Args:
        unsure, weak: hunks with a doubt, and with a weak answer.
        is_answerable: the commands of a remedy resolve an error.
    """

    unsure: int = 0
    weak: int = 0
    is_answerable: bool = False
    _outcomes: Counter[Outcome] = field(default_factory=Counter)
    _warnings: dict[Finding, int] = field(default_factory=dict)

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> Tally:
        """The counts of some verdicts."""
        tally = cls()
        for verdict in verdicts:
            tally.add(verdict)
        return tally

    def add(self, verdict: Verdict) -> None:
        """Count a verdict."""
        self._outcomes[verdict.outcome] += 1
        for hunk in verdict.hunks:
            self.unsure += bool(hunk.unsure)
            self.weak += hunk.is_weak
        for finding in verdict.findings:
            self.is_answerable |= finding.severity == "error" and finding.answer_again
            is_new = finding not in self._warnings
            if is_general(finding) and not (is_new and len(self._warnings) >= _WARNINGS):
                self._warnings[finding] = self._warnings.get(finding, 0) + 1

    def counted(self, verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
        """Some verdicts, counted as they pass."""
        for verdict in verdicts:
            self.add(verdict)
            yield verdict

    @property
    def ok(self) -> bool:
        """Whether the range passes: some commit was judged and none failed."""
        return bool(self._outcomes) and not self._outcomes["failed"]

    @property
    def outcomes(self) -> str:
        """How many commits have each outcome, in words."""
        number = self._outcomes
        return ", ".join(f"{number[outcome]} {outcome}" for outcome in _OUTCOMES if number[outcome])

    @property
    def doubts(self) -> str:
        """How many hunks have a doubt or a weak answer, in words; empty where none has."""
        numbers = (("unsure", self.unsure), ("weak", self.weak))
        return ", ".join(f"{name}: {number}" for name, number in numbers if number)

    def warnings(self, least: int) -> list[tuple[Finding, int]]:
        """The warnings about whole commits that so many have at least, by their first commit,
        each with their number."""
        return [(finding, count) for finding, count in self._warnings.items() if count >= least]

    def count_of(self, finding: Finding) -> int:
        """How many commits have had a warning so far."""
        return self._warnings.get(finding, 0)


def is_general(finding: Finding) -> bool:
    """Whether a finding is a warning about a whole commit, which others may have too."""
    return finding.severity == "warning" and finding.path is None
