"""From the differences of a hunk of code to the facts that they show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from attest.analysis import lexicon
from attest.analysis.edit import Look
from attest.analysis.edit_values import is_constant
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.kinds import Kind
from attest.analysis.quoting import Hunks
from attest.analysis.subjects import is_regex, named_subject, target
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.analysis.token_diff import Edit

Scopes = frozenset[tuple[str, ...]]

_SPACE = re.compile(
    r"^\s*(inline\s+|export\s+|declare\s+|unsafe\s+)*"
    r"(namespace|module|package|mod|extern|impl|extension)\b"
)


def facts(of: Hunks) -> list[Effect]:
    """Every fact that the edits show, in their order."""
    if of.edits and all(_is_words_alone(edit) for edit in of.edits):
        return list(_words(of))
    fresh = _defined((edit.new for edit in of.edits), of.new, of.old)
    gone = _defined((edit.old for edit in of.edits), of.old, of.new)
    both = {name for name, _ in fresh} & {name for name, _ in gone}
    fresh = [pair for pair in fresh if pair[0] not in both]
    gone = [pair for pair in gone if pair[0] not in both]
    found = [_definition("added", token, of.new) for _, token in fresh]
    found += [_definition("removed", token, of.old) for _, token in gone]
    new_scopes = frozenset(token.scope for _, token in fresh)
    old_scopes = frozenset(token.scope for _, token in gone)
    for edit in of.edits:
        for part, inside in _parts(edit, new_scopes, old_scopes):
            found += Look(part, of).facts(inside=inside)
    return _settled(found, of)


def _defined(runs: Iterator[Sequence[Token]], side: Side, other: Side) -> list[tuple[str, Token]]:
    """The functions and types whose names stand in the runs; of a namespace, which may
    begin more than once, only where it is all there is."""
    found = []
    for run in runs:
        for token in run:
            head = Where.HEAD in token.where and not token.where & (
                Where.PARAMETER | Where.DECORATOR | Where.ARGUMENT
            )
            if head and token.scope and token.role != "operator":
                name = token.scope[-1]
                if lexicon.NAME.findall(name)[-1:] == [token.text]:
                    found.append((".".join(token.scope), token))
    if not found:
        return found
    found = [pair for pair in found if side.lines[pair[1].line].strip() not in other.stripped]
    inner = [pair for pair in found if not _SPACE.match(side.lines[pair[1].line])]
    if inner or not found:
        return inner
    stays = re.compile(rf"\b(namespace|module|package|mod)\s+{re.escape(found[0][1].text)}\b")
    return [] if stays.search(other.text) else found


def _parts(edit: Edit, new_scopes: Scopes, old_scopes: Scopes) -> Iterator[tuple[Edit, bool]]:
    """An edit taken apart into what is within new or removed definitions, and what is
    around them; each with whether it is within one."""
    if edit.old and edit.new:
        yield edit, _within(edit.new, new_scopes) and _within(edit.old, old_scopes)
        return
    new = bool(edit.new)
    run, scopes = (edit.new, new_scopes) if new else (edit.old, old_scopes)
    first = edit.j1 if new else edit.i1
    cuts: list[tuple[int, bool]] = []
    for at, token in enumerate(run, first):
        inside = _belongs(token, scopes)
        if inside is not None and (not cuts or cuts[-1][1] is not inside):
            cuts.append((at if cuts else first, inside))
    ends = [*(at for at, _ in cuts[1:]), first + len(run)]
    if not cuts:
        yield edit, bool(scopes)
    for (start, inside), end in zip(cuts, ends, strict=True) if cuts else ():
        yield replace(edit, j1=start, j2=end) if new else replace(edit, i1=start, i2=end), inside


def _belongs(token: Token, scopes: Scopes) -> bool | None:
    """Whether a token is part of one of some definitions; None where it may be either."""
    if scopes and any(token.scope[:end] in scopes for end in range(1, len(token.scope) + 1)):
        return True
    if (
        token.role == "operator"
        or token.text in lexicon.MODIFIERS
        or Where.DECORATOR in token.where
    ):
        return None
    return False


def _within(run: Sequence[Token], scopes: Scopes) -> bool:
    return bool(run and scopes) and all(_belongs(token, scopes) is not False for token in run)


def _definition(what: str, token: Token, side: Side) -> Effect:
    line = side.lines[token.line] if token.line < len(side.lines) else token.text
    head = quote(line.strip().rstrip("{: "))
    name = ".".join(token.scope)
    if what == "added":
        return Effect("function-added", new=head, name=name)
    return Effect("function-removed", old=head, name=name)


def _settled(found: Sequence[Effect], of: Hunks) -> list[Effect]:
    """Checks that are put in another way, or stand elsewhere in the hunk, were neither
    taken out nor put in."""
    if not of.edits:
        return list(found)
    was, now = (_conditions(side) for side in _sides(of.edits[0]))
    kept: list[Effect] = []
    taken = [fact for fact in found if fact.kind == "check-removed"]
    moved = False
    for fact in found:
        put_in = fact.kind in ("condition-added", "early-return")
        if (fact.kind == "check-removed" and _stands(fact.old, now)) or (
            put_in and _stands(fact.new, was)
        ):
            moved = True
            taken = [one for one in taken if one is not fact]
            continue
        other = next((one for one in taken if put_in and _akin(one.old, fact.new)), None)
        if other is not None:
            taken = [one for one in taken if one is not other]
            fact = Effect("condition-changed", other.old, fact.new)
        if fact.kind != "check-removed":
            kept.append(fact)
    kept = [*kept, *taken]
    if moved and not kept:
        edit = of.edits[0]
        kept.append(Look(edit, of).anything())
    return kept


def _sides(edit: Edit) -> tuple[Sequence[Token], Sequence[Token]]:
    return edit.all_old, edit.all_new


_PIECE = re.compile(r"\w+|[^\w\s]")


def _conditions(tokens: Sequence[Token]) -> str:
    """All that is a condition on one side, piece by piece; strings are none."""
    said = (t.text for t in tokens if Where.CONDITION in t.where and t.role != "string")
    return f" {' '.join(_PIECE.findall(' '.join(said)))} "


def _stands(condition: str, other: str) -> bool:
    """Whether a condition stands on the other side too, as a whole."""
    pieces = _PIECE.findall(condition.strip("…"))
    return bool(pieces) and f" {' '.join(pieces)} " in other


def _akin(old: str, new: str) -> bool:
    """Whether two conditions are about the same thing: they share a name."""
    first, second = (set(lexicon.NAME.findall(code)) - lexicon.COMPARISONS for code in (old, new))
    return bool(first & second - {"self", "this", "null", "None", "nil"})


def _is_words_alone(edit: Edit) -> bool:
    return bool(edit.old and edit.new) and all(
        token.role == "string" for token in (*edit.old, *edit.new)
    )


def _words(of: Hunks) -> Iterator[Effect]:
    """Strings that were replaced by strings."""
    for edit in of.edits:
        old, new = edit.old[0], edit.new[0]
        before, after = quote_pair(old.text, new.text)
        kind = _of_text(old, new, of)
        if kind is not None:
            yield Effect(kind, before, after, new.callee)
        elif Where.IMPORT in new.where:
            yield Effect("import-changed", before, after)
        elif Where.CATCH in new.where:
            yield Effect("exception-caught", before, after)
        else:
            yield _of_value(old, new, of)


def _of_text(old: Token, new: Token, of: Hunks) -> Kind | None:
    """What a string is for, by itself and by whom it is given to."""
    if lexicon.SQL.search(new.text) or lexicon.SQL.search(old.text):
        return "sql"
    if is_regex(new) or is_regex(old):
        return "regular-expression"
    if lexicon.LOGS.search(new.callee) or _prints(new, of.new):
        return "log-text"
    if Where.RAISE in new.where or lexicon.MESSAGES.search(new.callee) or _of_assert(new):
        return "message-text"
    return "attribute" if Where.DECORATOR in new.where else None


def _of_value(old: Token, new: Token, of: Hunks) -> Effect:
    """What a string does where it stands."""
    texts = quote_pair(old.text, new.text)
    whole = of.old.shown(old.unit) or old.text, of.new.shown(new.unit) or new.text
    units = quote_pair(*whole)
    name, given = new.callee, target(new, of.new)
    kind = named_subject(name, of.language) or named_subject(given, of.language, value=True)
    if Where.DEFAULT in new.where and Where.PARAMETER in new.where:
        return Effect("default-changed", *units, ".".join(new.scope))
    if Where.CONDITION in new.where and new.unit != (0, 0):
        return Effect("condition-changed", *units)
    if kind is not None or lexicon.FLAGS.search(given):
        return Effect(kind or "feature-flag", *units, given or name)
    if name and Where.ARGUMENT in new.where and not given:
        return Effect("call-changed", *units, name)
    if Where.RETURN in new.where and Where.ARGUMENT not in new.where:
        return Effect("return-changed", *units)
    if is_constant(given, new, of.new):
        return Effect("constant-changed", *texts, given)
    return Effect("value-changed", *texts, given or name)


def _of_assert(token: Token) -> bool:
    """Whether a string is what a check says where it fails."""
    return (
        Where.CONDITION in token.where
        and Where.ARGUMENT in token.where
        and (token.callee.rpartition(".")[2] in lexicon.ASSERTS)
    )


def _prints(token: Token, side: Side) -> bool:
    """Whether a string goes to a stream of C++ that people read."""
    return bool(re.search(r"\b(cerr|cout|clog)\b", side.lines[token.line]))
