"""What the nodes of a tree mean for the tokens below them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attest.analysis.syntax import conditions
from attest.analysis.syntax.node_kinds import Rule, marks_of_call, rule_of
from attest.analysis.syntax.node_names import callee_of, name_of, shorten, swallows
from attest.analysis.syntax.token_builder import Frame
from attest.analysis.syntax.tokens import Where
from attest.text import lazy, word_set

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Span = tuple[int, int]
"""Where a node begins and ends in the text, in characters."""
MAX_SCOPES = 50
"""Names around a token that are kept, the outermost first: each token has all of them."""
_CLEARED = Where.CLAUSE | Where.PARAMETER | Where.DEFAULT | Where.HEAD | Where.ARGUMENT
"""Marks that end where a block begins."""
_DEFINES = ("function", "type")
_FUNCTION_VALUE = lazy(r"^(arrow_function|function_expression|function|generator_function|lambda)$")
_TEST_CALLS = word_set("it test describe context specify scenario feature suite")
_NAMING_CALLS = _TEST_CALLS | {"def", "defp", "defmodule", "defmacro"}
"""Calls that name what is in them: of tests, and of Elixir."""
_DECIDES = {
    ("hcl", "attribute"): lazy(r"(count\b(?!\s*=\s*[1-9]\d*\s*$)|for_each\b|condition\b)"),
    ("yaml", "block_mapping_pair"): lazy(r"(if|when|[Cc]ondition)\s*:"),
}
"""What decides whether, and how often, something is there: arguments of a block of HCL
(Terraform, "Meta-Arguments" and "Custom Conditions"), but a number of copies does not; jobs and
steps of GitHub and GitLab, tasks of Ansible. By language and kind of node."""
_WITH_KINDS_OF_THEIR_OWN = {"swift", "csharp", "go", *(language for language, _ in _DECIDES)}
"""Languages of which `Frames._by_language` knows something."""


class Frames:
    """The frames of the nodes of a tree."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._language = language
        # Not asked for each node, of which there are more than tokens.
        self._is_special = language in _WITH_KINDS_OF_THEIR_OWN

    def below(self, node: SgNode, rule: Rule, frame: Frame, path: int, span: Span) -> Frame:
        """The frame of the nodes below a node.

        Args:
            path: of the node; see `Frame`.
        """
        kind = rule.kind
        if rule.scope and kind.endswith("_specifier") and node.field("body") is None:
            # `struct point` in C is a definition only with a body; else it names a type.
            rule = rule._replace(scope="", adds=rule.adds & ~Where.HEAD)
        gives = self._gives_function(node, rule)
        callee = "" if rule.clears else frame.callee
        if rule.call:
            callee = callee_of(node, self._language)
        where = self._where(rule, frame, span, head=rule.scope in _DEFINES or gives)
        if rule.call:
            where |= marks_of_call(callee, self._language)
        if swallows(node, rule, callee):
            where |= Where.SWALLOWS
            frame = frame._replace(unit=span)
        name = self._scope_name(node, rule, callee, span, defines=gives)
        named = name and len(frame.scope) < MAX_SCOPES
        # By position, since there is one for each node: `Frame` names these.
        return Frame(
            where,
            callee,
            self._unit(rule, frame, where, span),
            (*frame.scope, name) if named else frame.scope,
            path,
            frame.depth + 1,
            kind,
            frame.in_text or rule.text,
        )

    def _where(self, rule: Rule, frame: Frame, span: Span, *, head: bool) -> int:
        """The marks of what is below a node, by its kind and by what it is in.

        Args:
            head: it defines a function or type.
        """
        where = frame.where & ~_CLEARED if rule.clears else frame.where
        of_statement = rule.call and rule_of(frame.kind).adds & Where.STATEMENT
        if not (rule.adds & Where.ARGUMENT or of_statement):
            where &= ~Where.STATEMENT
        adds = rule.adds
        if adds & Where.RETURN and self._text.startswith("throw", span[0]):
            adds ^= Where.RETURN | Where.RAISE  # of Kotlin and Swift: it leaves in any way
        where |= adds
        if self._is_special:
            where = self._by_language(rule.kind, span, where)
        outside = frame.kind == "field_declaration" or not frame.scope
        if head or (rule.kind == "function_declarator" and outside):
            # A function in a condition or an argument begins a context of its own. A prototype of
            # C has a head alone.
            where = (where & ~_CLEARED) | Where.HEAD
        return where

    def _by_language(self, kind: str, span: Span, where: int) -> int:
        """The marks of what is below a node, by what its kind means in one language alone."""
        start, end = span
        if kind == "attribute" and self._language in ("swift", "csharp"):
            return where | Where.DECORATOR
        if kind == "parameter_list" and self._language == "go":
            # Behind the parameters, a second list is what the function gives back.
            before = self._text[max(start - 20, 0) : start].rstrip()
            return (where & ~Where.PARAMETER) | Where.TYPE if before.endswith(")") else where
        if kind == "parameter_declaration" and self._language == "go" and where & Where.TYPE:
            return where & ~Where.PARAMETER
        decides = _DECIDES.get((self._language, kind))
        if decides is not None and decides.match(self._text[start : min(end, start + 40)]):
            return where | Where.CONDITION
        return where

    def _unit(self, rule: Rule, frame: Frame, where: int, span: Span) -> Span:
        """What a question quotes of the tokens below a node."""
        if rule.kind == "attribute" and self._language == "python":
            # `a.b` is too little to quote; other grammars call decorators attributes.
            return frame.unit
        if rule.unit and not where & Where.SWALLOWS:
            return span
        return (0, 0) if rule.clears and not where & Where.SWALLOWS else frame.unit

    def spread(
        self, rule: Rule, children: list[SgNode], frame: Frame, below: Frame
    ) -> list[tuple[SgNode, Frame]]:
        """The nodes below one, each with its frame: only those of a condition are marked as
        one, and not what is done then."""
        of_condition = None
        if rule.decides:
            of_condition = conditions.of(rule, children, frame.kind, self._language)
        if of_condition is None:
            return [(child, below) for child in children]
        decides = below._replace(where=below.where | Where.CONDITION)
        value = below._replace(where=frame.where)
        return [
            (child, decides if number in of_condition else value)
            for number, child in enumerate(children)
        ]

    def _gives_function(self, node: SgNode, rule: Rule) -> bool:
        """Whether a variable is defined to be a function."""
        if rule.scope != "value":
            return False
        value = node.field("value") or node.field("right")
        return value is not None and bool(_FUNCTION_VALUE.search(value.kind()))

    def _scope_name(
        self, node: SgNode, rule: Rule, callee: str, span: Span, *, defines: bool
    ) -> str:
        """The name that a node adds to the scope of what is below it; empty for most. Texts
        are cut before a pattern searches them: a call may be as long as its file."""
        if defines or rule.scope in _DEFINES:
            return name_of(node)
        if rule.scope == "value" and self._language in ("json", "yaml"):
            key = node.field("key")
            return shorten(key.text()) if key is not None else ""
        if rule.call and callee in _NAMING_CALLS:
            text = self._text[span[0] : min(span[1], span[0] + 100)]
            if callee in _TEST_CALLS:
                name_match = re.match(r"[\w.]+\s*\(?\s*(['\"`])(.{1,60}?)\1", text)
                return name_match[2].strip(".#: ") if name_match else ""
            name_match = re.match(r"\w+\s+([\w.?!]+)", text)
            return name_match[1] if name_match else ""
        if rule.kind == "block" and self._language == "hcl":
            text = self._text[span[0] : min(span[1], span[0] + 100)]
            return " ".join(text.partition("{")[0].split())
        return ""
