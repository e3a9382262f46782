"""What a side of a change is made of, whatever read it: tokens and scopes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Flag, auto
from functools import cached_property
from typing import Literal

from attest.analysis.syntax.leaves import Leaf, Spot
from attest.text import lazy

Role = Literal["comment", "string", "number", "name", "keyword", "operator"]


class Where(Flag):
    """What a token is part of. These marks stand in for the tree: everything above looks at
    tokens with marks, and so at all languages in the same way (docs/adr/0009)."""

    CONDITION = auto()
    LOOP = auto()
    RETURN = auto()
    RAISE = auto()
    CATCH = auto()
    SWALLOWS = auto()
    """A catch clause that does nothing about what it caught."""
    PARAMETER = auto()
    DEFAULT = auto()
    TYPE = auto()
    IMPORT = auto()
    DECORATOR = auto()
    ARGUMENT = auto()
    HEAD = auto()
    """The head of a function or type: all before its body."""
    BROKEN = auto()
    """Something that the grammar does not know."""


NOWHERE = Where(0)

_NAMESPACE = lazy(r"\b(?:namespace|module|package|mod)\s++(?=(\w+))")


@dataclass(slots=True)
class Token:
    """One token of a file.

    Args:
        line: counted from 0.
        start, end: where it stands in the text, in characters.
        callee: the name of what it is an argument to, as written; empty elsewhere.
        unit: start and end of the smallest expression or statement around it.
        level: what is above that unit in the tree; two units with equal levels are of the
            same kind.
        scope: names of the functions and types around it, outermost first.
        shape: what is above it in the tree, and how many nodes begin with it; two texts
            with equal tokens and shapes differ in white space alone.
    """

    text: str
    role: Role
    line: int
    start: int
    end: int
    where: Where = NOWHERE
    callee: str = ""
    unit: tuple[int, int] = (0, 0)
    scope: tuple[str, ...] = ()
    shape: tuple[int, int] = (0, 0)
    level: int = 0

    @property
    def last(self) -> int:
        """The line that it ends on."""
        return self.line + self.text.count("\n")


@dataclass
class Side:
    """One side of a changed file, read as far as it is needed.

    Args:
        text: the whole file.
        lines: its lines, without their ends.
        tokens: those on the lines that were asked for, in order.
        parsed: whether a grammar read it.
        leaves: of hunks about which something may be proven; None for one that the grammar
            did not read without fault.
    """

    text: str
    lines: Sequence[str]
    tokens: Sequence[Token]
    parsed: bool
    leaves: Mapping[Spot, tuple[Leaf, ...] | None] = field(default_factory=dict)
    _starts: list[int] = field(default_factory=list)

    @cached_property
    def starts(self) -> Sequence[int]:
        """Where each line begins in the text."""
        found = [0]
        for line in self.lines:
            found.append(found[-1] + len(line) + 1)
        return found

    @cached_property
    def stripped(self) -> frozenset[str]:
        """Every line without the white space around it."""
        return frozenset(line.strip() for line in self.lines)

    @cached_property
    def fenced(self) -> frozenset[int]:
        """The numbers of the lines in code blocks of Markdown, with their fences."""
        found: list[int] = []
        fence = ""
        for number, line in enumerate(self.lines):
            mark = line.lstrip()[:3]
            if mark in ("```", "~~~") and fence in ("", mark):
                fence = "" if fence else mark
                found.append(number)
            elif fence:
                found.append(number)
        return frozenset(found)

    @cached_property
    def has_decorators(self) -> bool:
        """Whether anything in the file may be a decorator."""
        return "@" in self.text

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """The names behind the words that begin a namespace. Found once for a file, and not
        for each hunk; linear in the text."""
        return frozenset(_NAMESPACE.findall(self.text))

    def between(self, first: int, last: int) -> Sequence[Token]:
        """The tokens that touch lines first to last - 1, counted from 0."""
        if first >= last:
            return []
        if not self._starts:
            self._starts = [token.line for token in self.tokens]
        start = bisect_left(self._starts, first)
        if start and self.tokens[start - 1].last >= first:
            start -= 1
        found = self.tokens[start : bisect_left(self._starts, last)]
        return [_cut(token, first, last) for token in found]

    @cached_property
    def _long(self) -> tuple[Sequence[Token], Sequence[int]]:
        """The tokens that end on another line than they begin, and the lines on which they
        begin."""
        long = [token for token in self.tokens if "\n" in token.text]
        return long, [token.line for token in long]

    def edges(self, first: int, last: int) -> tuple[str, str]:
        """What reaches over the edges of some lines, before and after: the role and the
        first letter of such a token, or nothing. A hunk can be the middle of a string or
        comment whose beginning is above it."""
        return self._over(first), self._over(last)

    def _over(self, line: int) -> str:
        """The role and the first letter of the token that begins above a line and reaches
        into it. Tokens are in order and apart, so only the last one above can. The cost is
        the logarithm of the tokens and the length of one of them."""
        long, starts = self._long
        at = bisect_left(starts, line)
        token = long[at - 1] if at else None
        return token.role + token.text[0] if token and token.last >= line else ""

    def shown(self, unit: tuple[int, int]) -> str:
        """The text of a unit on one line."""
        return " ".join(self.text[unit[0] : unit[1]].split())


def _cut(token: Token, first: int, last: int) -> Token:
    """As much of a token as is on some lines."""
    if token.line >= first and token.last < last:
        return token
    lines = token.text.split("\n")
    skipped = max(first - token.line, 0)
    kept = "\n".join(lines[skipped : last - token.line])
    start = token.start + sum(len(line) + 1 for line in lines[:skipped])
    unit = (start, start + len(kept))
    return replace(token, text=kept, line=token.line + skipped, start=start, end=unit[1], unit=unit)


Ranges = Sequence[tuple[int, int]]
"""Ranges of lines, from 0, the last one left out; in order, apart from each other."""
