"""The tokens on some lines of a side."""

from __future__ import annotations

from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from attest.analysis.syntax import tokens
from attest.analysis.syntax.tokens import Side, Token

TEXTS = st.lists(st.sampled_from(["a", "bb", "'\n'", "'\n\nx'", "\n", " ", "\n\n"]), max_size=20)
LINES = st.tuples(st.integers(0, 12), st.integers(0, 12))


def side_of(texts: list[str]) -> Side:
    """A side with a token of each text that is not blank."""
    text = "".join(texts)
    found, at = [], 0
    for one in texts:
        if one.strip():
            line = text.count("\n", 0, at)
            found.append(Token(one, "name", line, at, at + len(one)))
        at += len(one)
    return Side(text, found, True)


def on_lines(side: Side, first: int, last: int) -> list[str]:
    """The texts of the tokens that touch some lines, as far as they are on them: line by line."""
    pieces = []
    for token in side.tokens:
        lines = list(enumerate(token.text.split("\n"), token.line))
        own = [text for line, text in lines if first <= line < last]
        if own:
            pieces.append("\n".join(own))
    return pieces


@given(TEXTS, LINES, st.sampled_from([0, 2, 500]))
def test_tokens_are_cut_at_the_edges_of_their_lines(
    texts: list[str], lines: tuple[int, int], long: int
) -> None:
    side = side_of(texts)
    first, last = min(lines), min(max(lines), len(side.lines))
    with mock.patch.object(tokens, "_LONG", long):
        found = side.between(first, last)
    assert [token.text for token in found] == on_lines(side, first, last)
    for token in found:
        assert side.text[token.start : token.end] == token.text
        assert token.line == side.text.count("\n", 0, token.start)


@given(TEXTS, LINES, st.sampled_from([0, 2, 500]))
def test_what_reaches_over_an_edge_is_known(
    texts: list[str], lines: tuple[int, int], long: int
) -> None:
    side = side_of(texts)
    with mock.patch.object(tokens, "_LONG", long):
        edges = side.edges(*(min(line, len(side.lines)) for line in lines))
    for line, edge in zip(lines, edges, strict=True):
        over = [t for t in side.tokens if t.line < min(line, len(side.lines)) <= t.last]
        assert edge == "".join(token.role + token.text[0] for token in over)
