"""Which words of a hunk are highlighted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from attest.report.word_changes import changed_words

LINES = st.lists(
    st.tuples(
        st.sampled_from(["-", "+", " ", "\\", "…"]), st.text(alphabet="ab= ()x\t", max_size=20)
    ),
    max_size=20,
).map(lambda lines: [sign + rest for sign, rest in lines])


def highlighted(*lines: str) -> list[list[str]]:
    """The highlighted parts of each line."""
    spans = changed_words(lines)
    return [[line[a:b] for a, b in spans.get(n, ())] for n, line in enumerate(lines)]


def test_the_words_that_differ_are_highlighted_in_both_lines() -> None:
    assert highlighted("-    return size + 1", "+    return size - offset") == [
        ["+", "1"],
        ["-", "offset"],
    ]


def test_a_line_goes_with_the_one_that_is_most_like_it() -> None:
    lines = (
        "-from typing import Guard",
        "+from inspect import iscoroutine",
        "+from typing import Is",
    )
    assert highlighted(*lines) == [["Guard"], [], ["Is"]]


def test_lines_that_are_not_alike_have_no_highlight() -> None:
    assert highlighted("-close the socket", "+if True:", " kept", "+close the file") == [[]] * 4


@given(LINES)
def test_every_highlight_is_inside_its_line_behind_the_sign(lines: list[str]) -> None:
    for number, spans in changed_words(lines).items():
        for start, end in spans:
            assert 1 <= start < end <= len(lines[number])


@given(LINES)
def test_what_is_not_highlighted_is_the_same_on_both_sides(lines: list[str]) -> None:
    for removed, added in (("-", "+"),):
        kept = {removed: [], added: []}  # type: dict[str, list[str]]
        for number, spans in sorted(changed_words(lines).items()):
            line, rest, at = lines[number], "", 1
            for start, end in spans:
                rest, at = rest + line[at:start], end
            kept[line[0]].append(rest + line[at:])
        assert kept[removed] == kept[added]
