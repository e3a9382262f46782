"""From the edits of a hunk of code to the effects that they show together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from attest.analysis import lexicon
from attest.analysis.edit import effects_of_edit
from attest.analysis.edit_context import EditContext, HunkEdits
from attest.analysis.edit_strings import is_string_alone, string_effects
from attest.analysis.edit_values import other_effect
from attest.analysis.effects import Effect, quote
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.analysis.token_diff import Edit
from attest.text import lazy

Scopes = frozenset[tuple[str, ...]]

_NAMESPACE = lazy(
    r"^\s*(inline\s+|export\s+|declare\s+|unsafe\s+)*"
    r"(namespace|module|package|mod|extern|impl|extension)\b"
)


def effects_of_edits(hunk: HunkEdits) -> list[Effect]:
    """Every effect that the edits of a hunk show, in their order."""
    if all(is_string_alone(edit) for edit in hunk.edits):
        return list(string_effects(hunk))
    added = _definitions((edit.new for edit in hunk.edits), hunk.new, hunk.old)
    removed = _definitions((edit.old for edit in hunk.edits), hunk.old, hunk.new)
    # A definition on both sides was changed, and is neither new nor gone.
    stays = {name for name, _ in added} & {name for name, _ in removed}
    added = [pair for pair in added if pair[0] not in stays]
    removed = [pair for pair in removed if pair[0] not in stays]
    effects = [_definition_effect("added", token, hunk.new) for _, token in added]
    effects += [_definition_effect("removed", token, hunk.old) for _, token in removed]
    new_scopes = frozenset(token.scope for _, token in added)
    old_scopes = frozenset(token.scope for _, token in removed)
    for edit in hunk.edits:
        for part, inside in _parts(edit, new_scopes, old_scopes):
            effects += effects_of_edit(EditContext(part, hunk), inside=inside)
    return _without_moved_checks(effects, hunk)


def _definitions(
    runs: Iterator[Sequence[Token]], side: Side, other: Side
) -> list[tuple[str, Token]]:
    """The functions and types whose names are in the runs; of a namespace, which may
    begin more than once, only where it is all there is."""
    definitions = []
    barred = Where.PARAMETER | Where.DECORATOR | Where.ARGUMENT
    for run in runs:
        for token in run:
            head = Where.HEAD in token.where and not token.where & barred
            if head and token.scope and token.role != "operator":
                name = token.scope[-1]
                if lexicon.NAME.findall(name)[-1:] == [token.text]:
                    definitions.append((".".join(token.scope), token))
    # A line that is on the other side too was not defined by this change.
    definitions = [
        pair for pair in definitions if side.lines[pair[1].line].strip() not in other.stripped
    ]
    inner = [pair for pair in definitions if not _NAMESPACE.match(side.lines[pair[1].line])]
    if inner or not definitions:
        return inner
    return [] if definitions[0][1].text in other.namespaces else definitions


def _definition_effect(what: str, token: Token, side: Side) -> Effect:
    line = side.lines[token.line] if token.line < len(side.lines) else token.text
    head = quote(line.strip().rstrip("{: "))
    name = ".".join(token.scope)
    if what == "added":
        return Effect("function-added", new=head, name=name)
    return Effect("function-removed", old=head, name=name)


def _parts(edit: Edit, new_scopes: Scopes, old_scopes: Scopes) -> Iterator[tuple[Edit, bool]]:
    """An edit taken apart into what is within new or removed definitions, and what is
    around them; each with whether it is within one."""
    if edit.old and edit.new:
        yield edit, _is_within(edit.new, new_scopes) and _is_within(edit.old, old_scopes)
        return
    new = bool(edit.new)
    run, scopes = (edit.new, new_scopes) if new else (edit.old, old_scopes)
    first = edit.new_start if new else edit.old_start
    cuts: list[tuple[int, bool]] = []
    for at, token in enumerate(run, first):
        inside = _belongs(token, scopes)
        if inside is not None and (not cuts or cuts[-1][1] is not inside):
            cuts.append((at if cuts else first, inside))
    if not cuts:
        yield edit, bool(scopes)
        return
    ends = [*(at for at, _ in cuts[1:]), first + len(run)]
    for (start, inside), end in zip(cuts, ends, strict=True):
        if new:
            yield replace(edit, new_start=start, new_end=end), inside
        else:
            yield replace(edit, old_start=start, old_end=end), inside


def _belongs(token: Token, scopes: Scopes) -> bool | None:
    """Whether a token is part of one of some definitions; None where it may be either: a
    mark, or a word that stands before a definition and is not in its scope."""
    if scopes and any(token.scope[:end] in scopes for end in range(1, len(token.scope) + 1)):
        return True
    if (
        token.role == "operator"
        or token.text in lexicon.MODIFIERS
        or Where.DECORATOR in token.where
    ):
        return None
    return False


def _is_within(run: Sequence[Token], scopes: Scopes) -> bool:
    return bool(run and scopes) and all(_belongs(token, scopes) is not False for token in run)


def _without_moved_checks(effects: Sequence[Effect], hunk: HunkEdits) -> list[Effect]:
    """Checks that are written in another way, or are elsewhere in the hunk, were neither
    taken out nor put in."""
    edit = hunk.edits[0]
    old_conditions, new_conditions = _conditions(edit.all_old), _conditions(edit.all_new)
    kept: list[Effect] = []
    removed = [effect for effect in effects if effect.kind == "check-removed"]
    moved = False
    for effect in effects:
        added = effect.kind in ("condition-added", "early-return")
        if (effect.kind == "check-removed" and _is_in(effect.old, new_conditions)) or (
            added and _is_in(effect.new, old_conditions)
        ):
            moved = True
            removed = [check for check in removed if check is not effect]
            continue
        replaced = next((c for c in removed if added and _share_name(c.old, effect.new)), None)
        if replaced is not None:
            removed = [check for check in removed if check is not replaced]
            kept.append(Effect("condition-changed", replaced.old, effect.new))
        elif effect.kind != "check-removed":
            kept.append(effect)
    kept = [*kept, *removed]
    if moved and not kept:
        kept.append(other_effect(EditContext(edit, hunk)))
    return kept


_PIECE = lazy(r"\w+|[^\w\s]")


def _conditions(tokens: Sequence[Token]) -> str:
    """All that is a condition on one side, piece by piece, without strings."""
    texts = (t.text for t in tokens if Where.CONDITION in t.where and t.role != "string")
    return f" {' '.join(_PIECE.findall(' '.join(texts)))} "


def _is_in(condition: str, conditions: str) -> bool:
    """Whether a condition is on the other side too, as a whole."""
    pieces = _PIECE.findall(condition.strip("…"))
    return bool(pieces) and f" {' '.join(pieces)} " in conditions


def _share_name(old: str, new: str) -> bool:
    """Whether two conditions are about the same thing: they share a name."""
    first, second = (set(lexicon.NAME.findall(code)) - lexicon.COMPARISONS for code in (old, new))
    return bool(first & second - {"self", "this", "null", "None", "nil"})
