"""What the words of an edit say that code can do: SQL, locks, shells, passwords, …"""

from __future__ import annotations

from collections.abc import Iterator

from attest.analysis import lexicon, subject_words
from attest.analysis.edit_context import EditContext, anchor, assigned_name, enclosing
from attest.analysis.effects import Effect, quote, quote_around
from attest.analysis.kinds import Kind
from attest.analysis.quoting import both_sides
from attest.analysis.subjects import is_regex, named_subject, subject
from attest.analysis.syntax.tokens import Token, Where


def subject_effects(context: EditContext) -> Iterator[Effect]:
    """An effect for each subject, at its first word: by the words of the edit, and by what
    the edit is an argument to or a new value of."""
    seen: set[Kind] = set()
    new_words = frozenset(token.text for token in context.new)
    for new in (False, True):
        every = context.every(new=new)
        for at in range(*context.span(new=new)):
            kind = _subject_at(context, at, new_words, new=new)
            if kind is not None and kind not in seen:
                seen.add(kind)
                yield _effect(context, kind, every[at], new=new)
    kind = _subject_around(context)
    if kind is not None and kind not in seen:
        token = anchor(context, new=bool(context.new))
        assert token is not None
        name = quote(token.callee or assigned_name(context))
        yield Effect(kind, *both_sides(context), name)


def _subject_at(
    context: EditContext, at: int, new_words: frozenset[str], *, new: bool
) -> Kind | None:
    """The subject of a token of the edit, as it matters on its side: a lock or a release
    that is taken out is riskier than one that is put in."""
    every = context.every(new=new)
    token = every[at]
    if token.role == "string":
        if lexicon.SQL.search(token.text):
            return "sql"
        return "regular-expression" if is_regex(token) else None
    if token.role not in ("name", "keyword") or Where.IMPORT in token.where:
        return None
    kind = subject(every, at, context.language)
    if new or token.text in new_words:
        return kind
    if kind == "concurrency" and subject_words.locks(token.text) and _is_rarer(context, token.text):
        return "lock-dropped"
    if kind == "resource" and subject_words.releases(token.text) and _is_rarer(context, token.text):
        return "resource-leaked"
    return kind


def _is_rarer(context: EditContext, word: str) -> bool:
    """Whether the hunk's new side has a word less often. Else it only moved within it."""
    old, new = context.hunk.word_counts
    return old[word] > new[word]


def _subject_around(context: EditContext) -> Kind | None:
    """The subject of what the edit is an argument to, or a new value of."""
    token = anchor(context, new=bool(context.new))
    if token is None or Where.IMPORT in token.where:
        return None
    if token.callee and token.where & Where.ARGUMENT:
        return named_subject(token.callee, context.language)
    return named_subject(assigned_name(context), context.language, value=True)


def _effect(context: EditContext, kind: Kind, token: Token, *, new: bool) -> Effect:
    """An effect that quotes the word it is found by."""
    before, after = both_sides(context)
    if not before or not after or token.text not in (after if new else before):
        text, start = enclosing(context, token, new=new)
        quoted = quote_around(text, start, start + len(token.text))
        before, after = ("", quoted) if new else (quoted, "")
    return Effect(kind, before, after, quote(token.text))
