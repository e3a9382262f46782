"""The leaves of a tree on the lines of hunks, and whether a grammar read them without fault.

What is trivial is proven with these (analysis/proofs.py). Tokens do not suffice: a token is
what a person reads, and a proof needs every byte that belongs to something.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Spot = tuple[int, int]
"""The lines of a hunk, from 0, the last one left out. Where a side has none, both are the
number of the line behind its place."""


@dataclass(frozen=True, slots=True)
class Leaf:
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


def read(root: SgNode, text: str, spots: Sequence[Spot]) -> list[tuple[Leaf, ...] | None]:
    """The leaves on the lines of each spot, in their order.

    None for a spot where a leaf reaches over an edge, or where the grammar met a fault in
    the outermost nodes that the spot touches, or in the one before or behind them.

    Takes time that is linear in the nodes of the outermost nodes around the spots.

    Args:
        spots: in order, apart from each other.
    """
    outermost = root.children()
    ends = [node.range().end.line for node in outermost]
    starts = [node.range().start.line for node in outermost]
    faulty: dict[int, bool] = {}
    found: list[list[Leaf] | None] = []
    touched: set[int] = set()
    for first, last in spots:
        # Of nodes in order, those that end on the first line or later, and begin before the
        # last one.
        low, high = bisect_left(ends, first), bisect_left(starts, max(last, first + 1))
        touched.update(range(low, high))
        near = range(max(low - 1, 0), min(max(high, low) + 1, len(outermost)))
        for number in near:
            if number not in faulty:
                faulty[number] = _is_faulty(outermost[number])
        clean = root.kind() != "ERROR" and not any(faulty[number] for number in near)
        found.append([] if clean else None)
    for number in sorted(touched):
        _collect(outermost[number], text, spots, found)
    return [None if leaves is None else tuple(leaves) for leaves in found]


def _collect(
    outermost: SgNode, text: str, spots: Sequence[Spot], found: list[list[Leaf] | None]
) -> None:
    """Add the leaves of a node to those of the spots that they touch."""
    stack = [(outermost, False)]
    while stack:
        node, inside = stack.pop()
        span = node.range()
        line, end_line = span.start.line, span.end.line
        if not _touched(spots, line, end_line):
            continue
        kind = node.kind()
        children = [] if "comment" in kind or "string" in kind else node.children()
        if children:
            below = inside or kind == "block"
            stack.extend((child, below) for child in reversed(children))
            continue
        start = span.start.index
        whole = text[start : span.end.index]
        if not whole.strip() and "text" not in kind:
            continue
        # The line comments of some grammars have their line break in them.
        kept = whole.rstrip("\r\n") if "comment" in kind else whole
        last_line = line + kept.count("\n")
        leaf = Leaf(kind, kept, line, last_line, start, start + len(kept), inside)
        for number in _touched(spots, line, last_line):
            first, last = spots[number]
            leaves = found[number]
            if leaves is None:
                continue
            if line < first or last_line >= last:
                found[number] = None
            else:
                leaves.append(leaf)


def _touched(spots: Sequence[Spot], line: int, last_line: int) -> range:
    """The numbers of the spots that some lines touch. A place between two lines is touched
    by what begins before it and ends behind it."""
    low = bisect_right(spots, line, key=_last)
    high = bisect_right(spots, last_line, key=_first)
    if high > low and spots[high - 1][0] == spots[high - 1][1] and spots[high - 1][0] <= line:
        high -= 1
    return range(low, max(high, low))


def _first(spot: Spot) -> int:
    return spot[0]


def _last(spot: Spot) -> int:
    return spot[1]


def _is_faulty(node: SgNode) -> bool:
    """Whether the grammar met something that it did not know, or had to make a token up:
    such a token is empty."""
    if node.kind() == "ERROR" or node.find(kind="ERROR") is not None:
        return True
    return node.find({"rule": {"regex": r"\A\z"}}) is not None
