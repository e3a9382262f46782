"""What a side of a change is made of, whatever read it: tokens and scopes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from itertools import accumulate
from operator import attrgetter
from typing import Literal, NamedTuple

from attest.analysis.syntax.places import Places

Role = Literal["comment", "string", "number", "name", "keyword", "operator"]
Spot = tuple[int, int]
"""The lines of a hunk, from 0, the last one left out. Where a side has none, both are the
number of the line behind its place."""


class Where:
    """What a token is part of, as bits of a number. These marks stand in for the tree: everything
    above looks at tokens with marks, and so at all languages in the same way (docs/adr/0009).
    They are plain numbers, since most of the time of an analysis went into those of `enum.Flag`."""

    CONDITION = 1 << 0
    LOOP = 1 << 1
    RETURN = 1 << 2
    RAISE = 1 << 3
    CATCH = 1 << 4
    SWALLOWS = 1 << 5
    """A catch clause that does nothing about what it caught."""
    PARAMETER = 1 << 6
    DEFAULT = 1 << 7
    TYPE = 1 << 8
    IMPORT = 1 << 9
    DECORATOR = 1 << 10
    ARGUMENT = 1 << 11
    HEAD = 1 << 12
    """The head of a function or type: all before its body."""
    BROKEN = 1 << 13
    """Something that the grammar does not know."""
    STATEMENT = 1 << 14
    """A string that is a statement by itself, or is given to a call that is: nothing else uses
    their value."""

    CLAUSE = CONDITION | LOOP | RETURN | RAISE | CATCH


NOWHERE = 0


class Token(NamedTuple):
    """One token of a file.

    Args:
        line: counted from 0.
        start, end: where it stands in the text, in characters.
        callee: the name of what it is an argument to, as written; empty elsewhere.
        unit: start and end of the smallest expression or statement around it.
        scope: names of the functions and types around it, outermost first.
        shape: what it is and what is above it in the tree, and how many nodes begin with it; two
            texts with equal tokens and shapes differ in white space alone.
    """

    text: str
    role: Role
    line: int
    start: int
    end: int
    where: int = NOWHERE
    callee: str = ""
    unit: tuple[int, int] = (0, 0)
    scope: tuple[str, ...] = ()
    shape: tuple[int, int] = (0, 0)

    @property
    def last(self) -> int:
        """The line that it ends on. Linear in its text."""
        return self.line + self.text.count("\n")


MOST_LOOKED_FOR = 100
"""Texts that are looked for in a whole file, one by one."""
_LINE = attrgetter("line")
_LONG = 500
"""Characters of a token from which on its line ends are not counted."""


class Side:
    """One side of a changed file, read as far as it is needed.

    Args:
        text: the whole file.
        tokens: those on the lines that were asked for, in order.
        parsed: whether a grammar read it.
        faultless: the lines of hunks about which something may be proven, since a grammar read
            them without fault.

    Attributes:
        hunks: the lines of all hunks; outside of them, both sides of a file are the same.
        memo: what was found out about it, for all hunks together.
    """

    hunks: Sequence[Spot] = ()

    def __init__(
        self, text: str, tokens: Sequence[Token], parsed: bool, faultless: Collection[Spot] = ()
    ) -> None:
        self.text, self.tokens, self.parsed = text, tokens, parsed
        self.faultless = faultless
        self.memo: dict[object, int] = {}
        self._blocks: dict[tuple[int, str], range] = {}
        self._looked = 0

    @cached_property
    def lines(self) -> Sequence[str]:
        """The lines of the file, without their ends."""
        return self.text.split("\n")

    @cached_property
    def _lengths(self) -> Sequence[int]:
        """How long all lines before each are, without their ends."""
        return list(accumulate(map(len, self.lines), initial=0))

    def start(self, number: int) -> int:
        """Where a line begins in the text; of the one behind the last, where it would."""
        return self._lengths[number] + number

    def span(self, spot: Spot) -> tuple[int, int]:
        """Where some lines begin and end in the text, with their ends."""
        first, last = (min(self.start(min(n, len(self.lines))), len(self.text)) for n in spot)
        return first, last

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Whether a pattern occurs in the text; searched once for all hunks."""
        if pattern not in self.memo:
            self.memo[pattern] = pattern.search(self.text) is not None
        return bool(self.memo[pattern])

    def has_line(self, match: Callable[[str], object]) -> bool:
        """Whether a line begins as a pattern says; looked for once for all hunks. To look at the
        beginning of each takes less time than to search the text for beginnings.

        Args:
            match: that of the pattern.
        """
        if match not in self.memo:
            self.memo[match] = any(map(match, self.lines))
        return bool(self.memo[match])

    @cached_property
    def places(self) -> Places:
        """The places of its lines."""
        return Places(self.text, self.lines)

    def lacks(self, text: str) -> bool:
        """Whether a text is certainly nowhere in it. This takes no time beside a look at each line,
        and is so for most; but a hunk may ask for thousands, and only a few are looked for."""
        self._looked += 1
        return self._looked <= MOST_LOOKED_FOR and text not in self.text

    def has_stripped(self, line: str) -> bool:
        """Whether a line stands in it, with any white space around it."""
        return not self.lacks(line) and line in self._stripped

    @cached_property
    def _stripped(self) -> frozenset[str]:
        return frozenset(line.strip() for line in self.lines)

    @cached_property
    def changed(self) -> str:
        """The lines of all hunks, with those around each up to one from which no head goes on to
        the next: what `whole_text` finds begins and ends in here, or outside of it. Linear."""
        pieces: list[str] = []
        taken, lines = 0, self.lines
        for first, last in self.hunks:
            while first > taken and _goes_on(lines[first - 1]):
                first -= 1
            if last >= taken:
                while last < len(lines) and _goes_on(lines[last]):
                    last += 1
                pieces += lines[max(first, taken) : last + 1]
                taken = last + 1
        return "\n".join(pieces)

    def block(self, number: int, mark: str) -> range:
        """The numbers of the lines around one while they begin with a mark, such as that of a
        comment; none where it begins with another one. Found once for all lines of a block."""
        lines, blocks = self.lines, self._blocks
        if not (0 <= number < len(lines) and lines[number].strip(" \t\r").startswith(mark)):
            return range(number, number)
        if (number, mark) not in blocks:
            first, last = number, number + 1
            while first and lines[first - 1].strip(" \t\r").startswith(mark):
                first -= 1
            while last < len(lines) and lines[last].strip(" \t\r").startswith(mark):
                last += 1
            blocks.update(((n, mark), range(first, last)) for n in range(first, last))
        return blocks[number, mark]

    def between(self, first: int, last: int) -> Sequence[Token]:
        """The tokens that touch lines first to last - 1, counted from 0. The cost is the
        logarithm of all tokens, and the length of those lines."""
        if first >= last:
            return []
        start = self._from(first)
        if start and self._reaches(self.tokens[start - 1], first):
            start -= 1
        result = list(self.tokens[start : self._from(last)])
        for at in {0, len(result) - 1} if result else ():  # no other one can reach beyond
            result[at] = self._cut(result[at], first, last)
        return result

    def first_from(self, line: int) -> Token | None:
        """The first token that begins on a line or below it, as far as any was read."""
        at = self._from(line)
        return self.tokens[at] if at < len(self.tokens) else None

    def _from(self, line: int) -> int:
        """The number of the first token that begins on a line or below it."""
        return bisect_left(self.tokens, line, key=_LINE)

    def _cut(self, token: Token, first: int, last: int) -> Token:
        """As much of a token as is on lines first to last - 1."""
        if token.line >= first and not self._reaches(token, last):
            return token
        start = token.start if token.line >= first else self.start(first)
        end = min(token.end, self.start(last) - 1)
        if (start, end) == (token.start, token.end):
            return token
        line = max(token.line, first)
        text, unit = self.text[start:end], (start, end)
        return token._replace(text=text, line=line, start=start, end=end, unit=unit)

    def _reaches(self, token: Token, line: int) -> bool:
        """Whether a token that begins above a line ends on it, or below it. Of most files nobody
        needs the lengths of all lines, and of no long token its line ends, hunk by hunk."""
        long = len(token.text) > _LONG
        return token.end >= self.start(line) if long else token.last >= line

    def edges(self, first: int, last: int) -> tuple[str, str]:
        """What reaches over the edges of some lines, before and after: the role and the
        first letter of such a token, or nothing. A hunk can be the middle of a string or
        comment whose beginning is above it."""
        return self._over(first), self._over(last)

    def _over(self, line: int) -> str:
        """The role and the first letter of the token that begins above a line and reaches
        into it. Tokens are in order and apart, so only the last one above can."""
        at = self._from(line) - 1
        over = at >= 0 and self._reaches(self.tokens[at], line)
        return self.tokens[at].role + self.tokens[at].text[0] if over else ""


def _goes_on(line: str) -> bool:
    """Whether a head may go on behind a line: one that is blank, or ends with a word or a list."""
    end = line.rstrip()[-1:]
    return not end or end == ")" or end.isalpha()


Ranges = Sequence[tuple[int, int]]
"""Ranges of lines, from 0, the last one left out; in order, apart from each other."""
