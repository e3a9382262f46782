"""One edit, and the code around it on both sides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from attest.analysis import lexicon
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.analysis.token_diff import Edit

LONGEST_LINE = 500
"""Characters of a line in which something is looked for: patterns may take more than linear
time, and tests/unit/test_linear.py measures them up to this length."""
LONGEST_UNIT = 2_000
"""Characters of an expression or statement; of a longer one, a line is quoted."""


@dataclass
class HunkEdits:
    """The edits of a hunk, between the two sides of its file.

    Args:
        edits: what differs.
        old, new: the two sides.
        language: the name of the grammar.
        first_line: the line of the new side that the hunk begins on, from 0.
    """

    edits: Sequence[Edit]
    old: Side
    new: Side
    language: str
    first_line: int = 0

    @cached_property
    def word_counts(self) -> tuple[Counter[str], Counter[str]]:
        """How often each token is on each side of the hunk. Counted once for all edits: to
        count for each of them would take quadratic time."""
        edit = self.edits[0]
        old, new = (Counter(t.text for t in side) for side in (edit.all_old, edit.all_new))
        return old, new


@dataclass(frozen=True, slots=True)
class EditContext:
    """One edit in its hunk. Functions that look at one side take *new*: True for the new
    side, False for the old one.

    Args:
        edit: the edit, or a part of one.
        hunk: the hunk that it is in.
    """

    edit: Edit
    hunk: HunkEdits

    @property
    def old(self) -> Sequence[Token]:
        """The tokens that were taken out."""
        return self.edit.old

    @property
    def new(self) -> Sequence[Token]:
        """The tokens that were put in."""
        return self.edit.new

    @property
    def both(self) -> Sequence[Token]:
        return (*self.edit.old, *self.edit.new)

    @property
    def language(self) -> str:
        return self.hunk.language

    def run(self, *, new: bool) -> Sequence[Token]:
        """The tokens of the edit on one side."""
        return self.edit.new if new else self.edit.old

    def span(self, *, new: bool) -> tuple[int, int]:
        """Where the edit begins and ends in `every`."""
        edit = self.edit
        return (edit.new_start, edit.new_end) if new else (edit.old_start, edit.old_end)

    def every(self, *, new: bool) -> Sequence[Token]:
        """All tokens of one side of the hunk."""
        return self.edit.all_new if new else self.edit.all_old

    def side(self, *, new: bool) -> Side:
        """One side of the file."""
        return self.hunk.new if new else self.hunk.old


def anchor(context: EditContext, *, new: bool) -> Token | None:
    """The token of one side that stands for the edit there: where that side has nothing of
    it, the token before it."""
    every = context.every(new=new)
    run = context.run(new=new)
    first, _ = context.span(new=new)
    word = next((t for t in run if not lexicon.OPEN_CLOSE.match(t.text)), None)
    if word is not None:
        return word
    if run:
        return run[0]
    return every[first - 1] if 0 < first <= len(every) else (every[0] if every else None)


def enclosing(context: EditContext, token: Token, *, new: bool) -> tuple[str, int]:
    """The expression or statement that a token is in, or its line; and where in it the
    token begins."""
    start, end = token.unit
    if (start, end) == (0, 0) or end - start > LONGEST_UNIT:
        return line_of(context, token, new=new), 0
    return context.side(new=new).text[start:end], token.start - start


def line_of(context: EditContext, token: Token, *, new: bool) -> str:
    """The line that a token begins on, without what only separates it."""
    lines = context.side(new=new).lines
    return lines[token.line].strip().rstrip(",;") if token.line < len(lines) else ""


def assigned_name(context: EditContext) -> str:
    """The name that the edit gives another value to; empty where it gives none."""
    token = anchor(context, new=True)
    if token is not None:
        return target(token, context.hunk.new)
    return target(context.old[0], context.hunk.old) if context.old else ""


def is_within(context: EditContext, where: Where) -> bool:
    """Whether an edit is within something on each side that it has."""
    both = context.both
    words = [t for t in both if not lexicon.OPEN_CLOSE.match(t.text)] or both
    return bool(words) and all(token.where & where for token in words)


def target(token: Token, side: Side) -> str:
    """The name that the unit of a token gives a value to, or its line; empty where there
    is none."""
    unit = side.text[token.unit[0] : token.unit[1]]
    line = side.lines[token.line] if token.line < len(side.lines) else ""
    defined = re.match(r"#\s*define\s+(\w+)", unit or line.lstrip(), re.ASCII)
    if defined:
        return defined[1]
    head, separator, _ = unit.partition("=")
    if separator and len(head) <= 80 and not head.rstrip().endswith(("!", "<", ">", "=")):
        return _last_name(head)
    head, separator, _ = unit.partition(":")
    if separator and re.fullmatch(r"[\w.\"'$@-]{1,40}\s*", head):
        return _last_name(head)
    before = line[: max(token.start - side.starts[token.line], 0)][-200:]
    given = re.search(r"([A-Za-z_][\w.]*)\s*(:[^=(]{0,40})?(?<![=!<>])(=|:=)\s*[^=(,]*$", before)
    return given[1].rpartition(".")[2] if given else ""


def _last_name(head: str) -> str:
    found = lexicon.NAME.findall(head.partition(":")[0] if "::" not in head else head)
    return found[-1] if found else ""
