"""What a change of a test means for what is tested.

A path alone makes no test: a check may be dropped in spec/handler.py, too. A file is one where a
test framework is used in it on both sides, besides its name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from attest.analysis import apis
from attest.analysis.clause_changes import MOST_LINES
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.hunk_tokens import HunkTokens
from attest.analysis.kinds import HIGH, RISK, Kind
from attest.analysis.quoting import Part, quoted
from attest.analysis.syntax.tokens import Where
from attest.text import lazy

_FRAMEWORK = lazy(
    r"[ \t]*(?:"
    r"(?:import|from|use|using|extern|open|require|load|#include|const|let|var|local|\}|class|RSpec|"
    r"(?:public|final|abstract|internal|open|@\w+)[ \w@]{0,60} class)\b[^\n]{0,200}\b(?:"
    r"unittest|pytest|junit|testng|kotest|scalatest|munit|specs2|weaver|XCT\w+|xunit|nunit|MSTest|"
    r"ExUnit|PHPUnit|TestCase|describe|[Mm]initest|busted|gtest|catch2?|doctest|vitest|jest|mocha|"
    r"chai|node:test|flutter_test|hspec|Hspec|tasty|QuickCheck|package:test)\b|"
    r"import Testing\b|#\[(?:\w+::)?test\b|func [^\n]{0,200}\btesting\.[TBFM]\b|"
    r"@[Tt]est\b|"
    r"TEST(?:_F|_P|_CASE)?\(|(?:async )?def test_|(?:local )?function (?:\w+[.:])?test[A-Z_]|"
    r"(?:describe|it|test|context|specify|suite)(?:\.\w+)?[ (]{1,2}[\"'`]|\[(?:Fact|Theory|Test)\b)"
)
"""What only lines of tests begin with: imports and classes, attributes and macros of the usual
frameworks. Elsewhere such a word may be part of a comment or a text."""
_ZIG = lazy(r"std(?<!\wstd)\.testing\b")
_RUST = lazy(r"#\[cfg\(test\)\]\s*mod tests\b")
_RISKY: frozenset[Kind] = frozenset({"execution", "security"})
"""What is risky in a test, too: whoever builds the project runs its tests."""


def is_of_tests(analysis: HunkAnalysis, tokens: HunkTokens) -> bool:
    """Whether a hunk that a grammar read is proven to be part of a test."""
    if not analysis.parsed:
        return False
    sides = [of.side for of in (tokens.old, tokens.new) if of.side.text]
    if analysis.language.name == "rust" and "tests" in analysis.scope[:1]:
        return all(side.has(_RUST) for side in sides)
    return analysis.language.test and all(
        side.has_line(_FRAMEWORK.match) or side.has(_ZIG) for side in sides
    )


def effects_on_tests(
    effects: Sequence[Effect], analysis: HunkAnalysis, tokens: HunkTokens
) -> list[Effect]:
    """What the effects of a hunk mean for what is tested: an assertion or a case that is gone
    or skipped, or another test."""
    name = ".".join(analysis.scope)
    known = bool(tokens.edits) and not analysis.broken
    result = list(_weaknesses(effects, analysis, tokens.edits[0], name)) if known else []
    result += [effect for effect in effects if effect.kind in _RISKY]
    # What another test has now, this one may have no longer.
    lost = [
        one for one in effects if one.kind == "code-changed" and not one.old and one.weight > HIGH
    ]
    result += [one._replace(kind="test-changed", weight=RISK["test-weakened"]) for one in lost]
    if result:
        return result
    first = quoted(*tokens.edits[0]) if tokens.edits else ("", "")
    other = next((one for one in effects if one.new), None)
    return [Effect("test-changed", *((other.old, other.new) if other else first), name)]


def _weaknesses(
    effects: Sequence[Effect],
    analysis: HunkAnalysis,
    sides: tuple[Part, Part],
    name: str,
) -> Iterator[Effect]:
    """What tests less now. Where something like it is put in, that is ranked as such and not
    claimed.

    Args:
        sides: any part of each side: all of the hunk counts, and not the edits alone. An assertion
            may be what stays of its line.
    """
    language = analysis.language.name
    added = sum(effect.kind == "function-added" for effect in effects)
    removed = [effect for effect in effects if effect.kind == "function-removed"]
    old, new = (_proofs(part, language) for part in sides)
    skipped = new["test-weakened"]
    if analysis.hunk.row.status != "A" and len(skipped) > len(old["test-weakened"]):
        yield Effect("test-weakened", "", quote(skipped[0]), name)
    asserted, kept = old["assertion"], new["assertion"]
    begun, goes_on = old["case"], new["case"]
    if len(removed) > added:
        yield Effect("test-weakened", removed[0].old, "", removed[0].name)
    elif len(asserted) > len(kept) and not added:
        if kept or len(analysis.old) > MOST_LINES:
            pair = quote_pair(asserted[0], kept[0] if kept else "")
            yield Effect("test-changed", *pair, name, RISK["test-weakened"])
        else:
            yield Effect("test-weakened", quote(asserted[0]), "", name)
    elif len(begun) > len(goes_on) and not skipped:
        line = next((line for line in begun if line not in goes_on), begun[0])
        yield Effect("test-changed", quote(line), "", name, RISK["test-weakened"])


def _proofs(part: Part, language: str) -> dict[str, list[str]]:
    """What one side of the hunk calls or writes of the known ways to begin a case, to assert and
    to skip: the lines of each."""
    lines: dict[str, list[str]] = defaultdict(list)
    for at, token in enumerate(part.every):
        called = not token.callee or apis.is_name_of_call(token)
        if called or token.where & Where.DECORATOR:
            lines[apis.of_token(part.every, at, language)].append(part.line(token))
    return lines
