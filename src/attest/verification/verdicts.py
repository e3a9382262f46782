"""From what was found out about a change to a verdict: what commits and branches share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attest.git import commit_object
from attest.git.diff import Change
from attest.report.findings import (
    Finding,
    Outcome,
    SignerKind,
    Unasked,
    UnitCommit,
    UnitKind,
    Verdict,
)
from attest.verification import answers, coverage, requirements
from attest.verification.blocks import JudgedBlock, MessageBlocks
from attest.verification.coverage import Coverage
from attest.verification.task import ChangeTask, CommitReview

NEEDS_NEW_COMMIT = (
    "merge-refused",
    "merge-base-ambiguous",
    "disclosure-invalid",
    "disclosure-forbidden",
)
"""Findings that no answer resolves: a commit or its message must be made again."""


def compared(task: ChangeTask, judged: Sequence[JudgedBlock]) -> list[Finding]:
    """What the blocks fall short of, by the change and the policy."""
    blocks = [each.block for each in judged]
    reach = task.cover(blocks)
    findings = task.adjusted(coverage.uncovered(reach))
    if task.rules.answers and task.rules.chooses:
        findings += task.adjusted(answers.unanswered(task, reach, blocks))
        findings += task.adjusted(answers.weak(task, reach))
    findings += task.adjusted(requirements.unmet(task, judged, reach.level))
    return findings


def of_blocks(
    task: ChangeTask,
    oid: str,
    subject: str,
    reach: Coverage,
    judged: MessageBlocks,
    findings: Sequence[Finding],
    *,
    unit: UnitKind = "commit",
    commits: tuple[UnitCommit, ...] = (),
) -> Verdict:
    """The verdict on a change that needs an attestation.

    Args:
        oid: the newest commit that it is about, with its *subject*.
        reach: how far the valid blocks reach.
        judged: the blocks that are taken together.
        unit, commits: see `Verdict`.
    """
    named = next(iter([*judged.compared, *judged.readable]), None)
    outcome: Outcome = "attested" if reach.complete else "tolerated"
    return Verdict(
        oid=oid,
        subject=subject,
        unit=unit,
        commits=commits,
        outcome="failed" if failed(findings) else outcome,
        level=reach.level,
        total=reach.needed,
        attested=reach.attested,
        answered=reach.answered,
        attester=named.block.attester if named else None,
        key=named.block.fingerprint if named else None,
        signer=least_trusted(judged.compared),
        findings=tuple(findings),
        unasked=_unasked(task, judged.compared),
        claimed_facts=reach.claimed_facts,
    )


def over_limit(
    oid: str,
    subject: str,
    reason: str,
    change: Change | None = None,
    *,
    unit: UnitKind = "commit",
) -> CommitReview:
    """The review of what is too large to be judged. It fails: were it skipped, size would be a
    way past the check."""
    change = change or Change("", ())
    finding = Finding(
        "limit-exceeded",
        reason,
        "It is too large to be checked. Split the commit, shorten its message, or keep a file "
        "that is too large elsewhere (Git LFS)."
        if unit == "commit"
        else "It is too large to be checked. Split the branch, combine its commits, or remove old "
        "blocks from their messages.",
    )
    verdict = Verdict(
        oid=oid,
        subject=subject,
        unit=unit,
        outcome="failed",
        level="none",
        total=len(change.hunks),
        findings=(finding,),
    )
    return CommitReview(verdict, change, coverage.cover(change, ()), answerable=False)


def unit_commit(oid: str, raw: bytes) -> UnitCommit:
    """A commit, as a report lists it."""
    subject = commit_object.parse(raw, oid).subject
    author, committer = (commit_object.person(raw, role) for role in ("author", "committer"))
    return UnitCommit(oid, subject, author, committer)


def failed(findings: Iterable[Finding]) -> bool:
    """Whether one of the findings is an error."""
    return any(finding.severity == "error" for finding in findings)


def _unasked(task: ChangeTask, judged: Sequence[JudgedBlock]) -> Unasked | None:
    """What nobody was asked about; None where no answers are judged."""
    if not (task.rules.answers and task.rules.chooses):
        return None
    return answers.unasked(task, [each.block for each in judged])


def least_trusted(judged: Sequence[JudgedBlock]) -> SignerKind | None:
    """What is known of the signers. Of several, the least trusted counts: a report that
    names the best would vouch for the others."""
    kinds = {each.signer for each in judged}
    order: tuple[SignerKind, ...] = ("unknown", "forge", "trusted")
    return next((kind for kind in order if kind in kinds), None)
