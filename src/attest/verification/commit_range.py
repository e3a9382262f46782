"""Judges many commits, in their order, in as many processes as there are cores."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from attest.errors import AttestError, EnvironmentFault
from attest.git.isolated import Isolated
from attest.project.rules import ProjectRules
from attest.report.findings import Verdict
from attest.signatures import sshsig
from attest.system import workers
from attest.system.workers import Send, Worker, WorkerEnded
from attest.verification import commit_check
from attest.verification.commit_check import StartedReview
from attest.verification.plain_commits import PlainCommits
from attest.verification.task import MOST_AHEAD, HunksAhead

if TYPE_CHECKING:
    from attest.git.range_reader import RangeEntry

_AHEAD = 4
"""Commits from which on they are read ahead: for fewer, to start two more processes of git takes
longer than to wait for its answers."""
_MOST_STARTED = 64
"""Commits whose files may be read while an earlier one is judged: so many, that the process which
reads code has enough to do while one takes long."""
_PIECE, _PIECE_WITHOUT_ANSWERS = 16, 128
"""The most commits whose verdicts a worker sends together: this wakes the process that waits for
them, for which a core is needed."""
_MOST_PIECES = 8
"""The most of these in a row that are one worker's: so the next commit of a file is seldom another
worker's, which would parse the file once more."""
_MOST_SHARES = 1000
"""As many numbers fit into the smallest pipe; see `workers.Turns`."""
_READERS = 2
"""Processes that read code for one that judges, where there are cores for them: they take longer.
Those of one judge parse a version of a file once; those of two, once each."""
_WORTH, _WORTH_WITHOUT_ANSWERS = 16, 400
"""Commits for each worker from which on it is worth its start, which takes a second with the
process that reads code, and some hundredths without."""


class Judging(NamedTuple):
    """How commits are judged; see `commit_check.judge`.

    Args:
        keep: keep the hunks' bodies for showing.
        jobs: processes that judge at the same time.
        plain: judges most of them in one step; None where none can be judged so.
    """

    isolated: Isolated
    rules: ProjectRules
    now: datetime
    keep: bool = False
    jobs: int = 1
    plain: PlainCommits | None = None

    @classmethod
    def of(
        cls, isolated: Isolated, rules: ProjectRules, now: datetime, *, keep: bool, jobs: int
    ) -> Judging:
        """Commits are judged by these rules, in one step where that is possible."""
        plain = PlainCommits(rules, now) if PlainCommits.can_judge(rules) and not keep else None
        return cls(isolated, rules, now, keep, jobs, plain)


def prepare(judging: Judging, oid: str) -> None:
    """Load what judges many commits, by judging one, while git still lists the others. Workers
    start with all that this process has loaded, and with all that it knows of signers."""
    if judging.plain is None:
        return
    sshsig.load()
    with suppress(AttestError):  # raised where the commit is judged
        for entry in judging.isolated.read_range([oid]):
            judging.plain.verdict(entry)


def judge_all(judging: Judging, oids: Sequence[str]) -> Iterator[Verdict]:
    """The verdict on each of some commits, in their order.

    Raises:
        NothingToJudge, EnvironmentFault, GrammarsUnavailable: see `commit_check.judge`; the
            verdicts on the commits before are given first.
    """
    rules = judging.rules
    worth = _WORTH if rules.answers else _WORTH_WITHOUT_ANSWERS
    jobs = min(judging.jobs, len(oids) // worth)
    if rules.answers:
        rules.chooser.read_with(_READERS if jobs > 1 else 1)
        jobs = -(-jobs // _READERS)
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
    if judging.plain is not None:
        yield from _judge_plain(judging, judging.plain, entries)
        return
    started: deque[StartedReview] = deque()
    for entry in entries if keep else _ask_ahead(isolated, entries, rules):
        steps = commit_check.steps(isolated, entry.oid, rules, now, keep=keep, entry=entry)
        started.append(StartedReview(steps, rules))
        while started and (len(started) > _MOST_STARTED or rules.chooser.is_busy):
            yield started.popleft().finish().verdict
    for review in started:
        yield review.finish().verdict


def _ask_ahead(
    isolated: Isolated, entries: Iterable[RangeEntry], rules: ProjectRules
) -> Iterator[RangeEntry]:
    """Some commits that were read ahead, of which a few wait while git finds their hunks."""
    ahead = HunksAhead(isolated, rules)
    waiting: deque[RangeEntry] = deque()
    for entry in entries:
        ahead.add(entry)
        waiting.append(entry)
        if len(waiting) > MOST_AHEAD:
            ahead.ask(waiting[0])
            yield waiting.popleft()
    for entry in waiting:
        ahead.ask(entry)
        yield entry


def _judge_plain(
    judging: Judging, plain: PlainCommits, entries: Iterator[RangeEntry]
) -> Iterator[Verdict]:
    """Judge commits in this process of which nearly all are alike. Behind one that is not, a few
    wait, while git finds its hunks."""
    isolated, rules, now = judging.isolated, judging.rules, judging.now

    ahead = HunksAhead(isolated, rules)

    def judge(entry: RangeEntry) -> Verdict:
        ahead.ask(entry)
        steps = commit_check.steps(isolated, entry.oid, rules, now, entry=entry)
        return StartedReview(steps).finish().verdict

    waiting: deque[tuple[RangeEntry, Verdict | None]] = deque()
    for entry in entries:
        verdict = plain.verdict(entry)
        if verdict is not None and not waiting:
            yield verdict
            continue
        if verdict is None:
            ahead.add(entry)
        waiting.append((entry, verdict))
        while waiting and (waiting[0][1] is not None or len(waiting) > MOST_AHEAD):
            first, known = waiting.popleft()
            yield known or judge(first)
    for first, known in waiting:
        yield known or judge(first)


def _judge_in_workers(judging: Judging, oids: Sequence[str], jobs: int) -> Iterator[Verdict]:
    """Judge commits in workers. Each takes the next share as soon as it has none: what a commit
    takes is not known before. A worker that meets an error says so and ends; then the rest is
    judged here, where the error is raised in its place.

    Raises:
        EnvironmentFault: a worker ended without a word.
    """
    most = _PIECE if judging.rules.answers else _PIECE_WITHOUT_ANSWERS
    shares = _shares(len(oids), jobs, most)
    turns = workers.Turns(len(shares))
    running: list[Worker] = []
    count = 0
    try:
        work = partial(_work, judging, oids, shares, turns)
        for _ in range(jobs):  # one by one: each that was started is ended, whatever happens
            running.append(Worker(work))  # noqa: PERF401
        turns.close()
        owners: dict[object, Worker] = {}
        idle = list(running)
        for number, share in enumerate(shares):
            try:
                while idle and number not in owners:
                    worker = idle.pop()
                    with suppress(WorkerEnded):  # there was nothing left for it
                        owners[worker.receive()] = worker
                if number not in owners:
                    raise WorkerEnded
                worker = owners.pop(number)
                for piece in share:
                    judged = cast("list[Verdict]", worker.receive())
                    yield from judged
                    count += len(judged)
                    if len(judged) < len(piece):
                        break
            except WorkerEnded:
                raise EnvironmentFault(
                    f"a process that judges commits ended before it had judged {oids[count][:10]}",
                    "Make sure that there is memory for it, or use one process: --jobs 1",
                ) from None
            if count < share[-1].stop:
                break
            idle.append(worker)
    finally:
        turns.close()
        for worker in running:
            worker.end()
    if count < len(oids):
        yield from _judge_here(judging, oids[count:])


def _shares(count: int, jobs: int, most: int) -> list[list[range]]:
    """The numbers of some commits in shares, each in pieces of *most*. The last ones are small, so
    that no worker has much to do when the others have nothing left."""
    shares: list[list[range]] = []
    start, least = 0, max(most, -(-count // _MOST_SHARES))
    while start < count:
        size = max(least, min(most * _MOST_PIECES, (count - start) // (2 * jobs)))
        end = min(start + size, count)
        shares.append([range(at, min(at + most, end)) for at in range(start, end, most)])
        start = end
    return shares


def _work(
    judging: Judging,
    oids: Sequence[str],
    shares: Sequence[Sequence[range]],
    turns: workers.Turns,
    send: Send,
) -> None:
    """Judge shares in a worker while there are some. Send the number of each, and the verdicts on
    each of its pieces; fewer than it has commits where there is an error, and then no more."""
    with judging.isolated.separate():
        for number in turns:
            send(number)
            pieces = shares[number]
            verdicts = _judge_here(judging, oids[pieces[0].start : pieces[-1].stop])
            for piece in pieces:
                judged: list[Verdict] = []
                try:
                    for _ in piece:
                        judged.append(next(verdicts))  # noqa: PERF401  # keep those before an error
                except AttestError:
                    send(judged)
                    return
                send(judged)
