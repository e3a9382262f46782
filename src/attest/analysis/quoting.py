"""What of the code around an edit is quoted.

A quote is of the same kind on both sides: an expression beside an expression at the same
place of the tree, else lines (docs/adr/0009). "`x` was `y`" misleads where x and y do
different things.
"""

from __future__ import annotations

from attest.analysis.edit_context import EditContext, anchor, enclosing, line_of
from attest.analysis.effects import quote, quote_around, quote_pair
from attest.analysis.syntax.tokens import Token, Where


def expression(context: EditContext, *, new: bool) -> str:
    """The expression or statement that the edit is in, on one of its sides."""
    token = anchor(context, new=new)
    if token is None:
        return ""
    text, start = enclosing(context, token, new=new)
    return quote_around(text, start, start + len(token.text))


def expressions(context: EditContext) -> tuple[str, str]:
    """The expressions or statements of both sides, cut to where they differ; lines where
    the two are not of the same kind."""
    old, new = anchor(context, new=False), anchor(context, new=True)
    if old is None or new is None:
        return expression(context, new=False), expression(context, new=True)
    if context.old and context.new:
        lines = line_of(context, old, new=False), line_of(context, new, new=True)
    else:
        lines = _changed_lines(context)
    if old.level != new.level and all(lines) and lines[0] != lines[1]:
        return quote_pair(*lines)
    return quote_pair(enclosing(context, old, new=False)[0], enclosing(context, new, new=True)[0])


def both_sides(context: EditContext) -> tuple[str, str]:
    """What is on each side: nothing on a side that has nothing of the edit, unless the line
    that it is part of is there too."""
    if context.old and context.new:
        return expressions(context)
    lines = _changed_lines(context)
    if all(lines) and lines[0] != lines[1]:
        return quote_pair(*lines)
    return (
        expression(context, new=False) if context.old else "",
        expression(context, new=True) if context.new else "",
    )


def _changed_lines(context: EditContext) -> tuple[str, str]:
    return changed_line(context, new=False), changed_line(context, new=True)


def changed_line(context: EditContext, *, new: bool) -> str:
    """The line that an edit is part of, on one of its sides; empty where whole lines were
    put in or taken out."""
    # The side that has something of the edit shows whether it is a part of a line.
    has_new = bool(context.new)
    run = context.run(new=has_new)
    every = context.every(new=has_new)
    first, last = context.span(new=has_new)
    if run[0].line != run[-1].line:
        return ""
    before = first > 0 and every[first - 1].line == run[0].line
    after = last < len(every) and every[last].line == run[0].line
    if not before and not after:
        return ""
    tokens = context.every(new=new)
    at, _ = context.span(new=new)
    at = at if after else at - 1
    return line_of(context, tokens[at], new=new) if 0 <= at < len(tokens) else ""


def statement(context: EditContext, at: int, *, new: bool) -> str:
    """The expression or statement of the token at an index of one side."""
    token = context.every(new=new)[at]
    return quote(enclosing(context, token, new=new)[0])


def clause_head(context: EditContext, token: Token, *, new: bool) -> str:
    """The line of a token as the head of a clause, without the mark that opens its body."""
    return quote(line_of(context, token, new=new).strip(" \t}:{"))


def whole_type(context: EditContext, *, new: bool) -> str:
    """The whole type that the edit is part of, in a head, on one of its sides."""
    every = context.every(new=new)
    first, last = context.span(new=new)
    while 0 < first <= len(every) and _is_type(every[first - 1]):
        first -= 1
    while last < len(every) and _is_type(every[last]):
        last += 1
    if first >= last:
        return ""
    return quote(context.side(new=new).text[every[first].start : every[last - 1].end])


def _is_type(token: Token) -> bool:
    return bool(token.where & Where.TYPE) and not token.where & Where.PARAMETER
