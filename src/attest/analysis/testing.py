"""What a change of a test means for what is tested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attest.analysis import apis
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.syntax.tokens import Token, Where
from attest.analysis.token_diff import Edit
from attest.text import word_set

_CASES = word_set("it test describe context specify TEST TEST_F TEST_P")
"""What is called to begin a case: in JavaScript, Ruby, Scala and Elixir, and in googletest."""


def effects_on_tests(
    analysis: HunkAnalysis, effects: list[Effect], edits: Sequence[Edit]
) -> list[Effect]:
    """What the effects of a hunk mean for what is tested."""
    if {effect.kind for effect in effects} == {"import-changed"}:
        return effects
    name = ".".join(analysis.scope)
    old_line, new_line = quote_pair(_line(edits, new=False), _line(edits, new=True))
    if not analysis.parsed or analysis.broken:
        return [_other_change(effects, old_line, new_line, name)]
    language = analysis.language.name
    before, after = (list(_proofs(edits, language, new=new)) for new in (False, True))
    added = [effect for effect in effects if effect.kind == "function-added"]
    removed = [effect for effect in effects if effect.kind == "function-removed"]
    found: list[Effect] = []
    skips = [token for proof, token in after if proof == "test-skipped"]
    if skips and not any(proof == "test-skipped" for proof, _ in before) and not added:
        found.append(Effect("test-skipped", "", _line_with(edits, skips[0], new=True), name))
    if removed and len(removed) > len(added):
        found.append(Effect("test-removed", removed[0].old, "", removed[0].name))
    elif _begins_case(edits, new=False) and not _begins_case(edits, new=True):
        found.append(Effect("test-removed", old_line, "", name))
    asserted = [token for proof, token in before if proof == "assertion"]
    weaker = len(asserted) > sum(proof == "assertion" for proof, _ in after)
    if not found and not removed and weaker:
        line = _line_with(edits, asserted[0], new=False)
        found.append(Effect("test-weakened", *quote_pair(line, new_line), name))
    if added:
        found.append(Effect("test-added", "", added[0].new, added[0].name))
    elif not analysis.old and _begins_case(edits, new=True):
        found.append(Effect("test-added", "", new_line, name))
    return found or [_other_change(effects, old_line, new_line, name)]


def _proofs(edits: Sequence[Edit], language: str, *, new: bool) -> Iterator[tuple[str, Token]]:
    """What the edits call or write of the known ways to assert and to skip, on one side."""
    for edit in edits:
        every = edit.all_new if new else edit.all_old
        first, last = (edit.new_start, edit.new_end) if new else (edit.old_start, edit.old_end)
        for at in range(first, last):
            token = every[at]
            called = not token.callee or apis.is_name_of_call(token)
            if called or Where.DECORATOR in token.where:
                yield apis.of_token(every, at, language), token


def _begins_case(edits: Sequence[Edit], *, new: bool) -> bool:
    """Whether the edits have the name of a call that begins a case of a test."""
    runs = (edit.new if new else edit.old for edit in edits)
    return any(t.text in _CASES and apis.is_name_of_call(t) for run in runs for t in run)


def _other_change(effects: Sequence[Effect], old_line: str, new_line: str, name: str) -> Effect:
    """A test that tests something else, in the words of its first effect."""
    definitions = ("function-added", "function-removed")
    first = next((effect for effect in effects if effect.kind not in definitions), None)
    old, new = (first.old, first.new) if first else ("", "")
    return Effect("test-changed", old or old_line, new or new_line, name)


def _line_with(edits: Sequence[Edit], token: Token, *, new: bool) -> str:
    """What is on the line of a token, of what the hunk has of it."""
    every = edits[0].all_new if new else edits[0].all_old
    return quote(_spaced([t for t in every if t.line == token.line]))


def _line(edits: Sequence[Edit], *, new: bool) -> str:
    """The first line of the edits that has more than marks, on one side."""
    for edit in edits:
        run, every = (edit.new, edit.all_new) if new else (edit.old, edit.all_old)
        for token in run:
            if token.role != "operator":
                return _spaced([t for t in every if t.line == token.line])
    return ""


def _spaced(tokens: Sequence[Token]) -> str:
    """Tokens of one line, with the blanks that are between them."""
    parts: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if before is not None and token.start > before.end:
            parts.append(" ")
        parts.append(token.text)
    return "".join(parts)
