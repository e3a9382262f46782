"""A report for a terminal or a log: one line a commit, findings below it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from attest.report import overview, unit_lines
from attest.report.findings import (
    CLAIMED_FACT,
    MAX_LISTED,
    WHERE,
    Finding,
    FirstSteps,
    Report,
    Verdict,
    commands,
)
from attest.report.tally import Tally
from attest.text import lazy, showable

Write = Callable[[str, str], None]
"""Writes a line in a style; the line is already escaped for a terminal."""

_STYLES = {
    "attested": "green",
    "failed": "bold red",
    "not-needed": "dim",
    "exempt": "dim",
    "tolerated": "yellow",
}
_SIGNERS = {
    "trusted": "known signer",
    "forge": "known by the forge's login",
    "unknown": "unknown signer",
    None: "invalid block",
}
_PRESENCE = {"touch": "somebody touched it", "pin": "somebody entered its PIN"}
_ID = lazy(r"\b([0-9a-f]{10})(?:[0-9a-f]{30}|[0-9a-f]{54})\b")
_INDENT = " " * 12
_COLUMNS = 80


def render(report: Report, write: Write, *, quiet: bool = False) -> None:
    """Write the report; see `stream`."""
    stream(report, report.verdicts, write, quiet=quiet, first_steps=lambda: report.first_steps)


def stream(
    report: Report,
    verdicts: Iterable[Verdict],
    write: Write,
    *,
    first_steps: Callable[[], FirstSteps],
    quiet: bool = False,
) -> Tally:
    """Write a report, each verdict as it comes, and what they add up to.

    Args:
        report: all of it but the verdicts.
        write: writes one line.
        first_steps: what a red check says to who has never heard of attest.
        quiet: leave out commits without an error, and the summary where all passes.
    """
    tally = Tally()
    state = _State(is_quiet=quiet, is_guided=not quiet, warnings=tally.warnings)
    for verdict in tally.counted(verdicts):
        if not quiet or verdict.outcome == "failed":
            _commit(verdict, report, write, state)
            if not quiet:
                _facts(verdict, write)
    if not quiet:
        for finding, count in tally.warnings.items():
            if count >= overview.COMMON:
                number = unit_lines.count(count, tally.units)
                write(f"{number}: warning: {finding.code}", "yellow")
                _explanation(finding, report, write, state)
        _claims(tally, write)
    if not quiet or not tally.ok:
        write(_summary(report, tally), "bold green" if tally.ok else "bold red")
        if report.base is not None:
            write(rules_source(report.base, has_policy=report.has_policy), "dim")
        if report.advisory and not tally.ok:
            write(f"{report.reprieve}: problems are only reported, and the exit code is 0", "")
    if tally.is_answerable and not quiet:
        _guide(report._replace(first_steps=first_steps()), write)
    return tally


@dataclass(slots=True)
class _State:
    """What is written once.

    Args:
        is_quiet: leave out warnings.
        is_guided: the commands of the remedy stand at the end.
        warnings: those about whole commits, and how many commits had them so far. Below the first
            few they stand in full; the end says how many there are.
        hints: lines of remedies that stand above already; they are not repeated, or the same
            commands would stand below each of fifty hunks.
        signer: of the commit above.
    """

    is_quiet: bool = False
    is_guided: bool = False
    warnings: Mapping[Finding, int] = field(default_factory=dict)
    hints: set[str] = field(default_factory=set)
    signer: overview.Signer | None = None


def _guide(report: Report, write: Write) -> None:
    """Write what somebody needs whose check is red and who has never heard of attest."""
    write("", "")
    for line in _wrapped(overview.ABOUT):
        write(line, "")
    write("", "")
    write("For the first time, in your clone:", "")
    for step in overview.first_steps(report):
        for line in (
            _wrapped(step.words.replace("`", ""), "  ") if step.words else [f"  {step.command}"]
        ):
            write(line, "")
    write("", "")
    write(WHERE, "")
    for command in commands(report.start):
        write(f"  {command}", "bold")


def _wrapped(words: str, indent: str = "") -> list[str]:
    """A paragraph in lines for a terminal of 80 columns; addresses stay whole."""
    return textwrap.wrap(
        showable(words),
        _COLUMNS,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def paragraph(words: str, indent: str = "") -> list[str]:
    """What somebody claims, in lines for a terminal of 80 columns, escaped.

    The lines after the first begin with a mark of ours: CI takes one that begins with `::`, after
    blanks, for a command to itself, and a break must not put such words of theirs there.
    """
    return textwrap.wrap(
        showable(words),
        _COLUMNS,
        initial_indent=indent,
        subsequent_indent=f"{indent}  | ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def render_verdict(verdict: Verdict, report: Report, write: Write) -> None:
    """Write the verdict on one commit of a report, without a summary."""
    _commit(verdict, report, write, _State())


def _commit(verdict: Verdict, report: Report, write: Write, state: _State) -> None:
    """Write the verdict on a commit, and what was found."""
    subject = unit_lines.short(verdict.subject)
    write(f"{verdict.outcome:<10}  {verdict.oid[:10]}  {subject}", _STYLES[verdict.outcome])
    if verdict.exempt:
        write(f"{_INDENT}{showable(verdict.exempt)}", "dim")
    if verdict.unit != "commit":
        write(f"{_INDENT}{unit_lines.describe(verdict)}", "")
    if verdict.attester:
        write(f"{_INDENT}{_reach(verdict)}; {_SIGNERS[verdict.signer]}", "")
    signer = overview.signer_of(verdict)
    if signer is not None and signer != state.signer:
        # Every line begins with words of ours: CI takes one that begins with `::` for a
        # command to itself, and a commit could give it such words (docs/threat-model.md,
        # "On the check").
        write(f"{_INDENT}by {showable(signer.attester)}", "")
        write(f"{_INDENT}{showable(signer.key)}", "dim")
        if signer.presence:
            write(f"{_INDENT}signed with a security key: {_PRESENCE[signer.presence]}", "dim")
    state.signer = signer or state.signer
    if verdict.unit != "commit":
        for line in unit_lines.list_commits(verdict):
            write(f"{_INDENT}{line}", "dim")
    elif report.unit == "pull-request" and verdict.outcome == "failed":
        people = unit_lines.name_people(verdict)
        if people:
            write(f"{_INDENT}{people}", "dim")
    for finding in verdict.findings:
        is_hidden = state.is_quiet and finding.severity != "error"
        if not is_hidden and state.warnings.get(finding, 0) < overview.COMMON:
            _finding(finding, report, write, state)


def _reach(verdict: Verdict) -> str:
    """How far the blocks reach, in words."""
    if not verdict.has_counts:
        return f"{verdict.level}, every hunk covered"
    hunks = "1 hunk" if verdict.total == 1 else f"{verdict.total} hunks"
    reach = f"{verdict.level}, {verdict.attested_count} of {hunks}"
    return f"{reach} covered, {verdict.answered_count} answered"


def _facts(verdict: Verdict, write: Write) -> None:
    """The facts that the contributor was shown."""
    lines = [f"{hunk.place}: {hunk.fact}" for hunk in verdict.hunks if hunk.fact]
    for line in _limited([f"{CLAIMED_FACT}: {line}" for line in lines], len(lines), "  "):
        write(line, "dim")


def _claims(tally: Tally, write: Write) -> None:
    """What the contributors say beside the answers: assistance and doubts."""
    assistance = [
        f"AI assistance: {one.line} ({unit_lines.count(count, tally.units)})"
        for one, count in islice(tally.disclosures.items(), MAX_LISTED)
    ]
    for line in _limited(assistance, len(tally.disclosures)):
        write(line, "")
    doubts = [
        f"{place.hunk.place} in {place.verdict.oid[:10]}: {place.hunk.unsure}"
        for place in tally.first_unsure
    ]
    for line in _limited([f"unsure: {line}" for line in doubts], tally.unsure_count):
        write(line, "yellow")


def _limited(claims: list[str], count: int, indent: str = "") -> Iterator[str]:
    """The lines of as many claims as somebody reads, and how many more there are.

    Args:
        count: how many there are.
    """
    for claim in islice(claims, MAX_LISTED):
        yield from paragraph(claim, indent)
    if count > MAX_LISTED:
        yield f"{indent}â¦ and {count - MAX_LISTED} more of these"


def _finding(finding: Finding, report: Report, write: Write, state: _State) -> None:
    place = showable(finding.path) if finding.path else ""
    if place and finding.line is not None:
        place += f":{finding.line}"
    style = "red" if finding.severity == "error" else "yellow"
    write(f"  {finding.severity}: {finding.code}{': ' + place if place else ''}", style)
    _explanation(finding, report, write, state)


def _explanation(finding: Finding, report: Report, write: Write, state: _State) -> None:
    """Write what is wrong, and the remedy."""
    write(f"    {showable(finding.message)}", "")
    hints = finding.hint.split("\n") if state.is_guided else report.remedy(finding)
    for line in hints:
        if line and line not in state.hints:
            state.hints.add(line)
            write(f"    {showable(line)}", "" if line.startswith(" ") else "dim")


def _summary(report: Report, tally: Tally) -> str:
    range_name = _ID.sub(r"\1", report.range.replace("refs/remotes/", ""))
    doubts = overview.doubt_words(tally.unsure_count, tally.weak_count)
    counts = overview.count_words(tally.outcomes)
    return f"{showable(range_name)}: {counts}{f'; {doubts}' if doubts else ''}"


def rules_source(base: str, *, has_policy: bool) -> str:
    """Where the rules are from."""
    if has_policy:
        return f"rules from {base[:10]}"
    return f"{base[:10]} has no policy (.attest.toml): the built-in rules apply"
