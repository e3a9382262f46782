"""A report for a job of GitHub Actions: the text, out of reach of the runner, and annotations.

The runner searches each line of a job's output for commands, so the text stands between
`::stop-commands::` and its token, which nobody can guess. The annotations are the only commands.
(docs.github.com, "Workflow commands for GitHub Actions")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from attest.report import overview
from attest.report.findings import Report
from attest.report.overview import Place
from attest.text import showable

Level = Literal["error", "warning", "notice"]

MAX_PER_LEVEL = 10
"""Annotations of a level that GitHub takes from a step; the rest is lost without a word."""
MAX_MESSAGE = 1_000
"""Characters of a message. GitHub shows no more than a few lines before it folds them."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A message at a line of a file.

    Args:
        lines: of the message.
    """

    level: Level
    lines: tuple[str, ...]
    title: str
    path: str = ""
    line: int | None = None


def escaped_message(*lines: str) -> str:
    """Lines as the message of a workflow command. A line of theirs cannot become two."""
    shown = "\n".join(map(showable, lines))
    shown = f"{shown[:MAX_MESSAGE]}…" if len(shown) > MAX_MESSAGE else shown
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escaped_property(value: str) -> str:
    """A text as a property of a workflow command."""
    return escaped_message(value).replace(":", "%3A").replace(",", "%2C")


def render(
    report: Report, text: Callable[[], None], write: Callable[[str], None], token: str
) -> None:
    """Write the report: the annotations, and then the text, because a job shows the end of its
    log first.

    Args:
        text: writes the report as text, into the same place.
        write: writes one line.
        token: ends what the runner does not read; at least 20 letters that nobody can guess.
    """
    for annotation in find_annotations(report):
        write(command(annotation))
    write(f"::stop-commands::{token}")
    text()
    write(f"::{token}::")


def find_annotations(report: Report) -> list[Annotation]:
    """The annotations: failures as errors, doubts before weak answers as warnings, and the
    answers, of the riskiest hunks first, as notices. Of each level as many as GitHub takes; the
    last of them counts what is left out."""
    levels = (_failures(report), _warnings(report), _answers(report))
    return [annotation for level in levels for annotation in _limited(list(level))]


def outputs(report: Report) -> Mapping[str, str]:
    """The outputs of the step: the result, and how many doubts and errors there are."""
    return {
        "result": overview.result(report),
        "unsure": str(len(overview.unsure(report))),
        "missing": str(overview.missing(report)),
    }


def command(annotation: Annotation) -> str:
    """An annotation as a workflow command, one line."""
    properties = {
        "file": annotation.path,
        "line": str(annotation.line or ""),
        "title": annotation.title,
    }
    written = ",".join(f"{name}={escaped_property(v)}" for name, v in properties.items() if v)
    return f"::{annotation.level} {written}::{escaped_message(*annotation.lines)}"


def _limited(every: list[Annotation]) -> Iterator[Annotation]:
    if len(every) <= MAX_PER_LEVEL:
        yield from every
        return
    yield from islice(every, MAX_PER_LEVEL - 1)
    left = len(every) - MAX_PER_LEVEL + 1
    yield Annotation(every[0].level, (f"{left} more are in the summary and the log.",), "attest")


def _failures(report: Report) -> Iterator[Annotation]:
    """The errors, each with its remedy. Equal ones of several commits are one."""
    for error in overview.shared_errors(report):
        finding = error.finding
        lines = (f"{error.commits}: {finding.message}", *report.remedy(finding))
        yield Annotation(
            "error", lines, f"attest: {finding.code}", finding.path or "", finding.line
        )


def _warnings(report: Report) -> Iterator[Annotation]:
    for place in overview.unsure(report):
        yield _at(place, "warning", [place.hunk.unsure], "The contributor is unsure")
    for place, answer, weakness in overview.weak_answers(report):
        message = f"“{answer.text}”: {weakness.reason} ({weakness.rule})"
        yield _at(place, "warning", [message], "Weak answer")


def _answers(report: Report) -> Iterator[Annotation]:
    for place in overview.answered(report):
        pairs = [
            f"{answer.question} {answer.text}".strip()
            for answer in place.hunk.answers
            if answer.text
        ]
        yield _at(place, "notice", pairs, "The contributor's answer")


def _at(place: Place, level: Level, lines: Sequence[str], title: str) -> Annotation:
    return Annotation(
        level, tuple(lines), f"{title} ({place.verdict.oid[:10]})", place.hunk.path, place.hunk.line
    )
