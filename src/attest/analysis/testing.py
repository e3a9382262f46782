"""What a change of a test means for what is tested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from attest.analysis import apis
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.hunk_tokens import HunkTokens
from attest.analysis.kinds import Kind
from attest.analysis.quoting import Part, parts, quoted
from attest.analysis.syntax.tokens import Token, Where
from attest.text import word_set

_CASES = word_set("it test describe context specify TEST TEST_F TEST_P")
"""What is called to begin a case: in JavaScript, Ruby, Scala and Elixir, and in googletest."""

_RISKY: frozenset[Kind] = frozenset({"execution", "access", "crypto", "unsafe"})
"""What is risky in a test, too: whoever builds the project runs its tests."""


def effects_on_tests(
    effects: Sequence[Effect], tokens: HunkTokens, language: str, name: str
) -> list[Effect]:
    """What the effects of a hunk mean for what is tested: an assertion or a case that is gone
    or skipped, a new case, or another test.

    Args:
        language: the name of the grammar; empty where none read the hunk.
        name: of the test.
    """
    if {effect.kind for effect in effects} == {"import-changed"}:
        return list(effects)
    pairs = [parts(edit, tokens) for edit in tokens.edits]
    first = quoted(*pairs[0]) if pairs else ("", "")
    found: list[Effect] = []
    added: list[Effect] = []
    if language:
        added = [effect for effect in effects if effect.kind == "function-added"]
        removed = [effect for effect in effects if effect.kind == "function-removed"]
        old = list(_proofs((pair[0] for pair in pairs), language))
        new = list(_proofs((pair[1] for pair in pairs), language))
        for proof, before, after in (("test-weakened", new, old), ("assertion", old, new)):
            lines = [line for what, line in before if what == proof]
            if len(lines) > sum(what == proof for what, _ in after) and not added:
                line = quote(lines[0])
                pair = ("", line) if before is new else quote_pair(line, first[1])
                found.append(Effect("test-weakened", *pair, name))
        if len(removed) > len(added):
            found.insert(0, Effect("test-weakened", removed[0].old, "", removed[0].name))
        began = [sum(_begins_case(pair[side]) for pair in pairs) for side in (0, 1)]
        if began[0] > began[1]:
            found.append(Effect("test-weakened", *first, name))
        found += [effect for effect in effects if effect.kind in _RISKY]
        if not any(pair[0].run for pair in pairs) and (began[1] or added) and _is_apart(tokens):
            shown = added[0] if added else Effect("test-added", "", first[1], name)
            found.append(Effect("test-added", "", shown.new, shown.name))
    if found:
        return found
    definitions = ("function-added", "function-removed")
    other = next((one for one in effects if one.kind not in definitions and one.new), None)
    if added and not tokens.old_code:
        other = replace(added[0], old="")
    old_line, new_line = (other.old, other.new) if other else first
    return [Effect("test-changed", old_line, new_line, name)]


def _is_apart(tokens: HunkTokens) -> bool:
    """Whether a hunk begins with a definition or a case: else its first lines are part of the
    one above, which may test nothing now."""
    first = tokens.new_code[0] if tokens.new_code else None
    if first is None:
        return False
    return bool(first.where & (Where.HEAD | Where.DECORATOR)) or _is_case(first)


def _proofs(sides: Iterator[Part], language: str) -> Iterator[tuple[str, str]]:
    """What the edits call or write of the known ways to assert and to skip, each with its
    line, on one side."""
    for part in sides:
        for at in range(part.start, part.end):
            token = part.every[at]
            called = not token.callee or apis.is_name_of_call(token)
            if called or Where.DECORATOR in token.where:
                proof = apis.of_token(part.every, at, language)
                if proof in ("test-weakened", "assertion"):
                    yield proof, part.line(token)


def _begins_case(part: Part) -> bool:
    """Whether a part has the name of a call that begins a case of a test."""
    return any(_is_case(token) for token in part.run)


def _is_case(token: Token) -> bool:
    return token.text in _CASES and apis.is_name_of_call(token)
