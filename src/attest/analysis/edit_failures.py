"""What an edit does about failures: what is raised, caught and swallowed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attest.analysis import lexicon
from attest.analysis.conditions import find_head
from attest.analysis.edit_context import EditContext, anchor, is_within, touched_lines
from attest.analysis.effects import Effect, quote
from attest.analysis.kinds import Kind
from attest.analysis.quoting import clause_head, expressions, statement
from attest.analysis.subjects import clause
from attest.analysis.syntax.tokens import Where

_REACH = 8
"""Lines above an edit where the head of its catch clause may be."""


def swallow_effects(context: EditContext) -> Iterator[Effect]:
    """A catch clause that does nothing now, or another way to ignore a failure."""
    start = find_head(context, lexicon.CATCHES, Where.CATCH, new=True)
    if start is not None:
        token = context.edit.all_new[start]
        head, body = clause(context.hunk.new, token.start, token.line)
        if not body:
            yield Effect("exception-swallowed", new=quote(head))
            return
    elif context.old and (head := _emptied_clause(context)):
        yield Effect("exception-swallowed", new=quote(head))
        return
    match = lexicon.SWALLOWED.search(touched_lines(context, new=True))
    if match and not lexicon.SWALLOWED.search(touched_lines(context, new=False)):
        line = _line_around(match.string, match.start())
        yield Effect("exception-swallowed", new=quote(line))


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


def _emptied_clause(context: EditContext) -> str:
    """The head of the catch clause that the edit left without a body; empty where there is
    none. The head is not part of the edit, so the lines above it are searched."""
    side, edit = context.hunk.new, context.edit
    if context.new:
        line = context.new[0].line
    elif edit.new_start and edit.all_new:
        line = edit.all_new[edit.new_start - 1].line
    else:
        line = context.hunk.first_line
    for number in range(min(line, len(side.lines) - 1), max(line - _REACH, -1), -1):
        match = re.search(r"\b(catch|except|rescue)\b", side.lines[number])
        if match is None:
            continue
        head, body = clause(side, side.starts[number] + match.start(), number)
        return head if not body and line - number <= 2 else ""
    return ""


def _line_around(text: str, at: int) -> str:
    """The line of a text that has something at a place."""
    start = text.rfind("\n", 0, at + 1) + 1
    end = text.find("\n", at + 1)
    return text[start : len(text) if end < 0 else end].strip()
