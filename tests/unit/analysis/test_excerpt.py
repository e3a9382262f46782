"""The part of two long lines that a question quotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.analysis.excerpt import common_ends, excerpts

ROOM = 44
CASES = {
    "an argument": (
        'fetch(url: "https://example.com/kit.git", from: "5.0.0-alpha.5")',
        'fetch(url: "https://example.com/kit.git", from: "5.0.0-beta.1")',
        ('from: "5.0.0-alpha.5"', 'from: "5.0.0-beta.1"'),
    ),
    "an operand": (
        "enabled && mode === 'overview' && viewportNumber != null",
        "enabled && mode === 'overview' && number != null",
        ("viewportNumber != null", "number != null"),
    ),
    "a side of an assignment": (
        "the_result_of_a_long_computation = first_of(those)",
        "the_result_of_a_long_computation = last_of(those)",
        ("first_of(those)", "last_of(those)"),
    ),
    "what is in brackets": (
        "value_of_the_configuration[index + one] in every_possible_place",
        "value_of_the_configuration[index - one] in every_possible_place",
        ("index + one", "index - one"),
    ),
    "an argument that is gone": (
        "a_function_with_a_long_name(first, second_argument, third)",
        "a_function_with_a_long_name(first, third)",
        ("first, second_argument, third", "first, third"),
    ),
    "a comma in a text": (
        'log_to_the_journal_of_this_machine("a, b", one, "c")',
        'log_to_the_journal_of_this_machine("a, b", two, "c")',
        ('"a, b", one, "c"', '"a, b", two, "c"'),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_largest_whole_part_that_fits_is_quoted(name: str) -> None:
    old, new, expected = CASES[name]
    assert excerpts(old, new, ROOM) == expected
    assert excerpts(new, old, ROOM) == expected[::-1]


def test_no_part_of_a_long_text_is_whole() -> None:
    text = " ".join(["word"] * 30)
    assert excerpts(f'say("{text} one {text}")', f'say("{text} two {text}")', ROOM) is None


def test_a_difference_that_closes_more_than_is_open_has_no_part() -> None:
    assert excerpts("a" * 50 + " b, c", "a" * 50 + ") c, (c", ROOM) is None


def test_a_bracket_that_only_one_side_closes_is_never_cut() -> None:
    assert excerpts("a" * 50 + ") + b", "a" * 50 + "(c) + b", ROOM) is None


_LINES = st.text(alphabet="ab (){}[],;=&'\"`?:", max_size=60)


@given(_LINES, _LINES, st.integers(1, 50))
def test_a_part_is_of_its_line_and_shows_a_difference(old: str, new: str, room: int) -> None:
    parts = excerpts(old, new, room)
    if parts is None:
        return
    assert parts[0] in old
    assert parts[1] in new
    assert parts[0] != parts[1]
    assert max(map(len, parts)) <= room


@given(_LINES, _LINES)
def test_what_is_outside_of_the_ends_differs(old: str, new: str) -> None:
    start, end = common_ends(old, new)
    assert old[:start] == new[:start]
    assert old[len(old) - end :] == new[len(new) - end :]
    assert start + end <= min(len(old), len(new))
