"""Which nodes below one are its condition.

Grammars do not agree on the fields of their nodes, so the place decides: behind `if` up to what
is done then, before `?`, between Python's `if` and `else`, behind Ruby's modifier. A guard needs no
`if`: of `a && b` as a statement, and of a list of a shell, what is on the left decides about what
is on the right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.analysis.syntax.node_kinds import Rule, rule_of
from attest.text import lazy, word_set

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_HEADS = word_set("if elif elsif elseif unless guard when #if #elif #ifdef #ifndef")
_BEHIND = word_set("then else do { : ; in ->")
"""What stands between a condition and what is done then."""
_DECIDES = word_set("&& || and or ?? when")
_STATEMENTS = lazy(r"^(program|source|source_file|module|chunk|compilation_unit|statements)$")
"""Kinds of nodes with statements below them, besides blocks and `expression_statement`."""


def of(rule: Rule, children: list[SgNode], above: str, language: str) -> range | None:
    """The places of the condition among the nodes below one; None where all of it is one, or
    nothing. Linear in the nodes before the end of the condition.

    Args:
        above: the kind of the node that it is in.
    """
    kinds = [child.kind() for child in children[:3]]
    if rule.decides == "modifier":
        return range(len(children) - 2, len(children))
    if rule.decides == "guard":
        return _of_guard(rule.kind, kinds, above) if len(kinds) == 3 else None
    if rule.decides == "directive":
        return range(2)
    if rule.decides == "choice" and kinds[:1] != ["if"]:
        return range(2, 3) if language == "python" else range(1)
    if not kinds or kinds[0] not in _HEADS:
        return None
    places = range(1, len(children))
    return range(next((n for n in places if _ends(children, n)), len(children)))


def _ends(children: list[SgNode], at: int) -> bool:
    """Whether a node is behind a condition: what is done then, or a mark before it."""
    kind = children[at].kind()
    if kind == ";" and at + 1 < len(children):
        return children[at + 1].kind() == "then"  # else a statement before the condition (Go)
    before = children[at - 1].kind()
    closed = before in (")", "parenthesized_expression", "condition_clause") and at > 1
    return kind in _BEHIND or rule_of(kind).clears or closed


def _of_guard(kind: str, kinds: list[str], above: str) -> range | None:
    if kinds[1] == "when":  # of Elixir: a function or a case with a guard
        return range(1, 3)
    if kinds[1] == "?:":  # of Kotlin: what is behind it may leave the function
        return range(2) if kinds[2] == "jump_expression" else None
    statement = above == "expression_statement" or _STATEMENTS.match(above) or rule_of(above).clears
    return range(2) if kinds[1] in _DECIDES and (kind == "list" or statement) else None
