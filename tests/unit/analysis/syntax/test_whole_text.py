"""Counting in a whole text: to look for a few pieces finds what counting all of them does."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.analysis.syntax import whole_text
from attest.analysis.syntax.whole_text import Counts

TEXTS = st.text(alphabet="if wh(le)a b\n\t{}<;:\u2028\r", max_size=60).map(
    lambda text: text.replace("w", "while ").replace("i", "if ")
)


@given(TEXTS, TEXTS)
def test_a_condition_that_is_looked_for_is_counted_as_all_are(text: str, other: str) -> None:
    every = Counter(whole_text._conditions(text))
    for bare in {*every, *whole_text._conditions(other), ""}:
        whole_text.count_conditions.cache_clear()
        assert whole_text.count_conditions(text)[bare] == every[bare]


def test_many_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def look(piece: str) -> int:
        looked.append(piece)
        return 0

    counts = Counts(look, lambda: ["a"] * 3)
    values = [counts["a"] for _ in range(20)]
    assert len(looked) == whole_text._MOST_LOOKS
    assert set(values[len(looked) :]) == {3}


def test_a_name_that_is_there_is_counted_with_the_rest() -> None:
    counts = whole_text.count_definitions("def f():\n    g()\n\nint h(void)\n{\n}\n")
    assert [counts[name] for name in ("f", "g", "h", "k")] == [1, 0, 1, 0]
