"""What an audit says of many projects, as plain data; `audit_html` and `audit_text` write it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from typing import Literal

from attest.errors import Exit
from attest.report.audit_records import Counts, Failure, ShardRecord

State = Literal["error", "failed", "not attested", "reported", "no policy", "empty", "passed"]
STATES: dict[State, str] = {
    "error": "could not be judged, or not all of it",
    "failed": "a unit failed",
    "not attested": "there is a policy, and nothing is attested",
    "reported": "a unit failed, and the policy only reports that",
    "no policy": "the project does not use attest",
    "empty": "nothing landed in the time that was asked for",
    "passed": "everything passed",
}
"""What each state means; what a reader wants to see first comes first."""

MAX_FAILURES = 20
"""Failures that are kept of a project."""


@dataclass
class ProjectResult:
    """What is known of a project.

    Args:
        branch, rules: what was judged, and the commit that the rules are from; empty where the
            clone could not be read.
        shards: how many there are, and how many of them are judged.
        faults: why something could not be judged, in words.
    """

    name: str
    path: str
    branch: str = ""
    rules: str = ""
    has_policy: bool = False
    shards: int = 0
    judged: int = 0
    commits: int = 0
    counts: Counts = field(default_factory=Counts)
    months: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    failures: list[Failure] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, record: ShardRecord) -> None:
        """Add the record of a shard."""
        self.judged += 1
        self.commits += record.commits
        for month, counts in record.months.items():
            self.months[month] = self.months[month].plus(counts)
            self.counts = self.counts.plus(counts)
        self.failures += record.failures[: MAX_FAILURES - len(self.failures)]

    @property
    def state(self) -> State:
        """How it stands."""
        counts = self.counts
        if self.faults:
            return "error"
        if not counts.units:
            return "empty"
        if not self.has_policy:
            return "no policy"
        if counts.needed and not counts.attested:
            return "not attested"
        if counts.failed > counts.reported:
            return "failed"
        return "reported" if counts.failed else "passed"


@dataclass
class Overview:
    """An audit.

    Args:
        projects: in the order of the file that names them.
        since: from when on, as the command line has it; empty for everything.
    """

    projects: list[ProjectResult]
    since: str = ""

    @property
    def counts(self) -> Counts:
        """The sum over all projects."""
        return total(project.counts for project in self.projects)

    @property
    def months(self) -> dict[str, Counts]:
        """The sum over all projects by month, the newest first."""
        sums: dict[str, Counts] = defaultdict(Counts)
        for project in self.projects:
            for month, counts in project.months.items():
                sums[month] = sums[month].plus(counts)
        return dict(sorted(sums.items(), reverse=True))

    @property
    def ordered(self) -> list[ProjectResult]:
        """The projects by their state, then by the number of failures."""
        order = list(STATES)
        rows = [(order.index(one.state), -one.counts.failed, one) for one in self.projects]
        return [one for *_, one in sorted(rows, key=lambda row: row[:2])]

    @property
    def exit_code(self) -> Exit:
        """What the command ends with (docs/commands.md)."""
        if any(project.faults for project in self.projects):
            return Exit.ENVIRONMENT
        counts = self.counts
        if counts.failed > counts.reported:
            return Exit.FINDINGS
        return Exit.OK if counts.units else Exit.NOTHING


def total(parts: Iterable[Counts]) -> Counts:
    """The sum of several counts."""
    return reduce(Counts.plus, parts, Counts())


def coverage(counts: Counts) -> str:
    """The share of attested units among those that need it, in percent, never rounded up to 100;
    empty where none needs it."""
    if not counts.needed:
        return ""
    return f"{counts.attested * 1000 // counts.needed / 10:g} %"
