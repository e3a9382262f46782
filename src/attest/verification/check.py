"""Journey 3: from a range of commits to a report.

The judged commits are hostile input: their messages, paths, contents and authors. What
cannot be judged fails or ends the check; nothing is skipped (docs/threat-model.md, "Who
is trusted").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from attest.errors import NothingToJudge, UsageError
from attest.git.isolated import Isolated
from attest.git.object_ids import ObjectIds
from attest.git.repository import Repository
from attest.project.rules import ProjectRules
from attest.report.findings import Report, Verdict
from attest.verification import enforcement
from attest.verification.commit_range import Judging, judge_all
from attest.verification.unit_check import PullRequest, judge_branch


def commits(repository: Repository, isolated: Isolated, revisions: str) -> Sequence[str]:
    """The commits of a range, oldest first.

    Args:
        revisions: `A..B` (either side may be empty for HEAD), or one revision.

    Raises:
        NothingToJudge: it is empty, an end is unknown, or history is missing.
        UsageError: it is `A...B`, or something else that is not a range.
    """
    if ".." not in revisions:
        return [repository.resolve(revisions)]
    start, stop = ends(repository, revisions)
    out = isolated.run("rev-list", "--topo-order", "--reverse", stop, f"^{start}").stdout
    oids = ObjectIds(out)
    if not oids:
        # Never a pass: a check that looked at nothing would look like one that found
        # nothing (docs/threat-model.md, "On the check").
        raise NothingToJudge(
            f"the range {revisions} has no commits",
            "Its base already has all of them; name another base (--base).",
        )
    return oids


def ends(repository: Repository, revisions: str) -> tuple[str, str]:
    """The commits at the ends of a range `A..B`: where it begins, and its newest one.

    Raises:
        NothingToJudge: an end is unknown.
        UsageError: it is `A...B`.
    """
    if "..." in revisions:
        raise UsageError(f"{revisions!r} is not a range that can be checked", "Write A..B.")
    base, _, tip = revisions.partition("..")
    return repository.resolve(base or "HEAD"), repository.resolve(tip or "HEAD")


@dataclass(frozen=True, slots=True)
class RunningReport:
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
        return cls(replace(report, verdicts=()), iter(report.verdicts))

    def whole(self) -> Report:
        """The report with all verdicts."""
        return replace(self.head, verdicts=tuple(self.verdicts))


def begin(
    repository: Repository,
    isolated: Isolated,
    revisions: str,
    rules: ProjectRules,
    now: datetime,
    *,
    oid: str = "",
    keep: bool = False,
    pull_request: PullRequest | None = None,
    jobs: int = 1,
) -> RunningReport:
    """Judge a range: each of its commits, or all of them as one branch where the policy says
    `unit = "pull-request"`.

    Args:
        revisions: see `commits`.
        rules: those of the base; never of a judged commit.
        now: the present time, for expiry of keys and claims from the future.
        oid: the one commit that *revisions* means, where that is known.
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
    if unit == "pull-request" and ".." in revisions and not oid:
        base_and_tip = ends(repository, revisions)
        review = judge_branch(isolated, *base_and_tip, rules, now, request=pull_request, keep=keep)
        verdicts, head = iter([review.verdict]), base_and_tip[1]
    else:
        oids = [oid] if oid else commits(repository, isolated, revisions)
        verdicts = judge_all(Judging(isolated, rules, now, keep, jobs), oids)
        head = oids[-1]
    report = Report(
        revisions,
        (),
        rules.oid,
        enforcement.reprieve(isolated, rules, head, now),
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
    oid: str = "",
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
        oid=oid,
        keep=keep,
        pull_request=pull_request,
        jobs=jobs,
    )
    return running.whole()
