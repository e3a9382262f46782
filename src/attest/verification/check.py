"""Journey 3: from a range of commits to a report.

The judged commits are hostile input: their messages, paths, contents and authors. What
cannot be judged fails or ends the check; nothing is skipped (docs/threat-model.md, "Who
is trusted").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from attest.errors import AttestError, NothingToJudge, UsageError
from attest.git import commit_object
from attest.git.isolated import Isolated
from attest.git.object_ids import ObjectIds
from attest.git.repository import Repository
from attest.git.revisions import resolve_all
from attest.project.rules import ProjectRules
from attest.report.findings import Report, Verdict
from attest.verification import enforcement
from attest.verification.commit_range import Judging, judge_all

if TYPE_CHECKING:
    from attest.verification.unit_check import PullRequest


class Ends(NamedTuple):
    """The commits that a range is named by, or the one that a revision names.

    Args:
        start: where a range begins, which it leaves out; empty for one commit.
        tip: the newest one.
    """

    start: str
    tip: str


def begin_list(isolated: Isolated, ends: Ends | None) -> Callable[[], bytes] | None:
    """Have git list the commits of a range, which takes a while for a long one; see
    `Isolated.begin_list`. None where there is nothing to list."""
    if ends is None or not ends.start or _is_only_child(isolated, ends.tip, ends.start):
        return None
    return isolated.begin_list(ends.tip, ends.start)


def commits(
    repository: Repository,
    isolated: Isolated,
    revisions: str,
    ends: Ends | None = None,
    listing: Callable[[], bytes] | None = None,
) -> Sequence[str]:
    """The commits of a range, oldest first.

    Args:
        revisions: see `find_ends`.
        ends: what it found, where it was asked.
        listing: see `begin_list`, where it was begun.

    Raises:
        NothingToJudge: the range is empty, an end is unknown, or history is missing.
        UsageError: see `find_ends`.
    """
    ends = ends or find_ends(repository, revisions)
    listing = listing or begin_list(isolated, ends)
    if listing is None:
        return [ends.tip]
    oids = ObjectIds(listing())
    if not oids:
        # Never a pass: a check that looked at nothing would look like one that found
        # nothing (docs/threat-model.md, "On the check").
        raise NothingToJudge(
            f"the range {revisions} has no commits",
            "Its base already has all of them; name another base (--base).",
        )
    return oids


def _is_only_child(isolated: Isolated, tip: str, start: str) -> bool:
    """Whether a range has only its newest commit, whose one parent is where it begins: then git
    need not walk. False also where the commit cannot be read: git says why."""
    with suppress(AttestError):
        return commit_object.parse(isolated.commit(tip), tip).parents == (start,)
    return False


def find_ends(repository: Repository, revisions: str) -> Ends:
    """The commits that *revisions* names.

    Args:
        revisions: `A..B` (either side may be empty for HEAD), or one revision.

    Raises:
        NothingToJudge: an end is unknown.
        UsageError: it is `A...B`, or something else that is not a range.
    """
    if "..." in revisions:
        raise UsageError(f"{revisions!r} is not a range that can be checked", "Write A..B.")
    start, dots, tip = revisions.partition("..")
    if not dots:
        return Ends("", repository.resolve(revisions))
    return Ends(*resolve_all(repository, start or "HEAD", tip or "HEAD"))


class RunningReport(NamedTuple):
    """A report whose verdicts are made one after the other.

    Args:
        head: all of it but the verdicts.
        verdicts: each is made when it is asked for. What making them raises, see `begin`.
    """

    head: Report
    verdicts: Iterator[Verdict]

    @classmethod
    def of(cls, report: Report) -> RunningReport:
        """A report whose verdicts are there already."""
        return cls(report._replace(verdicts=()), iter(report.verdicts))

    def whole(self) -> Report:
        """The report with all verdicts."""
        return self.head._replace(verdicts=tuple(self.verdicts))


def begin(
    repository: Repository,
    isolated: Isolated,
    revisions: str,
    rules: ProjectRules,
    now: datetime,
    *,
    ends: Ends | None = None,
    listing: Callable[[], bytes] | None = None,
    keep: bool = False,
    pull_request: PullRequest | None = None,
    jobs: int = 1,
) -> RunningReport:
    """Judge a range: each of its commits, or all of them as one branch where the policy says
    `unit = "pull-request"`.

    Args:
        revisions: see `find_ends`.
        rules: those of the base; never of a judged commit.
        now: the present time, for expiry of keys and claims from the future.
        ends: the commits that *revisions* names, where somebody looked already: a name may lead
            to another by now.
        listing: see `commits`.
        keep: report every hunk, with its lines.
        pull_request: what is known of the pull request that the range is.
        jobs: processes that judge commits at the same time.

    Raises:
        NothingToJudge, UsageError: see `commits`.
        EnvironmentFault: an object is damaged, or gpg is needed and missing.
        GrammarsUnavailable: answers are judged, and what reads code is not here.
    """
    if rules.answers and rules.chooses:
        rules.chooser.assert_available()
    unit = rules.policy.unit
    ends = ends or find_ends(repository, revisions)
    if unit == "pull-request" and ends.start:
        from attest.verification.unit_check import judge_branch

        review = judge_branch(isolated, *ends, rules, now, request=pull_request, keep=keep)
        verdicts = iter([review.verdict])
    else:
        oids = commits(repository, isolated, revisions, ends, listing)
        verdicts = judge_all(Judging(isolated, rules, now, keep, jobs), oids)
    report = Report(
        revisions,
        (),
        rules.oid,
        enforcement.reprieve(isolated, rules, ends.tip, now),
        unit,
        has_policy=rules.digest is not None,
    )
    return RunningReport(report, verdicts)


def check(
    repository: Repository,
    isolated: Isolated,
    revisions: str,
    rules: ProjectRules,
    now: datetime,
    *,
    ends: Ends | None = None,
    keep: bool = False,
    pull_request: PullRequest | None = None,
    jobs: int = 1,
) -> Report:
    """Judge a range, all of it; see `begin`."""
    running = begin(
        repository,
        isolated,
        revisions,
        rules,
        now,
        ends=ends,
        keep=keep,
        pull_request=pull_request,
        jobs=jobs,
    )
    return running.whole()
