"""The lines of a hunk as a page shows them: numbers, signs, and colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from attest.report import highlighting
from attest.report.answers import HunkReport
from attest.report.highlighting import LineHighlights

_SIGNS = {"+": "added", "-": "removed", "\\": "note", "…": "note"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line, and the classes of its colours."""

    text: str
    classes: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a hunk.

    Args:
        sign: the class of its sign.
        number: in its file; 0 where it has none.
    """

    sign: str
    number: int
    pieces: tuple[Piece, ...]


def find(hunk: HunkReport, shown: Sequence[str], coloured: int) -> tuple[Line, ...]:
    """The lines of a hunk.

    Args:
        coloured: how many characters may have more colours than those of the lines' signs.
    """
    every = (
        highlighting.find(hunk.path, shown).lines
        if sum(map(len, shown)) <= coloured
        else [LineHighlights() for _ in shown]
    )
    return tuple(
        Line(_SIGNS.get(line[:1], "same"), number, tuple(_pieces(line, highlights)))
        for line, number, highlights in zip(shown, _numbers(hunk, shown), every, strict=True)
    )


def _numbers(hunk: HunkReport, shown: Sequence[str]) -> Iterator[int]:
    """The number of each line: in the new file, and of a removed one in the old file."""
    old, new = hunk.first_old, hunk.first_new
    for line in shown:
        sign = line[:1] if new else ""
        yield {" ": new, "+": new, "-": old}.get(sign, 0)
        old += sign in (" ", "-")
        new += sign in (" ", "+")


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
