"""Judges several commits as one change: a branch, or what was landed of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from attest.attestation import block, codec
from attest.attestation.block import BlockError
from attest.errors import GrammarsUnavailable, LimitExceeded
from attest.git import branches, commit_object, integrity
from attest.git.isolated import Isolated
from attest.project.rules import ProjectRules
from attest.report.findings import Finding, Outcome, Verdict
from attest.verification import between, hunk_reports, reverts, verdicts
from attest.verification.blocks import JudgedBlock, Message
from attest.verification.search import SearchResult, search
from attest.verification.task import CommitReview
from attest.verification.units import UnitTask, of_branch
from attest.verification.verdicts import Subject


class PullRequest(NamedTuple):
    """What is known of a pull request beside its commits.

    Args:
        description: its text, which may have a block.
        opener: the login that opened it; empty where nobody says.
    """

    description: bytes = b""
    opener: str = ""


def judge_branch(
    isolated: Isolated,
    base: str,
    tip: str,
    rules: ProjectRules,
    now: datetime,
    *,
    request: PullRequest | None = None,
    keep: bool = False,
) -> CommitReview:
    """Judge a branch before its merge.

    Args:
        base: the tip of the base branch.
        tip: the newest commit of the branch.
        rules: those of the base.
        request: what is known beside the commits.
        now: the present time, for expiry of keys and claims from the future.
        keep: keep the hunks' bodies for showing.

    Raises:
        NothingToJudge: the branch is empty, or has no merge base that is here.
        EnvironmentFault: an object is damaged.
        GrammarsUnavailable: see `check.check`.
    """
    request = request or PullRequest()
    subject = ""
    try:
        subject = commit_object.parse(isolated.commit(tip), tip).subject
        branch = branches.read(isolated, base, tip)
        task = of_branch(isolated, branch, rules, keep=keep)
        messages = [*task.messages, *_description(task, request)]
        if branch.ambiguous:
            return _ambiguous(task, branch.merge_bases)
        review = judge(isolated, task, messages, now, opener=request.opener)
    except LimitExceeded as limit:
        return verdicts.over_limit(tip, subject, limit.message, unit="branch")
    return review


def judge_branch_here(
    isolated: Isolated,
    base: str,
    tip: str,
    rules: ProjectRules,
    now: datetime,
    *,
    keep: bool = False,
) -> tuple[CommitReview, GrammarsUnavailable | None]:
    """Judge a branch as far as this installation can, for a contributor's own look; see
    `judge_branch` and `commit_check.judge_here`."""
    try:
        return judge_branch(isolated, base, tip, rules, now, keep=keep), None
    except GrammarsUnavailable as fault:
        partial = replace(rules, chooses=False)
        return judge_branch(isolated, base, tip, partial, now, keep=keep), fault


def _description(task: UnitTask, request: PullRequest) -> list[Message]:
    """The description as a message. The newest commit that is not a merge says whose branch it is:
    a merge of the base may be by anybody."""
    if not request.description:
        return []
    own = task.own_commits
    author = own[0].commit.author_email if own else task.tip.commit.author_email
    return [Message(request.description, author, opener=request.opener)]


def judge(
    isolated: Isolated,
    task: UnitTask,
    messages: Sequence[Message],
    now: datetime,
    *,
    opener: str = "",
) -> CommitReview:
    """Judge a unit by the blocks of some messages.

    Args:
        messages: newest first.
        opener: the login that opened the pull request.

    Raises:
        LimitExceeded: see `search`.
        EnvironmentFault: an object is damaged, or gpg is needed and missing.
    """
    exempt = between.exempt_reason(isolated, task, now)
    if exempt is not None:
        return _exempt(isolated, task, now, exempt)
    is_plain = not (task.transient or between.decisions(task))
    if is_plain and not task.has_attestable:
        return _without_attestation(task, "not-needed", between.findings(task))
    result = search(task, messages, now)
    best = result.best
    texts = b"\n".join(_texts(task))
    revert = reverts.find(isolated, texts, task.change, task.base, old=task.old, new=task.new)
    accepted = revert is not None and is_plain and reverts.is_accepted(task.change, task.rules)
    if accepted and not (best and best.is_enough):
        return _exempt(isolated, task, now, f"revert of {revert}")
    if result.verified_blocks and not (best and best.reach.complete):
        # Before a finding says that a block does not fit: is the change what git shows?
        integrity.assert_trees(isolated, task.old, task.new)
        integrity.assert_files(isolated, [file.row for file in task.change.files])
    return _review(task, result, _findings(isolated, task, result, opener), revert)


def _review(
    task: UnitTask, result: SearchResult, findings: list[Finding], revert: str | None
) -> CommitReview:
    """The review of a unit that needs an attestation.

    Args:
        revert: the commit that it takes back; None for another change.
    """
    answerable = verdicts.is_answerable(findings)
    if not answerable:
        findings = [finding._replace(answer_again=False) for finding in findings]
    best = result.best
    reach = best.reach if best else task.cover(())
    if best is None:
        outcome: Outcome = "failed" if verdicts.has_errors(findings) else "tolerated"
        verdict = _verdict(task, outcome, findings)
        verdict = verdicts.name_revert(verdict, revert) if revert else verdict
    else:
        verdict = verdicts.of_blocks(
            task, _subject(task), reach, best.judged, findings, messages=_texts(task)
        )
    return CommitReview(
        verdict,
        task.change,
        reach,
        has_blocks=result.block_count > 0,
        blocks=result.verified_blocks,
        answerable=answerable,
    )


def _findings(
    isolated: Isolated, task: UnitTask, result: SearchResult, opener: str
) -> list[Finding]:
    findings: list[Finding] = []
    best = result.best
    if best is None:
        findings += task.adjusted([_unattested(result)])
    enough = best is not None and best.is_enough
    findings += [
        one._replace(severity="warning") if enough else one for one in result.unreadable_findings
    ]
    if best is not None:
        findings += best.findings
        if enough:
            by = best.judged.valid_blocks[0]
            if task.kind == "branch":  # what has landed was looked at before it did
                findings += task.adjusted(_reused(isolated, task, by))
            findings += task.adjusted(_not_by_opener(task, by, opener))
    return [*findings, *between.findings(task)]


def _unattested(result: SearchResult) -> Finding:
    if result.block_count:
        why = "no block is for the whole branch (none has the line Attest-Unit)"
    else:
        why = "the branch has no attestation"
        why += " (it has Attest- lines, but no block begins)" if result.has_stray_lines else ""
    return Finding("unattested", why, "Its author must answer for it.", answer_again=True)


def _reused(isolated: Isolated, task: UnitTask, by: JudgedBlock) -> list[Finding]:
    """The finding about a block that the base's history has already."""
    line = f"Attest-Change: {by.block.change}"
    command = ("rev-list", "--fixed-strings", f"--grep={line}", task.base)
    for oid in isolated.run(*command).stdout.decode("ascii").split():
        message = commit_object.parse(isolated.commit(oid), oid).message
        if by.block.payload in _payloads(message):
            return [
                Finding(
                    "block-reused",
                    f"{oid[:10]}, which the base has already, has the same block",
                    "The change may have been reverted on purpose. A maintainer looks at why.",
                )
            ]
    return []


def _payloads(message: bytes) -> set[bytes]:
    payloads = set()
    for span in block.scan(message).spans:
        try:
            payloads.add(codec.parse_text(span.text).payload)
        except BlockError:
            continue
    return payloads


def _not_by_opener(task: UnitTask, by: JudgedBlock, opener: str) -> list[Finding]:
    """The finding about a block by somebody else than who opened the pull request. It needs the
    keys that this login publishes."""
    logins = [login for login in task.rules.known.forges if login.is_named(opener)]
    if not logins or any(login.has_key(by.block.fingerprint) for login in logins):
        return []
    return [
        Finding(
            "attester-not-opener",
            f"{opener} opened the pull request, and does not publish the key that signed "
            f"(by {by.block.attester})",
            "It may be somebody else's branch, submitted again. Who opened it answers for it, or a "
            "maintainer makes sure.",
        )
    ]


def _ambiguous(task: UnitTask, merge_bases: Sequence[str]) -> CommitReview:
    names = ", ".join(oid[:10] for oid in merge_bases[:4])
    finding = Finding(
        "merge-base-ambiguous",
        f"the branch and its base have {len(merge_bases)} merge bases ({names}), so what it "
        "changes depends on which of them one begins with",
        "Merge the base branch into the branch, which leaves one; or rebase the branch.",
    )
    verdict = _verdict(task, "failed", [finding])
    return CommitReview(verdict, task.change, task.cover(()), answerable=False)


def _exempt(isolated: Isolated, task: UnitTask, now: datetime, why: str) -> CommitReview:
    return _without_attestation(task, "exempt", between.of_exempt(isolated, task, now), why)


def _without_attestation(
    task: UnitTask, outcome: Outcome, findings: Sequence[Finding], exempt: str | None = None
) -> CommitReview:
    outcome = "failed" if verdicts.has_errors(findings) else outcome
    verdict = _verdict(task, outcome, findings, exempt)
    return CommitReview(verdict, task.change, task.cover(()), answerable=False)


def _verdict(
    task: UnitTask, outcome: Outcome, findings: Sequence[Finding], exempt: str | None = None
) -> Verdict:
    """The verdict on a unit that no block is for."""
    about = _subject(task)
    return Verdict(
        oid=about.oid,
        subject=about.subject,
        unit=about.unit,
        commits=about.commits,
        outcome=outcome,
        level="none",
        findings=tuple(findings),
        exempt=exempt,
        hunks=hunk_reports.without_blocks(task) if task.keeps_lines else (),
        disclosures=verdicts.disclosures(_texts(task), task.rules),
    )


def _subject(task: UnitTask) -> Subject:
    tip = task.tip
    return Subject(tip.oid, tip.commit.subject, task.kind, task.unit_commits)


def _texts(task: UnitTask) -> list[bytes]:
    return [one.commit.message for one in task.commits]
