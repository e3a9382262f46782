"""What of the code around an edit is quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from attest.analysis import lexicon
from attest.analysis.effects import quote, quote_around, quote_pair
from attest.analysis.subjects import target
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.analysis.token_diff import Edit

LONGEST_LINE = 500
"""Characters of a line in which something is looked for."""
LONGEST_UNIT = 2_000
"""Characters of an expression or statement; of a longer one, a line is quoted."""

_ENDS = re.compile(r"(?<![\s{;:\]])(\s*(\{|\bthen|\bdo|\belse|;|\]\];?|:)){1,9}$")


@dataclass(frozen=True, slots=True)
class Hunks:
    """The two sides of a hunk, for what looks at them.

    Args:
        edits: what differs.
        old, new: the files around it.
        language: the name of the grammar.
        at: the line of the new side that it begins on, from 0.
    """

    edits: Sequence[Edit]
    old: Side
    new: Side
    language: str
    at: int = 0


class Quoting:
    """One edit, and the code around it on both sides."""

    def __init__(self, edit: Edit, of: Hunks) -> None:
        self.edit, self.of = edit, of
        self.old, self.new = edit.old, edit.new

    def every(self, *, new: bool) -> Sequence[Token]:
        """All tokens of one side of the hunk."""
        return self.edit.all_new if new else self.edit.all_old

    def side(self, *, new: bool) -> Side:
        return self.of.new if new else self.of.old

    def anchor(self, *, new: bool) -> Token | None:
        """The token of one side that stands for the edit there: where that side has none
        of it, the one before it."""
        every = self.every(new=new)
        run = self.new if new else self.old
        first = self.edit.j1 if new else self.edit.i1
        telling = next((t for t in run if not lexicon.OPEN_CLOSE.match(t.text)), None)
        if telling is not None:
            return telling
        if run:
            return run[0]
        return every[first - 1] if 0 < first <= len(every) else (every[0] if every else None)

    def around(self, token: Token, *, new: bool) -> tuple[str, int]:
        """The expression or statement that a token is in, or its line; and where in it
        the token begins."""
        start, end = token.unit
        if (start, end) == (0, 0) or end - start > LONGEST_UNIT:
            return self.line(token, new=new), 0
        return self.side(new=new).text[start:end], token.start - start

    def line(self, token: Token, *, new: bool) -> str:
        """The line that a token begins on, without what only separates it."""
        lines = self.side(new=new).lines
        return lines[token.line].strip().rstrip(",;") if token.line < len(lines) else ""

    def unit(self, *, new: bool) -> str:
        """The expression or statement that the edit is in, on one of its sides."""
        token = self.anchor(new=new)
        if token is None:
            return ""
        text, start = self.around(token, new=new)
        return quote_around(text, start, start + len(token.text))

    def units(self) -> tuple[str, str]:
        """The same of both sides, cut to where they differ; lines where the two are not
        of a kind."""
        old, new = self.anchor(new=False), self.anchor(new=True)
        if old is None or new is None:
            return self.unit(new=False), self.unit(new=True)
        lines = (self.line(old, new=False), self.line(new, new=True))
        if not (self.old and self.new):
            lines = (self.rest_of_line(new=False), self.rest_of_line(new=True))
        both = (self.around(old, new=False)[0], self.around(new, new=True)[0])
        if old.level != new.level and all(lines) and lines[0] != lines[1]:
            return quote_pair(*lines)
        return quote_pair(*both)

    def sides(self) -> tuple[str, str]:
        """What stands on each side: nothing on a side that has nothing of the edit, unless
        the line that it is part of is there too."""
        if self.old and self.new:
            return self.units()
        lines = self.rest_of_line(new=False), self.rest_of_line(new=True)
        if all(lines) and lines[0] != lines[1]:
            return quote_pair(*lines)
        return (
            self.unit(new=False) if self.old else "",
            self.unit(new=True) if self.new else "",
        )

    def rest_of_line(self, *, new: bool) -> str:
        """The line that an edit is part of, on one of its sides; empty where whole lines
        were put in or taken out."""
        edit = self.edit
        run = edit.new or edit.old
        every, first, last = (
            (edit.all_new, edit.j1, edit.j2) if edit.new else (edit.all_old, edit.i1, edit.i2)
        )
        if run[0].line != run[-1].line:
            return ""
        before = first > 0 and every[first - 1].line == run[0].line
        after = last < len(every) and every[last].line == run[0].line
        if not before and not after:
            return ""
        other, at = (edit.all_new, edit.j1) if new else (edit.all_old, edit.i1)
        at = at if after else at - 1
        return self.line(other[at], new=new) if 0 <= at < len(other) else ""

    def lines(self, *, new: bool) -> str:
        """All lines that the edit touches on one side."""
        run = self.new if new else self.old
        if not run:
            return ""
        every = self.side(new=new).lines[run[0].line : run[-1].last + 1]
        return "\n".join(line[:LONGEST_LINE] for line in every)

    def target(self) -> str:
        """The name that the edit gives another value to, if it does."""
        token = self.anchor(new=True)
        if token is not None:
            return target(token, self.of.new)
        return target(self.old[0], self.of.old) if self.old else ""

    def statement(self, at: int, *, new: bool) -> str:
        """The expression or statement of the token at an index of one side."""
        token = self.every(new=new)[at]
        return quote(self.around(token, new=new)[0])

    def joined(self, *, new: bool) -> str:
        """The edit itself, on one of its sides."""
        run = self.new if new else self.old
        return quote(self.side(new=new).text[run[0].start : run[-1].end]) if run else ""

    def typed(self, *, new: bool) -> str:
        """The whole type that the edit is part of, in a head, on one of its sides."""
        every = self.every(new=new)
        first, last = (self.edit.j1, self.edit.j2) if new else (self.edit.i1, self.edit.i2)
        while 0 < first <= len(every) and _is_type(every[first - 1]):
            first -= 1
        while last < len(every) and _is_type(every[last]):
            last += 1
        if first >= last:
            return ""
        return quote(self.side(new=new).text[every[first].start : every[last - 1].end])

    # conditions

    def head(self, texts: frozenset[str], where: Where, *, new: bool) -> int | None:
        """Index of the first head of that sort within the edit; None where there is none."""
        every = self.every(new=new)
        first, last = (self.edit.j1, self.edit.j2) if new else (self.edit.i1, self.edit.i2)
        for at in range(first, last):
            token = every[at]
            if token.text in texts and token.role != "string" and token.where & where:
                return at
        return None

    def condition(self, start: int, *, new: bool) -> str:
        """The condition behind the head at an index of one side."""
        every = self.every(new=new)
        end = start + 1
        while (
            end < len(every)
            and every[end].where & (Where.CONDITION | Where.LOOP)
            and (every[end].text not in ("then", "do", "{", "else"))
            and not every[end].where & Where.RETURN
            and not _ends(every, start, end)
        ):
            end += 1
        if end == start + 1:
            return quote(_ENDS.sub("", self.line(every[start], new=new)))
        text = self.side(new=new).text[every[start + 1].start : every[end - 1].end][:LONGEST_UNIT]
        text = _ENDS.sub("", " ".join(text.split())).removeprefix("!(").removeprefix("[[ ")
        if text.startswith("(") and text.endswith(")") and _balanced(text[1:-1]):
            text = text[1:-1]
        return quote(text + "…" if text.count("(") > text.count(")") else text.strip())

    def whole_conditions(self) -> tuple[str, str]:
        """The conditions that the edit is part of, on both sides."""
        old, new = self.head_before(new=False), self.head_before(new=True)
        if old is None or new is None:
            return self.units()
        return quote_pair(self.condition(old, new=False), self.condition(new, new=True))

    def head_before(self, *, new: bool) -> int | None:
        """Index of the head of the condition that the edit is within; None where it does
        not stand in the hunk."""
        every = self.every(new=new)
        at = min(self.edit.j1 if new else self.edit.i1, len(every) - 1)
        while at >= 0 and Where.CONDITION in every[at].where:
            if every[at].text in lexicon.IFS | lexicon.ASSERTS:
                return at
            at -= 1
        return None


def _is_type(token: Token) -> bool:
    return bool(token.where & Where.TYPE) and not token.where & Where.PARAMETER


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0


def _ends(every: Sequence[Token], start: int, end: int) -> bool:
    """Whether a condition ends with its line, before the token at *end*."""
    last, following = every[end - 1], every[end]
    if following.line == last.line or end == start + 1:
        return False
    inside = "".join(token.text for token in every[start:end])
    if inside.count("(") > inside.count(")") or inside.count("[") > inside.count("]"):
        return False
    joins = lexicon.COMPARISONS | lexicon.ARITHMETIC | {".", "?.", "::", "->", "\\"}
    return last.text not in joins and following.text not in joins
