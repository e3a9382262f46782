"""A report with every hunk, its questions and its answers, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from attest.report import log_end, overview, paragraphs, text_format, unasked
from attest.report.answers import HunkReport
from attest.report.findings import CLAIMED_FACT, Report, Verdict
from attest.report.log_end import Write
from attest.text import showable

MAX_SHOWN_LINES = 60
"""Lines of a hunk that are shown."""

_STYLES = {"+": "green", "-": "red", "\\": "dim", "…": "dim"}


def heading(report: Report) -> str:
    """What a range adds up to, in a line; empty for one commit."""
    if len(report.verdicts) == 1:
        return ""
    doubts = overview.doubts(report)
    end = f"; {doubts}" if doubts else ""
    return f"{showable(report.range)}: {overview.counts(report)}{end}"


def render(report: Report, write: Write, title: str = "", note: str = "") -> None:
    """Write the verdict on each commit, and its hunks: first those that the contributor is unsure
    of, then those that are answered for, then the others.

    Args:
        report: with the hunks to show.
        write: writes one line.
        title: the `heading` of the whole range; empty for none.
        note: about all verdicts; empty for none.
    """
    if title:
        write(title, "bold")
    for number, verdict in enumerate(report.verdicts):
        if title:
            write("", "")
        text_format.render_verdict(verdict, report, write)
        if report.base is not None and not number:
            source = log_end.rules_source(report.base, has_policy=report.has_policy)
            write(f"  {source}", "dim")
        if note and not number:
            write(f"  {note}", "dim")
        if verdict.unasked_hunks is not None:
            for line in unasked.to_reader(verdict.unasked_hunks):
                _write(line, write)
        for one in verdict.disclosures:
            _write(f"AI assistance: {one.line}", write)
        _hunks(verdict, write)


def _hunks(verdict: Verdict, write: Write) -> None:
    ordered = sorted(verdict.hunks, key=_order)
    for number, hunk in enumerate(ordered, 1):
        write("", "")
        kind = f"  ({hunk.kind})" if hunk.kind else ""
        write(f"hunk {number} of {len(ordered)}  {hunk.place}{kind}", "bold")
        if hunk.heading:
            write(f"in {hunk.heading}", "dim")
        for line in hunk.lines[:MAX_SHOWN_LINES]:
            write(f"  {line}", _STYLES.get(line[:1], ""))
        left = len(hunk.lines) - MAX_SHOWN_LINES
        if left > 0:
            write(f"  … {left} more line{'' if left == 1 else 's'} (see git show)", "dim")
        for words, style in _words(hunk):
            _write(words, write, style)


def _write(words: str, write: Write, style: str = "") -> None:
    """Write a sentence below a commit or a hunk; an item of a list stays one line."""
    is_item = words.startswith(" ")
    for line in [f"  {words}"] if is_item else paragraphs.paragraph(words, "  "):
        write(line, style)


def _order(hunk: HunkReport) -> tuple[bool, bool, bool]:
    is_given = any(answer.text for answer in hunk.answers)
    return not hunk.unsure, not is_given, hunk.state != "not-covered"


def _words(hunk: HunkReport) -> Iterator[tuple[str, str]]:
    """What is known about a hunk, not yet escaped: a sentence each, and its style."""
    if hunk.state == "not-covered":
        yield "NOT COVERED", "bold red"
        return
    if hunk.state in ("unasked", "ignored"):
        yield "not asked about; covered by the signature", "dim"
    if hunk.fact:
        yield f"{CLAIMED_FACT}: {hunk.fact}", "dim"
    if hunk.unsure:
        yield f"unsure: {hunk.unsure}", "yellow"
    for answer in hunk.answers:
        if not answer.text and hunk.unsure:
            continue
        if answer.question:
            yield f"asked: {answer.question}", "dim"
        if answer.text:
            yield f"{answer.label}: {answer.text}", "cyan"
        elif hunk.state == "missing":
            yield f"{answer.label}: no answer", "red"
        if answer.weakness is not None:
            yield f"weak: {answer.weakness.reason} ({answer.weakness.rule})", "yellow"
