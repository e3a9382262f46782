"""What an edit changes of what a function takes and gives, and of who may use it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attest.analysis import claims
from attest.analysis.edit_context import (
    LONGEST_LINE,
    EditContext,
    anchor,
    assigned_name,
    enclosing,
    is_within,
    line_of,
)
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.kinds import Kind
from attest.analysis.quoting import both_sides, expressions, whole_type
from attest.analysis.syntax.tokens import Token, Where
from attest.text import lazy

_ANNOTATED = lazy(r"\s*[\w.]+\s*:\s*[^=]+$")
"""A line of Python that says of what type a name is, and no more."""
_PUBLIC = frozenset(["public", "pub", "export", "open"])


def visibility_effects(context: EditContext) -> Iterator[Effect]:
    """What others could use, and no longer can: a word such as `public` is gone."""
    old, new = context.old, context.new
    removed = [t for t in old if t.text in _PUBLIC and t.role == "keyword"]
    if not removed or any(t.text in _PUBLIC for t in new) or len(old) > 4:
        return
    before, after = both_sides(context)
    if before and after:
        yield Effect("public-api", before, after, ".".join(removed[0].scope))


def annotation_effects(context: EditContext) -> Iterator[Effect]:
    """A type, where nothing else is part of the edit."""
    if context.language == "python" and _is_annotation_alone(context):
        kind: Kind = "type-annotation" if _is_erased(context) else "value-changed"
        yield Effect(kind, *both_sides(context), assigned_name(context))
        return
    both = context.both
    typed = [t for t in both if t.where & Where.TYPE]
    marks = (":", "->", "?", "(", ")", ",")
    if not typed or any(t.text not in marks for t in both if not t.where & Where.TYPE):
        return
    if any(t.where & (Where.CATCH | Where.RAISE) for t in both):
        return
    before, after = expressions(context)
    scope = ".".join(typed[0].scope)
    if _is_erased(context):
        yield Effect("type-annotation", before, after)
    elif any(t.where & Where.PARAMETER for t in typed):
        yield Effect("parameter-changed", before, after, scope)
    elif _heads_type(line_of(context, typed[0], new=typed[0] in context.new)):
        return
    elif any(t.where & Where.HEAD for t in typed):
        old, new = whole_type(context, new=False), whole_type(context, new=True)
        yield Effect("return-changed", old, new, scope)
    else:
        yield Effect("value-changed", before, after, assigned_name(context))


def _is_erased(context: EditContext) -> bool:
    """Whether the program runs the same with the other types of an edit."""
    return all(
        claims.is_erased(context.side(new=new), context.language, token)
        for new in (False, True)
        for token in context.run(new=new)
    )


def _is_annotation_alone(context: EditContext) -> bool:
    """Whether every line of the edit only says of what type a name is."""
    return all(
        _ANNOTATED.match(context.side(new=new).lines[token.line][:LONGEST_LINE])
        for new in (False, True)
        for token in context.run(new=new)
    )


def _heads_type(line: str) -> bool:
    return bool(re.search(r"\b(class|interface|trait|enum|record)\b[^(]*$", line))


def parameter_effects(context: EditContext) -> Iterator[Effect]:
    """A parameter that is new, gone or another, or that has another default."""
    both = context.both
    if not both or not any(token.where & Where.PARAMETER for token in both):
        return
    scope = ".".join(both[0].scope)
    names_one = any(_parameter_name(run) for run in (context.old, context.new))
    if any(t.where & Where.DEFAULT for t in both) and not names_one:
        yield Effect("default-changed", *expressions(context), scope)
        return
    old, new = _parameter_name(context.old), _parameter_name(context.new)
    if new and not old:
        yield Effect("parameter-added", new=new, name=scope)
    elif old and not new:
        yield Effect("parameter-removed", old=old, name=scope)
    elif old != new or old:
        yield Effect("parameter-changed", *expressions(context), scope)


def _parameter_name(run: Sequence[Token]) -> str:
    """The name of the first parameter that a run has; empty where it has none."""
    barred = Where.TYPE | Where.DEFAULT | Where.DECORATOR
    for token in run:
        if token.role == "name" and token.where & Where.PARAMETER and not token.where & barred:
            return token.text
    return ""


def return_effects(context: EditContext) -> Iterator[Effect]:
    """Something else that is given back."""
    if not is_within(context, Where.RETURN):
        return
    before, after = _returned(context, new=False), _returned(context, new=True)
    if before and after:
        before, after = quote_pair(before, after)
    if before != after:
        yield Effect("return-changed", quote(before), quote(after))


def _returned(context: EditContext, *, new: bool) -> str:
    """The return statement that the edit is part of, on one of its sides."""
    token = next((t for t in context.run(new=new) if t.where & Where.RETURN), None)
    if token is None:
        token = anchor(context, new=new)
        if token is None or not token.where & Where.RETURN:
            return ""
    line = line_of(context, token, new=new)
    if "return" in line:
        return line[line.index("return") :]
    return enclosing(context, token, new=new)[0]
