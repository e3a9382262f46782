"""The hook after a commit: judges it, and says what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime

from attest.console import say
from attest.errors import Exit
from attest.git import in_progress, revisions
from attest.git.repository import Repository
from attest.project import branch_base
from attest.project.session import Session
from attest.report.findings import Verdict
from attest.state import check_cache
from attest.state.store import Store
from attest.verification import commit_check
from attest.verification.unit_check import judge_branch_here

_ADVISED = "attest-advised"
"""Marks that a rebase has led to advice: it may make many such commits, and a later one may
change what is wrong with this one."""


def run() -> int:
    """Judge the commit that was made. Nothing stops it any more: the exit code is 0."""
    repository = Repository.find(at_once=True)
    store = Store(repository.common_dir, repository.git_dir)
    added_change = store.take_adding()
    head = repository.head()
    if head is None:
        return Exit.OK
    with Session.open(repository) as session:
        is_branch = session.rules.policy.unit == "pull-request"
        base = branch_base.find(repository, head) if is_branch else None
        isolated, rules, now = session.isolated, session.rules, datetime.now(UTC)
        if base is not None and revisions.count(repository, head, base.oid):
            review, fault = judge_branch_here(isolated, base.oid, head, rules, now)
        else:
            review, fault = commit_check.judge_here(isolated, head, rules, now)
    if added_change is not None and review.verdict.outcome == "attested":
        if fault is None:
            mark = check_cache.BRANCH + head if is_branch else head
            check_cache.add(str(repository.common_dir / "attest"), [mark])
        say(f"commit {head[:10]} carries your answers")
    is_pending = store.pending_block(review.change.digest) is not None
    # A commit that nobody answered for is not complained about at every commit.
    # Nor is a branch that goes on after its block: it is answered for when it is pushed.
    has_blocks = review.has_blocks and not is_branch
    is_relevant = added_change is not None or is_pending or has_blocks
    if review.verdict.outcome != "failed" or not is_relevant:
        return Exit.OK
    # Never `git commit --amend`: what kept the block out of this message would do so again.
    later_answer = in_progress.later_answer(repository)
    if later_answer.condition:
        if in_progress.is_first_time(repository, _ADVISED):
            say(f"commit {head[:10]} does not pass the project's check yet")
            say(f"To answer for such commits, {later_answer.condition}:")
            say(f"  {later_answer.command}")
        return Exit.OK
    _say_errors(head, review.verdict)
    if is_pending and not review.has_blocks:
        say("Its block was not added: was the commit-msg hook skipped, or is the message empty?")
    say(f"To answer for it:\n  {later_answer.command}")
    return Exit.OK


def _say_errors(oid: str, verdict: Verdict) -> None:
    say(f"commit {oid[:10]} does not pass the project's check:")
    places: dict[str, list[str]] = {}
    for finding in verdict.findings:
        if finding.severity == "error":
            line = "" if finding.line is None else f":{finding.line}"
            place = [f"{finding.path}{line}"] if finding.path else []
            places.setdefault(f"{finding.code}: {finding.message}", []).extend(place)
    for words, named in places.items():
        say(f"- {words}{': ' if named else ''}{', '.join(named)}")
