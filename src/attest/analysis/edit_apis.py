"""What an edit does with a known API: permissions, processes, locks, resources, …"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast, get_args

from attest.analysis import apis
from attest.analysis.edit_context import EditContext, anchor, assigned_name, enclosing
from attest.analysis.effects import SHOWN, Effect, quote, quote_around
from attest.analysis.kinds import Kind
from attest.analysis.quoting import both_sides
from attest.analysis.syntax.tokens import Token, Where

_PARTS: dict[str, tuple[Kind, Kind]] = {
    "lock": ("concurrency", "lock-dropped"),
    "release": ("resource", "resource-leaked"),
}
"""Proofs of a kind that are proofs of another one where the change takes them away."""
_KINDS = frozenset(get_args(Kind)) - {"test-skipped"}
"""What the table may prove here; skipped tests are those of tests (testing.py)."""


def api_effects(context: EditContext) -> Iterator[Effect]:
    """An effect for each kind, at the first token that proves it."""
    seen: set[str] = set()
    for new in (False, True):
        every = context.every(new=new)
        for at in range(*context.span(new=new)):
            kind = _kind_at(context, at, new=new)
            if kind and kind not in seen:
                seen.add(kind)
                yield _effect(context, cast("Kind", kind), every[at], new=new)
    token = anchor(context, new=bool(context.new))
    side = context.side(new=bool(context.new))
    kind = apis.of_member(side.text[slice(*token.unit)], context.language) if token else ""
    if kind and kind not in seen:
        yield Effect(cast("Kind", kind), *both_sides(context), assigned_name(context))


def _kind_at(context: EditContext, at: int, *, new: bool) -> str:
    """What a token of the edit proves; empty for most."""
    every = context.every(new=new)
    token = every[at]
    if (token.role == "string" or _names(token)) and _only_moved(context, token.text):
        return ""
    if token.role == "string" and _is_regex_literal(token, context.language):
        return "regular-expression"
    kind = apis.of_token(every, at, context.language)
    if kind in _PARTS:
        gone = not new and _names(token) and _is_rarer(context, token.text)
        return _PARTS[kind][gone]
    if kind not in _KINDS or (kind == "regular-expression" and token.role != "string"):
        return ""
    return kind


def _names(token: Token) -> bool:
    """Whether a token is what is done, and not what it is done to."""
    return (
        token.role == "keyword"
        or apis.is_name_of_call(token)
        or bool(token.where & (Where.TYPE | Where.DECORATOR))
    )


def _is_regex_literal(token: Token, language: str) -> bool:
    """Whether a string is a literal of its own for regular expressions."""
    if language == "elixir":
        return token.text.startswith("~r")
    literal = language in ("javascript", "typescript", "tsx", "ruby")
    return literal and token.text.startswith(("/", "%r")) and len(token.text) > 2


def _only_moved(context: EditContext, word: str) -> bool:
    """Whether a word is on both sides of the hunk, as often: then another thing changed."""
    old, new = context.hunk.word_counts
    return old[word] == new[word]


def _is_rarer(context: EditContext, word: str) -> bool:
    """Whether the hunk's new side has a word less often. Else it only moved within it."""
    old, new = context.hunk.word_counts
    return old[word] > new[word]


def _effect(context: EditContext, kind: Kind, token: Token, *, new: bool) -> Effect:
    """An effect that quotes the token that proves it."""
    before, after = both_sides(context)
    shown = len(token.text) > SHOWN // 2 or token.text in (after if new else before)
    if not before or not after or not shown:
        text, start = enclosing(context, token, new=new)
        quoted = quote_around(text, start, start + len(token.text))
        before, after = ("", quoted) if new else (quoted, "")
    return Effect(kind, before, after, quote(token.callee or token.text))
