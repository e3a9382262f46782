"""Answers of equal hunks count for those that they fit."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from attest.verification.pairing import match_places

FITS, NOT = "", "no answer to `answer`"


def fitting(needs: Sequence[Sequence[str]], places: Sequence[int | None]) -> int:
    return sum(p is not None and not row[p] for row, p in zip(needs, places, strict=True))


@pytest.mark.parametrize(
    ("needs", "places"),
    [
        ([], []),
        ([[]], [None]),
        ([[FITS]], [0]),
        ([[NOT]], [0]),
        ([[FITS], [FITS]], [0, None]),
        ([[FITS, FITS], [FITS, NOT]], [1, 0]),
        ([[NOT, FITS], [FITS, FITS]], [1, 0]),
        ([[FITS, FITS, NOT], [FITS, NOT, FITS], [FITS, NOT, NOT]], [1, 2, 0]),
        ([["too long a text", NOT], [NOT, FITS]], [0, 1]),
    ],
)
def test_as_many_as_possible_fit(needs: list[list[str]], places: list[int | None]) -> None:
    assert match_places(needs) == places


@pytest.mark.parametrize("rows", [2, 3])
def test_no_other_assignment_fits_more(rows: int) -> None:
    for bits in itertools.product((FITS, NOT), repeat=rows * 3):
        needs = [list(bits[3 * row : 3 * row + 3]) for row in range(rows)]
        places = match_places(needs)
        assert len(set(places)) == rows
        most = max(fitting(needs, other) for other in itertools.permutations(range(3), rows))
        assert fitting(needs, places) == most, needs


def test_a_long_chain_needs_no_stack() -> None:
    count = 300
    needs = [
        [FITS if place in (row, row - 1) else NOT for place in range(count)] for row in range(count)
    ]
    needs.append([FITS if place == 0 else NOT for place in range(count)])
    assert fitting(needs, match_places(needs)) == count
