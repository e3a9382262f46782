"""The names that nodes give, and the names that they call.

Grammars do not agree on the fields of their nodes, so several are tried. All texts are cut:
a name of 100 KB would be copied into the scope of every token below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.analysis.syntax.node_kinds import Rule
from attest.analysis.syntax.tokens import Where
from attest.text import lazy

if TYPE_CHECKING:
    from ast_grep_py import SgNode

MAX_NAME = 60
"""Characters of the name of a function, type or key."""
MAX_CALLEE = 80
"""Characters of the name of what is called; of a longer chain of calls, its end."""
MAX_RECEIVER = 40
"""Characters of what a method is called on; a longer one is left out."""

_NOTHING = frozenset(["pass_statement", "continue_statement", "empty_statement", "pass", "..."])
"""Kinds and texts of statements that do nothing; beside these, a bare `return` or a word for no
value."""
_BODY = lazy(r"block|statement")
_NO_VALUE = lazy(r"(return\s*)?(nil|null|None|undefined|)\s*;?")
_SIMPLE = lazy(r"identifier|^(name|constant|variable)$")


def name_of(node: SgNode) -> str:
    """The name that a definition gives; empty where it gives none."""
    declarator = node.field("declarator")
    named = node.field("name") or node.field("key") or node.field("left")
    if named is None and declarator is None:
        named = node.field("type")
    if named is not None:
        return shorten(named.text())
    # C nests the name in declarators: of an array, of a pointer, of a function.
    while declarator is not None:
        inner = declarator.field("declarator") or declarator.field("name")
        if inner is None:
            return shorten(declarator.text().partition("(")[0])
        declarator = inner
    simple = next((child for child in node.children() if _SIMPLE.search(child.kind())), None)
    return shorten(simple.text()) if simple is not None else ""


def callee_of(node: SgNode, language: str) -> str:
    """What a call calls, as written, without its arguments; the end of a long chain."""
    children = node.children()
    named = node.field("function") or node.field("method") or node.field("name")
    called = named or (children[0] if children else node)
    if named is None and "new" in (called.kind(), called.text()):
        called = children[1] if len(children) > 1 else called
    receiver = node.field("object") or node.field("receiver")
    while _length(called) > MAX_CALLEE:
        inner = called.children()
        if not inner:
            break
        called = inner[-1]
    text = " ".join(called.text()[:MAX_CALLEE].split())
    if receiver is None or named is None or named.text() != text:
        return text
    if _length(receiver) > MAX_RECEIVER:
        return text
    mark = "->" if language == "php" else "."
    return f"{' '.join(receiver.text().split())}{mark}{text}"


def swallows(node: SgNode, rule: Rule, callee: str) -> bool:
    """Whether a clause catches an exception and does nothing about it; or a call of a promise's
    `catch` does."""
    if rule.adds & Where.CATCH:
        return _does_nothing(node)
    return rule.call and callee.endswith(".catch") and _is_given_nothing(node)


def _does_nothing(clause: SgNode) -> bool:
    """Whether a clause that catches an exception has a body, and no statement in it."""
    if clause.kind() == "rescue_modifier":  # of Ruby: `x rescue nil`
        handler = clause.field("handler")
        return handler is not None and bool(_NO_VALUE.fullmatch(handler.text()[:20]))
    if clause.kind() == "rescue":  # of Ruby: a body is there only where it has statements
        return clause.field("body") is None
    children = clause.children()
    opening = next((n for n, child in enumerate(children) if child.kind() == "{"), None)
    if opening is not None:
        return all(map(_is_nothing, children[opening + 1 :]))
    behind = clause.next()  # in Dart, the body stands beside its clause
    blocks = [*children, *([behind] if behind is not None else [])]
    block = next((one for one in reversed(blocks) if _BODY.search(one.kind())), None)
    return block is not None and all(map(_is_nothing, block.children()))


def _is_given_nothing(call: SgNode) -> bool:
    """Whether a call gives one thing, a function that has no statement."""
    arguments = call.field("arguments")
    if arguments is None:
        return False
    given = [child for child in arguments.children() if child.is_named()]
    body = given[0].field("body") if len(given) == 1 else None
    return body is not None and _BODY.search(body.kind()) is not None and _does_nothing(body)


def _is_nothing(node: SgNode) -> bool:
    if not node.is_named():
        return True
    text = node.text()[:20].strip()
    idle = node.kind() in _NOTHING or text in _NOTHING or bool(_NO_VALUE.fullmatch(text))
    return idle or "comment" in node.kind()


def shorten(text: str) -> str:
    """A name on one line, without quotation marks."""
    return " ".join(text.split())[:MAX_NAME].strip("\"'` ")


def _length(node: SgNode) -> int:
    span = node.range()
    return span.end.index - span.start.index
