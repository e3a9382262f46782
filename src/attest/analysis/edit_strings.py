"""Edits that put strings in place of strings: what each string is for."""

from __future__ import annotations

from collections.abc import Iterator

from attest.analysis import claims, lexicon
from attest.analysis.edit_context import HunkEdits
from attest.analysis.edit_values import is_constant
from attest.analysis.effects import Effect, quote_pair
from attest.analysis.kinds import Kind
from attest.analysis.subjects import is_regex, named_subject, target
from attest.analysis.syntax.tokens import Token, Where
from attest.analysis.token_diff import Edit


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
        kind = _of_text(old, new, hunk)
        if kind is not None:
            yield Effect(kind, before, after, new.callee)
        elif Where.IMPORT in new.where:
            yield Effect("import-changed", before, after)
        elif Where.CATCH in new.where:
            yield Effect("exception-caught", before, after)
        else:
            yield _of_value(old, new, hunk)


def _of_text(old: Token, new: Token, hunk: HunkEdits) -> Kind | None:
    """What a string is for, by itself and by what it is given to."""
    if lexicon.SQL.search(new.text) or lexicon.SQL.search(old.text):
        return "sql"
    if is_regex(new) or is_regex(old):
        return "regular-expression"
    if claims.is_log_message(old, new, hunk.new):
        return "log-text"
    if lexicon.LOGS.search(new.callee):
        return "message-text"
    if Where.RAISE in new.where or lexicon.MESSAGES.search(new.callee) or _of_assert(new):
        return "message-text"
    return "attribute" if Where.DECORATOR in new.where else None


def _of_value(old: Token, new: Token, hunk: HunkEdits) -> Effect:
    """What a string does where it is."""
    texts = quote_pair(old.text, new.text)
    whole = hunk.old.shown(old.unit) or old.text, hunk.new.shown(new.unit) or new.text
    units = quote_pair(*whole)
    callee, assigned = new.callee, target(new, hunk.new)
    kind = named_subject(callee, hunk.language) or named_subject(
        assigned, hunk.language, value=True
    )
    if Where.DEFAULT in new.where and Where.PARAMETER in new.where:
        return Effect("default-changed", *units, ".".join(new.scope))
    if Where.CONDITION in new.where and new.unit != (0, 0):
        return Effect("condition-changed", *units)
    if kind is not None or lexicon.FLAGS.search(assigned):
        return Effect(kind or "feature-flag", *units, assigned or callee)
    if callee and Where.ARGUMENT in new.where and not assigned:
        return Effect("call-changed", *units, callee)
    if Where.RETURN in new.where and Where.ARGUMENT not in new.where:
        return Effect("return-changed", *units)
    if is_constant(assigned, new, hunk.new):
        return Effect("constant-changed", *texts, assigned)
    return Effect("value-changed", *texts, assigned or callee)


def _of_assert(token: Token) -> bool:
    """Whether a string is what a check says where it fails."""
    return (
        Where.CONDITION in token.where
        and Where.ARGUMENT in token.where
        and (token.callee.rpartition(".")[2] in lexicon.ASSERTS)
    )
