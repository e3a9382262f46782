"""Judges many commits, in their order, in as many processes as there are cores."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, cast

from attest.errors import AttestError, EnvironmentFault
from attest.git.isolated import Isolated
from attest.project.rules import ProjectRules
from attest.report.findings import Verdict
from attest.system import workers
from attest.system.workers import Send, Worker, WorkerEnded
from attest.verification import commit_check
from attest.verification.commit_check import StartedReview
from attest.verification.plain_commits import PlainCommits
from attest.verification.task import MOST_AHEAD, ask_ahead, ask_hunks

if TYPE_CHECKING:
    from attest.git.range_reader import RangeEntry

_AHEAD = 4
"""Commits from which on they are read ahead: for fewer, to start two more processes of git takes
longer than to wait for its answers."""
_MOST_STARTED = 8
"""Commits whose files may be read while an earlier one is judged."""
_PIECE, _PIECE_WITHOUT_ANSWERS = 16, 128
"""The most commits whose verdicts a worker sends together: this wakes the process that waits for
them, for which a core is needed."""
_MOST_PIECES = 8
"""The most of these in a row that are one worker's: so the next commit of a file is seldom another
worker's, which would parse the file once more."""
_TURNS = 4
"""Turns that each worker gets where there are enough commits, so that none has much less to do."""
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
            yield commit_check.judge(isolated, oid, rules, now, keep=keep).verdict
        return
    entries = isolated.read_range(oids)
    if PlainCommits.can_judge(rules) and not keep:
        yield from _judge_plain(judging, entries)
        return
    started: deque[StartedReview] = deque()
    for entry in entries if keep else ask_ahead(isolated, entries, rules):
        steps = commit_check.steps(isolated, entry.oid, rules, now, keep=keep, entry=entry)
        started.append(StartedReview(steps, rules))
        while started and (len(started) > _MOST_STARTED or rules.chooser.is_busy):
            yield started.popleft().finish().verdict
    for review in started:
        yield review.finish().verdict


def _judge_plain(judging: Judging, entries: Iterator[RangeEntry]) -> Iterator[Verdict]:
    """Judge commits in this process of which nearly all are alike. Behind one that is not, a few
    wait, while git finds its hunks."""
    isolated, rules, now = judging.isolated, judging.rules, judging.now
    plain = PlainCommits(rules, now)

    def judge(entry: RangeEntry) -> Verdict:
        steps = commit_check.steps(isolated, entry.oid, rules, now, entry=entry)
        return StartedReview(steps).finish().verdict

    waiting: deque[tuple[RangeEntry, Verdict | None]] = deque()
    for entry in entries:
        verdict = plain.verdict(entry)
        if verdict is not None and not waiting:
            yield verdict
            continue
        if verdict is None:
            ask_hunks(isolated, entry, rules)
        waiting.append((entry, verdict))
        while waiting and (waiting[0][1] is not None or len(waiting) > MOST_AHEAD):
            first, known = waiting.popleft()
            yield known or judge(first)
    for first, known in waiting:
        yield known or judge(first)


def _judge_in_workers(judging: Judging, oids: Sequence[str], jobs: int) -> Iterator[Verdict]:
    """Judge commits in workers, which take turns. A worker that meets an error says so and ends;
    then the rest is judged here, where the error is raised in its place.

    Raises:
        EnvironmentFault: a worker ended without a word.
    """
    most = _PIECE if judging.rules.answers else _PIECE_WITHOUT_ANSWERS
    shares = _shares(len(oids), jobs, most)
    running: list[Worker] = []
    count = 0
    try:
        for number in range(jobs):
            own_pieces = [piece for share in shares[number::jobs] for piece in share]
            running.append(Worker(partial(_work, judging, oids, own_pieces)))
        for number, piece in [(n, piece) for n, share in enumerate(shares) for piece in share]:
            try:
                judged = cast("list[Verdict]", running[number % jobs].receive())
            except WorkerEnded:
                oid = oids[piece.start][:10]
                raise EnvironmentFault(
                    f"a process that judges commits ended before it had judged {oid}",
                    "Make sure that there is memory for it, or use one process: --jobs 1",
                ) from None
            yield from judged
            count += len(judged)
            if len(judged) < len(piece):
                break
    finally:
        for worker in running:
            worker.end()
    if count < len(oids):
        yield from _judge_here(judging, oids[count:])


def _shares(count: int, jobs: int, most: int) -> list[list[range]]:
    """The numbers of some commits in shares, which workers take in turns, and each in pieces of
    *most*. All are about as large, so that no worker has more to do than the others."""
    turns = max(_TURNS, -(-count // (jobs * most * _MOST_PIECES)))
    number = min(min(turns, -(-count // (jobs * most))) * jobs, count)
    ends = [count * n // number for n in range(number + 1)]
    return [
        [range(at, min(at + most, end)) for at in range(start, end, most)]
        for start, end in pairwise(ends)
    ]


def _work(judging: Judging, oids: Sequence[str], pieces: Sequence[range], send: Send) -> None:
    """Judge some pieces in a worker, and send the verdicts on each; fewer than it has commits
    where there is an error, and then no more."""
    with judging.isolated.separate():
        verdicts = _judge_here(judging, [oids[at] for piece in pieces for at in piece])
        for piece in pieces:
            judged: list[Verdict] = []
            try:
                for _ in piece:
                    judged.append(next(verdicts))  # noqa: PERF401  # keep those before an error
            except AttestError:
                send(judged)
                return
            send(judged)
