"""Judging a shard: what a worker spends its time with."""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attest.audit.plan import isolate
from attest.audit.tasks import ShardTask
from attest.git.commit_list import Ends
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.project.rules import ProjectRules
from attest.report.audit_records import (
    MAX_FAILURES,
    OUTCOME_KEYS,
    Counts,
    Failure,
    ShardRecord,
)
from attest.report.findings import Code, Verdict
from attest.verification import check, landed

_BLOCK = "^[[:blank:]]*Attest: "
"""The first line of a block, for `git rev-list --grep`."""
_LAST_SECOND = 253_402_300_799
"""The end of the year 9999, as far as Python's calendar goes."""
UNKNOWN = "unknown"
"""The month of a commit whose date no calendar has."""


def judge(task: ShardTask) -> ShardRecord:
    """Judge the commits of a shard. Where the clone has no policy, those without a block are only
    counted: nothing asks for one, and to read their changes would tell nothing more.

    Raises:
        NothingToJudge: an object is missing in the clone.
        EnvironmentFault: an object is damaged, or gpg is needed and missing.
    """
    started = time.monotonic()
    source, shard = task.source, task.shard
    with isolate(source) as isolated:
        rules = ProjectRules.read(isolated, source.rules, audit=True)
        rules = replace(rules, answers=task.answers)
        tally = _Tally(_times(isolated, task), _late(isolated, task))
        for verdict in _verdicts(isolated, task, rules, tally):
            tally.add(verdict)
    return ShardRecord(
        key=task.key,
        project=task.project,
        path=source.path,
        tip=shard.tip,
        below=list(shard.below),
        rules=source.rules,
        has_policy=source.has_policy,
        unit=rules.policy.unit,
        commits=len(tally.times),
        months=tally.months(),
        findings=dict(sorted(tally.findings.items())),
        failures=tally.failures,
        seconds=round(time.monotonic() - started, 3),
        memory=_peak(),
    )


def month(seconds: int) -> str:
    """The month of a commit's date, in UTC."""
    if not 0 < seconds <= _LAST_SECOND:
        return UNKNOWN
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m")


def _verdicts(
    isolated: Isolated, task: ShardTask, rules: ProjectRules, tally: _Tally
) -> Iterator[Verdict]:
    now = datetime.fromtimestamp(task.now, UTC)
    repository = Repository.at(Path(task.source.path))
    shard, oids = task.shard, list(tally.times)

    def judge_commits(*chosen: str) -> Iterator[Verdict]:
        for oid in chosen:
            ends = Ends("", oid)
            yield from check.check(repository, isolated, oid, rules, now, ends=ends).verdicts

    if not task.source.has_policy:
        blocks = _with_block(isolated, task)
        for oid in oids:
            if oid not in blocks:
                tally.count(oid, units=1, unjudged=1, unattested=1)
        yield from judge_commits(*(oid for oid in oids if oid in blocks))
        return
    if len(shard.below) > 1:
        yield from judge_commits(*oids)
        return
    start = shard.below[0] if shard.below else oids[0]
    if not shard.below:
        yield from judge_commits(start)  # a range cannot begin below a root
    if start != shard.tip:
        judge_range = landed.check_landed if task.source.unit == "pull-request" else check.check
        revisions = f"{start}..{shard.tip}"
        yield from judge_range(repository, isolated, revisions, rules, now).verdicts


@dataclass
class _Tally:
    """Counts by month.

    Args:
        times: of each commit.
        late: the commits that the policy enforces itself on; None for all.
    """

    times: dict[str, int]
    late: frozenset[str] | None
    findings: Counter[Code] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    _months: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, verdict: Verdict) -> None:
        """Count a verdict."""
        codes = {finding.code for finding in verdict.findings}
        failed = verdict.outcome == "failed"
        reported = failed and self.late is not None and verdict.oid not in self.late
        self.findings.update(codes)
        self.count(
            verdict.oid,
            units=1,
            reported=int(reported),
            unattested=int("unattested" in codes),
            unsure=sum(bool(hunk.unsure) for hunk in verdict.hunks),
            weak=sum(hunk.is_weak for hunk in verdict.hunks),
            hunks=verdict.total,
            covered=verdict.attested_count,
            answered=verdict.answered_count,
            **{OUTCOME_KEYS[verdict.outcome]: 1},
        )
        if failed and len(self.failures) < MAX_FAILURES:
            errors = {one.code for one in verdict.findings if one.severity == "error"}
            self.failures.append(
                Failure(
                    oid=verdict.oid,
                    subject=verdict.subject,
                    reported=reported,
                    codes=sorted(errors),
                )
            )

    def count(self, oid: str, **numbers: int) -> None:
        """Add numbers to the month of a commit."""
        self._months[month(self.times.get(oid, 0))].update(numbers)

    def months(self) -> dict[str, Counts]:
        """The counts of each month, the oldest first."""
        return {name: Counts(**numbers) for name, numbers in sorted(self._months.items())}


def _times(isolated: Isolated, task: ShardTask) -> dict[str, int]:
    """The commits of a shard, oldest first, and when each was made, as its committer claims."""
    words = ("--topo-order", "--reverse", "--timestamp", *_range(task))
    rows = isolated.run("rev-list", *words).stdout.decode("ascii").splitlines()
    return {oid: int(seconds) for seconds, oid in map(str.split, rows)}


def _range(task: ShardTask) -> list[str]:
    return [task.shard.tip, *(f"^{oid}" for oid in task.shard.below)]


def _with_block(isolated: Isolated, task: ShardTask) -> frozenset[str]:
    # Without a change of encoding: a header of the commit could name one that hides the line.
    words = ("--encoding=none", f"--grep={_BLOCK}", *_range(task))
    return frozenset(isolated.run("rev-list", *words).stdout.decode("ascii").split())


def _late(isolated: Isolated, task: ShardTask) -> frozenset[str] | None:
    """The commits on which the policy enforces itself (`mode`, `enforce-from`); None for all. A
    day of `enforce-from` spares none: dates of commits are claims of their authors."""
    source = task.source
    if source.is_advisory:
        return frozenset()
    if not source.enforce_from:
        return None
    words = ("--ancestry-path", task.shard.tip, f"^{source.enforce_from}", *_range(task)[1:])
    later = isolated.run("rev-list", *words).stdout.decode("ascii").split()
    return frozenset([*later, source.enforce_from])


def _peak() -> int:
    """The most memory that this process has used, in KiB; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0
    import resource

    peak: Any = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak) // 1024 if sys.platform == "darwin" else int(peak)
