"""Journey 3: from a range of commits to a report.

The judged commits are hostile input: their messages, paths, contents and authors. What
cannot be judged fails or ends the check; nothing is skipped (docs/threat-model.md, "Who
is trusted").
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from attest.git.commit_list import Ends, Listing, commits, find_ends
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.project.rules import ProjectRules
from attest.report.findings import Report, Verdict
from attest.verification import enforcement
from attest.verification.commit_range import Judging, judge_all, prepare

if TYPE_CHECKING:
    from attest.verification.unit_check import PullRequest


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
    listing: Listing | None = None,
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
        judging = Judging.of(isolated, rules, now, keep=keep, jobs=jobs)
        if listing is not None and listing.is_running:
            prepare(judging, ends.tip)
        oids = commits(repository, isolated, revisions, ends, listing)
        verdicts = judge_all(judging, oids)
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
