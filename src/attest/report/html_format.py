"""A report as one HTML file: no network, no script, light and dark, for a screen and for paper.

Jinja2 escapes every text. The Content-Security-Policy allows the one style sheet by its hash and
nothing else, so that a text that got through could still load and run nothing. The filters are
radio buttons and CSS (`:has`), which a keyboard and a screen reader know.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from attest.report import highlighting, html_page, overview, unasked, unit_lines
from attest.report.answers import HunkReport
from attest.report.findings import CLAIMED_FACT, Finding, Report, Verdict, commands
from attest.report.highlighting import LineHighlights
from attest.text import lazy

MAX_HUNK_LINES = 200
"""Lines of a hunk that are shown; the forge has the rest."""
MAX_LINES = 100_000
"""Lines of all hunks together that are shown, so that a browser can open the file."""
MAX_COLOURED = 200_000
"""Characters of all hunks together that have the colours of their syntax, which take most of the
time."""
_URL = lazy(r"^https?://[A-Za-z0-9.:-]{1,255}(?:/[A-Za-z0-9._~/-]{0,1000})?$")
_SIGNS = {"+": "added", "-": "removed", "\\": "note", "…": "note"}
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
    None: "the signature is not valid",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line, and the classes of its colours."""

    text: str
    classes: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a hunk; `sign` is the class of its sign."""

    sign: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class HunkView:
    """A hunk as the page shows it.

    Args:
        states: the filters that show it.
        link: the forge's page of the line; empty where none is known.
        left: lines that are left out.
        is_open: its lines are shown at once. Those that nobody was asked about wait for a click.
    """

    hunk: HunkReport
    number: int
    states: str
    words: str
    lines: tuple[Line, ...]
    left: int
    link: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class CommitView:
    """A commit as the page shows it.

    Args:
        findings: those that are not shown once for all commits.
        unasked: what nobody was asked about, in words, line by line.
        link: the forge's page of the commit; empty where none is known.
        members: the commits of a unit of several, a line each.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    hunks: tuple[HunkView, ...]
    signer: str
    unasked: tuple[str, ...]
    link: str
    members: tuple[str, ...] = ()


def render(report: Report, forge_url: str = "") -> str:
    """The report as HTML.

    Args:
        forge_url: the address of the project at its forge, for links; empty for none.

    Returns:
        A whole document, in ASCII and references.
    """
    page = html_page.environment().get_template("report.html")
    url = forge_url if _URL.fullmatch(forge_url) else ""
    commits = tuple(_commits(report, url.rstrip("/")))
    hunks = [hunk for commit in commits for hunk in commit.hunks]
    filters = [
        (name, words, sum(name in hunk.states.split() for hunk in hunks))
        for name, words in (
            ("unsure", "Unsure"),
            ("failed", "Failed"),
            ("weak", "Weak answers"),
            ("answered", "Answered"),
            ("unasked", "Not asked about"),
        )
    ]
    style, digest = html_page.style("report.css")
    return page.render(
        report=report,
        result=overview.result(report),
        counts=overview.counts(report),
        doubts=overview.doubts(report),
        commits=commits,
        common=overview.common(report),
        filters=filters,
        total=len(hunks),
        unsure=[
            (commit.verdict, view)
            for commit in commits
            for view in commit.hunks
            if view.hunk.unsure
        ],
        remedy=commands(report.start) if overview.answerable(report) else (),
        claim=overview.CLAIM,
        about=overview.ABOUT,
        claimed_fact=CLAIMED_FACT,
        style=style,
        digest=digest,
    )


def _commits(report: Report, url: str) -> Iterator[CommitView]:
    room, number, coloured = MAX_LINES, 0, MAX_COLOURED
    once = {one.finding for one in overview.common(report)}
    for verdict in report.verdicts:
        hunks = []
        for hunk in sorted(verdict.hunks, key=_order):
            number += 1
            shown = hunk.lines[: min(room, MAX_HUNK_LINES)]
            view = _hunk(verdict, hunk, number, _lines(hunk.path, shown, coloured), url)
            room -= len(shown)
            coloured -= sum(map(len, shown))
            hunks.append(view)
        left = unasked.to_reader(verdict.unasked_hunks) if verdict.unasked_hunks else []
        yield CommitView(
            verdict,
            tuple(finding for finding in verdict.findings if finding not in once),
            tuple(hunks),
            _SIGNERS[verdict.signer],
            tuple(left),
            f"{url}/commit/{verdict.oid}" if url else "",
            tuple(unit_lines.list_commits(verdict)) if verdict.unit != "commit" else (),
        )


def _order(hunk: HunkReport) -> tuple[bool, bool, bool, int]:
    """Doubts first, then what fails, then what is answered; the riskiest first."""
    return not hunk.unsure, not hunk.is_failed, hunk.state != "answered", -hunk.risk


def _lines(path: str, shown: Sequence[str], coloured: int) -> tuple[Line, ...]:
    """The lines of a hunk.

    Args:
        coloured: how many characters may have more colours than those of the lines' signs.
    """
    every = (
        highlighting.find(path, shown).lines
        if sum(map(len, shown)) <= coloured
        else [LineHighlights() for _ in shown]
    )
    return tuple(
        Line(_SIGNS.get(line[:1], "same"), tuple(_pieces(line, highlights)))
        for line, highlights in zip(shown, every, strict=True)
    )


def _hunk(
    verdict: Verdict, hunk: HunkReport, number: int, lines: tuple[Line, ...], url: str
) -> HunkView:
    is_link = url and "\\" not in hunk.path
    place = f"{url}/blob/{verdict.oid}/{_quoted(hunk.path)}" if is_link else ""
    link = f"{place}#L{hunk.line}" if place and hunk.line is not None else place
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
        link,
        hunk.state not in ("unasked", "ignored"),
    )


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path)


def _pieces(line: str, highlights: LineHighlights) -> Iterator[Piece]:
    """A line in parts that each have one colour."""
    borders = {0, len(line)}
    borders |= {min(end, len(line)) for span in highlights.syntax for end in (span.start, span.end)}
    borders |= {
        min(end, len(line)) for span in highlights.changes for end in (span.start, span.end)
    }
    ordered = sorted(borders)
    for start, end in pairwise(ordered):
        classes: list[str] = [one.role for one in highlights.syntax if one.start <= start < one.end]
        classes += ["changed" for one in highlights.changes if one.start <= start < one.end][:1]
        yield Piece(line[start:end], " ".join(classes))
