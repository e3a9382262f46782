"""The leaves on the lines of hunks."""

from __future__ import annotations

from attest.analysis.syntax.leaves import Leaf, LeafFinder, Spot


class Counted(dict[Spot, list[Leaf] | None]):
    """Counts what is written."""

    writes = 0

    def __setitem__(self, key: Spot, value: list[Leaf] | None) -> None:
        self.writes += 1
        super().__setitem__(key, value)


def test_texts_in_texts_leave_each_spot_out_once() -> None:
    spots = [(number, number + 1) for number in range(0, 2_000, 2)]
    finder = LeafFinder("", spots)
    finder.by_spot = counted = Counted(finder.by_spot)
    for depth in range(400):
        finder.bar(depth, 2_000 - depth)
    assert counted.writes == len(spots)
    assert set(counted.values()) == {None}


def test_a_text_inside_of_a_spot_leaves_it_in() -> None:
    finder = LeafFinder("", [(0, 10), (20, 22)])
    finder.bar(2, 8)
    assert finder.by_spot == {(0, 10): [], (20, 22): []}
    finder.bar(9, 21)
    finder.bar(10, 20)
    assert finder.by_spot == {(0, 10): None, (20, 22): None}
