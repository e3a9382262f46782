"""One edit: the effects that it shows."""

from __future__ import annotations

from collections.abc import Iterator

from attest.analysis import lexicon
from attest.analysis.conditions import condition_after, enclosing_conditions, find_head
from attest.analysis.edit_apis import api_effects
from attest.analysis.edit_context import EditContext, is_within
from attest.analysis.edit_failures import catch_effects, raise_effects, swallow_effects
from attest.analysis.edit_signatures import (
    annotation_effects,
    parameter_effects,
    return_effects,
    visibility_effects,
)
from attest.analysis.edit_values import is_same_number, other_effect, value_effects
from attest.analysis.effects import Effect, quote
from attest.analysis.kinds import HIGH
from attest.analysis.quoting import both_sides, clause_head, expression, expressions
from attest.analysis.syntax.tokens import Where


def effects_of_edit(context: EditContext, *, inside: bool) -> list[Effect]:
    """What an edit shows; at least one effect, unless it is inside.

    Args:
        inside: it is part of definitions that are new, or that are gone. Of these, only what
            is risky is named: the definition is an effect of its own.
    """
    if is_same_number(context):
        return [] if inside else [other_effect(context)]
    effects = [*api_effects(context), *swallow_effects(context)]
    if inside:
        # Whoever takes a definition away drops no lock and opens no shell.
        return [effect for effect in effects if effect.risk > HIGH and context.new]
    # What one of these finds is all that the edit is.
    for find in (_import_effects, visibility_effects, annotation_effects, _attribute_effects):
        only = list(find(context))
        if only:
            return effects + only
    for find in (
        _check_effects,
        raise_effects,
        catch_effects,
        _loop_effects,
        parameter_effects,
        return_effects,
    ):
        effects += find(context)
    return effects or value_effects(context) or [other_effect(context)]


def _import_effects(context: EditContext) -> Iterator[Effect]:
    if all(token.where & Where.IMPORT for token in context.both):
        yield Effect("import-changed", *both_sides(context))


def _attribute_effects(context: EditContext) -> Iterator[Effect]:
    if all(token.where & Where.DECORATOR for token in context.both):
        yield Effect("attribute", *both_sides(context))


def _check_effects(context: EditContext) -> Iterator[Effect]:
    """A condition that is new, gone, or another one."""
    heads = lexicon.IFS | lexicon.ASSERTS
    old = find_head(context, heads, Where.CONDITION, new=False)
    new = find_head(context, heads, Where.CONDITION, new=True)
    if new is not None and old is None:
        yield _added_check(context, new)
    elif old is not None and new is None:
        replacement = expression(context, new=True) if context.new else ""
        condition = condition_after(context, old, new=False)
        yield Effect("check-removed", old=condition, new=replacement)
    elif old is not None and new is not None:
        before = condition_after(context, old, new=False)
        after = condition_after(context, new, new=True)
        if before != after:
            yield Effect("condition-changed", before, after)
    elif is_within(context, Where.CONDITION):
        yield Effect("condition-changed", *enclosing_conditions(context))


def _added_check(context: EditContext, head: int) -> Effect:
    """A condition that is new; an early return where it guards one."""
    condition = condition_after(context, head, new=True)
    leaves = [token.text for token in context.new if token.text in lexicon.LEAVES]
    if not leaves or context.old:
        before = expression(context, new=False) if context.old else ""
        return Effect("condition-added", before, condition)
    if context.edit.all_new[head].text in ("unless", "guard"):
        condition = f"!({condition})" if " " in condition else f"!{condition}"
    return Effect("early-return", new=quote(condition), name=leaves[0])


def _loop_effects(context: EditContext) -> Iterator[Effect]:
    """A loop that is new, gone, or goes through something else."""
    old = find_head(context, lexicon.LOOPS, Where.LOOP, new=False)
    new = find_head(context, lexicon.LOOPS, Where.LOOP, new=True)
    if old is not None or new is not None:
        before = _loop_head(context, old, new=False)
        after = _loop_head(context, new, new=True)
        if before != after:
            yield Effect("loop-changed", before, after)
    elif is_within(context, Where.LOOP):
        yield Effect("loop-changed", *expressions(context))


def _loop_head(context: EditContext, at: int | None, *, new: bool) -> str:
    return "" if at is None else clause_head(context, context.every(new=new)[at], new=new)
