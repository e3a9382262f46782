"""The overview of an audit for a terminal or a log: one line a project."""

from __future__ import annotations

from attest.report.audit_overview import STATES, Overview, ProjectResult, State, coverage
from attest.report.audit_records import Counts
from attest.report.log_end import Write
from attest.text import showable

_STYLES: dict[State, str] = {
    "error": "bold red",
    "failed": "bold red",
    "not attested": "red",
    "reported": "yellow",
    "no policy": "dim",
    "empty": "dim",
    "passed": "green",
}
_WIDTH = max(map(len, STATES)) + 2
_INDENT = " " * _WIDTH
_FAILURES = 3
"""Failures of a project that are shown; the page has more."""


def render(overview: Overview, write: Write) -> None:
    """Write the overview.

    Args:
        write: writes one line in a style.
    """
    for project in overview.ordered:
        _project(project, write)
    code = overview.exit_code
    since = f" since {overview.since}" if overview.since else ""
    count = len(overview.projects)
    noun = "project" if count == 1 else "projects"
    sums = words(overview.counts)
    write(f"{count} {noun}{since}: {sums}", "bold green" if code == 0 else "bold red")


def words(counts: Counts) -> str:
    """Counts in words; of those that are 0, the less important are left out."""
    parts = [f"{counts.units} judged" if not counts.unjudged else f"{counts.units} units"]
    share = coverage(counts)
    parts += [f"{counts.attested} of {counts.needed} attested ({share})"] if share else []
    named = {
        "failed": counts.failed - counts.reported,
        "only reported": counts.reported,
        "unattested": counts.unattested - counts.unjudged,
        "unsure": counts.unsure,
        "weak": counts.weak,
        "without a policy": counts.unjudged,
    }
    return ", ".join([*parts, *(f"{name}: {number}" for name, number in named.items() if number)])


def _project(project: ProjectResult, write: Write) -> None:
    state = project.state
    branch = f" ({showable(project.branch)})" if project.branch else ""
    write(f"{state:{_WIDTH}}{showable(project.name)}{branch}", _STYLES[state])
    if project.judged:
        write(f"{_INDENT}{words(project.counts)}", "")
    for fault in project.faults:
        write(f"{_INDENT}error: {showable(fault)}", "red")
    if state == "no policy":
        return
    for failure in project.failures[:_FAILURES]:
        kind = "reported" if failure.reported else "failed"
        codes = ", ".join(failure.codes)
        subject = showable(failure.subject)
        write(f"{_INDENT}{kind}: {failure.oid[:10]} {subject}: {codes}", "")
