"""What a reader wants first of a report: the result, the doubts, the failures, the weak answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from attest.report.answers import HunkReport
from attest.report.findings import Finding, Report, Verdict
from attest.report.tally import Tally

Result = Literal["passed", "failed", "reported"]
"""Whether the range passes; `reported`: it does not, and the policy only wants to know."""

CLAIM = (
    "The answers are signed claims of their authors. Nothing proves that a person wrote them, or "
    "that they are right."
)
"""What every format says that shows answers."""

ABOUT = (
    "attest asks whoever submits a change a few questions about it, and adds the signed answers "
    "to the commit message."
)
"""What attest is, for who sees a red check and has never heard of it."""


class Place(NamedTuple):
    """A hunk and the verdict on the commit that has it."""

    verdict: Verdict
    hunk: HunkReport


def result(report: Report) -> Result:
    """Whether the range passes."""
    if report.ok:
        return "passed"
    return "reported" if report.advisory else "failed"


def counts(report: Report) -> str:
    """How many commits have each outcome, in words."""
    return Tally.of(report.verdicts).outcomes


def unsure(report: Report) -> list[Place]:
    """The hunks of which a contributor says what they do not know, in the order of the range."""
    return list(_places(report, lambda hunk: bool(hunk.unsure)))


def weak(report: Report) -> list[Place]:
    """The hunks with an answer that says nothing about its change."""
    return list(_places(report, lambda hunk: hunk.is_weak))


def doubts(report: Report) -> str:
    """How many hunks have a doubt or a weak answer, in words; empty where none has."""
    return Tally.of(report.verdicts).doubts


def answered(report: Report) -> list[Place]:
    """The hunks with an answer, the riskiest first."""
    places = _places(report, lambda hunk: any(answer.text for answer in hunk.answers))
    return sorted(places, key=lambda place: -place.hunk.risk)


def missing(report: Report) -> int:
    """How many errors the report has: what has to be done before the range passes."""
    return sum(1 for _ in failures(report))


def failures(report: Report) -> Iterator[tuple[Verdict, Finding]]:
    """The errors, in the order of the range."""
    for verdict in report.verdicts:
        for finding in verdict.findings:
            if finding.severity == "error":
                yield verdict, finding


def answerable(report: Report) -> bool:
    """Whether the commands of a remedy resolve an error."""
    return any(finding.answer_again for _, finding in failures(report))


COMMON = 3
"""Commits from which on an equal warning is shown once for all of them."""


@dataclass(frozen=True, slots=True)
class CommonFinding:
    """A warning about several whole commits, in the same words.

    Args:
        count: how many commits have it.
    """

    finding: Finding
    count: int


def common(report: Report) -> list[CommonFinding]:
    """The warnings that are shown once: those about whole commits that several have, by their
    first commit."""
    warnings = Tally.of(report.verdicts).warnings(COMMON)
    return [CommonFinding(finding, count) for finding, count in warnings]


def _places(report: Report, fits: Callable[[HunkReport], bool]) -> Iterator[Place]:
    for verdict in report.verdicts:
        for hunk in verdict.hunks:
            if fits(hunk):
                yield Place(verdict, hunk)
