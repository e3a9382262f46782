"""What verdicts add up to, counted one by one: a long report is never whole in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from attest.report import overview
from attest.report.answers import Disclosed
from attest.report.findings import MAX_LISTED, Code, Finding, Outcome, Verdict


@dataclass(slots=True)
class ErrorTally:
    """The commits that have errors of one code.

    Args:
        finding: the first of the errors.
        first_oids: of the first commits that have one.
        last_oid: of the last of them.
        count: how many commits have one.
    """

    finding: Finding
    first_oids: list[str] = field(default_factory=list)
    last_oid: str = ""
    count: int = 0


class Tally:
    """What the verdicts so far add up to.

    Attributes:
        outcomes: how many commits have each outcome.
        warnings: those about whole commits, and how many commits have each.
        errors: the commits that have errors, by their code.
        disclosures: what the messages say of assistance, and how many commits say it.
        first_unsure: the first hunks of which a contributor says what they do not know.
        unsure_count, weak_count: how many such hunks there are, and how many weak answers.
        units: what the verdicts are about.
        is_answerable: whether the commands of a remedy resolve an error.
    """

    def __init__(self) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self.warnings: Counter[Finding] = Counter()
        self.errors: dict[Code, ErrorTally] = {}
        self.disclosures: Counter[Disclosed] = Counter()
        self.first_unsure: list[overview.Place] = []
        self.unsure_count = self.weak_count = 0
        self.units: set[str] = set()
        self.is_answerable = False

    def counted(self, verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
        """Some verdicts, counted as they pass."""
        for verdict in verdicts:
            self.outcomes[verdict.outcome] += 1
            self.units.add(verdict.unit)
            if verdict.disclosures:
                self.disclosures.update(verdict.disclosures)
            for finding in verdict.findings:
                self._count_finding(finding, verdict.oid)
            for hunk in verdict.hunks:
                if hunk.unsure:
                    self.unsure_count += 1
                    if self.unsure_count <= MAX_LISTED:
                        self.first_unsure.append(overview.Place(verdict, hunk))
                self.weak_count += sum(one.weakness is not None for one in hunk.answers)
            yield verdict

    def _count_finding(self, finding: Finding, oid: str) -> None:
        if overview.is_common(finding):
            self.warnings[finding] += 1
        if finding.severity != "error":
            return
        self.is_answerable |= finding.answer_again
        errors = self.errors.setdefault(finding.code, ErrorTally(finding))
        if errors.last_oid != oid:
            errors.last_oid = oid
            errors.count += 1
            errors.first_oids += [oid] if errors.count <= overview.MAX_NAMED else []

    @property
    def ok(self) -> bool:
        """Whether the range passes: some commit was judged and none failed."""
        return bool(self.outcomes) and not self.outcomes["failed"]
