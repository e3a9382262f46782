"""The overview of an audit as one HTML file, made as `html_format` makes the page of a check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from attest.report import html_page
from attest.report.audit_overview import STATES, Overview, ProjectResult, coverage
from attest.report.audit_records import Counts

MAX_MONTHS = 20_000
"""Rows of months of single projects, so that a browser can open the page."""


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month as the page shows it; `width` is of the bar, in steps of 5 percent."""

    name: str
    counts: Counts
    coverage: str
    width: int


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A project as the page shows it.

    Args:
        slug: the state as a word of CSS.
        left: months that are left out.
    """

    project: ProjectResult
    number: int
    slug: str
    coverage: str
    months: tuple[MonthView, ...]
    left: int


def render(overview: Overview) -> str:
    """The overview as HTML, a whole document."""
    page = html_page.environment().get_template("audit.html")
    style, digest = html_page.style("report.css", "audit.css")
    states = Counter(project.state for project in overview.projects)
    return page.render(
        overview=overview,
        counts=overview.counts,
        coverage=coverage(overview.counts),
        months=[_month(name, counts) for name, counts in overview.months.items()],
        projects=list(_projects(overview)),
        states=[(_slug(name), name, words, states[name]) for name, words in STATES.items()],
        style=style,
        digest=digest,
    )


def _projects(overview: Overview) -> Iterator[ProjectView]:
    room = MAX_MONTHS
    for number, project in enumerate(overview.ordered):
        names = sorted(project.months, reverse=True)
        shown = names[:room]
        room -= len(shown)
        yield ProjectView(
            project,
            number,
            _slug(project.state),
            coverage(project.counts),
            tuple(_month(name, project.months[name]) for name in shown),
            len(names) - len(shown),
        )


def _month(name: str, counts: Counts) -> MonthView:
    width = counts.attested * 20 // counts.needed * 5 if counts.needed else 0
    return MonthView(name, counts, coverage(counts), width)


def _slug(state: str) -> str:
    return state.replace(" ", "-")
