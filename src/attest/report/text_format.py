"""A report for a terminal or a log: one line a commit, findings below it."""

from __future__ import annotations

from collections.abc import Callable

from attest.report import overview, unit_lines
from attest.report.findings import (
    CLAIMED_FACT,
    MAX_LISTED,
    Finding,
    Report,
    Verdict,
    commands,
)
from attest.report.tally import Tally, is_general
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


def render(report: Report, write: Write, *, quiet: bool = False) -> None:
    """Write the report.

    Args:
        write: writes one line.
        quiet: leave out commits without an error, and the summary where all passes.
    """
    writer = TextReport(report, write, quiet=quiet)
    for verdict in report.verdicts:
        writer.add(verdict)
    writer.finish()


class TextReport:
    """A report that is written verdict by verdict; see `render`.

    Args:
        report: all of it but the verdicts.
    """

    def __init__(self, report: Report, write: Write, *, quiet: bool = False) -> None:
        self.tally = Tally()
        self._report, self._write, self._quiet = report, write, quiet
        self._shown_hints: set[str] = set()

    def add(self, verdict: Verdict) -> None:
        """Write the verdict on a commit. A warning about a whole commit that some others have
        had is only counted."""
        self.tally.add(verdict)
        once = frozenset(
            one
            for one in verdict.findings
            if is_general(one) and self.tally.count_of(one) >= overview.COMMON
        )
        hints, quiet = self._shown_hints, self._quiet
        if not quiet or verdict.outcome == "failed":
            _commit(verdict, self._report, self._write, hints, quiet=quiet, once=once)
        if not quiet:
            _claims(verdict, self._write)

    def finish(self) -> None:
        """Write what all verdicts have in common, and the result."""
        report, write, tally = self._report, self._write, self.tally
        for finding, count in [] if self._quiet else tally.warnings(overview.COMMON):
            write(f"{count} commits: warning: {finding.code}", "yellow")
            write(f"    {showable(finding.message)}", "")
        if not self._quiet or not tally.ok:
            write(_summary(report, tally), "bold green" if tally.ok else "bold red")
            if report.base is not None:
                write(_source(report.base, has_policy=report.has_policy), "dim")
            if report.advisory and not tally.ok:
                write(f"{report.reprieve}: problems are only reported, and the exit code is 0", "")
        if not self._quiet and tally.is_answerable:
            _first_time(report, write)


def _first_time(report: Report, write: Write) -> None:
    """Write what somebody needs who has never heard of attest and whose check is red."""
    write("", "")
    write(overview.ABOUT, "")
    write(
        "Is it not installed? The project's CONTRIBUTING says where to get it. Then, once in your "
        "clone: attest init",
        "",
    )
    write(
        "Your signing key must be published at your account of the forge, or be listed by a "
        "maintainer: attest init names the place.",
        "",
    )
    answer, push = commands(report.start)
    write(f"The commands for this check, on your branch: {answer}  and then  {push}", "bold")


def render_verdict(verdict: Verdict, report: Report, write: Write) -> None:
    """Write the verdict on one commit of a report, without a summary."""
    _commit(verdict, report, write, set(), quiet=False)


def _commit(
    verdict: Verdict,
    report: Report,
    write: Write,
    shown_hints: set[str],
    *,
    quiet: bool,
    once: frozenset[Finding] = frozenset(),
) -> None:
    """Write the verdict on a commit, and what was found.

    Args:
        shown_hints: see `_explanation`.
        quiet: leave out warnings.
        once: warnings that are written once, for all commits.
    """
    subject = unit_lines.short(verdict.subject)
    write(f"{verdict.outcome:<10}  {verdict.oid[:10]}  {subject}", _STYLES[verdict.outcome])
    if verdict.exempt:
        write(f"{_INDENT}{showable(verdict.exempt)}", "dim")
    if verdict.unit != "commit":
        write(f"{_INDENT}{unit_lines.describe(verdict)}", "")
    if verdict.attester:
        write(f"{_INDENT}{_reach(verdict)}; {_SIGNERS[verdict.signer]}", "")
        # Every line begins with words of ours: CI takes one that begins with `::` for a
        # command to itself, and a commit could give it such words (docs/threat-model.md,
        # "On the check").
        write(f"{_INDENT}by {showable(verdict.attester)}", "")
        write(f"{_INDENT}{showable(verdict.key or '')}", "dim")
        if verdict.presence:
            write(f"{_INDENT}signed with a security key: {_PRESENCE[verdict.presence]}", "dim")
    if verdict.unit != "commit":
        for line in unit_lines.list_commits(verdict):
            write(f"{_INDENT}{line}", "dim")
    elif report.unit == "pull-request" and verdict.outcome == "failed":
        people = unit_lines.name_people(verdict)
        if people:
            write(f"{_INDENT}{people}", "dim")
    for finding in verdict.findings:
        if finding not in once and (not quiet or finding.severity == "error"):
            _finding(finding, report, write, shown_hints)


def _reach(verdict: Verdict) -> str:
    """How far the blocks reach, in words."""
    if not verdict.has_counts:
        return f"{verdict.level}, every hunk covered"
    hunks = "1 hunk" if verdict.total == 1 else f"{verdict.total} hunks"
    reach = f"{verdict.level}, {verdict.attested_count} of {hunks}"
    return f"{reach} covered, {verdict.answered_count} answered"


def _claims(verdict: Verdict, write: Write) -> None:
    """What the contributor says beside the answers: doubts, assistance, facts they were shown."""
    lines = [
        (f"unsure: {hunk.place}: {hunk.unsure}", "yellow") for hunk in verdict.hunks if hunk.unsure
    ]
    lines += [(f"AI assistance: {one.line}", "") for one in verdict.disclosures]
    lines += [
        (f"{CLAIMED_FACT}: {hunk.place}: {hunk.fact}", "dim") for hunk in verdict.hunks if hunk.fact
    ]
    for line, style in lines[:MAX_LISTED]:
        write(f"  {showable(line)}", style)
    if len(lines) > MAX_LISTED:
        write(f"  … and {len(lines) - MAX_LISTED} more of these", "dim")


def _finding(finding: Finding, report: Report, write: Write, shown_hints: set[str]) -> None:
    place = showable(finding.path) if finding.path else ""
    if place and finding.line is not None:
        place += f":{finding.line}"
    style = "red" if finding.severity == "error" else "yellow"
    write(f"  {finding.severity}: {finding.code}{': ' + place if place else ''}", style)
    _explanation(finding, report, write, shown_hints)


def _explanation(finding: Finding, report: Report, write: Write, shown_hints: set[str]) -> None:
    """Write what is wrong, and the remedy.

    Args:
        shown_hints: lines of remedies that stand above already; they are not repeated, or the
            same commands would stand below each of fifty hunks.
    """
    write(f"    {showable(finding.message)}", "")
    for line in report.remedy(finding):
        if line not in shown_hints:
            shown_hints.add(line)
            write(f"    {showable(line)}", "" if line.startswith(" ") else "dim")


def _summary(report: Report, tally: Tally) -> str:
    range_name = _ID.sub(r"\1", report.range.replace("refs/remotes/", ""))
    doubts = f"; {tally.doubts}" if tally.doubts else ""
    return f"{showable(range_name)}: {tally.outcomes}{doubts}"


def _source(base: str, *, has_policy: bool) -> str:
    """Where the rules are from."""
    if has_policy:
        return f"rules from {base[:10]}"
    return f"{base[:10]} has no policy (.attest.toml): the built-in rules apply"
