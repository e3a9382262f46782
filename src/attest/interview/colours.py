"""Colours for the lines of a hunk: the syntax as Pygments reads it, and the words that changed.

Only what is shown is read, and only the colours depend on it (docs/adr/0017 says why nothing
else does).
"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from pygments import lexers
from pygments.token import Comment, Keyword, Name, Number, Operator, String
from rich.text import Text

from attest.interview.word_changes import changed_words

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

MOST_LINES = 500
"""Lines of which the syntax is read; a longer hunk has the colours of its signs alone."""
_SIGNS = {"+": "bold green", "-": "bold red"}
_CHANGED = {"+": "reverse green", "-": "reverse red"}
_SYNTAX: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "italic"),
    (Keyword, "bold blue"),
    (Operator.Word, "bold blue"),
    (Name.Function, "magenta"),
    (Name.Class, "magenta"),
    (Name.Decorator, "magenta"),
    (Name.Tag, "blue"),
    (Name.Attribute, "magenta"),
    (String, "cyan"),
    (Number, "cyan"),
)
"""Styles in the terminal's own colours, which suit its background; green and red are left to
what was put in and taken out."""


def styled(path: str, lines: Sequence[str]) -> list[Text]:
    """A hunk's lines in colour.

    Args:
        path: of the file, by whose name its language is known.
        lines: each with its sign (`-`, `+`, a blank) in front, fit for a terminal.
    """
    texts = [Text(line) for line in lines]
    lexer = _lexer(path.rpartition("/")[2]) if len(lines) <= MOST_LINES else None
    if lexer is not None:
        for signs in (" +", " -"):
            side = [number for number, line in enumerate(lines) if line[:1] in signs and line]
            _colour(lexer, [lines[number][1:] for number in side], [texts[n] for n in side])
    changed = changed_words(lines) if len(lines) <= MOST_LINES else {}
    for number, one in enumerate(texts):
        sign = lines[number][:1]
        if sign in _SIGNS:
            one.stylize(_SIGNS[sign], 0, 1)
            for start, end in changed.get(number, ()):
                one.stylize(_CHANGED[sign], start, end)
            if lexer is None:
                one.stylize_before("green" if sign == "+" else "red")
        elif sign in ("\\", "…"):
            one.stylize("dim")
    return texts


def _colour(lexer: Lexer, lines: Sequence[str], texts: Sequence[Text]) -> None:
    number, column = 0, 1  # behind the sign
    for token, value in lexer.get_tokens("\n".join(lines)):
        style = _style(token)
        for place, part in enumerate(value.split("\n")):
            if place:
                number, column = number + 1, 1
            if style and part and number < len(texts):
                texts[number].stylize(style, column, column + len(part))
            column += len(part)


def _is_a(token: _TokenType, kind: _TokenType) -> bool:
    return tuple(token[: len(kind)]) == tuple(kind)


@lru_cache(maxsize=64)
def _style(token: _TokenType) -> str:
    return next((style for kind, style in _SYNTAX if _is_a(token, kind)), "")


@lru_cache(maxsize=16)
def _lexer(name: str) -> Lexer | None:
    """The lexer for a file of this name; None where Pygments has none. Pygments' own search by
    name goes through every installed package for plugins, which takes longer than the rest, and
    makes a regular expression of each of its patterns."""
    exact, others = list[str](), list[str]()
    for _, aliases, patterns, _ in lexers.get_all_lexers(plugins=False):
        if not aliases:
            continue
        if name in patterns:
            exact.append(aliases[0])
        elif any(_fits(name, pattern) for pattern in patterns):
            others.append(aliases[0])
    classes = [lexers.find_lexer_class_by_name(alias) for alias in exact or others]
    if not classes:
        return None
    lexer_class = max(classes, key=lambda one: one.priority)
    return lexer_class(stripnl=False)


def _fits(name: str, pattern: str) -> bool:
    """Whether a pattern, which mostly is `*` and an ending, stands for a file of this name."""
    if pattern[:1] == "*" and not set("*?[") & set(pattern[1:]):
        return name.endswith(pattern[1:])
    return bool(set("*?[") & set(pattern)) and fnmatch.fnmatchcase(name, pattern)
