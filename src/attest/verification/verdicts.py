"""From what was found out about a change to a verdict: what commits and branches share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from attest.attestation.block import Block
from attest.git.commit_object import Commit
from attest.git.diff import Change
from attest.project.rules import ProjectRules
from attest.report.answers import Disclosed
from attest.report.findings import (
    MAX_LISTED,
    Finding,
    Outcome,
    SignerKind,
    UnaskedHunks,
    UnitCommit,
    UnitKind,
    Verdict,
)
from attest.verification import answers, coverage, hunk_reports, requirements
from attest.verification.blocks import JudgedBlock, MessageBlocks
from attest.verification.coverage import Coverage
from attest.verification.task import ChangeTask, CommitReview

NEEDS_NEW_COMMIT = (
    "merge-refused",
    "merge-base-ambiguous",
    "disclosure-invalid",
    "disclosure-forbidden",
    "sign-off-missing",
)
"""Findings that no answer resolves: a commit or its message must be made again."""


class Subject(NamedTuple):
    """What a verdict is about.

    Args:
        oid: the commit, or the newest one, with its *subject*.
        unit, commits: see `Verdict`.
    """

    oid: str
    subject: str
    unit: UnitKind = "commit"
    commits: tuple[UnitCommit, ...] = ()


def compare(task: ChangeTask, judged: MessageBlocks, valid_reach: Coverage) -> list[Finding]:
    """What the blocks that are compared with a change fall short of, by the change and the policy.

    Args:
        valid_reach: how far the valid ones reach.
    """
    if not judged.compared_blocks:
        return []
    blocks = [each.block for each in judged.compared_blocks]
    reach = valid_reach if judged.valid_blocks else task.cover(blocks)
    findings: list[Finding] = []
    if not reach.complete:  # else the hunks need not be read (docs/adr/0030)
        findings += task.adjusted(coverage.find_uncovered(reach, task.change, blocks))
    if task.rules.answers and task.rules.chooses:
        findings += task.adjusted(answers.find_unanswered(task, reach, blocks))
        findings += task.adjusted(answers.find_weak(task, reach))
    findings += task.adjusted(requirements.find_unmet(task, judged.compared_blocks, reach.level))
    return findings


def of_blocks(
    task: ChangeTask,
    about: Subject,
    reach: Coverage,
    blocks: MessageBlocks,
    findings: Sequence[Finding],
    *,
    messages: Sequence[bytes],
) -> Verdict:
    """The verdict on a change that needs an attestation.

    Args:
        reach: how far the valid blocks reach.
        blocks: those that are taken together.
        messages: of its commits, which may disclose assistance.
    """
    first_block = next(iter(blocks.compared_blocks or blocks.readable), None)
    outcome: Outcome = "attested" if reach.complete else "tolerated"
    compared_blocks = [each.block for each in blocks.compared_blocks]
    return Verdict(
        oid=about.oid,
        subject=about.subject,
        unit=about.unit,
        commits=about.commits,
        outcome="failed" if has_errors(findings) else outcome,
        level=reach.level,
        has_counts=reach.has_hunks,
        total=reach.needed_count,
        attested_count=reach.attested_count,
        answered_count=reach.answered_count,
        attester=first_block.block.attester if first_block else None,
        key=first_block.block.fingerprint if first_block else None,
        signer=least_trusted(blocks.compared_blocks),
        findings=tuple(findings),
        unasked_hunks=_unasked_hunks(task, compared_blocks),
        hunks=hunk_reports.find(task, reach, compared_blocks, every=task.keeps_lines),
        disclosures=disclosures(messages, task.rules),
        presence=requirements.common_presence(blocks.compared_blocks),
    )


def disclosures(messages: Sequence[bytes], rules: ProjectRules) -> tuple[Disclosed, ...]:
    """What some messages say of assistance, each line once."""
    lines = [requirements.find_disclosures(message, rules) for message in messages]
    return tuple(dict.fromkeys(chain.from_iterable(lines)))[:MAX_LISTED]


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


def name_revert(verdict: Verdict, oid: str) -> Verdict:
    """The verdict on a change without a block that takes back another one."""
    findings = [
        one._replace(message=f"{one.message}; it is a clean revert of {oid[:10]}")
        if one.code == "unattested"
        else one
        for one in verdict.findings
    ]
    return verdict._replace(findings=tuple(findings))


def unit_commit(oid: str, commit: Commit) -> UnitCommit:
    """A commit, as a report lists it."""
    return UnitCommit(oid, commit.subject, *commit.people)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether one of the findings is an error."""
    return any(finding.severity == "error" for finding in findings)


def is_answerable(findings: Iterable[Finding]) -> bool:
    """Whether new answers can resolve all findings."""
    return not any(finding.code in NEEDS_NEW_COMMIT for finding in findings)


def least_trusted(judged: Sequence[JudgedBlock]) -> SignerKind | None:
    """What is known of the signers. Of several, the least trusted counts: a report that
    names the best would vouch for the others."""
    order: tuple[SignerKind, ...] = ("unknown", "forge", "trusted")
    return min((each.signer for each in judged), key=order.index, default=None)


def _unasked_hunks(task: ChangeTask, blocks: Sequence[Block]) -> UnaskedHunks | None:
    """What nobody was asked about; None where no answers are judged."""
    if not (task.rules.answers and task.rules.chooses):
        return None
    return answers.find_unasked(task, blocks)
