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
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from attest.analysis.syntax import leaves
from attest.analysis.syntax.leaves import Spot
from attest.analysis.syntax.node_kinds import (
    ANONYMOUS,
    ASSERTS,
    CHECKS,
    CLEARED,
    FUNCTION_VALUE,
    LOADERS,
    MODIFIER,
    NAMED_LEAF,
    NAMES,
    NUMBER,
    OUTSIDE,
    TERNARY,
    TEST_CALLS,
    THROWS,
    THROWS_OF,
    WORD,
    Rule,
    rule_of,
)
from attest.analysis.syntax.node_names import (
    callee_of,
    catches_nothing,
    does_nothing,
    name_of,
    shorten,
)
from attest.analysis.syntax.token_builder import Frame, TokenBuilder
from attest.analysis.syntax.tokens import NOWHERE, Ranges, Role, Side, Where
from attest.text import lazy

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from attest.analysis.syntax.languages import Language

# Beyond these limits, the file is not read (`read` returns None). They count nodes and
# columns and not seconds, so that every machine reads the same way.
MAX_NODES = 400_000
"""Nodes that are walked in one file; only the subtrees that hunks touch are counted."""
MAX_DEPTH = 2_000
"""Levels that are walked: people nest some dozens. The walk has a stack of its own, so that
deep files do not reach Python's recursion limit; but each level copies a frame and its scope."""

MAX_COLUMNS = 1 << 28
"""Columns of the nodes that are walked, all together. Where a node begins and ends in its line
is found by counting from the beginning of the line, about a billion columns a second: in a
file of 512 KiB this allows a few nodes after a long line, and not one line of many nodes."""

# Some grammars have a scanner of their own, in C, with a stack of fixed size, and
# some of them end the whole process when a file nests deeper. So such files are recognised by
# their text, before a grammar sees them.
MAX_TEMPLATES = 200
"""Places in the strings of a file that hold code, in languages that nest them."""
_DEEP_LAYOUT = lazy(r"(?m:^)[ \t]{120}|(?:[-?>*+] ){40}|(?:[\[{] ?){60}")
"""Languages of indentation: 120 columns of it, 40 list marks or 60 brackets in a row."""
_DECIDES = {
    ("hcl", "attribute"): lazy(r"(count\b(?!\s*=\s*[1-9]\d*\s*$)|for_each\b|condition\b)"),
    ("yaml", "block_mapping_pair"): lazy(r"(if|when)\s*:"),
}
"""What decides whether, and how often, something is there: arguments of a block of HCL
(Terraform, "Meta-Arguments" and "Custom Conditions"), but a number of copies does not; jobs and
steps of GitHub and GitLab, tasks of Ansible. By language and kind of node."""
_MANY_HEREDOCS = lazy(r"<<[-~]?[\"'`]?\w{100}|(?:<<[-~]?[\"'`]?\w[^\n]{0,200}?){8}")
"""Here-documents: a mark of 100 letters, or 8 of them that begin on one line."""


def is_too_deep(text: str, language: Language) -> bool:
    """Whether a file nests deeper than the scanner of its grammar can bear."""
    name = language.name
    if name in ("yaml", "haskell", "markdown"):
        return bool(_DEEP_LAYOUT.search(text))
    if name in ("ruby", "bash", "php"):
        return bool(_MANY_HEREDOCS.search(text))
    return name in ("kotlin", "swift", "scala", "dart") and text.count("${") > MAX_TEMPLATES


def read(
    text: str,
    language: str,
    ranges: Ranges,
    keys: bool,
    paths: dict[tuple[int, str], int],
    spots: Sequence[Spot] = (),
) -> Side | None:
    """Read the tokens on some lines of a file.

    Args:
        language: the name of a grammar.
        ranges: the lines that are wanted.
        keys: whether mappings are scopes (configuration).
        paths: numbers for the paths of kinds, shared by what is to be compared.
        spots: the lines of the hunks about which something may be proven.

    Returns:
        None where the file is too large or too deep to be read.
    """
    from ast_grep_py import SgRoot

    # Grammars take a NUL for the end of the text. No grammar gives the other character a
    # meaning, it is as long, and tokens are cut from the text as it is.
    root = SgRoot(text.replace("\0", "\1"), language).root()
    side = _Walk(text, ranges, language, keys, paths).side(root)
    if side is not None and spots:
        side.leaves = dict(zip(spots, leaves.read(root, text, spots), strict=True))
    return side


class _Walk:
    """One walk over a tree, from the root, past all that no wanted line touches."""

    def __init__(
        self,
        text: str,
        ranges: Ranges,
        language: str,
        keys: bool,
        paths: dict[tuple[int, str], int],
    ) -> None:
        self._text = text
        self._ranges = ranges
        self._language = language
        self._keys = keys
        self._paths = paths
        # Before a default: "=", in Elixir two backslashes, in Nix a question mark.
        marks = ("=", "\\\\", "?") if language == "nix" else ("=", "\\\\")
        self._builder = TokenBuilder(text, marks)

    def side(self, root: SgNode) -> Side | None:
        """Walk all of it, in the order of the text; None where there is too much."""
        nodes = columns = 0
        stack: list[tuple[SgNode, Frame]] = [(root, Frame())]
        while stack:
            node, frame = stack.pop()
            nodes += 1
            if nodes > MAX_NODES or frame.depth > MAX_DEPTH:
                return None
            span = node.range()
            columns += span.start.column + span.end.column
            if columns > MAX_COLUMNS:
                return None
            first = span.start.line
            if not self._is_wanted(first, span.end.line):
                # What opened before a hunk is not part of it: the shape of a token must
                # not change when lines above the hunk do.
                self._builder.opened = 0
                continue
            kind = node.kind()
            rule = rule_of(kind)
            start, end = span.start.index, span.end.index
            # Comments and strings are one token each, whatever nodes a grammar gives them.
            if rule.comment or (rule.string and start < end):
                role: Role = "comment" if rule.comment else "string"
                self._builder.add(start, end, role, frame, first)
                continue
            children = node.children()
            if not children:
                self._add_leaf(node, kind, frame, (start, end), first)
                continue
            self._builder.opened += 1
            below = self._below(node, kind, rule, frame, (start, end))
            stack.extend(reversed(self._with_frames(kind, children, frame, below)))
        return Side(self._text, self._text.split("\n"), self._builder.tokens, True)

    def _is_wanted(self, first: int, last: int) -> bool:
        """Whether some lines touch a range."""
        at = bisect_right(self._ranges, (last, 1 << 60))
        return at > 0 and self._ranges[at - 1][1] > first

    def _with_frames(
        self, kind: str, children: list[SgNode], frame: Frame, below: Frame
    ) -> list[tuple[SgNode, Frame]]:
        """The nodes below one, each with its frame: of a conditional expression, and of a
        statement with a condition behind it, only the condition is one. The others are
        values, which a change does not make a changed condition."""
        if MODIFIER.match(kind):
            condition = len(children) - 1
        elif TERNARY.search(kind):
            condition = 2 if self._language == "python" else 0
        else:
            return [(child, below) for child in children]
        value = replace(below, where=frame.where)
        return [
            (child, below if number == condition or not child.is_named() else value)
            for number, child in enumerate(children)
        ]

    def _below(
        self, node: SgNode, kind: str, rule: Rule, frame: Frame, span: tuple[int, int]
    ) -> Frame:
        """The frame of the nodes below a node."""
        if kind.endswith("_specifier") and rule.head and node.field("body") is None:
            # `struct point` in C is a definition only with a body; else it names a type.
            rule = replace(rule, head=False, scope="", adds=rule.adds & ~Where.HEAD)
            mentions_type = True
        else:
            mentions_type = False
        declares = self._declares_function(node, kind)
        gives = self._gives_function(node, rule)
        is_head = rule.head or declares or gives
        anonymous = not is_head and frame.anonymous
        if ANONYMOUS.match(kind) and not is_head:
            anonymous = not frame.named
        callee = "" if rule.clears else frame.callee
        if rule.call:
            callee = "" if self._is_attribute(span[0]) else callee_of(node, self._language)
        where = frame.where & ~CLEARED if rule.clears else frame.where
        where |= rule.adds
        if kind == "attribute" and self._language in ("swift", "csharp"):
            where |= Where.DECORATOR
        if mentions_type:
            where &= ~Where.HEAD
        if is_head:
            # A function in a condition or an argument begins a context of its own.
            where = (where & ~CLEARED) | Where.HEAD
        if anonymous:
            # Nobody calls a lambda by name, so its parameters promise nothing.
            where &= ~Where.PARAMETER
        if rule.jump:
            where |= Where.RAISE if node.text().startswith("throw") else Where.RETURN
        if rule.call:
            where |= self._where_of_call(callee)
        decides = _DECIDES.get((self._language, kind))
        if decides is not None and decides.match(node.text()[:40]):
            where |= Where.CONDITION
        if (rule.adds & Where.CATCH and does_nothing(node)) or (
            callee.endswith(".catch") and rule.call and catches_nothing(node)
        ):
            where |= Where.SWALLOWS
            frame = replace(frame, unit=span)
        path = self._paths.setdefault((frame.path, kind), len(self._paths) + 1)
        unit, level = self._unit(kind, rule, frame, where, span, path)
        name = self._scope_name(node, kind, rule, callee, defines=declares or gives)
        scope = (*frame.scope, name) if name else frame.scope
        return Frame(where, callee, unit, level, gives, anonymous, scope, path, frame.depth + 1)

    def _unit(
        self,
        kind: str,
        rule: Rule,
        frame: Frame,
        where: Where,
        span: tuple[int, int],
        path: int,
    ) -> tuple[tuple[int, int], int]:
        """What a question quotes of the tokens below a node, and the path of that."""
        if kind == "attribute" and self._language == "python":
            # `a.b` is too little to quote; other grammars call decorators attributes.
            return frame.unit, frame.level
        if Where.SWALLOWS in where:
            return frame.unit, path
        if rule.unit:
            return span, path
        return ((0, 0), 0) if rule.clears else (frame.unit, frame.level)

    def _is_attribute(self, start: int) -> bool:
        """Whether what begins here is an attribute of a module of Elixir (`@doc "…"`), which
        the grammar takes for a call."""
        return self._language == "elixir" and start > 0 and self._text[start - 1] == "@"

    def _where_of_call(self, callee: str) -> Where:
        """What a call is besides, by what it calls: many languages have no syntax of their
        own for raising, asserting or loading."""
        where = NOWHERE
        if callee in THROWS or callee in THROWS_OF.get(self._language, ()):
            where |= Where.RAISE
        checks = CHECKS.get(self._language, frozenset())
        if callee in ASSERTS or callee in checks:
            where |= Where.CONDITION
        elif LOADERS.fullmatch(callee):
            where |= Where.IMPORT
        if self._language == "bash" and callee in ("return", "exit"):
            where |= Where.RETURN
        return where

    def _gives_function(self, node: SgNode, rule: Rule) -> bool:
        """Whether a variable is defined to be a function."""
        if rule.scope != "value" or self._language == "json":
            return False
        value = node.field("value") or node.field("right")
        return value is not None and bool(FUNCTION_VALUE.search(value.kind()))

    def _declares_function(self, node: SgNode, kind: str) -> bool:
        """Whether a declaration of C is one of a function."""
        if self._language not in ("c", "cpp") or kind not in ("declaration", "field_declaration"):
            return False
        above = node.parent()
        if above is None or not OUTSIDE.search(above.kind()):
            return False
        below = node.field("declarator")
        while below is not None and below.kind() != "function_declarator":
            below = below.field("declarator")
        return below is not None

    def _scope_name(
        self, node: SgNode, kind: str, rule: Rule, callee: str, *, defines: bool
    ) -> str:
        """The name that a node adds to the scope of what is below it; empty for most. Texts
        are cut before a pattern searches them: a call may be as long as its file."""
        if defines or rule.scope in ("function", "type"):
            return name_of(node)
        if rule.scope in ("key", "value") and self._keys:
            key = node.field("key")
            return shorten(key.text()) if key is not None else ""
        if rule.call and callee in TEST_CALLS:
            found = re.match(r"[\w.]+\s*\(?\s*(['\"`])(.{1,60}?)\1", node.text()[:100])
            return found[2].strip(".#: ") if found else ""
        if rule.call and callee in ("def", "defp", "defmodule", "defmacro"):
            found = re.match(r"\w+\s+([\w.?!]+)", node.text()[:100])
            return found[1] if found else ""
        if self._language == "hcl" and kind == "block":
            return " ".join(node.text()[:80].partition("{")[0].split())
        return ""

    def _add_leaf(
        self, node: SgNode, kind: str, frame: Frame, span: tuple[int, int], line: int
    ) -> None:
        """Add the token of a leaf. Line ends are leaves of some grammars, and not tokens; a
        blank between two words of markup is one, since a browser shows it."""
        text = self._text[span[0] : span[1]]
        shown_blank = kind in ("jsx_text", "text") and text and "\n" not in text
        if not text.strip() and not shown_blank:
            return
        role: Role
        if NUMBER.search(kind) and node.is_named():
            role = "number"
        elif NAMES.search(kind) and NAMED_LEAF.search(text):
            role = "name"
        elif WORD.match(text):
            role = "keyword"
        else:
            role = "name" if node.is_named() and NAMED_LEAF.search(text) else "operator"
        adds = rule_of(kind).adds
        if adds:
            frame = replace(frame, where=frame.where | adds)
        self._builder.add(*span, role, frame, line)
