"""Counting in a whole text."""

from __future__ import annotations

from attest.analysis.syntax import whole_text


def test_definitions_are_counted_by_name() -> None:
    counts = whole_text.count_definitions("def f():\n    g()\n\nint h(void)\n{\n}\n")
    assert [counts[name] for name in ("f", "g", "h", "k")] == [1, 0, 1, 0]


def test_conditions_are_counted_without_white_space_and_brackets() -> None:
    counts = whole_text.count_conditions("if (a  == b) {\nelif a == b:\nwhile a:\n")
    assert counts == {"a==b": 2, "a": 1}
