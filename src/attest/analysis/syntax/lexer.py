"""Reading a side of a change without a grammar: by a Pygments lexer, or by lines."""

from __future__ import annotations

import re
from bisect import bisect_right

from attest.analysis.syntax.tokens import Ranges, Role, Side, Token
from attest.text import lazy

MAX_LEXED = 32 * 1024
"""Characters of a file that a lexer reads; a longer one is read by lines. Pygments' lexers are
lists of regular expressions that are not made for hostile input: some take quadratic time,
which is short for so many characters."""

MAX_PIECES_LINE = 5_000
"""Characters of a line that is read in pieces; a longer one, such as minified code, is one
token. Each piece is quoted from its line, so that the pieces of one line of 512 KiB would
take minutes."""

_PIECE = lazy(r"[A-Za-z_$][\w$-]*|\d[\w.]*|\"[^\"\n]*\"|'[^'\n]*'|[^\w\s]+", re.ASCII)
_BEYOND_ASCII = lazy(r"[^\x00-\x7f]")


def read_lexed(text: str, lexer: str, ranges: Ranges) -> Side:
    """Read the tokens on some lines with a lexer, or by lines where the file is long.

    What is beyond ASCII is lexed as one and the same letter, so that the tables of
    Python's own Unicode version decide nothing. A carriage return is lexed as a blank, so
    that only what git takes for the end of a line is one. Neither changes where a token
    begins, and tokens are cut from the text as it is.
    """
    from pygments.lexers import get_lexer_by_name
    from pygments.scanner import EndOfText
    from pygments.token import Comment, Number, String
    from pygments.token import Keyword as Word

    if len(text) > MAX_LEXED:
        return read_lines(text, ranges)
    lines = text.split("\n")
    reader = get_lexer_by_name(lexer, stripnl=False, ensurenl=False)
    plain = _BEYOND_ASCII.sub("ä", text).replace("\r", " ")
    tokens: list[Token] = []
    line = 0
    try:
        pieces = list(reader.get_tokens_unprocessed(plain))
    except EndOfText:  # lexers that are built on a scanner, on a text that is cut off
        return read_lines(text, ranges)
    for start, sort, value in pieces:
        comment, string = _is(sort, Comment), _is(sort, String)
        if comment or string or _is(sort, Number):
            role: Role = "comment" if comment else "string" if string else "number"
            _add(tokens, text, role, line, start, start + len(value), ranges)
        else:
            keyword = _is(sort, Word)
            for piece in _PIECE.finditer(value):
                at = line + value.count("\n", 0, piece.start())
                kind: Role = "keyword" if keyword else _role(piece[0])
                end = start + piece.end()
                _add(tokens, text, kind, at, start + piece.start(), end, ranges)
        line += value.count("\n")
    return Side(text, lines, tokens, False)


def _is(sort: tuple[str, ...], family: tuple[str, ...]) -> bool:
    """Whether a token's type is of a family: Pygments' types are tuples of names."""
    return sort[: len(family)] == family


def read_lines(text: str, ranges: Ranges) -> Side:
    """Read the tokens on some lines of a file, by lines alone: in a language that nothing
    here knows, or of a file that no other reader can bear."""
    lines = text.split("\n")
    tokens: list[Token] = []
    start = 0
    for number, line in enumerate(lines):
        if len(line) > MAX_PIECES_LINE:
            _add(tokens, text, "operator", number, start, start + len(line), ranges)
        elif _is_wanted(number, ranges):
            for piece in _PIECE.finditer(line):
                begin, end = start + piece.start(), start + piece.end()
                _add(tokens, text, _role(piece[0]), number, begin, end, ranges)
        start += len(line) + 1
    return Side(text, lines, tokens, False)


def _add(
    tokens: list[Token], text: str, role: Role, line: int, start: int, end: int, ranges: Ranges
) -> None:
    value = text[start:end]
    if not value.strip() or not _is_wanted(line, ranges):
        return
    # Without a tree, all that can tell two texts apart is which tokens begin a line.
    shape = (0, 1 if not tokens or tokens[-1].line != line else 0)
    unit = (_line_start(text, start), _line_end(text, end))
    tokens.append(Token(value, role, line, start, end, unit=unit, shape=shape))


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _role(piece: str) -> Role:
    if piece[0].isdigit():
        return "number"
    if piece[0] in "\"'":
        return "string"
    return "name" if piece[0].isalpha() or piece[0] in "_$" else "operator"


def _is_wanted(line: int, ranges: Ranges) -> bool:
    at = bisect_right(ranges, (line, 1 << 60))
    return at > 0 and ranges[at - 1][1] > line
