"""The places of lines in a text."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from attest.analysis.syntax import places
from attest.analysis.syntax.places import Places

LINES = st.lists(
    st.sampled_from(["a", "b:", "[s]", "{", "}", "", " ", "  a", "  {", "   [t]", "    c", "\tb"]),
    max_size=30,
)


def of(text: str) -> list[int]:
    """The places of all lines, each asked about by itself."""
    lines = text.split("\n")
    return [Places(text, lines)[number] for number in range(len(lines))]


def test_places_are_those_of_the_lines_around_and_before() -> None:
    text = "a:\n  b: 1\n  c:\n    d\n\n    e\nf:\n  b: 1\n[s]\nb = 1\n"
    top, b, c, d, blank, e, f, again, head, of_section, _ = of(text)
    assert top == f == head == 0
    assert len({top, b, c, d, e, again, of_section}) == 7
    assert blank == e
    assert of(f"{text}\n")[:9] == of(text)[:9]
    assert of("a:\n  b: 2\n  c:\n    d\n")[3] != d  # another line before


@given(LINES, st.lists(st.integers(0, 29)))
def test_a_place_does_not_depend_on_where_the_text_is_read_from(
    lines: Sequence[str], asked: Sequence[int]
) -> None:
    found = Places("\n".join(lines), lines)
    all_read = list(places._places(lines))
    for number in asked:
        if number < len(lines):
            assert found[number] == all_read[number]


def test_lines_that_are_asked_about_in_order_are_read_once() -> None:
    class Counted(list[str]):
        reads = 0

        def __getitem__(self, at: object) -> str:  # type: ignore[override]
            self.reads += 1
            return super().__getitem__(at)  # type: ignore[call-overload,no-any-return]

    lines = Counted(["top:", *(f"  {n % 7}: {n}" for n in range(2000))])
    found = Places("\n".join(lines), lines)
    for number in range(1, 2001):
        assert found[number]
    assert lines.reads < 3 * len(lines)
