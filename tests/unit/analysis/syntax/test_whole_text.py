"""Counting in a whole text."""

from __future__ import annotations

from attest.analysis.syntax import whole_text


def test_definitions_are_counted_by_name() -> None:
    counts = whole_text.count_definitions("def f():\n    g()\n\nint h(void)\n{\n}\n")
    assert [counts[name] for name in ("f", "g", "h", "k")] == [1, 0, 1, 0]


def test_conditions_are_counted_without_white_space_and_brackets() -> None:
    counts = whole_text.count_conditions("if (a  == b) {\nelif a == b:\nwhile a:\n")
    assert counts == {"a==b": 2, "a": 1}


def test_a_definition_may_begin_anywhere_in_a_line_but_not_within_a_word() -> None:
    counts = whole_text.count_definitions("xdef a\n(def b)\nx.fun c(d) {\nmain(int n) {\n_e(f)\n{")
    assert counts == {"b": 1, "c": 1, "main": 1, "_e": 1}


def test_a_condition_begins_with_a_whole_word() -> None:
    text = "xif a\n}else if(b){\nunless c\nelseif d\nwhenever e\nwhen f\nassert! g\nassertion h\n"
    counts = whole_text.count_conditions(text)
    assert counts == {"b": 1, "c": 1, "d": 1, "f": 1, "!g": 1}


def test_places_are_those_of_the_lines_around_and_before() -> None:
    text = "a:\n  b: 1\n  c:\n    d\n\n    e\nf:\n  b: 1\n[s]\nb = 1\n"
    top, b, c, d, blank, e, f, again, head, of_section, _ = whole_text.places(text)
    assert top == f == head == 0
    assert len({top, b, c, d, e, again, of_section}) == 7
    assert blank == e
    assert whole_text.places(f"{text}\n")[:9] == whole_text.places(text)[:9]
    assert whole_text.places("a:\n  b: 2\n  c:\n    d\n")[3] != d  # another line before
