"""Reading a side of a change without a grammar, line by line.

In a language that nothing here knows, a line is made of words, numbers, quoted texts and marks.
What they mean is not known, so no kind rests on it (docs/adr/0017-no-lexers.md).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import cast

from attest.analysis.syntax.tokens import NOWHERE, Ranges, Role, Side, Token
from attest.text import lazy

MAX_PIECES_LINE = 5_000
"""Characters of a line that is read in pieces; a longer one, such as minified code, is one
token. Each piece is quoted from its line, so that the pieces of one line of 1 MiB would
take minutes."""

_PIECE = lazy(
    r"(?P<name>[A-Za-z_$][\w$-]*)|(?P<number>\d[\w.]*)|"
    r"(?P<string>\"[^\"\n]*\"|'[^'\n]*')|(?P<operator>[^\w\s]+)",
    re.ASCII,
)


def read_lines(text: str, ranges: Ranges, *, sections: bool = False) -> Side:
    """Read the tokens on some lines of a file; linear in the file.

    Args:
        sections: whether a line such as `[section]` is the scope of what is below it.
    """
    tokens: list[Token] = []
    side = Side(text, tokens, False)
    lines = side.lines if sections else ()
    heads = [number for number, line in enumerate(lines) if line.lstrip().startswith("[")]
    for first, last in ranges:
        for number in range(first, min(last, len(side.lines))):
            line, at = side.lines[number], side.start(number)
            unit, place = (at, at + len(line)), 1
            above = bisect_right(heads, number)
            scope = (side.lines[heads[above - 1]].strip(),) if above else ()
            for role, start, end in _pieces(line):
                # Without a tree, all that tells two texts apart is which tokens begin a line.
                shape, place = (0, place), 0
                span = at + start, at + end
                token = Token(line[start:end], role, number, *span, NOWHERE, "", unit, scope, shape)
                tokens.append(token)
    return side


def _pieces(line: str) -> list[tuple[Role, int, int]]:
    if len(line) > MAX_PIECES_LINE:
        return [("operator", 0, len(line))] if line.strip() else []
    return [(cast("Role", piece.lastgroup), *piece.span()) for piece in _PIECE.finditer(line)]
