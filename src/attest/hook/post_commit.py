"""The hook after a commit: judges it, and says what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime

from attest.console import say
from attest.errors import Exit
from attest.git import in_progress
from attest.git.repository import Repository
from attest.project.session import Session
from attest.report.findings import Verdict
from attest.state import verified
from attest.state.store import Store
from attest.verification import check


def run() -> int:
    """Judge the commit that was made. Nothing stops it any more: the exit code is 0."""
    repository = Repository.find(at_once=True)
    store = Store(repository.common_dir, repository.git_dir)
    added_change = store.take_adding()
    head = repository.head()
    if head is None:
        return Exit.OK
    with Session.open(repository) as session:
        review, fault = check.judge_here(session.isolated, head, session.rules, datetime.now(UTC))
    if added_change is not None and review.verdict.outcome == "attested":
        if fault is None:
            verified.add(str(repository.common_dir / "attest"), [head])
        say(f"commit {head[:10]} carries your answers")
    is_pending = store.pending_block(review.change.digest) is not None
    # A commit that nobody answered for is not complained about at every commit.
    is_relevant = added_change is not None or is_pending or review.has_blocks
    if review.verdict.outcome != "failed" or not is_relevant:
        return Exit.OK
    _say_errors(head, review.verdict)
    # Never `git commit --amend`: what kept the block out of this message would do so again.
    later_answer = in_progress.later_answer(repository)
    if is_pending and not review.has_blocks:
        say("Its block was not added: was the commit-msg hook skipped, or is the message empty?")
    say(f"To answer for it{f', {later_answer.condition}' if later_answer.condition else ''}:")
    say(f"  {later_answer.command}")
    return Exit.OK


def _say_errors(oid: str, verdict: Verdict) -> None:
    say(f"commit {oid[:10]} does not pass the project's check:")
    for finding in verdict.findings:
        if finding.severity == "error":
            line = "" if finding.line is None else f":{finding.line}"
            place = f" {finding.path}{line}:" if finding.path else ""
            say(f"  {finding.code}:{place} {finding.message}")
