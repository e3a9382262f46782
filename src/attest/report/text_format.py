"""A report for a terminal or a log: one line a commit, findings below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from attest.report.findings import CLAIMED_FACT, MAX_LISTED, Finding, Outcome, Report, Verdict
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
_ID = lazy(r"\b([0-9a-f]{10})(?:[0-9a-f]{30}|[0-9a-f]{54})\b")
_INDENT = " " * 12


def render(report: Report, write: Write, *, quiet: bool = False) -> None:
    """Write the report.

    Args:
        write: writes one line.
        quiet: leave out commits without an error, and the summary where all passes.
    """
    shown_hints: set[str] = set()
    for verdict in report.verdicts:
        if not quiet or verdict.outcome == "failed":
            _commit(verdict, report, write, shown_hints, quiet=quiet)
        if not quiet:
            _claimed_facts(verdict, write)
    if not quiet or not report.ok:
        write(_summary(report), "bold green" if report.ok else "bold red")
        if report.base is not None:
            write(f"rules from {report.base[:10]}", "dim")
        if report.advisory and not report.ok:
            write("advisory mode: problems are only reported, and the exit code is 0", "")


def render_commit(report: Report, write: Write) -> None:
    """Write the verdict on the one commit of a report, without a summary."""
    (verdict,) = report.verdicts
    _commit(verdict, report, write, set(), quiet=False)


def _commit(
    verdict: Verdict, report: Report, write: Write, shown_hints: set[str], *, quiet: bool
) -> None:
    subject = showable(verdict.subject)
    subject = f"{subject[:59]}…" if len(subject) > 60 else subject
    write(f"{verdict.outcome:<10}  {verdict.oid[:10]}  {subject}", _STYLES[verdict.outcome])
    if verdict.exempt:
        write(f"{_INDENT}{showable(verdict.exempt)}", "dim")
    if verdict.attester:
        hunks = "1 hunk" if verdict.total == 1 else f"{verdict.total} hunks"
        reach = f"{verdict.level}, {verdict.attested_count} of {hunks}"
        reach += f" covered, {verdict.answered_count} answered"
        write(f"{_INDENT}{reach}; {_SIGNERS[verdict.signer]}", "")
        # Every line begins with words of ours: CI takes one that begins with `::` for a
        # command to itself, and a commit could give it such words (docs/threat-model.md,
        # "On the check").
        write(f"{_INDENT}by {showable(verdict.attester)}", "")
        write(f"{_INDENT}{showable(verdict.key or '')}", "dim")
    for finding in verdict.findings:
        if not quiet or finding.severity == "error":
            _finding(finding, report, write, shown_hints)


def _claimed_facts(verdict: Verdict, write: Write) -> None:
    facts = verdict.claimed_facts
    for fact in facts[:MAX_LISTED]:
        place = fact.path if fact.line is None else f"{fact.path}:{fact.line}"
        write(f"  {CLAIMED_FACT}: {place}: {fact.text}", "dim")
    if len(facts) > MAX_LISTED:
        write(f"  … and {len(facts) - MAX_LISTED} more facts", "dim")


def _finding(finding: Finding, report: Report, write: Write, shown_hints: set[str]) -> None:
    """Write a finding.

    Args:
        shown_hints: lines of remedies that stand above already; they are not repeated, or the
            same commands would stand below each of fifty hunks.
    """
    place = showable(finding.path) if finding.path else ""
    if place and finding.line is not None:
        place += f":{finding.line}"
    style = "red" if finding.severity == "error" else "yellow"
    write(f"  {finding.severity}: {finding.code}{': ' + place if place else ''}", style)
    write(f"    {showable(finding.message)}", "")
    for line in report.remedy(finding):
        if line not in shown_hints:
            shown_hints.add(line)
            write(f"    {showable(line)}", "" if line.startswith(" ") else "dim")


def _summary(report: Report) -> str:
    counts = Counter(verdict.outcome for verdict in report.verdicts)
    kinds: tuple[Outcome, ...] = ("attested", "failed", "tolerated", "exempt", "not-needed")
    parts = [f"{counts[kind]} {kind}" for kind in kinds if counts[kind]]
    range_name = _ID.sub(r"\1", report.range.replace("refs/remotes/", ""))
    return f"{showable(range_name)}: {', '.join(parts)}"
