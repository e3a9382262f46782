"""What stands at the end of a log. CI shows the end of a log first, so it has, on one screen,
the doubts, the result, what failed, and the commands that resolve it; what attest is and how one
begins with it stands above."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from attest.report import overview, paragraphs, unit_lines
from attest.report.findings import MAX_LISTED, WHERE, FirstSteps, Report, commands
from attest.report.tally import Tally
from attest.text import lazy, showable

Write = Callable[[str, str], None]
"""Writes a line in a style; the line is already escaped for a terminal."""

_ID = lazy(r"\b([0-9a-f]{10})(?:[0-9a-f]{30}|[0-9a-f]{54})\b")


def render(
    report: Report,
    tally: Tally,
    write: Write,
    *,
    first_steps: Callable[[], FirstSteps],
    quiet: bool,
) -> None:
    """Write the end.

    Args:
        report: all of it but the verdicts.
        tally: what they add up to.
        first_steps: what a red check says to who has never heard of attest.
        quiet: only the result and what failed, and only where not all passes.
    """
    if quiet and tally.ok:
        return
    is_guided = tally.is_answerable and not quiet
    if not quiet:
        _write_assistance(tally, write)
    if report.base is not None:
        write(rules_source(report.base, has_policy=report.has_policy), "dim")
    if is_guided:
        _write_guide(report._replace(first_steps=first_steps()), write)
    if not quiet:
        _write_doubts(tally, write)
    write(_summary(report, tally), "bold green" if tally.ok else "bold red")
    if report.advisory and not tally.ok:
        reprieve = f"{report.reprieve}: problems are only reported, and the exit code is 0"
        for line in paragraphs.ours(reprieve):
            write(line, "")
    if not quiet and tally.outcomes.total() > overview.COMMON:
        _write_failures(tally, write)
    if is_guided:
        write(WHERE, "")
        for command in commands(report.start):
            write(f"  {command}", "bold")


def rules_source(base: str, *, has_policy: bool) -> str:
    """Where the rules are from."""
    if has_policy:
        return f"rules from {base[:10]}"
    return f"{base[:10]} has no policy (.attest.toml): the built-in rules apply"


def _write_assistance(tally: Tally, write: Write) -> None:
    """Write what the messages say of assistance."""
    lines = [
        f"AI assistance: {one.line} ({unit_lines.count(count, tally.units)})"
        for one, count in islice(tally.disclosures.items(), MAX_LISTED)
    ]
    for line in paragraphs.listing(lines, len(tally.disclosures)):
        write(line, "")


def _write_guide(report: Report, write: Write) -> None:
    """Write what somebody needs whose check is red and who has never heard of attest."""
    write("", "")
    for line in paragraphs.ours(overview.ABOUT):
        write(line, "")
    write("", "")
    write("For the first time, in your clone:", "")
    for step in overview.first_steps(report):
        words = step.words.replace("`", "")
        for line in paragraphs.ours(words, "  ") if words else [f"  {step.command}"]:
            write(line, "")
    write("", "")


def _write_doubts(tally: Tally, write: Write) -> None:
    """Write what the contributors are unsure of."""
    doubts = [
        f"unsure: {place.hunk.place} in {place.verdict.oid[:10]}: {place.hunk.unsure}"
        for place in tally.first_unsure
    ]
    for line in paragraphs.listing(doubts, tally.unsure_count):
        write(line, "yellow")


def _summary(report: Report, tally: Tally) -> str:
    """The result, in the words of the other formats."""
    result = overview.result_of(ok=tally.ok, advisory=report.advisory)
    range_name = _ID.sub(r"\1", report.range.replace("refs/remotes/", ""))
    doubts = overview.doubt_words(tally.unsure_count, tally.weak_count)
    counts = overview.count_words(tally.outcomes)
    end = f"{counts}{f'; {doubts}' if doubts else ''}"
    return f"attest: {result}, {showable(range_name)}: {end}"


def _write_failures(tally: Tally, write: Write) -> None:
    """Write which commits failed, and why, for a log of more than a screen; in a shorter one they
    are in sight. The remedy of an error that the commands below do not resolve is repeated."""
    for code, errors in tally.errors.items():
        commits = ", ".join(oid[:10] for oid in errors.first_oids)
        more = errors.count - len(errors.first_oids)
        for line in paragraphs.paragraph(
            f"{code}: {commits}{f' and {more} more' if more else ''}", "  "
        ):
            write(line, "red")
        hint = "" if errors.finding.answer_again else errors.finding.hint
        for line in filter(None, hint.split("\n")):
            for part in paragraphs.explanation(line, "    "):
                write(part, "" if line.startswith(" ") else "dim")
