"""A report in Markdown, for a job's summary or a comment (GitHub Flavored Markdown).

Texts of commits are hostile: they must not become a heading, a link, a mention, or the end of a
folded part. `escaped` writes them into a line, and `_fence` shows lines of code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attest.report import overview, unasked
from attest.report.findings import CLAIMED_FACT, MAX_LISTED, Report, Verdict, commands
from attest.report.overview import Place
from attest.text import lazy, showable

SUMMARY_BYTES = 900 << 10
"""Bytes of a job's summary. GitHub takes 1 MiB for each step, and drops a larger one whole."""
COMMENT_BYTES = 60 << 10
"""Bytes of a comment. GitHub takes 65,536 characters."""

_SPECIAL = lazy(r"[\\`*_\[\]|~]")
"""What has a meaning within a line of Markdown, and what a backslash takes it from. A text of a
commit never begins a line, so that headings and lists are out of its reach."""
_LINKS = lazy(r"(?<=@)(?=\w)|(?<=[#!])(?=\d)|(?<=GH-)(?=\d)|(?<=://)|(?<=www)(?=\.)", re.IGNORECASE)
"""Places where GitHub and GitLab find a mention, a reference or an address in plain words: a
mention in a comment notifies people, and a backslash does not prevent it."""
_JOINER = "\N{WORD JOINER}"
_TICKS = lazy(r"`+")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&dollar;", "\N{WORD JOINER}": ""}
MAX_TEXT = 2_000
"""Characters of one text that are shown."""


def escaped(value: str) -> str:
    """A text of a commit as literal words within a line of Markdown."""
    linked = _in_html(value)
    return _SPECIAL.sub(r"\\\g<0>", linked)


def _in_html(value: str) -> str:
    """A text as literal words within an HTML element that Markdown does not read."""
    shown = showable(value)
    shown = f"{shown[:MAX_TEXT]}…" if len(shown) > MAX_TEXT else shown
    for character, entity in _ENTITIES.items():
        shown = shown.replace(character, entity) if character in shown else shown
    return _LINKS.sub(_JOINER, shown)


def code(value: str) -> str:
    """A text as code within a line."""
    shown = showable(value) or " "
    ticks = "`" * (max((len(run) for run in _TICKS.findall(shown)), default=0) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def render(report: Report, limit: int = SUMMARY_BYTES) -> str:
    """The report in Markdown.

    Args:
        limit: the most bytes in UTF-8. Of what does not fit, the end says how much it is.
    """
    parts = [*_head(report), *_unsure(report), *_failed(report), *_weak(report)]
    folded = [part for verdict in report.verdicts for part in _answers(verdict)]
    end = f"\n<sub>{overview.CLAIM}</sub>\n"
    return _fitted([*parts, *folded], limit - len(end.encode()) - 200) + end


def _fitted(parts: Sequence[str], room: int) -> str:
    """As many parts as there is room for, and how many there is none for."""
    kept: list[str] = []
    for number, part in enumerate(parts):
        room -= len(part.encode())
        if room < 0:
            left = len(parts) - number
            kept.append(
                f"\n*… {left} more part{'' if left == 1 else 's'} of this report left out:"
                " it is too long. `attest show` and the JSON have all.*\n"
            )
            break
        kept.append(part)
    return "".join(kept)


def _head(report: Report) -> Iterator[str]:
    result = overview.result(report)
    yield f"**attest: {result}** · {escaped(_count(report))}: {overview.counts(report)}"
    yield f" · rules from {code(report.base[:10])}\n" if report.base else " · built-in rules\n"
    common = list(_common(report))
    if common:
        yield "\n"
        yield from common
    if result == "reported":
        yield "\nThe project reports problems, and does not fail a change for them yet.\n"


def _common(report: Report) -> Iterator[str]:
    for one in overview.common(report):
        yield f"- {one.count} commits: **{one.finding.code}**: {escaped(one.finding.message)}\n"


def _count(report: Report) -> str:
    number = len(report.verdicts)
    return "1 commit" if number == 1 else f"{number} commits"


def _unsure(report: Report) -> Iterator[str]:
    places = overview.unsure(report)
    if places:
        yield f"\n#### Unsure ({len(places)})\n\n"
    for place in places:
        yield f"- {_place(place)}: {escaped(place.hunk.unsure)}\n"


def _place(place: Place) -> str:
    return f"{code(place.hunk.place)} in {code(place.verdict.oid[:10])}"


def _failed(report: Report) -> Iterator[str]:
    failures = list(overview.failures(report))
    if not failures:
        return
    yield f"\n#### Failed ({len(failures)})\n\n"
    for verdict, finding in failures:
        where = f" {code(finding.path)}" if finding.path else ""
        where += f" line {finding.line}" if finding.path and finding.line else ""
        line = f"- {code(verdict.oid[:10])}{where} **{finding.code}**: {escaped(finding.message)}"
        yield f"{line}\n"
        if finding.hint:
            yield f"  {escaped(' '.join(finding.hint.split()))}\n"
    if overview.answerable(report):
        lines = "\n".join(commands(report.start))
        yield f"\nIn a clone of your fork, on the branch of the pull request:\n\n{_fence(lines)}"
        yield f"\n<sub>{overview.ABOUT}</sub>\n"


def _weak(report: Report) -> Iterator[str]:
    places = overview.weak(report)
    if places:
        yield f"\n#### Weak answers ({len(places)})\n\n"
    for place in places:
        for answer in place.hunk.answers:
            if answer.weakness is not None:
                yield f"- {_place(place)}: “{escaped(answer.text)}”"
                yield f" – {escaped(answer.weakness.reason)} ({answer.weakness.rule})\n"


def _answers(verdict: Verdict) -> Iterator[str]:
    """A commit's answers and what nobody was asked about, folded."""
    lines = list(_hunks(verdict))
    lines += [f"- AI assistance: {escaped(one.line)}\n" for one in verdict.disclosures]
    if verdict.unasked_hunks is not None:
        lines += [
            f"- {escaped(line)}\n" if not line.startswith("  ") else f"  - {escaped(line)}\n"
            for line in unasked.to_reader(verdict.unasked_hunks)
        ]
    if not lines:
        return
    title = f"{verdict.oid[:10]} {showable(verdict.subject)[:80]}: {verdict.outcome}"
    if verdict.attester:
        title += f", by {verdict.attester}"
    # One part: cut in the middle, it would leave the rest of the page folded.
    body = "".join(lines)
    yield f"\n<details><summary>{_in_html(title)}</summary>\n\n{body}\n</details>\n"


def _hunks(verdict: Verdict) -> Iterator[str]:
    shown = [hunk for hunk in verdict.hunks if hunk.answers or hunk.unsure or hunk.fact]
    for hunk in shown[:MAX_LISTED]:
        yield f"- {code(hunk.place)}{f' ({hunk.kind})' if hunk.kind else ''}\n"
        texts = [(CLAIMED_FACT, hunk.fact), ("Unsure", hunk.unsure)]
        for label, value in texts:
            if value:
                yield f"  - {label}: {escaped(value)}\n"
        for answer in hunk.answers:
            if answer.text:
                asked = f"*{escaped(answer.question)}* " if answer.question else ""
                yield f"  - {asked}{escaped(answer.text)}\n"
    if len(shown) > MAX_LISTED:
        yield f"- … and {len(shown) - MAX_LISTED} more hunks\n"


def _fence(lines: str) -> str:
    ticks = "`" * max(3, max((len(run) for run in _TICKS.findall(lines)), default=0) + 1)
    return f"{ticks}sh\n{lines}\n{ticks}\n"
