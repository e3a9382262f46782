"""A report as one HTML file: no network, no script, light and dark, for a screen and for paper.

Jinja2 escapes every text. The Content-Security-Policy allows the one style sheet by its hash and
nothing else, so that a text that got through could still load and run nothing. The filters are
radio buttons and CSS (`:has`), which a keyboard and a screen reader know.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from attest.report import html_lines, html_page, overview, unasked, unit_lines
from attest.report.answers import HunkReport
from attest.report.findings import CLAIMED_FACT, WHERE, Finding, Report, Verdict, commands
from attest.report.html_lines import Line
from attest.report.links import NO_LINKS, Links

MAX_HUNK_LINES = 200
"""Lines of a hunk that are shown; the forge has the rest."""
MAX_LINES = 100_000
"""Lines of all hunks together that are shown, so that a browser can open the file."""
MAX_COLOURED = 200_000
"""Characters of all hunks together that have the colours of their syntax, which take most of the
time."""
_WORDS = {
    "answered": "answered",
    "missing": "answers missing",
    "not-covered": "not attested",
    "unasked": "not asked about",
    "ignored": "needs no attestation",
}
_SIGNERS = {
    "trusted": "listed by the project",
    "forge": "published by the login at the forge",
    "unknown": "not known to the project",
    None: "one whose signature is not valid",
}
_LABELS = {
    "invariant": "What it keeps",
    "breaks": "What breaks without it",
    "answer": "Another answer",
}
"""What stands for a question whose words nobody knows."""
_PRESENCE = {
    "touch": "somebody touched the security key",
    "pin": "somebody entered the security key's PIN",
}


@dataclass(frozen=True, slots=True)
class HunkView:
    """A hunk as the page shows it.

    Args:
        states: the filters that show it.
        link: the forge's page of the line; empty where none is known.
        left: lines that are left out.
        is_unasked: nobody was asked about it, so that it waits for a click.
    """

    hunk: HunkReport
    number: int
    states: str
    words: str
    lines: tuple[Line, ...]
    left: int
    link: str
    is_unasked: bool

    @property
    def has_loose_fact(self) -> bool:
        """Whether a fact was shown, and no answer stands below it: the second question is about
        the fact, and its words are not recorded."""
        return bool(self.hunk.fact) and not any(
            answer.label == "breaks" and answer.text and not answer.question
            for answer in self.hunk.answers
        )


@dataclass(frozen=True, slots=True)
class CommitView:
    """A commit as the page shows it.

    Args:
        findings: those that are not shown once for all commits, nor beside an answer.
        unasked: how much nobody was asked about, in words; empty where nothing is shown of it.
        link: the forge's page of the commit; empty where none is known.
        members: the commits of a unit of several, a line each.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    hunks: tuple[HunkView, ...]
    unasked: str
    link: str
    members: tuple[str, ...] = ()


def render(report: Report, links: Links = NO_LINKS) -> str:
    """The report as HTML.

    Args:
        links: the project's pages at its forge.

    Returns:
        A whole document, in ASCII and references.
    """
    page = html_page.environment().get_template("report.html")
    commits = tuple(_commits(report, links))
    places = [(commit.verdict, view) for commit in commits for view in commit.hunks]
    style, digest = html_page.style("report.css")
    html = page.render(
        report=report,
        result=overview.result(report),
        reported=overview.REPORTED,
        about_all=unit_lines.count_all(report),
        counted=partial(unit_lines.count, units=report.units),
        counts=overview.counts(report),
        doubts=overview.doubts(report),
        commits=commits,
        common=overview.common(report),
        filters=_filters(places),
        total=len(places),
        unsure=[(*place, place[1].hunk.unsure, "") for place in places if place[1].hunk.unsure],
        errors=overview.shared_errors(report),
        missing=overview.missing(report),
        where=WHERE,
        weak=_weak(places),
        signers=list(overview.signers(report).items()),
        disclosures=list(overview.disclosures(report).items()),
        signer_words=_SIGNERS,
        presence_words=_PRESENCE,
        links=links,
        pull_request=links.pull_request(),
        remedy=commands(report.start) if overview.answerable(report) else (),
        claim=overview.CLAIM,
        about=overview.ABOUT,
        first_steps=overview.first_steps(report),
        labels=_LABELS,
        claimed_fact=CLAIMED_FACT,
        style=style,
        digest=digest,
    )
    return html.lstrip()


_Place = tuple[Verdict, HunkView]
_FILTERS = {
    "unsure": "Unsure",
    "failed": "Failed",
    "weak": "Weak",
    "answered": "Answered",
    "unasked": "Not asked about",
}


def _filters(places: Sequence[_Place]) -> list[tuple[str, str, int]]:
    """The states to filter by, each with its words and the number of hunks."""
    states = [view.states.split() for _, view in places]
    return [(name, words, sum(name in one for one in states)) for name, words in _FILTERS.items()]


def _weak(places: Sequence[_Place]) -> list[tuple[Verdict, HunkView, str, str]]:
    """The weak answers, each with the reason."""
    return [
        (verdict, view, answer.text, answer.weakness.reason)
        for verdict, view in places
        for answer in view.hunk.answers
        if answer.weakness is not None
    ]


def _commits(report: Report, links: Links) -> Iterator[CommitView]:
    room, number, coloured = MAX_LINES, 0, MAX_COLOURED
    once = {one.finding for one in overview.common(report)}
    for verdict in report.verdicts:
        hunks = []
        for hunk in sorted(verdict.hunks, key=_order):
            number += 1
            shown = hunk.lines[: min(room, MAX_HUNK_LINES)]
            view = _hunk(verdict, hunk, number, html_lines.find(hunk, shown, coloured), links)
            room -= len(shown)
            coloured -= sum(map(len, shown))
            hunks.append(view)
        yield CommitView(
            verdict,
            tuple(
                finding
                for finding in verdict.findings
                # What is weak stands beside the answer.
                if finding not in once and finding.code != "answer-weak"
            ),
            tuple(hunks),
            _unasked(verdict, hunks),
            links.commit(verdict.oid),
            tuple(unit_lines.list_commits(verdict)) if verdict.unit != "commit" else (),
        )


def _order(hunk: HunkReport) -> tuple[bool, bool, bool, int]:
    """Doubts first, then what fails, then what is answered; the riskiest first."""
    return not hunk.unsure, not hunk.is_failed, hunk.state != "answered", -hunk.risk


def _unasked(verdict: Verdict, hunks: Sequence[HunkView]) -> str:
    """How much nobody was asked about; empty where the page shows nothing of it."""
    lines = unasked.to_reader(verdict.unasked_hunks) if verdict.unasked_hunks else []
    if lines:
        return lines[0].removesuffix(":").removesuffix(".")
    count = sum(view.is_unasked for view in hunks)
    return ("1 hunk" if count == 1 else f"{count} hunks") if count else ""


def _hunk(
    verdict: Verdict, hunk: HunkReport, number: int, lines: tuple[Line, ...], links: Links
) -> HunkView:
    states: list[str] = [hunk.state]
    states += ["unsure"] if hunk.unsure else []
    states += ["failed"] if hunk.is_failed else []
    states += ["weak"] if hunk.is_weak else []
    return HunkView(
        hunk,
        number,
        " ".join(states),
        _WORDS[hunk.state],
        lines,
        len(hunk.lines) - len(lines),
        links.hunk(verdict.oid, hunk),
        hunk.state in ("unasked", "ignored"),
    )
