"""Journey 3: from a range of commits to a report.

The judged commits are hostile input: their messages, paths, contents and authors. What
cannot be judged fails or ends the check; nothing is skipped (docs/threat-model.md, "Who
is trusted").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from attest.attestation import block
from attest.errors import GrammarsUnavailable, LimitExceeded, NothingToJudge, UsageError
from attest.git import commit_object
from attest.git.diff import Change
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.project.rules import ProjectRules
from attest.report.findings import Finding, Outcome, Report, SignerKind, UnaskedHunks, Verdict
from attest.verification import answers, blocks, coverage, exemptions, merges, requirements
from attest.verification.blocks import JudgedBlock, MessageBlocks
from attest.verification.task import CommitReview, CommitTask, assert_objects, load


def commits(repository: Repository, isolated: Isolated, revisions: str) -> list[str]:
    """The commits of a range, oldest first.

    Args:
        revisions: `A..B` (either side may be empty for HEAD), or one revision.

    Raises:
        NothingToJudge: it is empty, an end is unknown, or history is missing.
        UsageError: it is `A...B`, or something else that is not a range.
    """
    if "..." in revisions:
        raise UsageError(f"{revisions!r} is not a range that can be checked", "Write A..B.")
    if ".." not in revisions:
        return [repository.resolve(revisions)]
    base, _, tip = revisions.partition("..")
    start, stop = repository.resolve(base or "HEAD"), repository.resolve(tip or "HEAD")
    out = isolated.run("rev-list", "--topo-order", "--reverse", stop, f"^{start}").stdout
    oids = out.decode("ascii").split()
    if not oids:
        # Never a pass: a check that looked at nothing would look like one that found
        # nothing (docs/threat-model.md, "On the check").
        raise NothingToJudge(
            f"the range {revisions} has no commits",
            "Its base already has all of them; name another base (--base).",
        )
    return oids


def check(
    repository: Repository,
    isolated: Isolated,
    revisions: str,
    rules: ProjectRules,
    now: datetime,
    *,
    oid: str = "",
) -> Report:
    """Judge every commit of a range.

    Args:
        revisions: see `commits`.
        rules: those of the base; never of a judged commit.
        now: the present time, for expiry of keys and claims from the future.
        oid: the one commit that *revisions* means, where that is known.

    Raises:
        NothingToJudge, UsageError: see `commits`.
        EnvironmentFault: an object is damaged, or gpg is needed and missing.
        GrammarsUnavailable: answers are judged, and what reads code is not here.
    """
    if rules.answers:
        rules.chooser.assert_available()
    oids = [oid] if oid else commits(repository, isolated, revisions)
    verdicts = tuple(judge(isolated, oid, rules, now).verdict for oid in oids)
    return Report(revisions, verdicts, base=rules.oid, advisory=rules.advises)


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
    subject = ""
    try:
        raw = isolated.commit(oid)
        commit = commit_object.parse(raw, oid)
        subject = commit.subject
        task = load(isolated, oid, raw, commit, rules, keep=keep)
    except LimitExceeded as limit:
        return _over_limit(oid, subject, limit.message)
    exempt = exemptions.reason(task, now)
    if exempt is not None:
        return _without_attestation(task, "exempt", [], exempt)
    refusals = task.adjusted(merges.find_refused(commit, rules, needed=task.needed))
    if not task.needed:
        undisclosed = _find_undisclosed(task) if task.change else []
        return _without_attestation(task, "not-needed", [*refusals, *undisclosed])
    scan = block.scan(commit.message)
    if scan.limit:
        return _over_limit(oid, commit.subject, scan.limit, task.change)
    review = _review(task, scan, blocks.read(scan, commit, rules, now), refusals)
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


NEEDS_NEW_COMMIT = ("merge-refused", "disclosure-invalid", "disclosure-forbidden")
"""Findings that no answer resolves: the commit or its message must be made again."""


def _review(
    task: CommitTask, scan: block.Scan, blocks: MessageBlocks, refusals: Sequence[Finding]
) -> CommitReview:
    """The review of a commit that needs an attestation."""
    reach = task.cover([valid.block for valid in blocks.valid_blocks])
    findings = _findings(task, scan, blocks, refusals, is_attested=reach.complete)
    answerable = not task.hidden_findings and not any(f.code in NEEDS_NEW_COMMIT for f in findings)
    if not answerable:
        # The commands of a remedy would send its author to answer in vain.
        findings = [replace(finding, answer_again=False) for finding in findings]
    outcome: Outcome = "attested" if reach.complete else "tolerated"
    first_block = next(iter([*blocks.compared_blocks, *blocks.readable]), None)
    verdict = Verdict(
        oid=task.oid,
        subject=task.commit.subject,
        outcome="failed" if _has_errors(findings) else outcome,
        level=reach.level,
        total=reach.needed_count,
        attested_count=reach.attested_count,
        answered_count=reach.answered_count,
        attester=first_block.block.attester if first_block else None,
        key=first_block.block.fingerprint if first_block else None,
        signer=_least_trusted(blocks.compared_blocks),
        findings=tuple(findings),
        unasked_hunks=_unasked_hunks(task, blocks.compared_blocks),
        claimed_facts=reach.claimed_facts,
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
    *,
    is_attested: bool,
) -> list[Finding]:
    """All findings about a commit that needs an attestation, as severe as the policy says.

    Args:
        refusals: that the policy does not allow the merge.
        is_attested: valid blocks cover the commit.
    """
    findings: list[Finding] = []
    if not scan.spans and task.change:
        findings += task.adjusted([coverage.unattested_finding(scan)])
    findings += refusals
    findings += task.adjusted(task.hidden_findings)
    # A block that is not valid is an error, unless valid ones cover the commit: a squash
    # keeps blocks of others, and whoever adds a broken one must not turn a good commit red.
    findings += [
        replace(finding, severity="warning") if is_attested else finding
        for finding in blocks.rejections
    ]
    if blocks.compared_blocks:
        findings += _compare(task, blocks.compared_blocks)
    findings += _find_undisclosed(task)
    findings += dict.fromkeys(f for valid in blocks.valid_blocks for f in valid.findings)
    findings += task.adjusted(requirements.find_changed_rules(task.change))
    return findings


def _compare(task: CommitTask, judged: Sequence[JudgedBlock]) -> list[Finding]:
    """What the blocks fall short of, by the change and the policy."""
    blocks = [each.block for each in judged]
    reach = task.cover(blocks)
    findings = task.adjusted(coverage.find_uncovered(reach))
    if task.rules.answers and task.rules.chooses:
        findings += task.adjusted(answers.find_unanswered(task, reach, blocks))
        findings += task.adjusted(answers.find_weak(task, reach))
    findings += task.adjusted(requirements.find_unmet(task, judged, reach.level))
    return findings


def _unasked_hunks(task: CommitTask, judged: Sequence[JudgedBlock]) -> UnaskedHunks | None:
    """What nobody was asked about; None where no answers are judged."""
    if not (task.rules.answers and task.rules.chooses):
        return None
    return answers.find_unasked(task, [each.block for each in judged])


def _find_undisclosed(task: CommitTask) -> list[Finding]:
    if not task.rules.answers:
        return []
    message, needed = task.commit.message, task.needed
    return task.adjusted(requirements.find_undisclosed(message, task.rules, needed=needed))


def _without_attestation(
    task: CommitTask, outcome: Outcome, findings: Sequence[Finding], exempt: str | None = None
) -> CommitReview:
    """The review of a commit that needs no attestation.

    Args:
        outcome: where none of its findings is an error.
        exempt: why the policy exempts it.
    """
    all_findings = [*findings, *task.adjusted(requirements.find_changed_rules(task.change))]
    verdict = Verdict(
        oid=task.oid,
        subject=task.commit.subject,
        outcome="failed" if _has_errors(all_findings) else outcome,
        level="none",
        findings=tuple(all_findings),
        exempt=exempt,
    )
    return CommitReview(verdict, task.change, task.cover(()), answerable=False)


def _over_limit(oid: str, subject: str, reason: str, change: Change | None = None) -> CommitReview:
    """The review of a commit that is too large to be judged. It fails: were it skipped, size
    would be a way past the check."""
    change = change or Change("", ())
    finding = Finding(
        "limit-exceeded",
        reason,
        "It is too large to be checked. Split the commit, shorten its message, or keep a file "
        "that is too large elsewhere (Git LFS).",
    )
    verdict = Verdict(
        oid=oid,
        subject=subject,
        outcome="failed",
        level="none",
        total=len(change.hunks),
        findings=(finding,),
    )
    return CommitReview(verdict, change, coverage.cover(change, ()), answerable=False)


def _has_errors(findings: Sequence[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _least_trusted(judged: Sequence[JudgedBlock]) -> SignerKind | None:
    """What is known of the signers. Of several, the least trusted counts: a report that
    names the best would vouch for the others."""
    kinds = {each.signer for each in judged}
    order: tuple[SignerKind, ...] = ("unknown", "forge", "trusted")
    return next((kind for kind in order if kind in kinds), None)
