"""Judges many commits, in their order, in as many processes as there are cores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple, cast

from attest.errors import AttestError, EnvironmentFault
from attest.git.isolated import Isolated
from attest.project.rules import ProjectRules
from attest.report.findings import Verdict
from attest.system import workers
from attest.system.workers import Send, Worker, WorkerEnded
from attest.verification.commit_check import judge
from attest.verification.task import ask_ahead

_AHEAD = 4
"""Commits from which on they are read ahead: for fewer, to start two more processes of git takes
longer than to wait for its answers."""
_SHARE, _SHARE_WITHOUT_ANSWERS = 16, 64
"""The most commits that a worker judges before it is another one's turn. The parent of the first is
in no share of its own, and so is read by itself: the larger a share, the less often."""
_WORTH, _WORTH_WITHOUT_ANSWERS = 16, 400
"""Commits for each worker from which on it is worth its start, which takes a second with the
process that reads code, and some hundredths without."""


class Judging(NamedTuple):
    """How commits are judged; see `commit_check.judge`.

    Args:
        keep: keep the hunks' bodies for showing.
        jobs: processes that judge at the same time.
    """

    isolated: Isolated
    rules: ProjectRules
    now: datetime
    keep: bool = False
    jobs: int = 1


def judge_all(judging: Judging, oids: Sequence[str]) -> Iterator[Verdict]:
    """The verdict on each of some commits, in their order.

    Raises:
        NothingToJudge, EnvironmentFault, GrammarsUnavailable: see `commit_check.judge`; the
            verdicts on the commits before are given first.
    """
    rules = judging.rules
    worth = _WORTH if rules.answers else _WORTH_WITHOUT_ANSWERS
    jobs = min(judging.jobs, len(oids) // worth)
    # Each worker would ask the forge again for the keys that a login publishes.
    if jobs > 1 and not rules.known.forges and workers.can_fork():
        yield from _judge_in_workers(judging, oids, jobs)
    else:
        yield from _judge_here(judging, oids)


def _judge_here(judging: Judging, oids: Sequence[str]) -> Iterator[Verdict]:
    """Judge commits in this process."""
    isolated, rules, now, keep = judging.isolated, judging.rules, judging.now, judging.keep
    if len(oids) < _AHEAD:
        for oid in oids:
            yield judge(isolated, oid, rules, now, keep=keep).verdict
        return
    entries = isolated.read_range(oids)
    for entry in entries if keep else ask_ahead(isolated, entries, rules):
        yield judge(isolated, entry.oid, rules, now, keep=keep, entry=entry).verdict


def _judge_in_workers(judging: Judging, oids: Sequence[str], jobs: int) -> Iterator[Verdict]:
    """Judge commits in workers, which take turns. A worker that meets an error says so and ends;
    then the rest is judged here, where the error is raised in its place.

    Raises:
        EnvironmentFault: a worker ended without a word.
    """
    size = _SHARE if judging.rules.answers else _SHARE_WITHOUT_ANSWERS
    shares = [range(len(oids))[start : start + size] for start in range(0, len(oids), size)]
    running: list[Worker] = []
    count = 0
    try:
        for number in range(jobs):
            work = partial(_work, judging, oids, shares[number::jobs])
            running.append(Worker(work))
        for number, share in enumerate(shares):
            try:
                judged = cast("list[Verdict]", running[number % jobs].receive())
            except WorkerEnded:
                raise EnvironmentFault(
                    "a process that judges commits ended before it had judged "
                    f"{oids[share.start][:10]}",
                    "Make sure that there is memory for it, or use one process: --jobs 1",
                ) from None
            yield from judged
            count += len(judged)
            if len(judged) < len(share):
                break
    finally:
        for worker in running:
            worker.end()
    if count < len(oids):
        yield from _judge_here(judging, oids[count:])


def _work(judging: Judging, oids: Sequence[str], shares: Sequence[range], send: Send) -> None:
    """Judge some shares in a worker, and send the verdicts on each; fewer than it has commits
    where there is an error, and then no more.

    Args:
        shares: which of *oids* they are.
    """
    with judging.isolated.separate():
        judged: list[Verdict] = []
        verdicts = _judge_here(
            judging, [oid for share in shares for oid in oids[share.start : share.stop]]
        )
        for share in shares:
            try:
                for _ in share:
                    judged.append(next(verdicts))  # noqa: PERF401  # keep those before an error
            except AttestError:
                send(judged)
                return
            send(judged)
            judged = []
