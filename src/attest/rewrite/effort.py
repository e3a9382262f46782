"""What there is to do, in words: the same numbers before the first question and after the last."""

from __future__ import annotations

from attest import text
from attest.rewrite import summary
from attest.rewrite.review import OutgoingReview


def estimate(review: OutgoingReview) -> str:
    """How much there is to do."""
    if not review.todo:
        count = summary.number(len(review.successors), "commit")
        return f"{count} already answered for in a rewritten version"
    if not review.questions:
        return counts(review)
    minutes = sum(1 for form in review.forms if form.open_labels)  # about one for a hunk
    duration = summary.number(minutes, "minute") if minutes < 90 else f"{round(minutes / 60)} hours"
    return f"{counts(review)}: about {duration}"


def action(review: OutgoingReview) -> str:
    """What there is to do, in a word or two: for a question."""
    return "Answer" if review.questions else "Sign" if review.todo else "Do it"


def counts(review: OutgoingReview) -> str:
    """How many commits, hunks and questions there are."""
    numbers = [
        summary.number(review.commit_count, "commit"),
        summary.number(len(review.forms), "hunk"),
    ]
    if not review.questions:
        return f"{', '.join(numbers)}, all answered before"
    return ", ".join([*numbers, summary.number(review.questions, "question")])


def preview(review: OutgoingReview) -> list[str]:
    """What would be asked, hunk by hunk; fit for a terminal."""
    lines = []
    commit = ""
    for form in review.forms:
        if form.commit != commit:
            lines.append(f"commit {form.commit}")
            commit = form.commit
        lines.append(f"  {form.place}" + ("  (answered before)" if not form.open_labels else ""))
        lines += [f"    - {text.showable(question)}" for _, question in form.questions]
    return lines
