"""What blocks fall short of, as findings."""

from __future__ import annotations

from collections.abc import Iterator

from attest import block, text
from attest.change import Hunk
from attest.coverage import Coverage
from attest.findings import Finding
from attest.questions import select

MAX_LISTED = 50
"""Findings about hunks that are listed for one commit; the rest is counted."""


def unattested(scan: block.Scan) -> Finding:
    """No block that could be read or trusted stands in the message."""
    stray = " (it has Attest- lines, but no block begins)" if scan.stray else ""
    return Finding(
        "unattested",
        f"the commit has no attestation{stray}",
        "Its author answers for it: `attest answer COMMIT`, or a whole range of them.",
    )


def uncovered(coverage: Coverage) -> Iterator[Finding]:
    """Hunks that no block covers."""
    open_hunks = [h for h, ok in zip(coverage.hunks, coverage.covered, strict=True) if not ok]
    for hunk in open_hunks[:MAX_LISTED]:
        yield Finding(
            "hunk-not-covered",
            "this hunk is not the one that was attested",
            "It was changed after the answers, or comes from elsewhere. "
            "Answer for it: `attest answer COMMIT`.",
            path=text.showable(hunk.path),
            line=hunk.line,
        )
    if len(open_hunks) > MAX_LISTED:
        more = len(open_hunks) - MAX_LISTED
        yield Finding("hunk-not-covered", f"and {more} more hunks are not covered")


def unanswered(coverage: Coverage, *, several: bool) -> Iterator[Finding]:
    """Answers that are missing. With several blocks (a squash), a hunk that one
    of them covers by its file may be a larger one now than it was then."""
    hint = "Its author answers the rest: `attest answer COMMIT`."
    listed = 0
    for hunk, said in zip(coverage.hunks, coverage.answers, strict=True):
        if said is not None and not said.answered and listed < MAX_LISTED:
            listed += 1
            yield Finding(
                "answer-missing",
                "a standing question has no answer here, and nothing stands in for it",
                hint,
                path=text.showable(hunk.path),
                line=hunk.line,
            )
    wanted = select.wanted(len(coverage.hunks))
    if coverage.answered < wanted:
        yield Finding(
            "answer-missing",
            f"{coverage.answered} of {len(coverage.hunks)} hunks are answered; {wanted} must be",
            hint,
        )
    for hunk in [] if several else _passed_over(coverage):
        yield Finding(
            "answer-missing",
            "this hunk is one of the largest: it had to be answered",
            hint,
            path=text.showable(hunk.path),
            line=hunk.line,
        )


def _passed_over(coverage: Coverage) -> list[Hunk]:
    """Hunks that the rules choose, that are covered, and that nobody said
    anything about. (Those that are not covered are reported as such.)"""
    each = zip(coverage.hunks, coverage.answers, coverage.covered, strict=True)
    silent = {id(hunk) for hunk, said, covered in each if said is None and covered}
    return [hunk for hunk in select.choose(coverage.hunks) if id(hunk) in silent]
