"""What of a clone is judged, by which rules, in which shards."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from attest.audit import shards
from attest.audit.tasks import Plan, PlanTask, Shard, Source
from attest.errors import EnvironmentFault, NothingToJudge
from attest.git import branches, commit_object, history, promisor
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.policy.model import FILE
from attest.project import base_commit
from attest.project.base_commit import Base
from attest.project.rules import ProjectRules
from attest.text import lazy
from attest.verification import landed

_CLAIM = "^[[:blank:]]*Attest-Unit: branch; commits="
"""The line of a block that stands for several commits, for `git rev-list --grep`."""
_SPANNED_COMMITS = lazy(rb"^[ \t]*Attest-Unit: branch; commits=([0-9]{1,9})", re.MULTILINE)


def make(task: PlanTask) -> Plan:
    """Plan the audit of a clone.

    Raises:
        NothingToJudge: a name leads to no commit, or history is missing (a shallow clone).
        EnvironmentFault: the clone cannot be read, git refuses it, or its rules are wrong.
        GrammarsUnavailable: answers are judged, and what reads code is not here.
    """
    repository = Repository.at(Path(task.path))
    tip = _tip(repository, task.branch)
    base = repository.resolve(task.base) if task.base else ""
    with isolate(source := _source(task, repository)) as isolated:
        rules = ProjectRules.read(isolated, base or tip.oid, audit=True)
        if task.answers:
            rules.chooser.assert_available()
        if task.landed and rules.digest is not None and rules.policy.unit != "pull-request":
            problem = '--landed is for projects whose policy says unit = "pull-request"'
            raise EnvironmentFault(problem, "Leave it out: each is judged by its own unit.")
        start = rules.policy.enforce_from
        enforce_from = start if isinstance(start, str) else ""
        if enforce_from and not history.contains(isolated, base or tip.oid, enforce_from):
            raise EnvironmentFault(
                f"{FILE}: enforce-from: {enforce_from} is not in the history of the branch",
                "Name a commit of the branch by its full id.",
            )
        source = replace(
            source,
            rules=base or tip.oid,
            has_policy=rules.digest is not None,
            unit=rules.policy.unit,
            is_advisory=rules.policy.advises(datetime.now(UTC)),
            enforce_from=enforce_from,
        )
        cut = _cut(isolated, source, tip.oid, base, task)
    clone = str(repository.common_dir.resolve())
    return Plan(clone, base_commit.short(tip.name), tip.oid, base, source, cut)


def isolate(source: Source) -> Isolated:
    """The isolated repository of a clone."""
    return Isolated(
        [Path(source.objects)],
        source.object_format,
        shallow=source.shallow,
        promisor=source.promisor,
    )


def _tip(repository: Repository, branch: str) -> Base:
    """The commit that a branch ends with; of the clone's default branch where none is named."""
    if branch:
        return Base(branch, repository.resolve(branch))
    base = base_commit.find(repository)
    if base is not None:
        return base
    head = repository.head()
    if head is None:
        raise NothingToJudge("the clone has no commit", "Fetch it, or name its branch.")
    return Base(repository.branch() or "HEAD", head)


def _source(task: PlanTask, repository: Repository) -> Source:
    return Source(
        path=task.path,
        objects=str(repository.objects),
        object_format=repository.object_format,
        shallow=repository.shallow,
        promisor=promisor.remote(repository.config),
        rules="",
        has_policy=False,
        unit="commit",
        is_advisory=False,
        enforce_from="",
    )


def _cut(
    isolated: Isolated, source: Source, tip: str, base: str, task: PlanTask
) -> tuple[Shard, ...]:
    """The shards of a branch; none where nothing landed in the time that is asked for."""
    by_unit = source.unit == "pull-request"
    line, times = _line(isolated, tip, base, by_unit=by_unit)
    part = len(line) if task.since is None else shards.newest_part(line, times, task.since)
    start = base if part == len(line) else line[part]
    part_line = line[:part]
    if by_unit:
        root: tuple[Shard, ...] = ()
        if part_line and not start:  # a walk begins below its first commit
            start = part_line.pop()
            root = (Shard(start, ()),)
        spans = _spans(isolated, part_line, tip, start)
        return (*root, *shards.cut(part_line, start, task.size, spans=spans))
    apart = base if line and not _begins_at(isolated, line[-1], base) else ""
    return shards.cut(part_line, start, task.size, apart=apart)


def _begins_at(isolated: Isolated, oldest: str, base: str) -> bool:
    """Whether the base is right below a line, so that all of the line has it in its history."""
    return commit_object.parse(isolated.commit(oldest), oldest).parents[:1] == (base,)


def _line(
    isolated: Isolated, tip: str, base: str, *, by_unit: bool
) -> tuple[list[str], dict[str, int]]:
    """The line of a branch, newest first, and when each commit was made, as it claims."""
    excluded = [f"^{base}"] if base else []
    # The walk over pull requests leaves the first parents where only another one leads to the base.
    walks = by_unit and bool(base) and base != tip
    words = ["--ancestry-path"] if walks else ["--first-parent"]
    rows = isolated.run("rev-list", "--timestamp", *words, tip, *excluded).stdout
    times = {row[1]: int(row[0]) for row in map(str.split, rows.decode("ascii").splitlines())}
    steps = [step.oid for step in landed.line(isolated, base, tip)] if walks else list(times)
    return steps, times


def _spans(isolated: Isolated, line: list[str], tip: str, start: str) -> dict[int, int]:
    """How many commits, from a place in the line on, a block may stand for: what it claims, in
    any block of its message, whether or not that is valid."""
    if not line:
        return {}
    # Without a change of encoding: a header of the commit could name one that hides the line.
    words = ("--encoding=none", "--first-parent", f"--grep={_CLAIM}", tip, f"^{start}")
    claiming = set(isolated.run("rev-list", *words).stdout.decode("ascii").split())
    spans: dict[int, int] = {}
    for place, oid in enumerate(line):
        if oid in claiming:
            message = commit_object.parse(isolated.commit(oid), oid).message
            claims = [int(number) for number in _SPANNED_COMMITS.findall(message)]
            spans[place] = min(max(claims, default=1), branches.MAX_COMMITS)
    return spans
