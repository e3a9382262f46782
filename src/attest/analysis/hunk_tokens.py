"""The tokens of a hunk on both sides of its file, and what differs between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from attest.analysis.quoting import Part
from attest.analysis.syntax.tokens import Side, Spot, Token
from attest.analysis.token_diff import differences
from attest.git.diff import Hunk


class HunkSide(NamedTuple):
    """One side of a hunk.

    Args:
        side: the whole file.
        spot: the lines of the hunk.
        tokens: all that touch these lines.
    """

    side: Side
    spot: Spot
    tokens: Sequence[Token]

    @classmethod
    def of(cls, side: Side, start: int, lines: int) -> HunkSide:
        """Find the tokens between two lines of a file, which are counted as in a hunk."""
        lines_of_hunk = spot(start, lines)
        return cls(side, lines_of_hunk, side.between(*lines_of_hunk))

    @property
    def lines(self) -> Sequence[str]:
        return self.side.lines[slice(*self.spot)]

    @property
    def code(self) -> list[Token]:
        return [token for token in self.tokens if token.role != "comment"]

    @property
    def comments(self) -> list[Token]:
        return [token for token in self.tokens if token.role == "comment"]

    @property
    def is_faultless(self) -> bool:
        """Whether a grammar read it without fault."""
        return self.spot in self.side.faultless

    def around(self, comments: Iterable[Token]) -> list[str]:
        """The text of the hunk around its comments, white space and all."""
        at, end = self.side.span(self.spot)
        parts = []
        for comment in comments:
            parts.append(self.side.text[at : comment.start])
            at = max(at, comment.end)
        return [*parts, self.side.text[at:end]]


class HunkTokens(NamedTuple):
    """The tokens of a hunk.

    Args:
        old, new: its two sides.
        edits: what differs between the two, comments left out, each with its old side first.
        same_edges: no string or comment reaches into the hunk, or out of it, on one side
            alone. Where one does, equal tokens may mean different things: lines that were
            code can be the inside of a comment now.
        next: the first token behind the hunk on both sides; None where there is none near it.
    """

    old: HunkSide
    new: HunkSide
    edits: Sequence[tuple[Part, Part]]
    same_edges: bool
    next: tuple[Token, Token] | None

    @classmethod
    def of(cls, hunk: Hunk, old: Side, new: Side) -> HunkTokens:
        """Find the tokens of a hunk between the two sides of its file."""
        before = HunkSide.of(old, hunk.old_start, hunk.old_lines)
        after = HunkSide.of(new, hunk.new_start, hunk.new_lines)
        old_code, new_code = before.code, after.code
        edits = [
            (Part(old, old_code, i1, i2), Part(new, new_code, j1, j2))
            for i1, i2, j1, j2 in differences(old_code, new_code)
        ]
        same_edges = old.edges(*before.spot) == new.edges(*after.spot)
        return cls(before, after, edits, same_edges, _next(before, after))


def _next(old: HunkSide, new: HunkSide) -> tuple[Token, Token] | None:
    """The same token of both sides, behind a hunk."""
    old_line, new_line = old.spot[1], new.spot[1]
    before, after = old.side.first_from(old_line), new.side.first_from(new_line)
    if before is None or after is None:
        return None
    same = before.text == after.text and before.line - old_line == after.line - new_line
    return (before, after) if same else None


def spot(start: int, lines: int) -> Spot:
    """The first line of a hunk on one side, from 0, and the one behind its last. git counts
    from 1, and names the line before a side that has none."""
    first = max(start - 1, 0) if lines else start
    return first, first + lines
