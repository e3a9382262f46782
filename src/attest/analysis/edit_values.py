"""What an edit computes or gives differently, where it shows nothing riskier."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attest.analysis import apis, lexicon
from attest.analysis.edit_context import (
    EditContext,
    anchor,
    assigned_name,
    is_within,
    line_of,
)
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.quoting import both_sides, changed_line, expressions
from attest.analysis.syntax.tokens import Token, Where


def value_effects(context: EditContext) -> list[Effect]:
    """Effects on values; none where there is nothing to compare."""
    both = context.both
    replaces = bool(context.old and context.new)
    before, after = expressions(context)
    name = assigned_name(context)
    token = anchor(context, new=True) or both[0]
    if _computes(context):
        return [Effect("arithmetic", before, after)]
    literal = all(t.role in ("number", "string", "keyword") for t in both)
    if replaces and literal:
        return [Effect("value-changed", before, after, name or token.callee)]
    called = next((t.callee for t in both if t.callee), "")
    if apis.of_call(called, context.language) == "assertion":
        return [Effect("condition-changed", before, after)]
    if called and (not replaces or _same_call(context, called)):
        if replaces or is_within(context, Where.ARGUMENT):
            return [Effect("call-changed", before, after, called)]
    elif called and replaces:
        return [Effect("code-changed", before, after)]
    if replaces and name:
        return [Effect("value-changed", before, after, name)]
    return []


def other_effect(context: EditContext) -> Effect:
    """The lines that differ, where nothing more can be said."""
    scope = next((t.scope for t in (*context.new, *context.old) if t.scope), ())
    name = ".".join(scope)
    if context.old and context.new:
        return Effect("code-changed", *expressions(context), name)
    before, after = changed_line(context, new=False), changed_line(context, new=True)
    if before and after and before != after:
        return Effect("code-changed", *quote_pair(before, after), name)
    if not context.old:
        return Effect("code-added", new=_first_line(context, new=True), name=name)
    return Effect("code-removed", old=_first_line(context, new=False), name=name)


def is_same_number(context: EditContext) -> bool:
    """Whether an edit writes a whole number in another way: `0600` and `0o600`."""
    old, new = context.old, context.new
    if len(old) != 1 or len(new) != 1 or {old[0].role, new[0].role} != {"number"}:
        return False
    value = _whole_number(old[0].text, context.language)
    return value is not None and value == _whole_number(new[0].text, context.language)


_OCTAL = frozenset(["bash", "c", "cpp", "go", "java", "javascript", "php", "ruby", "typescript"])
"""Languages in which a leading zero alone makes a number octal."""


def _whole_number(text: str, language: str) -> int | None:
    """The value of a literal of a whole number; None where it is anything else."""
    digits = text.replace("_", "").replace("'", "").lower()
    if language in _OCTAL and re.fullmatch(r"0[0-7]+", digits):
        digits = f"0o{digits}"
    elif not re.fullmatch(r"0x[0-9a-f]+|0o[0-7]+|0b[01]+|[0-9]+", digits):
        return None
    return int(digits, 0 if digits[:2].isalnum() and digits[1:2].isalpha() else 10)


def _computes(context: EditContext) -> bool:
    """Whether numbers are computed differently."""
    both = context.both
    if any(t.role == "string" for t in both):
        return False
    signs = [*_signs(context, new=False), *_signs(context, new=True)]
    if not any(t.role == "number" for t in both):
        # Without a number, these are more often streams, flags, types and lists.
        signs = [t for t in signs if t.text not in ("<<", ">>", "&", "|", "+=")]
    pairs = [expressions(context)] if signs else []
    if not signs and all(t.text in ("(", ")") for t in both):
        # Brackets alone change in which order is computed.
        pairs = [both_sides(context)]
        signs = [t for t in context.edit.all_new if t.text in lexicon.ARITHMETIC][:1]
    return bool(signs) and any(old and new and old != new for old, new in pairs)


def _signs(context: EditContext, *, new: bool) -> list[Token]:
    """The signs of arithmetic between operands in the edit, on one side."""
    every = context.every(new=new)
    barred = Where.TYPE | Where.HEAD | Where.PARAMETER
    return [
        every[at]
        for at in range(*context.span(new=new))
        if every[at].text in lexicon.ARITHMETIC
        and every[at].role == "operator"
        and not every[at].where & barred
        and not _is_unary(every, at)
    ]


def _same_call(context: EditContext, called: str) -> bool:
    """Whether both sides call the same."""
    old, new = anchor(context, new=False), anchor(context, new=True)
    return old is not None and new is not None and old.callee == new.callee == called


def _first_line(context: EditContext, *, new: bool) -> str:
    """The first line of a side that has words, and is not a comment."""
    run = context.run(new=new)
    words = [t for t in run if t.role in ("name", "keyword", "string", "number")]
    if not words:
        return quote(" ".join(t.text for t in run[:8]))
    lines = (line_of(context, token, new=new) for token in words)
    first = next((line for line in lines if not re.match(r"#\s|//|--\s|;|\* ", line)), "")
    return quote(first or line_of(context, words[0], new=new))


def _is_unary(every: Sequence[Token], at: int) -> bool:
    """Whether a sign stands before one operand, and not between two."""
    before = every[at - 1] if at else None
    return (
        before is None
        or before.line != every[at].line
        or (before.role in ("operator", "keyword") and before.text not in (")", "]", "}"))
    )
