"""Reviewing existing commits: which of them their author has yet to answer for."""

from __future__ import annotations

from attest.errors import GrammarsUnavailable
from attest.project.session import Session
from attest.rewrite import other_addresses
from attest.rewrite.branch_reviewer import BranchReviewer
from attest.rewrite.forms import compose_forms
from attest.rewrite.review import OutgoingReview
from attest.rewrite.reviewer import Reviewer
from attest.rewrite.selection import CommitSelection
from attest.state import check_cache


def review(session: Session, selection: CommitSelection, *, again: bool = False) -> OutgoingReview:
    """Look at every selected commit, or at each branch as a whole where the policy says
    `unit = "pull-request"`; remember those that are attested.

    Args:
        again: those that are attested are to be seen again, too; and of the others only those
            that have any answer.

    Raises:
        NothingToJudge: history is missing.
        GrammarsUnavailable: there is something to ask, and what is asked cannot be chosen.
    """
    reviewer: Reviewer
    if session.rules.policy.unit == "pull-request":
        reviewer = BranchReviewer(session, selection, again=again)
        selection = reviewer.selection
    else:
        reviewer = Reviewer(session, selection, again=again)
    reviewer.sort_all()
    check_cache.add(reviewer.folder, reviewer.marks)
    try:
        forms, searches = compose_forms(session, reviewer.todo)
    except GrammarsUnavailable as fault:
        count = len(reviewer.todo)
        verb = "commit needs" if count == 1 else "commits need"
        raise GrammarsUnavailable(
            f"{count} {verb} your answers, and {fault.message}", fault.hint
        ) from None
    return OutgoingReview(
        selection,
        tuple(reviewer.todo),
        attested_count=len(reviewer.attested_oids),
        unjudged_count=len(reviewer.unjudged_oids),
        why_unjudged=reviewer.unjudged_oids[0] if reviewer.unjudged_oids else "",
        unfixable_verdicts=tuple(reviewer.unfixable_verdicts),
        unanswered_oids=tuple(reviewer.unanswered_oids),
        others=tuple(reviewer.others),
        published_oids=tuple(reviewer.published_oids),
        exempt_oids=tuple(reviewer.exempt_oids),
        other_addresses=tuple(
            other_addresses.find_signed(session, reviewer.others, lambda: reviewer.own_keys)
        ),
        successors=reviewer.successors,
        forms=forms,
        searches=searches,
        notes=tuple(reviewer.notes),
    )
