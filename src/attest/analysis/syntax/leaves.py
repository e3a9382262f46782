"""The leaves of a tree on the lines of hunks, and whether a grammar read them without fault.

What is trivial is proven with these (analysis/proofs.py). Tokens do not suffice: a token is
what a person reads, and a proof needs every byte that belongs to something.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Spot = tuple[int, int]
"""The lines of a hunk, from 0, the last one left out. Where a side has none, both are the
number of the line behind its place."""


class Leaf(NamedTuple):
    """The smallest part of a tree; a string or a comment is one, whatever is in it.

    Args:
        kind: what the grammar calls it.
        line, last_line: the lines that it begins and ends on, from 0.
        start, end: where it is in the text, in characters.
        inside: whether it is in a block of statements.
    """

    kind: str
    text: str
    line: int
    last_line: int
    start: int
    end: int
    inside: bool

    @property
    def comment(self) -> bool:
        return "comment" in self.kind


class LeafFinder:
    """Collects the leaves on the lines of each spot.

    Args:
        spots: in order, apart from each other.

    Attributes:
        by_spot: the leaves of each spot, in their order; None where a leaf reaches over an edge,
            or where the grammar met a fault in the outermost nodes that the spot touches, or in
            the one before or behind them.
    """

    def __init__(self, text: str, spots: Sequence[Spot]) -> None:
        self._text = text
        self._spots = spots
        self._firsts = [first for first, _ in spots]
        self._lasts = [last for _, last in spots]
        self.by_spot: dict[Spot, list[Leaf] | None] = {spot: [] for spot in spots}
        self._barred = (0, -1)

    def bar_faults(self, root: SgNode, lines: Callable[[SgNode], tuple[int, int]]) -> None:
        """Leave out the spots near which the grammar met a fault. Linear in the outermost nodes
        there, each of which is searched once.

        Args:
            lines: gives the lines on which a node begins and ends.
        """
        outermost = root.children() if self._spots else []
        faulty: dict[int, bool] = {}
        for first, last in self._spots:
            # Of nodes in order, those that end on the first line or later, and begin before
            # the last one.
            low = bisect_left(outermost, first, key=lambda node: lines(node)[1])
            high = bisect_left(outermost, max(last, first + 1), key=lambda node: lines(node)[0])
            near = range(max(low - 1, 0), min(max(high, low) + 1, len(outermost)))
            for number in near:
                if number not in faulty:
                    faulty[number] = _is_faulty(outermost[number])
            if root.kind() == "ERROR" or any(faulty[number] for number in near):
                self.by_spot[first, last] = None

    def bar(self, line: int, end_line: int) -> None:
        """Leave out the spots with an edge inside of a text. Called for a text before those in
        it. Time for all texts: linear in them and in the spots."""
        if self._barred[0] <= line and end_line <= self._barred[1]:
            return
        touched = self._touched(line, end_line)
        if len(touched) > 1:
            # It has an edge of each of them, so a text inside of it need not look again.
            self._barred = (line, end_line)
        for first, last in touched:
            if line < first or end_line >= last:
                self.by_spot[first, last] = None

    def add(self, kind: str, span: tuple[int, int], lines: tuple[int, int], inside: bool) -> None:
        """Add a leaf to the spots that it touches, and leave out those whose edge it crosses.

        Args:
            span, lines: where it begins and ends, in characters and in lines.
        """
        line = lines[0]
        touched = self._touched(*lines)
        if not touched:
            return
        start, end = span
        text = self._text[start:end]
        if not text.strip() and "text" not in kind:
            return
        # The line comments of some grammars have their line break in them.
        kept = text.rstrip("\r\n") if "comment" in kind else text
        last_line = line + kept.count("\n")
        if last_line < lines[1]:
            touched = self._touched(line, last_line)
        leaf = Leaf(kind, kept, line, last_line, start, start + len(kept), inside)
        for spot in touched:
            leaves = self.by_spot[spot]
            if line < spot[0] or last_line >= spot[1]:
                self.by_spot[spot] = None
            elif leaves is not None:
                leaves.append(leaf)

    def _touched(self, line: int, last_line: int) -> Sequence[Spot]:
        """The spots that some lines touch. A place between two lines is touched by what begins
        before it and ends behind it."""
        low = bisect_right(self._lasts, line)
        high = bisect_right(self._firsts, last_line)
        if high > low and self._firsts[high - 1] == self._lasts[high - 1] <= line:
            high -= 1
        return self._spots[low:high]


def _is_faulty(node: SgNode) -> bool:
    """Whether the grammar met something that it did not know, or had to make a token up:
    such a token is empty."""
    fault = node.find(any=[{"kind": "ERROR"}, {"regex": r"\A\z"}])
    return node.kind() == "ERROR" or fault is not None
