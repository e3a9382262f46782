"""Edits that put strings in place of strings: what each string is for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attest.analysis import claims, lexicon
from attest.analysis.edit_apis import api_effects
from attest.analysis.edit_context import EditContext, HunkEdits, target
from attest.analysis.effects import Effect, quote_pair
from attest.analysis.kinds import Kind
from attest.analysis.syntax.tokens import Token, Where
from attest.analysis.token_diff import Edit
from attest.text import lazy

_PLAIN = lazy(r"""(["'])[\w .,:;/-]*\1""", re.ASCII)
"""A string without anything that quotation marks could give another meaning."""


def is_string_alone(edit: Edit) -> bool:
    """Whether an edit puts strings in place of strings."""
    return bool(edit.old and edit.new) and all(
        token.role == "string" for token in (*edit.old, *edit.new)
    )


def string_effects(hunk: HunkEdits) -> Iterator[Effect]:
    """An effect for each of such edits."""
    for edit in hunk.edits:
        old, new = edit.old[0], edit.new[0]
        before, after = quote_pair(old.text, new.text)
        if _PLAIN.fullmatch(old.text) and old.text[1:-1] == new.text[1:-1]:
            yield Effect("code-changed", before, after)  # the same text between other marks
            continue
        kind = _of_text(old, new, hunk)
        if kind is not None:
            yield Effect(kind, before, after, new.callee)
        elif Where.IMPORT in new.where:
            yield Effect("import-changed", before, after)
        elif Where.CATCH in new.where:
            yield Effect("exception-caught", before, after)
        else:
            found = list(api_effects(EditContext(edit, hunk)))
            yield from found or [_of_value(old, new, hunk)]


def _of_text(old: Token, new: Token, hunk: HunkEdits) -> Kind | None:
    """What a string is for, by what it is given to."""
    if claims.is_log_message(old, new, hunk.new):
        return "log-text"
    if lexicon.LOGS.search(new.callee) or Where.RAISE in new.where or _of_assert(new):
        return "message-text"
    return "attribute" if Where.DECORATOR in new.where else None


def _of_value(old: Token, new: Token, hunk: HunkEdits) -> Effect:
    """What a string does where it is."""
    whole = hunk.old.shown(old.unit) or old.text, hunk.new.shown(new.unit) or new.text
    units = quote_pair(*whole)
    callee, assigned = new.callee, target(new, hunk.new)
    if Where.DEFAULT in new.where and Where.PARAMETER in new.where:
        return Effect("default-changed", *units, ".".join(new.scope))
    if Where.CONDITION in new.where and new.unit != (0, 0):
        return Effect("condition-changed", *units)
    if callee and Where.ARGUMENT in new.where and not assigned:
        return Effect("call-changed", *units, callee)
    if Where.RETURN in new.where and Where.ARGUMENT not in new.where:
        return Effect("return-changed", *units)
    # A string that is a statement by itself is documentation, which programs may read.
    kind: Kind = "value-changed" if assigned or callee else "code-changed"
    return Effect(kind, *quote_pair(old.text, new.text), assigned or callee)


def _of_assert(token: Token) -> bool:
    """Whether a string is what a check says where it fails."""
    return (
        Where.CONDITION in token.where
        and Where.ARGUMENT in token.where
        and (token.callee.rpartition(".")[2] in lexicon.ASSERTS)
    )
