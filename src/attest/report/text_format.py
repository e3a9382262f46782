"""A report for a terminal or a log: one line a commit, findings below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from attest.report import log_end, overview, paragraphs, unit_lines
from attest.report.findings import CLAIMED_FACT, Finding, FirstSteps, Report, Verdict
from attest.report.log_end import Write
from attest.report.tally import Tally
from attest.text import showable

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
_INDENT = " " * 12


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
            if verdict.hunks and not quiet:
                _facts(verdict, write)
    if not quiet:
        for finding, count in tally.warnings.items():
            if count >= overview.COMMON:
                number = unit_lines.count(count, tally.units)
                write(f"{number}: warning: {finding.code}", "yellow")
                _explanation(finding, report, write, state)
    log_end.render(report, tally, write, first_steps=first_steps, quiet=quiet)
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


def render_verdict(verdict: Verdict, report: Report, write: Write) -> None:
    """Write the verdict on one commit of a report, without a summary."""
    _commit(verdict, report, write, _State())


def _commit(verdict: Verdict, report: Report, write: Write, state: _State) -> None:
    """Write the verdict on a commit, and what was found."""
    subject = unit_lines.short(verdict.subject)
    write(f"{verdict.outcome:<10}  {verdict.oid[:10]}  {subject}", _STYLES[verdict.outcome])
    if verdict.exempt:
        _paragraph(verdict.exempt, write, "dim")
    if verdict.unit != "commit":
        write(f"{_INDENT}{unit_lines.describe(verdict)}", "")
    if verdict.attester:
        write(f"{_INDENT}{_reach(verdict)}; {_SIGNERS[verdict.signer]}", "")
    signer = overview.signer_of(verdict)
    if signer is not None and signer != state.signer:
        for line, style in _signer_lines(signer):
            write(line, style)
        state.signer = signer
    if verdict.unit != "commit":
        for line in unit_lines.list_commits(verdict):
            _paragraph(line, write, "dim")
    elif report.unit == "pull-request" and verdict.outcome == "failed":
        people = unit_lines.name_people(verdict)
        if people:
            _paragraph(people, write, "dim")
    for finding in verdict.findings:
        is_hidden = state.is_quiet and finding.severity != "error"
        if not is_hidden and state.warnings.get(finding, 0) < overview.COMMON:
            _finding(finding, report, write, state)


@lru_cache(maxsize=256)
def _signer_lines(signer: overview.Signer) -> list[tuple[str, str]]:
    """Who answered, each line with its style. Every line begins with words of ours: CI takes one
    that begins with `::` for a command to itself, and a commit could give it such words
    (docs/threat-model.md, "On the check")."""
    lines = [(line, "") for line in paragraphs.paragraph(f"by {signer.attester}", _INDENT)]
    lines.append((f"{_INDENT}{showable(signer.key)}", "dim"))
    if signer.presence:
        words = f"{_INDENT}signed with a security key: {_PRESENCE[signer.presence]}"
        lines.append((words, "dim"))
    return lines


def _paragraph(words: str, write: Write, style: str) -> None:
    """Write a sentence about a commit below it."""
    for line in paragraphs.paragraph(words, _INDENT):
        write(line, style)


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
    facts = (f"{CLAIMED_FACT}: {line}" for line in lines)
    for line in paragraphs.listing(facts, len(lines), "  "):
        write(line, "dim")


def _finding(finding: Finding, report: Report, write: Write, state: _State) -> None:
    place = showable(finding.path) if finding.path else ""
    if place and finding.line is not None:
        place += f":{finding.line}"
    style = "red" if finding.severity == "error" else "yellow"
    write(f"  {finding.severity}: {finding.code}{': ' + place if place else ''}", style)
    _explanation(finding, report, write, state)


def _explanation(finding: Finding, report: Report, write: Write, state: _State) -> None:
    """Write what is wrong, and the remedy."""
    for part in paragraphs.explanation(finding.message, "    "):
        write(part, "")
    hints = finding.hint.split("\n") if state.is_guided else report.remedy(finding)
    for line in hints:
        if line and line not in state.hints:
            state.hints.add(line)
            for part in paragraphs.explanation(line, "    "):
                write(part, "" if line.startswith(" ") else "dim")
