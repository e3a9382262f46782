"""Reading a side of a change with a grammar of tree-sitter.

The grammars are those of the pinned ast-grep-py; they name their nodes alike, so
that one table serves all of them (docs/adr/0009-questions-from-syntax.md).

The whole file is parsed, because a hunk alone does not show whether it is code or a
docstring. But only the parts of the tree that touch the hunks' lines are walked. What a
node means for its tokens (they are part of a condition, of a parameter, of a function
called so) is inherited downwards in a `Frame`; a leaf becomes a token with its frame.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

from attest.analysis.syntax.faults import Faultless
from attest.analysis.syntax.frames import Frames
from attest.analysis.syntax.node_kinds import Rule, rule_of
from attest.analysis.syntax.token_builder import Frame, TokenBuilder
from attest.analysis.syntax.token_rows import ReadSide
from attest.analysis.syntax.tokens import Ranges, Role, Spot
from attest.text import lazy

if TYPE_CHECKING:
    from ast_grep_py import SgNode

# Beyond these limits, the file is not read (`read` returns None). They count nodes and
# columns and not seconds, so that every machine reads the same way.
MAX_NODES = 400_000
"""Nodes that are walked in one file; only the subtrees that hunks touch are counted."""
MAX_DEPTH = 2_000
"""Levels that are walked: people nest some dozens. The walk has a stack of its own, so that
deep files do not reach Python's recursion limit; but each level copies a frame and its scope."""

MAX_KEPT = 12 << 20
"""Characters of all texts whose trees are kept for the next commits."""
MAX_COLUMNS = 1 << 28
"""Columns of the nodes that are walked, all together. Where a node begins and ends in its line
is found by counting from the beginning of the line, about a billion columns a second: in a
file of 1 MiB this allows a few nodes after a long line, and not one line of many nodes."""

_NAMED_LEAF = lazy(r"[^\W\d]|[$@]", re.ASCII)
_WORD = lazy(r"[A-Za-z_][A-Za-z_ :]*\Z")

Paths = dict[tuple[int, str], int]
"""Numbers for the paths of kinds of nodes, by the number of what is above and the last kind."""


def read(
    text: str, language: str, ranges: Ranges, paths: Paths, spots: Sequence[Spot] = ()
) -> ReadSide | None:
    """Read the tokens on some lines of a file.

    Args:
        language: the name of a grammar.
        ranges: the lines that are wanted.
        paths: shared by what is to be compared.
        spots: the lines of the hunks about which something may be proven.

    Returns:
        None where the file is too large or too deep to be read.
    """
    return _Walk(text, language, ranges, paths, spots).side(_trees.root(text, language))


class _Trees:
    """The trees of the last few texts: a version of a file is the new side of one commit and the
    old side of a later one, and is parsed once. They take about thirty times as much memory as
    their texts, so that few are kept."""

    def __init__(self) -> None:
        self._roots: dict[tuple[str, str], SgNode] = {}
        self._size = 0

    def root(self, text: str, language: str) -> SgNode:
        """The root of the tree of a text."""
        root = self._roots.pop((text, language), None)
        if root is None:
            from ast_grep_py import SgRoot

            # Grammars take a NUL for the end of the text. No grammar gives the other character a
            # meaning, it is as long, and tokens are cut from the text as it is.
            root = SgRoot(text.replace("\0", "\1"), language).root()
            self._size += len(text)
        self._roots[text, language] = root
        while self._size > MAX_KEPT and len(self._roots) > 1:
            self.forget(*next(iter(self._roots)))
        return root

    def forget(self, text: str, language: str) -> None:
        """Keep the tree of a text no longer."""
        if self._roots.pop((text, language), None) is not None:
            self._size -= len(text)


_trees = _Trees()
forget = _trees.forget


class _TooMuch(Exception):
    """The tree is beyond a limit."""


class _Walk:
    """One walk over a tree, from the root, past all that no wanted line touches."""

    def __init__(
        self, text: str, language: str, ranges: Ranges, paths: Paths, spots: Sequence[Spot]
    ) -> None:
        self._text = text
        self._ranges = ranges
        self._frames = Frames(text, language)
        self._paths = paths
        self._faultless = Faultless(spots)
        self._columns = 0
        self._range = (0, 0)  # the last one that a node was inside of
        self._builder = TokenBuilder(text)

    def side(self, root: SgNode) -> ReadSide | None:
        """Walk all of it, in the order of the text; None where there is too much."""
        try:
            self._faultless.take_out_faults(root, self._lines)
            self._walk(root)
        except _TooMuch:
            return None
        return ReadSide(self._builder.tokens, self._faultless.spots)

    def _walk(self, root: SgNode) -> None:
        nodes = 0
        # Of what is skipped, None stands in the place.
        stack: list[tuple[SgNode, Frame] | None] = [(root, Frame())]
        while stack:
            item = stack.pop()
            if item is None:
                # What opened before a hunk is not part of it: the shape of a token must not
                # change when lines above the hunk do.
                self._builder.opened = 0
                continue
            node, frame = item
            nodes += 1
            if nodes > MAX_NODES or frame.depth > MAX_DEPTH:
                raise _TooMuch
            first, last, start, end = self._place(node)
            rule = rule_of(node.kind())
            path = self._paths.setdefault((frame.path, rule.kind), len(self._paths) + 1)
            # Comments and strings are one token each, whatever nodes a grammar gives them.
            whole = rule.role == "comment" or (rule.role == "string" and start < end)
            children = [] if whole else node.children()
            if rule.role == "comment":
                # The line comments of some grammars have their line break in them.
                text = self._text[start:end].rstrip("\r\n")
                end, last = start + len(text), first + text.count("\n")
            if first < last and (not children or rule.text) and not frame.in_text:
                self._faultless.take_out_crossed(first, last)
            if whole:
                self._builder.add(start, end, rule.role, frame, path, first)
            elif not children:
                self._add_leaf(node, rule, frame, path, (start, end), first)
            else:
                self._builder.opened += 1
                below = self._frames.below(node, rule, frame, path, (start, end))
                spread = self._frames.spread(rule, children, frame, below)
                stack.extend(reversed(self._select(spread, first, last)))

    def _select(
        self, nodes: list[tuple[SgNode, Frame]], first: int, last: int
    ) -> Sequence[tuple[SgNode, Frame] | None]:
        """Those that touch a range, of the nodes below one. They are in order, so the cost is
        the logarithm of their number for each range."""
        if self._range[0] <= first and last < self._range[1]:
            return nodes
        parts: list[tuple[SgNode, Frame] | None] = []
        end = 0
        at = bisect_right(self._ranges, first, key=itemgetter(1))
        while at < len(self._ranges) and self._ranges[at][0] <= last and end < len(nodes):
            begin, behind = self._ranges[at]
            at += 1
            if begin <= first and last < behind:
                self._range = begin, behind
                return nodes
            low = bisect_left(nodes, begin, lo=end, key=lambda one: self._lines(one[0])[1])
            high = bisect_left(nodes, behind, lo=low, key=lambda one: self._lines(one[0])[0])
            if low > end:
                parts.append(None)
            parts += nodes[low:high]
            end = high
        return parts if end == len(nodes) else [*parts, None]

    def _place(self, node: SgNode) -> tuple[int, int, int, int]:
        """The lines on which a node begins and ends, and where that is in the text."""
        span = node.range()
        start, end = span.start, span.end
        self._columns += start.column + end.column
        if self._columns > MAX_COLUMNS:
            raise _TooMuch
        return start.line, end.line, start.index, end.index

    def _lines(self, node: SgNode) -> tuple[int, int]:
        return self._place(node)[:2]

    def _add_leaf(
        self, node: SgNode, rule: Rule, frame: Frame, path: int, span: tuple[int, int], line: int
    ) -> None:
        """Add the token of a leaf. Line ends are leaves of some grammars, and not tokens; a
        blank between two words of markup is one, since a browser shows it."""
        text = self._text[span[0] : span[1]]
        shown = text.strip() or (text and "\n" not in text and rule.kind in ("jsx_text", "text"))
        if not shown:
            return
        named = node.is_named()
        role: Role = "operator"
        if named and rule.role == "number":
            role = "number"
        elif _WORD.match(text) and rule.role != "name":
            role = "keyword"
        elif (named or rule.role == "name") and _NAMED_LEAF.search(text):
            role = "name"
        if named and rule.adds:
            frame = frame._replace(where=frame.where | rule.adds)
        self._builder.add(*span, role, frame, path, line)
