"""The whole of the analysis and of the choice takes time that is linear in the change: ten
times the input, whatever its shape, takes about ten times the steps.

A step is a line of Python that is run. Steps are counted, not seconds. What C code does
within a line is not counted: no line may scan, copy or sort a whole file for each hunk or
token of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from attest.analysis.syntax import messages, parsing, worker
from attest.analysis.syntax.tokens import Side
from support.corpus import Looker
from support.shapes import SHAPES

TIMES = 10
SMALL, LARGE = 15, 30
MOST = {SMALL: 1.4 * TIMES, LARGE: 1.12 * TIMES}
"""Ten times the input, and some more: a short hunk may be one difference, a long one many.
The tighter bound on the larger ones notices a square that is a thousandth of the rest."""


class ReadingHere:
    """Reads a file as the child does, in this process, where steps can be counted."""

    def __init__(self, request: messages.Request) -> None:
        self._request = request

    def sides(self) -> tuple[Side, ...] | None:
        line = messages.encode_answer(worker.answer(self._request))
        return messages.decode_answer(line, self._request)


def count_steps(run: Callable[[], object]) -> int:
    """The lines of attest that run."""
    count = 0

    def step(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        count += event == "line"
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        run()
    finally:
        sys.settrace(before)
    return count


def steps(looker: Looker, name: str, size: int) -> list[int]:
    """The steps that a shape takes in a size, and in ten times that."""
    sizes = (size, size, TIMES * size)
    (chooser, first), *others = looker.changes(SHAPES[name](each) for each in sizes)
    chooser.choose(first)  # which compiles patterns
    return [count_steps(lambda: chooser.choose(change)) for _, change in others]  # noqa: B023


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "ask", ReadingHere)


@pytest.mark.parametrize("name", SHAPES)
def test_ten_times_the_input_takes_ten_times_the_steps(looker: Looker, name: str) -> None:
    few, many = steps(looker, name, SMALL)
    assert many <= MOST[SMALL] * few


@pytest.mark.long
@pytest.mark.parametrize("name", SHAPES)
def test_so_it_is_with_larger_ones(looker: Looker, name: str) -> None:
    few, many = steps(looker, name, LARGE)
    assert many <= MOST[LARGE] * few


def test_a_short_hunk_of_markup_takes_few_steps(looker: Looker) -> None:
    # 11,700 of them while the marks of tokens were an `enum.Flag`: each operation was a call.
    both = [
        {"a.html": "".join(f"<p>line {n}</p>\n<b>{n + more} x</b>\n" for n in range(200))}
        for more in (0, 1)
    ]
    ((chooser, change),) = looker.changes([(both[0], both[1])])
    assert count_steps(lambda: chooser.choose(change)) <= 9_500 * 200
