"""An audit from the list of projects to the overview.

First every clone is planned, then every shard is judged. Both are done by an engine, in workers.
Only this process writes records, and adds them up: each shard once, whichever worker judged it,
however often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from attest.audit.engine import Engine
from attest.audit.projects import Project
from attest.audit.results import Results
from attest.audit.tasks import (
    Fault,
    Plan,
    PlanTask,
    ShardTask,
    read_plan,
    shard_key,
    task_message,
)
from attest.report.audit_overview import Overview, ProjectResult
from attest.report.audit_records import FaultRecord, ShardRecord


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """What an audit is about.

    Args:
        since: see `PlanTask`.
        since_words: as on the command line.
        size: first-parent steps of a shard, at most.
        answers: judge the answers, too.
        landed: see `PlanTask`.
        now: the present.
    """

    now: datetime
    since: int | None = None
    since_words: str = ""
    size: int = 250
    answers: bool = True
    landed: bool = False


class Watcher(Protocol):
    """Learns how far an audit is."""

    def begin(self, words: str, total: int) -> None:
        """A part begins.

        Args:
            words: what is done.
            total: how often `step` is called for it.
        """
        ...

    def step(self, project: str) -> None:
        """A step of the part is done."""
        ...


def audit(
    projects: Sequence[Project],
    options: AuditOptions,
    engine: Engine,
    results: Results,
    watcher: Watcher,
) -> Overview:
    """Audit some clones. One that cannot be judged does not stop the others.

    Args:
        engine, results: entered.

    Raises:
        EnvironmentFault: a record cannot be written, or no worker can be started.
    """
    rows = [ProjectResult(one.name, str(one.path)) for one in projects]
    overview = Overview(rows, options.since_words)
    plans = _plans(projects, options, engine, watcher, rows, results)
    tasks: list[tuple[ProjectResult, ShardTask]] = []
    earlier = 0
    for row, plan in zip(rows, plans, strict=True):
        if plan is None:
            continue
        row.branch, row.rules = plan.branch, plan.source.rules
        row.has_policy, row.shards = plan.source.has_policy, len(plan.shards)
        for task in _shard_tasks(row.name, plan, options):
            record = results.find(task.key)
            if record is None:
                tasks.append((row, task))
            else:
                row.add(record)
                earlier += 1
    watcher.begin("judging", len(tasks) + earlier)
    for _ in range(earlier):
        watcher.step("")
    for number, answer in engine.run([task_message(task) for _, task in tasks]):
        row, task = tasks[number]
        if "shard" in answer:
            record = ShardRecord.model_validate(answer["shard"])
            row.add(record)
            results.add(record)
        else:
            fault = Fault(**answer["fault"])
            where = f"{task.shard.tip[:10]}: {fault.message}"
            _fail(row, Fault(where, fault.hint), results, task.key)
        watcher.step(row.name)
    for row in rows:
        row.failures.sort(key=lambda failure: failure.oid)
    return overview


def _plans(
    projects: Sequence[Project],
    options: AuditOptions,
    engine: Engine,
    watcher: Watcher,
    rows: Sequence[ProjectResult],
    results: Results,
) -> list[Plan | None]:
    """The plan of each project; None where there is none, and why is in its row."""
    tasks = [
        PlanTask(
            one.name,
            str(one.path),
            one.branch,
            one.base,
            options.since,
            options.size,
            options.answers,
            options.landed,
        )
        for one in projects
    ]
    watcher.begin("reading clones", len(tasks))
    plans: list[Plan | None] = [None] * len(tasks)
    for number, answer in engine.run([task_message(task) for task in tasks]):
        if "plan" in answer:
            plans[number] = read_plan(answer["plan"])
        else:
            _fail(rows[number], Fault(**answer["fault"]), results)
        watcher.step(projects[number].name)
    clones: dict[str, int] = {}
    for number, plan in enumerate(plans):
        first = number if plan is None else clones.setdefault(plan.clone, number)
        if first != number:
            # Its commits would count twice: two work trees share them, and two branches most.
            fault = Fault(
                f"{projects[number].place}: the same clone as {projects[first].place}",
                "Remove one of the lines: a clone is judged once, by one branch.",
            )
            _fail(rows[number], fault, results)
            plans[number] = None
    return plans


def _shard_tasks(project: str, plan: Plan, options: AuditOptions) -> list[ShardTask]:
    answers, now = options.answers, options.now.timestamp()
    return [
        ShardTask(
            shard_key(project, plan.source, shard, answers=answers),
            project,
            plan.source,
            shard,
            answers,
            now,
        )
        for shard in plan.shards
    ]


def _fail(row: ProjectResult, fault: Fault, results: Results, key: str = "") -> None:
    """Note why something of a project could not be judged."""
    words = ". ".join(filter(None, (fault.message, fault.hint)))
    row.faults.append(" ".join(words.split()))
    results.add(
        FaultRecord(
            project=row.name, path=row.path, key=key, message=fault.message, hint=fault.hint
        )
    )
