"""The tokens of a hunk on both sides of its file, and what differs between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from attest.analysis.quoting import Part
from attest.analysis.syntax.leaves import Spot
from attest.analysis.syntax.tokens import Side, Token
from attest.analysis.token_diff import differences, without_comments
from attest.git.diff import Hunk


class HunkTokens(NamedTuple):
    """The tokens of a hunk.

    Args:
        old, new: the two sides of the file.
        old_spot, new_spot: the lines of the hunk on each side.
        old_tokens, new_tokens: all tokens of the hunk's own lines.
        old_code, new_code: these without comments.
        edits: what differs between the two, each with its old side first.
        same_edges: no string or comment reaches into the hunk, or out of it, on one side
            alone. Where one does, equal tokens may mean different things: lines that were
            code can be the inside of a comment now.
        next: the first token behind the hunk on both sides; None where there is none near it.
    """

    old: Side
    new: Side
    old_spot: Spot
    new_spot: Spot
    old_tokens: Sequence[Token]
    new_tokens: Sequence[Token]
    old_code: Sequence[Token]
    new_code: Sequence[Token]
    edits: Sequence[tuple[Part, Part]]
    same_edges: bool
    next: tuple[Token, Token] | None

    @classmethod
    def of(cls, hunk: Hunk, old: Side, new: Side) -> HunkTokens:
        """Find the tokens of a hunk between the two sides of its file."""
        old_spot = spot(hunk.old_start, hunk.old_lines)
        new_spot = spot(hunk.new_start, hunk.new_lines)
        old_tokens, new_tokens = old.between(*old_spot), new.between(*new_spot)
        old_code, new_code = without_comments(old_tokens), without_comments(new_tokens)
        return cls(
            old=old,
            new=new,
            old_spot=old_spot,
            new_spot=new_spot,
            old_tokens=old_tokens,
            new_tokens=new_tokens,
            old_code=old_code,
            new_code=new_code,
            edits=[
                (Part(old, old_code, i1, i2), Part(new, new_code, j1, j2))
                for i1, i2, j1, j2 in differences(old_code, new_code)
            ],
            same_edges=old.edges(*old_spot) == new.edges(*new_spot),
            next=_next(old, old_spot[1], new, new_spot[1]),
        )


def _next(old: Side, old_line: int, new: Side, new_line: int) -> tuple[Token, Token] | None:
    """The same token of both sides, behind a hunk."""
    before, after = old.first_from(old_line), new.first_from(new_line)
    if before is None or after is None:
        return None
    same = before.text == after.text and before.line - old_line == after.line - new_line
    return (before, after) if same else None


def spot(start: int, lines: int) -> Spot:
    """The first line of a hunk on one side, from 0, and the one behind its last. git counts
    from 1, and names the line before a side that has none."""
    first = max(start - 1, 0) if lines else start
    return first, first + lines
