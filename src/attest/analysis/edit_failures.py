"""What an edit does about failures: what is raised, caught and swallowed."""

from __future__ import annotations

from collections.abc import Iterator

from attest.analysis import lexicon
from attest.analysis.conditions import find_head
from attest.analysis.edit_context import EditContext, anchor, is_within
from attest.analysis.effects import Effect, quote
from attest.analysis.kinds import Kind
from attest.analysis.quoting import clause_head, expressions, statement
from attest.analysis.syntax.tokens import Token, Where


def swallow_effects(context: EditContext) -> Iterator[Effect]:
    """A catch clause that does nothing now (`Where.SWALLOWS`), but did something."""
    every = context.every(new=True)
    first, last = context.span(new=True)
    # The clause may have lost its body alone: then the token before the edit is its head.
    at = next((n for n in range(first, last) if Where.SWALLOWS in every[n].where), None)
    token = every[at] if at is not None else _before(context)
    if token is None or Where.SWALLOWS not in token.where:
        return
    start, end = context.span(new=False)
    around = context.every(new=False)[max(start - 1, 0) : end + 1]
    if any(Where.SWALLOWS in old.where for old in around):
        return
    clause = context.hunk.new.text[slice(*token.unit)]
    line = clause.partition("\n")[0]
    head = line.partition("{")[0].strip(" \t\r:")
    head = line if head.endswith("=>") else head
    yield Effect("exception-swallowed", new=quote(head))


def _before(context: EditContext) -> Token | None:
    """The last token before an edit that only takes something out."""
    if context.new or not context.old:
        return None
    first = context.edit.new_start
    if first:
        return context.edit.all_new[first - 1]
    side = context.hunk.new
    above = side.between(context.hunk.first_line - 1, context.hunk.first_line + 1)
    return next((t for t in reversed(above) if Where.SWALLOWS in t.where), None)


def raise_effects(context: EditContext) -> Iterator[Effect]:
    """An exception that is raised now, or no longer, or another one."""
    old = find_head(context, lexicon.RAISES, Where.RAISE, new=False)
    new = find_head(context, lexicon.RAISES, Where.RAISE, new=True)
    if new is not None and old is None:
        yield Effect("exception-raised", new=statement(context, new, new=True))
    elif old is not None and new is None:
        yield Effect("exception-removed", old=statement(context, old, new=False))
    elif is_within(context, Where.RAISE) and all(t.where & Where.RAISE for t in context.both):
        strings = all(token.role == "string" for token in context.both)
        kind: Kind = "message-text" if strings else "exception-raised"
        yield Effect(kind, *expressions(context))


def catch_effects(context: EditContext) -> Iterator[Effect]:
    """A catch clause that is new, gone, or catches something else."""
    old = find_head(context, lexicon.CATCHES, Where.CATCH, new=False)
    new = find_head(context, lexicon.CATCHES, Where.CATCH, new=True)
    caught = any(token.where & Where.CATCH for token in context.both)
    if new is not None or old is not None or (caught and is_within(context, Where.CATCH)):
        before = _catch_head(context, old, new=False)
        after = _catch_head(context, new, new=True)
        if before != after:
            yield Effect("exception-caught", before, after)


def _catch_head(context: EditContext, at: int | None, *, new: bool) -> str:
    token = context.every(new=new)[at] if at is not None else anchor(context, new=new)
    if token is None or not token.where & Where.CATCH:
        return ""
    return clause_head(context, token, new=new)
