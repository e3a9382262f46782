"""Tokens from the leaves of a tree, each with what is known of its place."""

from __future__ import annotations

from typing import NamedTuple

from attest.analysis.syntax.token_rows import NO_PLACE, Place, TokenRows
from attest.analysis.syntax.tokens import NOWHERE, Role, Where


class Frame(NamedTuple):
    """What the nodes below a node inherit from it, and their tokens with them.

    Args:
        where, callee, unit, scope: see `Token`.
        path: a number for the kinds of the nodes from the root to here.
        depth: how many nodes these are.
        kind: that of the node.
        in_text: it is part of something in which white space may be part of a text.
    """

    where: int = NOWHERE
    callee: str = ""
    unit: tuple[int, int] = (0, 0)
    scope: tuple[str, ...] = ()
    path: int = 0
    depth: int = 0
    kind: str = ""
    in_text: bool = False

    @property
    def place(self) -> Place:
        """What all tokens below it have in common."""
        return self.callee, self.unit, self.scope


_Last = tuple[int, int, int, int, tuple[int, int]]
"""Of the last token: its line, start, end, where and unit."""
_BEFORE_DEFAULT = frozenset(["=", "\\\\"])
"""What stands before the default of a parameter; in Elixir two backslashes."""


class TokenBuilder:
    """The tokens of a file so far, in order.

    Args:
        text: of the file.

    Attributes:
        opened: nodes that began since the last token. With the path, it tells two trees apart
            that have equal leaves, such as two ways to nest the same operators.
    """

    def __init__(self, text: str) -> None:
        self.tokens = TokenRows(text)
        self.opened = 0
        self._text = text
        self._end = 0
        self._last: _Last | None = None
        self._frame, self._place = Frame(), self.tokens.place(NO_PLACE)

    def add(self, start: int, end: int, role: Role, frame: Frame, path: int, line: int) -> None:
        """Add the token of a leaf, and before it what no leaf has."""
        if start > self._end:
            self._add_gap(start, frame, line)
        where = frame.where
        if where & Where.PARAMETER and self._is_default(self._text[start:end], frame):
            where |= Where.DEFAULT
        if frame is not self._frame:  # most leaves have that of the one before
            self._frame, self._place = frame, self.tokens.place(frame.place)
        self.tokens.add(role, line, start, end, where, path, self.opened, self._place)
        self.opened = 0
        self._end = end
        self._last = line, start, end, where, frame.unit

    def _add_gap(self, start: int, frame: Frame, line: int) -> None:
        """Add a token for what is between two leaves and in neither. Some grammars give no
        node to words that they know (an operator of a type, a mark of a list); a change of
        these must not look like a change of white space."""
        if self._last is None or self._last[0] < line - 1:
            return
        gap = self._text[self._end : start]
        words = gap.strip()
        if not words:
            return
        begin = self._end + gap.index(words)
        last_line, last_start, *_ = self._last
        begin_line = min(last_line + self._text.count("\n", last_start, begin), line)
        end = begin + len(words)
        place = self.tokens.place(NO_PLACE)
        self.tokens.add("operator", begin_line, begin, end, frame.where, frame.path, -1, place)
        self._last = begin_line, begin, end, frame.where, (0, 0)

    def _is_default(self, text: str, frame: Frame) -> bool:
        """Whether a token of a parameter belongs to its default value: it is behind a mark of
        one, or behind another token of the same default. (Grammars do not agree on a node
        for defaults.)"""
        if self._last is None or text in (",", ")", "}", "|"):
            return False
        _, start, end, where, unit = self._last
        if where & Where.DEFAULT and unit[0] >= frame.unit[0] - 1:
            return True
        return bool(where & Where.PARAMETER) and self._text[start:end] in _BEFORE_DEFAULT
