"""What a question quotes of lines that were put in."""

from __future__ import annotations

import re

import pytest

from attest.analysis.quoting import LINES_READ, Part, quoted
from attest.analysis.syntax.tokens import Side, Token

SAYS_MOST = "return compute(value)"


def part(text: str) -> Part:
    """All of a text, as if it had been put in."""
    tokens = [
        Token(
            found[0],
            "name" if found[0].isalnum() else "operator",
            text.count("\n", 0, found.start()),
            *found.span(),
        )
        for found in re.finditer(r"\w+|[^\w\s]+", text)
    ]
    return Part(Side(text, tokens, True), tokens, 0, len(tokens))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["}", "total = 1", "}"], "total = 1"),
        (["} else", SAYS_MOST], SAYS_MOST),
        # Lines of marks do not count among those that are read.
        (["}"] * 2 * LINES_READ + [SAYS_MOST], SAYS_MOST),
        (["ab"] * LINES_READ + [SAYS_MOST], SAYS_MOST),
        (["ab"] * (LINES_READ + 1) + [SAYS_MOST], "ab"),
        # There is nothing else.
        (["}", "]"], "}"),
        (["("] * 2 * LINES_READ + ["}"], "("),
    ],
)
def test_of_lines_that_were_put_in_the_one_that_says_most_is_quoted(
    lines: list[str], expected: str
) -> None:
    assert quoted(part(""), part("\n".join(lines))) == ("", expected)
