"""The block of a whole branch outside of its commits: for the description of a pull request, or
for the message of a squash (docs/merging.md). No commit is rewritten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from attest.attestation import block, codec
from attest.attestation.block import BlockError
from attest.attesting import builder, waiting
from attest.attesting.builder import UnsignedBlock
from attest.errors import EnvironmentFault, NothingToJudge
from attest.git import commit_object
from attest.interview import run
from attest.interview.form import QuestionForm
from attest.interview.prompter import Prompter
from attest.project import branch_base
from attest.project.session import Session
from attest.report import unasked
from attest.rewrite import outgoing, summary
from attest.rewrite.review import BranchUnit, OutgoingReview, UnattestedCommit
from attest.rewrite.selection import CommitSelection
from attest.state.store import PendingBlock
from attest.verification.unit_check import PullRequest, judge_branch

MAX_DESCRIPTION = 60_000
"""Characters of a block for a description: GitHub takes 65,536, and people write there, too."""


def review(session: Session, tip: str, start: str = "") -> OutgoingReview:
    """What is to be answered for in a branch, whoever wrote its commits.

    Args:
        tip: its newest commit.
        start: what its range begins with; empty for the project's branch.

    Returns:
        One with nothing to do where the branch needs no attestation.

    Raises:
        NothingToJudge: no branch of the project is known, or it has the commit already.
        UsageError: no answer makes the branch pass.
    """
    base = branch_base.find(session.repository, tip, start)
    selection = CommitSelection((), (tip,), frozenset([tip]), starts={tip: start})
    outgoing_review = outgoing.review(session, selection)
    summary.assert_fixable(outgoing_review)
    if outgoing_review.nothing_to_do and not outgoing_review.attested_count:
        reason = f"{tip[:10]} has no commits that the project's branch does not have"
        raise NothingToJudge(
            reason if base else "this clone knows no branch of the project",
            "Fetch the project's branch, or name the range: attest block main..HEAD",
        )
    return outgoing_review


def find(session: Session, commit: UnattestedCommit) -> tuple[str, ...] | None:
    """The lines of a block that answers for the whole branch: one that was signed for the
    description before, or one in a commit; None where there is none.

    Raises:
        EnvironmentFault: what is kept in the git directory is damaged.
    """
    unit = commit.unit
    assert unit is not None, "the branch is one change"
    pending = session.store.pending_block(commit.change.digest)
    if pending is not None and _answers_all(session, commit, pending):
        return tuple(pending.block)
    known = _known_blocks(session, unit)
    return next((lines for lines in known if _is_enough(session, unit, lines)), None)


def _answers_all(session: Session, commit: UnattestedCommit, pending: PendingBlock) -> bool:
    """Whether a block that was signed in this clone, for this very difference, answers for every
    hunk that is asked about by now."""
    waiting.verify(pending, session.rules, datetime.now(UTC))
    read = codec.parse([line.encode() for line in pending.block])
    chosen = {one.hunk.digest for one in session.rules.chooser.choose(commit.change)}
    answered = {hunk.digest for hunk in read.hunks}
    return read.branch_commits is not None and chosen <= answered


def _known_blocks(session: Session, unit: BranchUnit) -> Iterator[tuple[str, ...]]:
    for oid in unit.branch.commits:
        for span in block.scan(
            commit_object.parse(session.isolated.commit(oid), oid).message
        ).spans:
            lines = tuple(line.decode("utf-8", "replace") for line in span.lines)
            try:
                if codec.parse(span.lines).branch_commits is not None:
                    yield lines
            except BlockError:
                continue


def _is_enough(session: Session, unit: BranchUnit, lines: Sequence[str]) -> bool:
    """Whether a block alone answers for a branch, as one in the description would."""
    now = datetime.now(UTC)
    text = "\n".join(lines).encode()
    branch = unit.branch
    request = PullRequest(text)
    verdict = judge_branch(
        session.isolated, unit.base.oid, branch.tip, session.rules, now, request=request
    )
    try:
        payload = codec.parse([line.encode() for line in lines]).payload
    except BlockError:
        return False
    covered = verdict.coverage.complete
    return covered and any(one.payload == payload for one in verdict.blocks)


def sign(session: Session, review: OutgoingReview, prompter: Prompter) -> tuple[str, ...] | None:
    """Ask about a branch, sign, and keep the block; its lines.

    Args:
        review: of one branch, with something to do.

    Returns:
        None if the person chose not to sign.

    Raises:
        AttestError: see `interview.run` and `builder.sign`; answers are kept.
    """
    (commit,) = review.todo
    unit = commit.unit
    assert unit is not None, "the branch is one change"
    claim = builder.claim(session, prompter.mode)
    if prompter.mode != "tty":
        review.wait_for_facts()
    run.run(review.forms, prompter, session.store, None)
    also = unasked.to_signer(session.rules.chooser.unasked(commit.change))
    total = summary.number(len(commit.change.hunks), "hunk")
    counts = f"{unit.description}: {len(review.forms)} of {total} answered."
    if not prompter.confirm("\n".join([counts, *also, "No commit changes.", *claim.lines])):
        return None
    forms: list[QuestionForm] = review.forms
    unsigned = builder.compose_block(
        commit.change, forms, claim, session.rules, ascii_only=False, branch_commits=unit.count
    )
    (lines,) = builder.sign(session.repository, claim.key, [_short(unsigned)], prompter.retry)
    hunks = [hunk.digest for hunk in commit.change.hunks]
    session.store.keep_pending(
        PendingBlock(commit.change.digest, "-", "", "", list(lines), [], hunks)
    )
    return lines


def _short(unsigned: UnsignedBlock) -> UnsignedBlock:
    """A block that fits a description: without its `Attest-File` lines, if need be; it then
    covers the exact change alone."""
    length = sum(len(line) + 1 for line in codec.write(unsigned.block, ascii_only=False))
    if length <= MAX_DESCRIPTION:
        return unsigned
    return UnsignedBlock(replace(unsigned.block, files=()), unsigned.ascii_only)


def as_markdown(lines: Sequence[str]) -> str:
    """A block as it is pasted into a description: folded, and in a fence, since `<name@host>`
    outside of one is markup."""
    block_text = "\n".join(lines)
    return (
        "<details>\n<summary>Attestation of this change</summary>\n\n"
        f"```text\n{block_text}\n```\n\n</details>\n"
    )


def assert_fits(text: str) -> None:
    """Make sure that a description can have a block.

    Raises:
        EnvironmentFault: it is too long.
    """
    if len(text) > MAX_DESCRIPTION:
        raise EnvironmentFault(
            f"the block has {len(text)} characters, too many for the description of a pull request",
            "Put it into the newest commit: attest answer",
        )
