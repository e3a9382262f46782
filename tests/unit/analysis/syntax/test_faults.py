"""The hunks near which a grammar read without fault."""

from __future__ import annotations

import pytest

from attest.analysis.syntax import tree
from attest.analysis.syntax.faults import Faultless


def test_what_goes_on_over_an_edge_takes_its_spots_out() -> None:
    faultless = Faultless([(0, 10), (20, 22), (30, 30), (40, 41)])
    faultless.take_out_crossed(2, 8)
    faultless.take_out_crossed(10, 19)
    faultless.take_out_crossed(30, 39)
    assert faultless.spots == [(0, 10), (20, 22), (30, 30), (40, 41)]
    faultless.take_out_crossed(9, 20)
    assert faultless.spots == [(30, 30), (40, 41)]
    faultless.take_out_crossed(29, 30)
    assert faultless.spots == [(40, 41)]


def test_texts_in_texts_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What they go on over, the one around them does too."""
    crossed: list[tuple[int, int]] = []
    monkeypatch.setattr(Faultless, "take_out_crossed", lambda _, *lines: crossed.append(lines))
    depth = 50
    text = "template<class T> struct A {\n" * depth + "int x;\n" + "};\n" * depth
    side = tree.read(text, "cpp", [(0, 2 * depth + 1)], {}, [(depth, depth + 1)])
    assert side is not None
    assert len(side.tokens) > 9 * depth
    assert len(crossed) == 1


@pytest.mark.parametrize("text", ["# a\n# b\n", "#a\n\n#b\n"])
def test_a_comment_of_a_line_ends_on_its_line(text: str) -> None:
    """The line comments of some grammars have their line break in them."""
    for language, mark in (("rust", "///"), ("python", "#"), ("zig", "///")):
        written = text.replace("#", mark) + "x = 1\n"
        side = tree.read(written, language, [(0, 4)], {}, [(1, 2)])
        assert side is not None
        comments = [token for token in side.tokens if token.role == "comment"]
        assert [token.text[-1] for token in comments] == ["a", "b"]
        assert all(token.last == token.line for token in comments)
