"""A report for a terminal or a log: one line a commit, findings below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from attest.findings import Finding, Report, Verdict
from attest.text import showable

Write = Callable[[str, str], None]
"""Writes a line in a style; the line is fit for a terminal already."""

_STYLES = {"attested": "green", "failed": "bold red", "not-needed": "dim"}


def render(report: Report, write: Write, *, quiet: bool = False) -> None:
    """Write the report.

    Args:
        quiet: leave out commits without an error, and the summary where all is
            well.
    """
    for verdict in report.verdicts:
        if not quiet or verdict.outcome == "failed":
            _commit(verdict, write, quiet=quiet)
    if not quiet or not report.ok:
        write(_summary(report), "bold green" if report.ok else "bold red")


def _commit(verdict: Verdict, write: Write, *, quiet: bool) -> None:
    write(
        f"{verdict.outcome:<10}  {verdict.oid[:10]}  {showable(verdict.subject)[:60]}",
        _STYLES[verdict.outcome],
    )
    if verdict.attester:
        level = f"{verdict.level}, {verdict.attested} of {verdict.total} hunks"
        known = {"trusted": "known signer", "unknown": "signer not known"}.get(
            verdict.signer or "", "not valid"
        )
        write(f"            {level}; by {showable(verdict.attester)} ({known})", "")
        write(f"            {showable(verdict.key or '')}", "dim")
    for finding in verdict.findings:
        if not quiet or finding.severity == "error":
            _finding(finding, write)


def _finding(finding: Finding, write: Write) -> None:
    place = showable(finding.path) if finding.path else ""
    if place and finding.line is not None:
        place += f":{finding.line}"
    where = f" {place}:" if place else ""
    style = "red" if finding.severity == "error" else "yellow"
    write(f"  {finding.severity}: {finding.code}:{where} {showable(finding.message)}", style)
    if finding.hint:
        write(f"    {showable(finding.hint)}", "dim")


def _summary(report: Report) -> str:
    counts = Counter(verdict.outcome for verdict in report.verdicts)
    parts = [
        f"{counts[kind]} {kind}" for kind in ("attested", "failed", "not-needed") if counts[kind]
    ]
    return f"{showable(report.range)}: {', '.join(parts)}"
