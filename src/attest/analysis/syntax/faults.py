"""Near which hunks a grammar read without fault, so that something may be proven about them
(analysis/proofs.py)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from attest.analysis.syntax.tokens import Spot

if TYPE_CHECKING:
    from ast_grep_py import SgNode


class Faultless:
    """The spots that are read without fault; those that turn out not to be are taken out.

    Args:
        spots: in order, apart from each other.
    """

    def __init__(self, spots: Sequence[Spot]) -> None:
        self._spots = spots
        self._edges = sorted(edge for spot in spots for edge in spot)
        self._crossed: set[int] = set()
        self._faulty: set[Spot] = set()

    def take_out_faults(self, root: SgNode, lines: Callable[[SgNode], tuple[int, int]]) -> None:
        """Take out the spots where the grammar met a fault in the outermost nodes that they touch,
        or in the one before or behind them. Linear in the outermost nodes there, each of which is
        searched once.

        Args:
            lines: gives the lines on which a node begins and ends.
        """
        outermost = root.children() if self._spots else []
        near: dict[Spot, range] = {}
        for first, last in self._spots:
            # Of nodes in order, those that end on the first line or later, and begin before
            # the last one.
            low = bisect_left(outermost, first, key=lambda node: lines(node)[1])
            high = bisect_left(outermost, max(last, first + 1), key=lambda node: lines(node)[0])
            near[first, last] = range(max(low - 1, 0), min(max(high, low) + 1, len(outermost)))
        numbers = set(chain.from_iterable(near.values()))
        faulty = {number for number in numbers if _is_faulty(outermost[number])}
        broken = root.kind() == "ERROR"
        self._faulty = {spot for spot in near if broken or not faulty.isdisjoint(near[spot])}

    def take_out_crossed(self, line: int, last_line: int) -> None:
        """Take out the spots of which an edge is between two lines that something goes on over: a
        text or a token. Takes time that is linear in these edges."""
        low, high = bisect_right(self._edges, line), bisect_right(self._edges, last_line)
        self._crossed.update(self._edges[low:high])

    @property
    def spots(self) -> list[Spot]:
        """Those that are left."""
        return [
            (first, last)
            for first, last in self._spots
            if (first, last) not in self._faulty and self._crossed.isdisjoint((first, last))
        ]


def _is_faulty(node: SgNode) -> bool:
    """Whether the grammar met something that it did not know, or had to make a token up:
    such a token is empty."""
    fault = node.find(any=[{"kind": "ERROR"}, {"regex": r"\A\z"}])
    return node.kind() == "ERROR" or fault is not None
