"""Counting in a whole text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attest.analysis.syntax import whole_text
from attest.analysis.syntax.tokens import MOST_LOOKED_FOR, Side


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


CONDITIONS = ["if not a:", "if a:", "elif b:", "if a: if b:", "while (a):", "x = 1", "", "}"]
HEADS = ["def f(a):", "int g(a) {", "  f(a) {", "class G:", "g(a);", "}", ""]
HEADS += ["# a class", "struct", "f", "G {", "g(a)", "{"]  # a head may begin or end on one
LINES = st.one_of(
    st.tuples(st.just(whole_text.count_conditions), *[st.lists(st.sampled_from(CONDITIONS))] * 2),
    st.tuples(st.just(whole_text.count_definitions), *[st.lists(st.sampled_from(HEADS))] * 2),
)
BEGUN_ABOVE = (
    whole_text.count_definitions,
    ["# a class", "class G(A):", "}", "class G:"],
    ["# a class", "}", "class G:"],
)


def sides(old: Sequence[str], new: Sequence[str]) -> tuple[Side, Side]:
    """Both sides of a file, which know what differs."""
    both = Side("\n".join(old), [], True), Side("\n".join(new), [], True)
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed = [places for kind, *places in blocks if kind != "equal"]
    both[0].hunks = [(first, last) for first, last, _, _ in changed]
    both[1].hunks = [(first, last) for _, _, first, last in changed]
    return both


@given(LINES, st.sampled_from(["a", "b", "a:ifb", "nota", "f", "g", "G", "("]))
@example(BEGUN_ABOVE, "G")
def test_what_is_elsewhere_is_found_by_the_hunks(
    case: tuple[Callable[[str], Counter[str]], Sequence[str], Sequence[str]], what: str
) -> None:
    count, *lines = case
    side, other = sides(*lines)
    here, there = count(side.text)[what], count(other.text)[what]
    word = what if count is whole_text.count_definitions else ""
    found = whole_text.is_elsewhere(count, what, side, other, word=word)
    assert found == (there >= max(here, 1))


def test_a_head_may_end_behind_its_hunk() -> None:
    """git shows a new function before another one as `+{ … +int g(void)`."""
    rest = ["{", "    return 0;", "}"]
    old, new = ["int f(void)", *rest], ["int f(void)", *rest, "int g(void)", *rest]
    side, other = sides(old, new)
    other.hunks = [(1, 5)]
    side.hunks = [(1, 1)]
    assert not whole_text.is_elsewhere(whole_text.count_definitions, "g", other, side)
    assert whole_text.is_elsewhere(whole_text.count_definitions, "g", side, other)


def test_a_file_is_not_searched_for_thousands_of_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    searched = []

    class Text(str):
        def __contains__(self, text: object) -> bool:
            searched.append(text)
            return super().__contains__(text)  # type: ignore[operator]

    side = Side("def f\n", [], True)
    monkeypatch.setattr(side, "text", Text(side.text))
    assert side.lacks("g")
    assert not side.lacks("f")
    for number in range(2 * MOST_LOOKED_FOR):
        side.lacks(f"name{number}")
        assert not side.has_stripped(f"name{number}")
    assert len(searched) == MOST_LOOKED_FOR
