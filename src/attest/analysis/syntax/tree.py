"""Reading a side of a change with a grammar of tree-sitter.

The grammars are those of the pinned ast-grep-py; they name their nodes alike, so
that one table serves all of them (docs/adr/0009-questions-from-syntax.md).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from attest.analysis.syntax.languages import Language
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
from attest.analysis.syntax.tokens import NOWHERE, Ranges, Role, Side, Token, Where

if TYPE_CHECKING:
    from ast_grep_py import SgNode
MAX_NODES = 400_000
"""Nodes that are looked at in one file; beyond, lines are all there is."""
MAX_DEPTH = 2_000


@dataclass(slots=True)
class _Frame:
    """What holds for the nodes below a node.

    Args:
        named: it gives a name to the function that is its value.
        anonymous: it is inside of a function without a name.
    """

    where: Where = NOWHERE
    callee: str = ""
    unit: tuple[int, int] = (0, 0)
    level: int = 0
    named: bool = False
    anonymous: bool = False
    scope: tuple[str, ...] = ()
    path: int = 0
    depth: int = 0


def is_too_deep(text: str, language: Language) -> bool:
    """Whether a file nests deeper than its grammar's scanner can keep: some of them end
    the process then."""
    name = language.name
    if name in ("yaml", "haskell", "markdown"):
        return bool(_DEEP_LAYOUT.search(text))
    if name in ("ruby", "bash", "php"):
        return bool(_MANY_HEREDOCS.search(text))
    return name in ("kotlin", "swift", "scala", "dart") and text.count("${") > MAX_TEMPLATES


MAX_TEMPLATES = 200
"""Places in the strings of a file that hold code, in languages that nest them."""
_DEEP_LAYOUT = re.compile(r"(?m:^)[ \t]{120}|(?:[-?>*+] ){40}|(?:[\[{] ?){60}")
_MANY_HEREDOCS = re.compile(r"<<[-~]?[\"'`]?\w{100}|(?:<<[-~]?[\"'`]?\w[^\n]{0,200}?){8}")


def read(
    text: str, language: str, ranges: Ranges, keys: bool, paths: dict[tuple[int, str], int]
) -> Side | None:
    """Read the tokens on some lines of a file.

    Args:
        language: the name of a grammar.
        ranges: the lines that are wanted.
        keys: whether mappings are scopes (configuration).
        paths: numbers for the paths of kinds, shared by what is to be compared.

    Returns:
        None where the file is too large or too deep to be read.
    """
    from ast_grep_py import SgRoot

    reader = _Reader(text, ranges, language, keys, paths)
    return reader.side(SgRoot(text, language).root())


class _Reader:
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
        self._tokens: list[Token] = []
        self._at = 0
        self._opened = 0

    def side(self, root: SgNode) -> Side | None:
        """Read it all; None where there is too much."""
        nodes = 0
        stack: list[tuple[SgNode, _Frame]] = [(root, _Frame())]
        while stack:
            node, frame = stack.pop()
            nodes += 1
            if nodes > MAX_NODES or frame.depth > MAX_DEPTH:
                return None
            spot = node.range()
            if not self._wanted(spot.start.line, spot.end.line):
                self._opened = 0
                continue
            kind = node.kind()
            rule = rule_of(kind)
            start, end = spot.start.index, spot.end.index
            if rule.comment or (rule.string and start < end):
                self._emit(
                    start, end, "comment" if rule.comment else "string", frame, spot.start.line
                )
                continue
            children = node.children()
            if not children:
                self._leaf(node, kind, frame, spot.start.line, start, end)
                continue
            self._opened += 1
            below = self._below(node, kind, rule, frame, start, end)
            if rule.string is False and self._is_docstring(kind, children):
                self._emit(start, end, "comment", below, spot.start.line)
                continue
            stack.extend(reversed(self._framed(kind, children, frame, below)))
        return Side(self._text, self._text.split("\n"), self._tokens, True)

    def _framed(
        self, kind: str, children: list[SgNode], frame: _Frame, below: _Frame
    ) -> list[tuple[SgNode, _Frame]]:
        """The nodes below one, each with what holds for it: of a conditional expression,
        the condition alone is one."""
        if MODIFIER.match(kind):
            at = len(children) - 1
        elif TERNARY.search(kind):
            at = 2 if self._language == "python" else 0
        else:
            return [(child, below) for child in children]
        arm = replace(below, where=frame.where)
        return [
            (child, below if number == at or not child.is_named() else arm)
            for number, child in enumerate(children)
        ]

    def _wanted(self, first: int, last: int) -> bool:
        at = bisect_right(self._ranges, (last, 1 << 60))
        return at > 0 and self._ranges[at - 1][1] > first

    def _is_docstring(self, kind: str, children: list[SgNode]) -> bool:
        """A string that stands for itself in Python says something to readers alone."""
        if self._language != "python" or kind != "expression_statement" or len(children) != 1:
            return False
        said = children[0]
        return said.kind() == "string" and bool(re.match(r"[rRuU]?[\"']", said.text()[:2]))

    def _below(
        self, node: SgNode, kind: str, rule: Rule, frame: _Frame, start: int, end: int
    ) -> _Frame:
        key = (frame.path, kind)
        path = self._paths.setdefault(key, len(self._paths) + 1)
        where = frame.where & ~CLEARED if rule.clears else frame.where
        where |= rule.adds
        if kind == "attribute" and self._language in ("swift", "csharp"):
            where |= Where.DECORATOR
        if kind.endswith("_specifier") and rule.head and node.field("body") is None:
            rule = replace(rule, head=False, scope="", adds=rule.adds & ~Where.HEAD)
            where &= ~Where.HEAD
        declares = self._declares_function(node, kind)
        gives = self._gives_function(node, rule)
        anonymous = frame.anonymous
        if ANONYMOUS.match(kind):
            anonymous = not frame.named
        if rule.head or declares or gives:
            where &= ~(CLEARED & ~Where.HEAD)
            where |= Where.HEAD
            anonymous = False
        if anonymous:
            where &= ~Where.PARAMETER
        callee = "" if rule.clears else frame.callee
        if rule.jump:
            where |= Where.RAISE if node.text().startswith("throw") else Where.RETURN
        if rule.call:
            callee = _callee(node, self._language)
            where |= self._of_call(callee)
        unit, level = (start, end) if rule.unit else frame.unit, path if rule.unit else frame.level
        if rule.clears and not rule.unit:
            unit, level = (0, 0), 0
        if kind == "attribute" and self._language == "python":
            unit, level = frame.unit, frame.level
        scope = frame.scope
        name = _name(node) if declares else self._scope_name(node, kind, rule, callee)
        if name:
            scope = (*scope, name)
        return _Frame(where, callee, unit, level, gives, anonymous, scope, path, frame.depth + 1)

    def _of_call(self, callee: str) -> Where:
        """What a call is besides, by whom it calls."""
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

    def _scope_name(self, node: SgNode, kind: str, rule: Rule, callee: str) -> str:
        if rule.scope in ("function", "type"):
            return _name(node)
        if self._gives_function(node, rule):
            return _name(node)
        if rule.scope in ("key", "value") and self._keys:
            key = node.field("key")
            return _short(key.text()) if key is not None else ""
        if rule.call and callee in TEST_CALLS:
            found = re.match(r"[\w.]+\s*\(?\s*(['\"`])(.{1,60}?)\1", node.text()[:100])
            return found[2].strip(".#: ") if found else ""
        if rule.call and callee in ("def", "defp", "defmodule", "defmacro"):
            found = re.match(r"\w+\s+([\w.?!]+)", node.text()[:100])
            return found[1] if found else ""
        if self._language == "hcl" and kind == "block":
            return " ".join(node.text()[:80].partition("{")[0].split())
        return ""

    def _leaf(
        self, node: SgNode, kind: str, frame: _Frame, line: int, start: int, end: int
    ) -> None:
        text = self._text[start:end]
        if not text.strip() and (kind not in ("jsx_text", "text") or "\n" in text or not text):
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
        if rule_of(kind).adds:
            frame = replace(frame, where=frame.where | rule_of(kind).adds)
        self._emit(start, end, role, frame, line)

    def _emit(self, start: int, end: int, role: Role, frame: _Frame, line: int) -> None:
        self._gap(start, frame, line)
        where = frame.where
        text = self._text[start:end]
        if where & Where.PARAMETER and self._defaults(text, frame):
            where |= Where.DEFAULT
        shape = (frame.path, self._opened)
        self._opened = 0
        self._at = end
        self._tokens.append(
            Token(
                text,
                role,
                line,
                start,
                end,
                where,
                frame.callee,
                frame.unit,
                frame.scope,
                shape,
                frame.level,
            )
        )

    def _gap(self, start: int, frame: _Frame, line: int) -> None:
        """What stands between two leaves and is in none of them must not be lost."""
        if start <= self._at or not self._tokens or self._tokens[-1].line < line - 1:
            return
        missed = self._text[self._at : start]
        if missed.strip():
            at = self._at + len(missed) - len(missed.lstrip())
            number = self._tokens[-1].line + self._text.count("\n", self._tokens[-1].start, at)
            shape = (frame.path, -1)
            self._tokens.append(
                Token(
                    missed.strip(),
                    "operator",
                    min(number, line),
                    at,
                    start,
                    frame.where,
                    shape=shape,
                )
            )

    def _defaults(self, text: str, frame: _Frame) -> bool:
        """Whether a token of a parameter belongs to its default value."""
        last = self._tokens[-1] if self._tokens else None
        if last is None or text in (",", ")", "}", "|"):
            return False
        if last.where & Where.DEFAULT and last.unit[0] >= frame.unit[0] - 1:
            return True
        marks = ("=", "\\\\", "?") if self._language == "nix" else ("=", "\\\\")
        return last.text in marks and bool(last.where & Where.PARAMETER)


def _callee(node: SgNode, language: str) -> str:
    """Whom a call calls, as written, without its arguments; the end of a long chain."""
    children = node.children()
    named = node.field("function") or node.field("method") or node.field("name")
    first = named or (children[0] if children else node)
    if first.kind() == "new" or first.text() == "new":
        first = children[1] if len(children) > 1 else first
    receiver = node.field("object") or node.field("receiver")
    spot = first.range()
    while spot.end.index - spot.start.index > 80:
        inner = first.children()
        if not inner:
            break
        first = inner[-1]
        spot = first.range()
    text = " ".join(first.text()[:80].split())
    if receiver is not None and named is not None and named.text() == text:
        far = receiver.range()
        if far.end.index - far.start.index <= 40:
            mark = "->" if language == "php" else "."
            text = f"{' '.join(receiver.text().split())}{mark}{text}"
    return text


def _name(node: SgNode) -> str:
    """The name that a definition gives."""
    named = node.field("name") or node.field("key") or node.field("left")
    below = node.field("declarator")
    named = named or (node.field("type") if below is None else None)
    if named is not None:
        return _short(named.text())
    while below is not None:
        inner = below.field("declarator") or below.field("name")
        if inner is None:
            return _short(below.text().partition("(")[0])
        below = inner
    for child in _simple(node):
        return _short(child.text())
    return ""


def _simple(node: SgNode) -> Iterator[SgNode]:
    return (
        child
        for child in node.children()
        if re.search(r"identifier|^(name|constant|variable)$", child.kind())
    )


def _short(text: str) -> str:
    return " ".join(text.split())[:60].strip("\"'` ")
