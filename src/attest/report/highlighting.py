"""What to highlight in the lines of a hunk: the syntax as Pygments reads it, and the words that
changed.

Only what is shown is read, and only the colours depend on it (docs/adr/0017 says why nothing
else does).
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from pygments import lexers
from pygments.token import Comment, Keyword, Name, Number, Operator, String

from attest.report.word_changes import changed_words

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

MAX_LINES = 500
"""Lines of which the syntax is read; a longer hunk has the colours of its signs alone."""

MAX_CHARACTERS = 8_000
"""Characters of a hunk of which the syntax is read. Many lexers take time that grows with the
square of a text that was made for that, such as a line of quotes that all begin a string."""

Role = Literal["comment", "keyword", "name", "tag", "literal"]

_ROLES: tuple[tuple[_TokenType, Role], ...] = (
    (Comment, "comment"),
    (Keyword, "keyword"),
    (Operator.Word, "keyword"),
    (Name.Function, "name"),
    (Name.Class, "name"),
    (Name.Decorator, "name"),
    (Name.Tag, "tag"),
    (Name.Attribute, "name"),
    (String, "literal"),
    (Number, "literal"),
)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line.

    Args:
        start, end: characters, from 0; the sign of the line is the first.
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SyntaxSpan:
    """A part of a line and its role in the syntax; see `Span`."""

    start: int
    end: int
    role: Role


@dataclass(frozen=True, slots=True)
class LineHighlights:
    """What to highlight in a line.

    Args:
        syntax: in order, without overlaps.
        changes: the words that its counterpart does not have; in order, without overlaps.
    """

    syntax: tuple[SyntaxSpan, ...] = ()
    changes: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Highlights:
    """What to highlight in a hunk.

    Args:
        lines: one record for each line.
        is_known: whether the language is.
    """

    lines: tuple[LineHighlights, ...]
    is_known: bool


def find(path: str, lines: Sequence[str]) -> Highlights:
    """What to highlight in a hunk.

    Args:
        path: of the file, by whose name its language is known.
        lines: each with its sign (`-`, `+`, a blank) in front.
    """
    if len(lines) > MAX_LINES or sum(map(len, lines)) > MAX_CHARACTERS:
        return Highlights(tuple(LineHighlights() for _ in lines), is_known=False)
    syntax: list[list[SyntaxSpan]] = [[] for _ in lines]
    lexer = _lexer(path.rpartition("/")[2])
    if lexer is not None:
        for signs in (" -", " +"):  # an unchanged line is read twice; the new side counts
            side = [number for number, line in enumerate(lines) if line[:1] in signs and line]
            for number in side:
                syntax[number] = []
            for place, span in _tokens(lexer, [lines[number][1:] for number in side]):
                syntax[side[place]].append(span)
    changed = changed_words(lines)
    return Highlights(
        tuple(
            LineHighlights(tuple(spans), tuple(Span(*ends) for ends in changed.get(number, ())))
            for number, spans in enumerate(syntax)
        ),
        is_known=lexer is not None,
    )


def _tokens(lexer: Lexer, lines: Sequence[str]) -> Iterator[tuple[int, SyntaxSpan]]:
    """The parts that have a role, each with the number of its line."""
    number, column = 0, 1  # behind the sign
    for token, value in lexer.get_tokens("\n".join(lines)):
        role = _role(token)
        for place, part in enumerate(value.split("\n")):
            if place:
                number, column = number + 1, 1
            if role and part and number < len(lines):
                yield number, SyntaxSpan(column, column + len(part), role)
            column += len(part)


def _is_a(token: _TokenType, kind: _TokenType) -> bool:
    return tuple(token[: len(kind)]) == tuple(kind)


@lru_cache(maxsize=64)
def _role(token: _TokenType) -> Role | None:
    return next((role for kind, role in _ROLES if _is_a(token, kind)), None)


def fits_pattern(name: str, pattern: str) -> bool:
    """What `fnmatch.fnmatchcase` says, without the regular expression that it compiles for each
    of 900 patterns: that took longer than all else before the first question. Nearly all of them
    are `*.EXTENSION` or a name."""
    rest = pattern.removeprefix("*")
    if set(rest) & set("*?["):
        return fnmatch.fnmatchcase(name, pattern)
    return name.endswith(rest) if rest != pattern else name == pattern


@lru_cache(maxsize=16)
def _lexer(name: str) -> Lexer | None:
    """The lexer for a file of this name; None where Pygments has none. Pygments' own search by
    name goes through every installed package for plugins, which takes longer than the rest, and
    makes a regular expression of each of its patterns."""
    exact, others = list[str](), list[str]()
    for _, aliases, patterns, _ in lexers.get_all_lexers(plugins=False):
        fits = [pattern for pattern in patterns if fits_pattern(name, pattern)]
        if fits and aliases:
            (exact if name in fits else others).append(aliases[0])
    classes = [lexers.find_lexer_class_by_name(alias) for alias in exact or others]
    if not classes:
        return None
    chosen = max(classes, key=lambda one: one.priority)
    return chosen(stripnl=False)
