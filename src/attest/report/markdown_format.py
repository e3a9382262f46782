"""A report in Markdown, for a job's summary or a comment (GitHub Flavored Markdown).

Texts of commits are hostile: they must not become a heading, a link, a mention, or the end of a
folded part. `escaped` writes them into a line, and `_fence` shows lines of code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attest.report import overview, unasked, unit_lines
from attest.report.answers import HunkReport
from attest.report.findings import (
    CLAIMED_FACT,
    MAX_LISTED,
    WHERE,
    Report,
    Verdict,
    commands,
)
from attest.report.links import NO_LINKS, Links
from attest.report.markdown_text import code, escaped, fence, in_html, link, with_code
from attest.report.overview import Place
from attest.text import showable

SUMMARY_BYTES = 900 << 10
"""Bytes of a job's summary. GitHub takes 1 MiB for each step, and drops a larger one whole."""
COMMENT_BYTES = 60 << 10
"""Bytes of a comment. GitHub takes 65,536 characters."""

_MARKS = {"passed": "✅", "failed": "❌", "reported": "⚠️"}
_WORDS_OF_OURS = 300
"""Bytes that are left for headings and for what is said to be left out."""


def render(report: Report, limit: int = SUMMARY_BYTES, links: Links = NO_LINKS) -> str:
    """The report in Markdown.

    Args:
        links: the project's pages at its forge.
        limit: the most bytes in UTF-8. Each part has its share, so that none can push another
            out, and says how much it leaves out.
    """
    head = "".join(_head(report))
    about = "".join(_about(report, limit // 8, links))
    end = f"\n<sub>{overview.CLAIM}</sub>\n"
    room = limit - len((head + about + end).encode()) - _WORDS_OF_OURS
    remedy = first_steps = ""
    if overview.answerable(report):
        remedy = f"{WHERE}\n\n{fence(chr(10).join(commands(report.start)))}\n"
        first_steps = f"\n<sub>{_first_steps(report)}</sub>\n"
    parts = [
        head,
        _section("Unsure", _unsure(report, links), room // 4),
        _section("Failed", _failed(report, links), room // 4, remedy),
        first_steps,
        _section("Weak answers", _weak(report, links), room // 4),
        about,
    ]
    room = limit - len("".join([*parts, end]).encode()) - _WORDS_OF_OURS
    return "".join([*parts, _details(report, room, links), end])


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list.

    Args:
        count: what it stands for: doubts, errors or weak answers.
    """

    text: str
    count: int = 1


def _section(title: str, items: Sequence[Item], room: int, remedy: str = "") -> str:
    """A heading with a list: as many of the items as there is room for, and how many are left.

    Args:
        remedy: what resolves them; it stands above them, however many they are.
    """
    if not items:
        return ""
    number = _fitting([item.text for item in items[:MAX_LISTED]], room)
    left = sum(item.count for item in items[number:])
    lines = [item.text for item in items[:number]]
    lines += [f"- … and {left} more\n"] if left else []
    total = sum(item.count for item in items)
    return f"\n#### {title} ({total})\n\n{remedy}{''.join(lines)}"


def _fitting(texts: Sequence[str], room: int) -> int:
    """How many of the texts there is room for."""
    for number, one in enumerate(texts):
        room -= len(one.encode())
        if room < 0:
            return number
    return len(texts)


def _first_steps(report: Report) -> str:
    """What attest is and how somebody begins with it, in a line."""
    steps = [
        code(step.command) if step.command else with_code(step.words)
        for step in overview.first_steps(report)
    ]
    return f"{overview.ABOUT} For the first time, in your clone: {' → '.join(steps)}"


def _head(report: Report) -> Iterator[str]:
    """The result."""
    result = overview.result(report)
    yield f"{_MARKS[result]} **attest: {result}** "
    yield f"({overview.REPORTED}) " if result == "reported" else ""
    yield "· "
    yield f"{unit_lines.count_all(report)}: {overview.counts(report)}"
    doubts = overview.doubts(report)
    yield f" · **{doubts}**\n" if doubts else "\n"


def _about(report: Report, room: int, links: Links) -> Iterator[str]:
    """Who answered, what the messages say of assistance, where the rules are from, and the
    warnings that several commits have.

    Args:
        room: bytes for the warnings.
    """
    parts = []
    people = [(one.attester, count) for one, count in overview.signers(report).items()]
    tools = [(one.line, count) for one, count in overview.disclosures(report).items()]
    for label, each in (("Answers by", people), ("AI assistance:", tools)):
        names = [
            f"{escaped(name[:200])} ({unit_lines.count(count, report.units)})"
            for name, count in each[: overview.MAX_NAMED]
        ]
        more = len(each) - overview.MAX_NAMED
        names += [f"{more} more"] if more > 0 else []
        parts += [f"{label} {', '.join(names)}"] if names else []
    rules = f"rules from {_commit(report.base, links)}" if report.base else "built-in rules"
    yield f"\n{' · '.join([*parts, rules])}\n"
    common = list(_common(report))
    if common:
        yield "\n"
        yield from common[: _fitting(common, room)]


def _commit(oid: str, links: Links) -> str:
    return link(oid[:10], links.commit(oid))


def _common(report: Report) -> Iterator[str]:
    for one in overview.common(report)[:MAX_LISTED]:
        number = unit_lines.count(one.commits, report.units)
        yield f"- {number}: **{one.finding.code}**: {escaped(one.finding.message)}\n"


def _unsure(report: Report, links: Links) -> list[Item]:
    return [
        Item(f"- {_place(place, links)}: {escaped(place.hunk.unsure)}\n")
        for place in overview.unsure(report)
    ]


def _place(place: Place, links: Links) -> str:
    oid = place.verdict.oid
    return f"{link(place.hunk.place, links.hunk(oid, place.hunk))} in {_commit(oid, links)}"


def _failed(report: Report, links: Links) -> list[Item]:
    """The errors. Equal ones of several commits are one item, and a remedy stands once."""
    items = []
    for error in overview.shared_errors(report):
        finding, verdicts = error.finding, error.verdicts
        where = ", ".join(_commit(one.oid, links) for one in verdicts[: overview.MAX_NAMED])
        more = len(verdicts) - overview.MAX_NAMED
        where += f" and {more} more" if more > 0 else ""
        if len(verdicts) == 1 and not finding.path:
            where += f" “{escaped(verdicts[0].subject[:80])}”"
        if finding.path:
            where += f" {code(finding.path)}"
            where += f" line {finding.line}" if finding.line else ""
        line = f"- {where} **{finding.code}**: {escaped(finding.message)}"
        if error.hint:
            line += f". {_remedy(error.hint)}"
        items.append(Item(f"{line}\n", len(verdicts)))
    return items


def _remedy(hint: str) -> str:
    """A remedy within a line, its commands as code."""
    parts = [
        code(line.strip()) if line.startswith("  ") else escaped(line)
        for line in hint.split("\n")
        if line.strip()
    ]
    return " ".join(parts)


def _weak(report: Report, links: Links) -> list[Item]:
    return [
        Item(
            f"- {_place(place, links)}: “{escaped(answer.text)}” –"
            f" {escaped(weakness.reason)} ({escaped(weakness.rule)})\n"
        )
        for place, answer, weakness in overview.weak_answers(report)
    ]


def _details(report: Report, room: int, links: Links) -> str:
    """The answers of each commit and what nobody was asked about, folded; and of how many commits
    they are left out."""
    parts: list[str] = []
    lines = [(verdict, list(_lines(verdict, links))) for verdict in report.verdicts]
    folded = [(verdict, items) for verdict, items in lines if items]
    is_by_several = len(overview.signers(report)) > 1
    for number, (verdict, items) in enumerate(folded):
        title = f"{verdict.outcome}: {verdict.oid[:10]} {showable(verdict.subject)[:80]}"
        if verdict.attester and is_by_several:
            title += f", by {verdict.attester}"
        start = f"\n<details><summary>{in_html(title)}</summary>\n\n"
        room -= len(start.encode()) + _WORDS_OF_OURS
        count = _fitting(items, room)
        if not count:
            left = len(folded) - number
            parts.append(
                f"\n*… and the answers of {left} more commit{'' if left == 1 else 's'}:"
                " `attest show` and the JSON have all.*\n"
            )
            break
        body = "".join(items[:count])
        room -= len(body.encode())
        left = len(items) - count
        body += f"- … and {left} more\n" if left else ""
        # Whole: cut in the middle, it would leave the rest of the page folded.
        parts.append(f"{start}{body}\n</details>\n")
    return "".join(parts)


def _lines(verdict: Verdict, links: Links) -> Iterator[str]:
    """What is known of a commit, as items of a list."""
    if verdict.unit != "commit":
        yield from (f"- {escaped(line)}\n" for line in unit_lines.list_commits(verdict))
    for one in verdict.disclosures:
        yield f"- AI assistance: {escaped(one.line)}\n"
    shown = [hunk for hunk in verdict.hunks if hunk.answers or hunk.unsure or hunk.fact]
    for hunk in shown[:MAX_LISTED]:
        yield _hunk(hunk, links.hunk(verdict.oid, hunk))
    if len(shown) > MAX_LISTED:
        yield f"- … and {len(shown) - MAX_LISTED} more hunks\n"
    if verdict.unasked_hunks is not None:
        lines = unasked.to_reader(verdict.unasked_hunks)
        item = "".join(
            f"{'  ' if line.startswith('  ') else ''}- {escaped(line.strip())}\n" for line in lines
        )
        if item:
            yield item


def _hunk(hunk: HunkReport, url: str) -> str:
    lines = [f"- {link(hunk.place, url)}{f' ({escaped(hunk.kind)})' if hunk.kind else ''}\n"]
    for label, value in ((CLAIMED_FACT, hunk.fact), ("Unsure", hunk.unsure)):
        if value:
            lines.append(f"  - {label}: {escaped(value)}\n")
    for answer in hunk.answers:
        question_line = f"*{with_code(answer.question)}*<br>" if answer.question else ""
        if answer.text:
            lines.append(f"  - {question_line}{escaped(answer.text)}\n")
        elif not hunk.unsure:
            lines.append(f"  - {question_line}**no answer**\n")
    return "".join(lines)
