"""The conditions that an edit is part of, puts in or takes out."""

from __future__ import annotations

from collections.abc import Sequence

from attest.analysis import lexicon
from attest.analysis.edit_context import LONGEST_UNIT, EditContext, line_of
from attest.analysis.effects import quote, quote_pair
from attest.analysis.quoting import expressions
from attest.analysis.syntax.tokens import Token, Where
from attest.text import lazy

_ENDS = lazy(r"(?<![\s{;:\]])(\s*(\{|\bthen|\bdo|\belse|;|\]\];?|:)){1,9}$")


def find_head(
    context: EditContext, texts: frozenset[str], where: Where, *, new: bool
) -> int | None:
    """Index of the first word of the edit that begins a construct (`if`, `throw`, `for`, …)
    of some sort; None where there is none."""
    every = context.every(new=new)
    for at in range(*context.span(new=new)):
        token = every[at]
        if token.text in texts and token.role != "string" and token.where & where:
            return at
    return None


def condition_after(context: EditContext, start: int, *, new: bool) -> str:
    """The condition behind the head at an index of one side."""
    every = context.every(new=new)
    end = start + 1
    while (
        end < len(every)
        and every[end].where & (Where.CONDITION | Where.LOOP)
        and (every[end].text not in ("then", "do", "{", "else"))
        and not every[end].where & Where.RETURN
        and not _ends(every, start, end)
    ):
        end += 1
    if end == start + 1:
        return quote(_ENDS.sub("", line_of(context, every[start], new=new)))
    side = context.side(new=new)
    text = side.text[every[start + 1].start : every[end - 1].end][:LONGEST_UNIT]
    text = _ENDS.sub("", " ".join(text.split())).removeprefix("!(").removeprefix("[[ ")
    if text.startswith("(") and text.endswith(")") and _is_balanced(text[1:-1]):
        text = text[1:-1]
    return quote(text + "…" if text.count("(") > text.count(")") else text.strip())


def enclosing_conditions(context: EditContext) -> tuple[str, str]:
    """The conditions that the edit is part of, on both sides."""
    old, new = _head_before(context, new=False), _head_before(context, new=True)
    if old is None or new is None:
        return expressions(context)
    return quote_pair(
        condition_after(context, old, new=False), condition_after(context, new, new=True)
    )


def _head_before(context: EditContext, *, new: bool) -> int | None:
    """Index of the head of the condition that the edit is within; None where it is not in
    the hunk."""
    every = context.every(new=new)
    start, _ = context.span(new=new)
    at = min(start, len(every) - 1)
    while at >= 0 and Where.CONDITION in every[at].where:
        if every[at].text in lexicon.IFS | lexicon.ASSERTS:
            return at
        at -= 1
    return None


def _is_balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0


def _ends(every: Sequence[Token], start: int, end: int) -> bool:
    """Whether a condition ends with its line, before the token at *end*."""
    last, following = every[end - 1], every[end]
    if following.line == last.line or end == start + 1:
        return False
    inside = "".join(token.text for token in every[start:end])
    if inside.count("(") > inside.count(")") or inside.count("[") > inside.count("]"):
        return False
    joins = lexicon.COMPARISONS | lexicon.ARITHMETIC | {".", "?.", "::", "->", "\\"}
    return last.text not in joins and following.text not in joins
