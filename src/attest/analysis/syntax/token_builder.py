"""Tokens from the leaves of a tree, each with what is known of its place."""

from __future__ import annotations

from typing import NamedTuple

from attest.analysis.syntax.tokens import NOWHERE, Role, Token, Where


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
        self.tokens: list[Token] = []
        self.opened = 0
        self._text = text
        self._end = 0

    def add(self, start: int, end: int, role: Role, frame: Frame, path: int, line: int) -> None:
        """Add the token of a leaf, and before it what no leaf has."""
        text = self._text[start:end]
        if start > self._end:
            self._add_gap(start, frame, line)
        where = frame.where
        if where & Where.PARAMETER and self._is_default(text, frame):
            where |= Where.DEFAULT
        shape = (path, self.opened)
        self.opened = 0
        self._end = end
        # By position: by name takes twice as long, and there is one for each leaf.
        token = Token(
            text, role, line, start, end, where, frame.callee, frame.unit, frame.scope, shape
        )
        self.tokens.append(token)

    def _add_gap(self, start: int, frame: Frame, line: int) -> None:
        """Add a token for what is between two leaves and in neither. Some grammars give no
        node to words that they know (an operator of a type, a mark of a list); a change of
        these must not look like a change of white space."""
        if not self.tokens or self.tokens[-1].line < line - 1:
            return
        gap = self._text[self._end : start]
        words = gap.strip()
        if not words:
            return
        begin = self._end + gap.index(words)
        last = self.tokens[-1]
        begin_line = min(last.line + self._text.count("\n", last.start, begin), line)
        end, shape = begin + len(words), (frame.path, -1)
        self.tokens.append(
            Token(words, "operator", begin_line, begin, end, frame.where, shape=shape)
        )

    def _is_default(self, text: str, frame: Frame) -> bool:
        """Whether a token of a parameter belongs to its default value: it is behind a mark of
        one, or behind another token of the same default. (Grammars do not agree on a node
        for defaults.)"""
        last = self.tokens[-1] if self.tokens else None
        if last is None or text in (",", ")", "}", "|"):
            return False
        if last.where & Where.DEFAULT and last.unit[0] >= frame.unit[0] - 1:
            return True
        return last.text in _BEFORE_DEFAULT and bool(last.where & Where.PARAMETER)
