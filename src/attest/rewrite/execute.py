"""Writing the new commits, and moving what points to the old ones."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from attest.errors import EnvironmentFault
from attest.git import commit_object, identity, in_progress, packs, process
from attest.git.repository import Repository
from attest.interview.terminal import has_terminal
from attest.project.session import Session
from attest.report.findings import Code, Verdict
from attest.rewrite import compose, notes, post_rewrite, ref_moves
from attest.rewrite.compose import MessageChange, Step
from attest.rewrite.journal import Journal
from attest.rewrite.plan import Plan
from attest.rewrite.record import Move, Record
from attest.rewrite.review import BranchUnit
from attest.state import check_cache
from attest.verification import commit_check
from attest.verification.task import CommitReview
from attest.verification.unit_check import judge_branch

_BROKEN: tuple[Code, ...] = (
    "unattested",
    "block-invalid",
    "signature-invalid",
    "hunk-not-covered",
    "answer-missing",
    "rules-unsupported",
    "project-mismatch",
    "limit-exceeded",
    "disclosure-missing",
)
"""Findings that say that a block was made wrong. Others say that it is not enough for the
project (another person answers for a commit asked for by name; a key without a touch),
which is for the project's check to judge."""


@dataclass(frozen=True, slots=True)
class _NewCommits:
    """The new commits, none of them written yet.

    Args:
        ids: new id by old id, also of commits whose new version existed before.
        objects: raw commit object by new id.
    """

    ids: dict[str, str]
    objects: dict[str, bytes]


def execute(
    session: Session,
    plan: Plan,
    changes: Mapping[str, MessageChange],
    units: Sequence[BranchUnit] = (),
) -> Record:
    """Write the commits of a plan with their blocks, and move the refs to them.

    The work tree and the index are not touched. Until the refs move, nothing has
    changed but for objects that nobody points to; they all move in one transaction,
    or none does. The order of what follows is what makes that true (docs/adr/0007):

    1. A number is claimed, and the new commits go into a pack that git's gc leaves alone.
    2. Each new commit is judged, and notes are copied, while all refs are as before.
    3. The record is written: from here on an interruption can be finished.
    4. The refs move. Then it is made sure that what they lead to is whole.

    Args:
        changes: what becomes of messages, by the old commit's id.
        units: the branches that are answered for as a whole; empty where commits are.

    Raises:
        EnvironmentFault: git or a signing program refused, or something moved
            meanwhile; the branches are as before.
    """
    repository = session.repository
    new_commits = _compose_commits(repository, plan, changes)
    new, journal = new_commits.ids, Journal(repository)
    moves = [Move(ref.name, ref.oid, new[ref.oid]) for ref in plan.refs]
    with ExitStack() as stack:
        number = stack.enter_context(journal.claim())
        stack.enter_context(packs.keeping(repository, new_commits.objects.values(), number))
        refused = set[str]()
        for step in plan.steps:
            is_judged = step.oid in changes and not units
            codes = _assert_good(session, step, new[step.oid], is_judged=is_judged)
            refused |= {step.oid} if "attester-mismatch" in codes else set()
        for unit in units:
            _assert_good_branch(session, unit, new)
        copies = stack.enter_context(notes.copied(repository, new, journal, number))
        commits = tuple((step.oid, new[step.oid]) for step in plan.steps)
        record = Record(number, "started", (*moves, *copies), commits, str(repository.git_dir))
        _assert_still_idle(repository, {move.ref for move in moves})
        journal.write(record)
        try:
            ref_moves.transact(record, record.moves, backup=True)
        except process.GitError as error:
            raise _failure(journal, record, error) from None
        _assert_there(journal, record, new_commits.objects)
        final_record = replace(record, state="done")
        journal.write(final_record)
    journal.trim()
    post_rewrite.run(repository, final_record)
    tips = [unit.branch.tip for unit in units]
    marks = [check_cache.BRANCH + new.get(oid, oid) for oid in tips] if units else []
    # A push says of a commit by another address that the check will refuse it.
    marks = marks or [new[oid] for oid in changes if oid not in refused]
    check_cache.add(str(repository.common_dir / "attest"), marks)
    return final_record


def _assert_still_idle(repository: Repository, refs: Collection[str]) -> None:
    """Make sure that nothing began while the person answered, which takes minutes.

    Raises:
        EnvironmentFault: a rebase or the like is under way, or HEAD is on a branch now.
    """
    in_progress.assert_idle(repository, set(refs))
    if "HEAD" in refs and repository.branch() is not None:
        raise EnvironmentFault(
            "HEAD was detached when this began, and is on a branch now",
            "Nothing is changed, and your answers are kept: run the command again.",
        )


def _assert_there(journal: Journal, record: Record, objects: Mapping[str, bytes]) -> None:
    """Make sure that what the refs lead to now is there and whole; else move them back.

    Raises:
        EnvironmentFault: it is not, and nothing is changed.
    """
    missing_oids = packs.find_missing(objects)
    missing_oids += [
        move.new for move in record.moves if not notes.is_whole(journal.repository, move)
    ]
    if not missing_oids:
        return
    inverse_moves = [move.inverse for move in record.moves]
    ref_moves.transact(
        record, inverse_moves, backup=False, reason="attest: what was written is gone"
    )
    journal.drop(record)
    raise EnvironmentFault(
        f"{missing_oids[0]}, which was just written, is already gone or damaged",
        "Every branch is back where it was, and your answers are kept. Something removes files "
        "from the git directory, or its disk fails: run `git fsck`, then the command again.",
    )


def _failure(journal: Journal, record: Record, error: process.GitError) -> EnvironmentFault:
    """What became of a transaction that git gave up: it can fail before the first
    ref moves, or, on a full disk, between two. The backups, which nobody else makes,
    distinguish our own moves from those of another run."""
    repository = journal.repository
    progress = ref_moves.progress(repository, record)
    if progress.interrupted and repository.refs(f"{record.backup}/"):
        # The record stays: the next command finishes what it says.
        return EnvironmentFault(
            f"some branches moved, but these did not: {_names(progress.remaining_moves)}: "
            f"{error.stderr}",
            f"{_remedy(error)} Then any attest command moves the rest. The old tips are "
            f"kept under {record.backup}, and attest undo restores them.",
        )
    journal.drop(record)
    now = {move: ref_moves.value(repository, move.ref) for move in record.moves}
    other_moves = [move for move, oid in now.items() if oid != move.old]
    if other_moves and all(oid == move.new for move, oid in now.items() if not move.is_notes):
        return EnvironmentFault(
            f"another run of attest moved {_names(other_moves)} meanwhile, to the same commits",
            "Nothing is left to do.",
        )
    if other_moves:
        return EnvironmentFault(
            f"{_names(other_moves)} moved meanwhile, so no branch was moved here",
            "Nothing is lost, and your answers are kept: run the command again.",
        )
    return EnvironmentFault(
        f"the branches could not be moved: {error.stderr}",
        f"{_remedy(error)} Nothing is changed, and your answers are kept.",
    )


def _names(moves: Sequence[Move]) -> str:
    return ", ".join(move.ref.removeprefix("refs/heads/") for move in moves)


def _remedy(error: process.GitError) -> str:
    return error.cause.remedy if error.cause else process.CORRECT_IT


def _compose_commits(
    repository: Repository, plan: Plan, changes: Mapping[str, MessageChange]
) -> _NewCommits:
    """The new commits, parents before their children: a commit's id depends on theirs."""
    committer = identity.committer(repository)
    terminal = has_terminal()
    new_commits = _NewCommits(dict(plan.known), {})
    seconds = compose.seconds_back(plan.steps) if plan.ordered else {}
    separators = os.fsencode(repository.config.get("trailer.separators") or ":")
    for step in plan.steps:
        committer_ = compose.date_back(committer, seconds.get(step.oid, 0))
        raw = compose.rewritten(
            step, changes.get(step.oid), new_commits.ids, committer_, separators
        )
        if step.signature is not None and step.oid not in plan.resigning.lost_signatures:
            signer = plan.resigning.signer
            assert signer is not None, "the plan has a signer for signed commits"
            raw = commit_object.with_signature(raw, signer.sign(raw, terminal=terminal))
        oid = packs.commit_id(repository, raw)
        new_commits.ids[step.oid] = oid
        new_commits.objects[oid] = raw
    return new_commits


def _assert_good(session: Session, step: Step, new: str, *, is_judged: bool) -> set[Code]:
    """Judge a new commit before anything points to it. git reads it back, so that this
    is about what is in the repository and not about what we meant to write.

    Returns:
        The codes of its findings; none where it is not judged.

    Raises:
        EnvironmentFault: it is not what it should be.
    """
    raw = session.isolated.commit(new)
    old_commit = commit_object.parse(step.raw, step.oid)
    new_commit = commit_object.parse(raw, new)
    assert commit_object.kept_headers(raw) == commit_object.kept_headers(step.raw), step.oid
    if not commit_object.committer_email(raw) or new_commit.tree != old_commit.tree:
        raise _invalid_error(step.oid, "its headers cannot be written again")
    if not is_judged:
        return set()
    review = commit_check.judge(session.isolated, new, session.rules, datetime.now(UTC))
    _assert_attested(step.oid, review)
    return {finding.code for finding in review.verdict.findings}


def _assert_good_branch(session: Session, unit: BranchUnit, new: Mapping[str, str]) -> None:
    """Judge a branch with its new commits, before anything points to them.

    Raises:
        EnvironmentFault: the block is not what it should be.
    """
    tip = unit.branch.tip
    now, rules = datetime.now(UTC), session.rules
    review = judge_branch(session.isolated, unit.base.oid, new.get(tip, tip), rules, now)
    _assert_attested(tip, review)


def _assert_attested(oid: str, review: CommitReview) -> None:
    reason = _reason(review.verdict)
    codes = {finding.code for finding in review.verdict.findings}
    is_as_wanted = review.coverage.level == "exact" or "attester-mismatch" in codes
    if reason or not is_as_wanted:
        raise _invalid_error(oid, reason or "the block does not fit the new commit")


def _reason(verdict: Verdict) -> str:
    """What is wrong with the blocks that were made; empty where nothing is."""
    errors = [finding for finding in verdict.findings if finding.severity == "error"]
    messages = [f"{error.code}: {error.message}" for error in errors if error.code in _BROKEN]
    return "; ".join(messages[:3])


def _invalid_error(oid: str, reason: str) -> EnvironmentFault:
    return EnvironmentFault(
        f"commit {oid[:10]} would not be valid with its new block: {reason}",
        "Nothing is changed, and your answers are kept.",
    )
