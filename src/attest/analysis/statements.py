"""Statements that are one call or one string, by the lines around them: nothing else uses them."""

from __future__ import annotations

import re
from bisect import bisect_right

from attest.analysis.plain_words import is_sentence
from attest.analysis.quoting import Part
from attest.analysis.syntax.tokens import Token
from attest.text import lazy

_MAX_LINES = 1_000
"""Characters before a statement that are looked at."""
_GOES_ON = lazy(r"[^\w\s;{}:)\]'\"`]\s*\Z")
"""What ends a line that goes on in the next one: an operator, a comma, an open bracket."""
_IS_GONE_ON = lazy(r"\s*[^\w\s;{}'\"@$#/%]")
"""What begins a line that goes on from the one before: an operator, a dot, a bracket."""
_NOTE, _HAS_NOTE = lazy(r"\s*(?://|#)"), lazy(r"//|#|\*/")
_COMMENT = lazy(r"[ \t]*(?:(?://|#).*)?(?:\r?\n|\Z)")


def is_statement(text: str, start: int, end: int) -> bool:
    """Whether a call is a statement by itself, so that nothing uses its value: it begins a line
    and ends one, and neither the line before nor the one behind is part of the same statement.
    Looks at the lines around it alone."""
    first = max(start - _MAX_LINES, 0)
    *above, own = text[first:start].split("\n")
    while above and (not above[-1].strip() or _NOTE.match(above[-1])):
        above.pop()
    before = above[-1].rstrip() if above else ""
    ended = text[end : end + 1] == ";"
    rest = _COMMENT.match(text, end + ended)
    if own.strip() or rest is None or _HAS_NOTE.search(before) or not (above or first == 0):
        return False
    if ended:  # where `;` ends statements, a line that ends with a word may go on
        return before[-1:] in tuple(";{})") or not before
    return not _GOES_ON.search(before) and _IS_GONE_ON.match(text, rest.end()) is None


_DOCSTRING = lazy(r"(\"\"\"|\'\'\'|\"|\')(.*)\1", re.DOTALL)


def is_docstring_of_words(part: Part) -> bool:
    """Whether an edit is within strings of Python that are statements by themselves, each the
    first in a body, and with nothing but sentences: no mark of a usage, a grammar, a test or an
    example, which programs read in a docstring."""
    side = part.side
    for token in part.run:
        # The token of a hunk may be a part of the string: the rest of it counts, too.
        at = bisect_right(side.tokens, token.start, key=lambda one: one.start) - 1
        key = ("docstring", at)
        if key not in side.memo:
            side.memo[key] = _is_docstring_of_words(side.text, side.tokens[at])
        if not side.memo[key]:
            return False
    return True


def _is_docstring_of_words(text: str, token: Token) -> bool:
    words = _DOCSTRING.fullmatch(token.text)
    alone = token.unit in ((0, 0), (token.start, token.end)) and not token.callee
    if words is None or not alone or not is_statement(text, token.start, token.end):
        return False
    first = max(token.start - _MAX_LINES, 0)
    before = text[first : token.start].rstrip()
    begins = before.endswith(":") or not (before or first)
    return begins and all(is_sentence(line.strip()) for line in words[2].split("\n"))
