"""Judges one commit by itself.

A judged commit is hostile input: its message, paths, content and author. What cannot be judged
fails or ends the check; nothing is skipped (docs/threat-model.md, "Who is trusted").
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from attest.attestation import block
from attest.errors import AttestError, GrammarsUnavailable, LimitExceeded
from attest.git import commit_object
from attest.git.diff import Change
from attest.git.isolated import Isolated
from attest.policy import sign_off
from attest.project.rules import ProjectRules
from attest.report.findings import Finding, Outcome, UnitCommit, Verdict
from attest.verification import (
    blocks,
    coverage,
    exemptions,
    hunk_reports,
    merges,
    requirements,
    reverts,
    verdicts,
)
from attest.verification.blocks import Message, MessageBlocks
from attest.verification.coverage import Coverage
from attest.verification.task import CommitReview, CommitTask, assert_objects, load, load_ahead

if TYPE_CHECKING:
    from attest.git.range_reader import RangeEntry


def judge(
    isolated: Isolated, oid: str, rules: ProjectRules, now: datetime, *, keep: bool = False
) -> CommitReview:
    """Judge one commit.

    Args:
        rules: those of the base.
        now: the present time, for expiry of keys and claims from the future.
        keep: keep the hunks' bodies for showing.

    Raises:
        NothingToJudge: the commit or a parent is missing (a shallow clone).
        EnvironmentFault: an object is damaged.
        GrammarsUnavailable: see `check`.
    """
    return StartedReview(steps(isolated, oid, rules, now, keep=keep)).finish()


Steps = Generator[Change, None, CommitReview]
"""Gives the change whose files will be looked at, if any will, and then the review."""


class StartedReview:
    """A commit whose files may be read by another process while this one judges others.

    Args:
        steps: see `steps`.
        rules: where they choose what is asked about, its files are asked for.
    """

    def __init__(self, steps: Steps, rules: ProjectRules | None = None) -> None:
        self._steps = steps
        self._review: CommitReview | None = None
        self._error: AttestError | None = None
        try:
            change = next(steps)
            if rules is not None:
                try:
                    rules.chooser.open(change)
                except AttestError as error:  # as if it had been met where hunks are chosen
                    steps.throw(error)
        except StopIteration as end:
            self._review = end.value
        except AttestError as error:  # it is raised when it is this commit's turn
            self._error = error

    def finish(self) -> CommitReview:
        """The review.

        Raises:
            NothingToJudge, EnvironmentFault, GrammarsUnavailable: see `judge`.
        """
        if self._error is not None:
            raise self._error
        if self._review is None:
            try:
                next(self._steps)
            except StopIteration as end:
                self._review = end.value
        assert self._review is not None
        return self._review


def steps(
    isolated: Isolated,
    oid: str,
    rules: ProjectRules,
    now: datetime,
    *,
    keep: bool = False,
    entry: RangeEntry | None = None,
) -> Steps:
    """Judge one commit in two steps; see `judge`.

    Args:
        entry: what was read ahead of it.
    """
    subject = ""
    try:
        raw = entry.raw if entry and entry.raw is not None else isolated.commit(oid)
        commit = entry.commit if entry and entry.commit else commit_object.parse(raw, oid)
        subject = commit.subject
        if entry is None or entry.rows is None or keep:
            task = load(isolated, oid, raw, commit, rules, keep=keep)
        else:
            task = load_ahead(isolated, entry, raw, commit, rules)
        return (yield from _judge_task(isolated, task, now))
    except LimitExceeded as limit:
        return verdicts.over_limit(oid, subject, limit.message)


def _judge_task(isolated: Isolated, task: CommitTask, now: datetime) -> Steps:
    """Judge a commit that was read.

    Raises:
        LimitExceeded: its change is larger than a limit.
        NothingToJudge, EnvironmentFault, GrammarsUnavailable: see `judge`.
    """
    oid, commit, rules = task.oid, task.commit, task.rules
    exempt = exemptions.reason(isolated, task, now)
    if exempt is not None:
        return _without_attestation(task, "exempt", [], exempt)
    needed = task.needed
    refusals = task.adjusted(merges.find_refused(commit, rules, needed=needed))
    if not needed:
        undisclosed = _find_undisclosed(task) if task.change else []
        return _without_attestation(task, "not-needed", [*refusals, *undisclosed])
    scan = block.scan(commit.message)
    if scan.limit:
        return verdicts.over_limit(oid, commit.subject, scan.limit, task.change)
    # A walk over history for each name in a message: only where no block answers for the commit.
    revert = None if scan.spans else reverts.of_commit(isolated, task)
    if revert is not None and reverts.is_accepted(task.change, rules):
        return _without_attestation(task, "exempt", refusals, f"revert of {revert}")
    message = Message(commit.message, commit.author_email, oid=oid)
    judged_blocks = blocks.read(scan, message, rules, now)
    parts = judged_blocks.parts()
    if rules.answers and rules.chooses:
        yield task.change
    review = _best([_review(task, scan, part, refusals) for part in parts])
    if len(parts) > 1:
        review = review._replace(blocks=tuple(one.block for one in judged_blocks.verified_blocks))
    if revert is not None:
        review = review._replace(verdict=verdicts.name_revert(review.verdict, revert))
    if review.blocks and not review.coverage.complete:
        # Before a finding says that a block does not fit its change: is the change what
        # git shows? In a damaged clone it may not be.
        assert_objects(isolated, task)
    return review


def judge_here(
    isolated: Isolated, oid: str, rules: ProjectRules, now: datetime, *, keep: bool = False
) -> tuple[CommitReview, GrammarsUnavailable | None]:
    """Judge one commit as far as this installation can, for a contributor's own look.

    Args:
        keep: keep the hunks' bodies for showing.

    Returns:
        The review. Where the grammars are missing, it leaves out whether the right hunks
        were answered for; the fault then comes with it.

    Raises:
        NothingToJudge, EnvironmentFault: see `judge`.
    """
    try:
        return judge(isolated, oid, rules, now, keep=keep), None
    except GrammarsUnavailable as fault:
        return judge(isolated, oid, replace(rules, chooses=False), now, keep=keep), fault


def _best(reviews: Sequence[CommitReview]) -> CommitReview:
    """Of the reviews by blocks that are taken together, the first that passes; else the one by
    those that reach farthest."""
    if len(reviews) == 1:
        return reviews[0]
    passing = (one for one in reviews if one.verdict.outcome == "attested")
    return next(passing, None) or max(reviews, key=lambda one: one.verdict.attested_count)


def _listed(task: CommitTask) -> tuple[UnitCommit, ...]:
    return (verdicts.unit_commit(task.oid, task.commit),)


def _review(
    task: CommitTask, scan: block.Scan, blocks: MessageBlocks, refusals: Sequence[Finding]
) -> CommitReview:
    """The review of a commit that needs an attestation."""
    reach = task.cover([valid.block for valid in blocks.valid_blocks])
    findings = _findings(task, scan, blocks, refusals, reach)
    answerable = not task.hidden_findings and verdicts.is_answerable(findings)
    if not answerable:
        # The commands of a remedy would send its author to answer in vain.
        findings = [finding._replace(answer_again=False) for finding in findings]
    listed = _listed(task)
    verdict = verdicts.of_blocks(
        task,
        verdicts.Subject(task.oid, listed[0].subject, commits=listed),
        reach,
        blocks,
        findings,
        messages=[task.commit.message],
    )
    return CommitReview(
        verdict,
        task.change,
        reach,
        has_blocks=bool(scan.spans),
        blocks=tuple(verified.block for verified in blocks.verified_blocks),
        answerable=answerable,
    )


def _findings(
    task: CommitTask,
    scan: block.Scan,
    blocks: MessageBlocks,
    refusals: Sequence[Finding],
    reach: Coverage,
) -> list[Finding]:
    """All findings about a commit that needs an attestation, as severe as the policy says.

    Args:
        refusals: that the policy does not allow the merge.
        reach: how far the valid blocks reach.
    """
    findings: list[Finding] = []
    if not scan.spans and task.change:
        findings += task.adjusted([coverage.unattested_finding(scan)])
    findings += refusals
    findings += task.adjusted(task.hidden_findings)
    # A block that is not valid is an error, unless valid ones cover the commit: a squash
    # keeps blocks of others, and whoever adds a broken one must not turn a good commit red.
    findings += [
        finding._replace(severity="warning") if reach.complete else finding
        for finding in blocks.rejections
    ]
    findings += verdicts.compare(task, blocks, reach)
    findings += _find_undisclosed(task)
    findings += dict.fromkeys(f for valid in blocks.valid_blocks for f in valid.findings)
    findings += task.adjusted(requirements.find_changed_rules(task.paths))
    return findings


def _find_undisclosed(task: CommitTask) -> list[Finding]:
    if not task.rules.answers:
        return []
    message, needed = task.commit.message, task.needed
    findings = list(requirements.find_undisclosed(message, task.rules, needed=needed))
    if task.rules.policy.sign_off == "required":
        findings += sign_off.judge(message, task.commit.author_email)
    return task.adjusted(findings)


def _without_attestation(
    task: CommitTask, outcome: Outcome, findings: Sequence[Finding], exempt: str | None = None
) -> CommitReview:
    """The review of a commit that needs no attestation.

    Args:
        outcome: where none of its findings is an error.
        exempt: why the policy exempts it.
    """
    all_findings = [*findings, *task.adjusted(requirements.find_changed_rules(task.paths))]
    verdict = Verdict(
        oid=task.oid,
        subject=task.commit.subject,
        commits=_listed(task),
        outcome="failed" if verdicts.has_errors(all_findings) else outcome,
        level="none",
        findings=tuple(all_findings),
        exempt=exempt,
        hunks=hunk_reports.without_blocks(task) if task.keeps_lines else (),
        disclosures=requirements.find_disclosures(task.commit.message, task.rules),
    )
    return CommitReview(verdict, task.change, task.cover(()), answerable=False)
