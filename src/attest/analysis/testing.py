"""What a change of a test means for what is tested."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.syntax.tokens import Token, Where
from attest.analysis.token_diff import Edit
from attest.text import lazy

_ASSERT = lazy(
    r"((?>\w*?[aA]ssert)\w*+!?|expect|expects|expectThat|expect_\w+|EXPECT_\w+|ASSERT_\w+|CHECK\w*|"
    r"REQUIRE\w*|should\w*|must_\w+|verify|refute\w*|"
    r"Errorf?|Fatalf?|fail|toBe\w*|toEqual|toThrow\w*|raises|require)\Z"
)
_SKIP = lazy(
    r":?(skip\w*|Skip\w*|xfail|ignore|Ignore\w*|Disabled|pending|xit|xdescribe|xtest|todo|only|"
    r"DISABLED_\w+|XCTSkip\w*|fit|fdescribe|markTestSkipped|markTestIncomplete)\Z"
)
_VAGUE = lazy(
    r"(toBeDefined|toBeTruthy|toBeFalsy|NotZero|NotNil|NotNull|NotEmpty|assert_called|anything|any|"
    r"assertIsNotNone|assertNotNull|assertTrue|be_truthy|be_present|isNotNull|IsNotNull)\Z"
)
"""Assertions that are true of nearly every result."""
_CASES = frozenset(["it", "test", "describe", "context", "specify", "TEST", "TEST_F", "TEST_P"])


def effects_on_tests(
    analysis: HunkAnalysis, effects: list[Effect], edits: Sequence[Edit]
) -> list[Effect]:
    """What the effects of a hunk mean for what is tested."""
    if {effect.kind for effect in effects} == {"import-changed"}:
        return effects
    name = ".".join(analysis.scope)
    old_line, new_line = quote_pair(_line(edits, new=False), _line(edits, new=True))
    old_words = [t.text for edit in edits for t in edit.old if _is_word(t)]
    new_words = [t.text for edit in edits for t in edit.new if _is_word(t)]
    added = [effect for effect in effects if effect.kind == "function-added"]
    removed = [effect for effect in effects if effect.kind == "function-removed"]
    found: list[Effect] = []
    skips = [word for word in new_words if _SKIP.match(word)]
    if skips and not any(map(_SKIP.match, old_words)) and not added:
        found.append(Effect("test-skipped", "", _line_with(edits, skips[0]), name))
    if removed and len(removed) > len(added):
        found.append(Effect("test-removed", removed[0].old, "", removed[0].name))
    elif not new_words and any(word in _CASES for word in old_words):
        found.append(Effect("test-removed", old_line, "", name))
    if not found and not removed and _is_weaker(edits, old_words, new_words):
        found.append(Effect("test-weakened", old_line, new_line, name))
    if added:
        found.append(Effect("test-added", "", added[0].new, added[0].name))
    elif not analysis.old and any(word in _CASES for word in new_words):
        found.append(Effect("test-added", "", new_line, name))
    return found or [_other_change(effects, old_line, new_line, name)]


def _other_change(effects: Sequence[Effect], old_line: str, new_line: str, name: str) -> Effect:
    """A test that tests something else, in the words of its first effect."""
    definitions = ("function-added", "function-removed")
    first = next((effect for effect in effects if effect.kind not in definitions), None)
    old, new = (first.old, first.new) if first else ("", "")
    return Effect("test-changed", old or old_line, new or new_line, name)


def _is_weaker(edits: Sequence[Edit], old_words: Sequence[str], new_words: Sequence[str]) -> bool:
    """Whether there are fewer assertions, or one that is true of nearly every result."""
    before, after = (
        sum(bool(_ASSERT.match(word)) for word in words) for words in (old_words, new_words)
    )
    vague = any(map(_VAGUE.match, new_words)) and not any(map(_VAGUE.match, old_words))
    if before > after or (before and vague):
        return True
    return _checks_equality(edits, new=False) and _checks_presence(edits)


def _is_word(token: Token) -> bool:
    return token.role in ("name", "keyword") and Where.IMPORT not in token.where


def _checks_equality(edits: Sequence[Edit], *, new: bool) -> bool:
    return any(t.text in ("==", "===") for edit in edits for t in (edit.new if new else edit.old))


def _checks_presence(edits: Sequence[Edit]) -> bool:
    """Whether the new side asks only that there is something."""
    text = " ".join(token.text for edit in edits for token in edit.new)
    return not _checks_equality(edits, new=True) and bool(
        re.search(r"\bis not None\b|!= (None|null|nil)\b|!== (null|undefined)\b", text)
    )


def _line_with(edits: Sequence[Edit], word: str) -> str:
    """What is on the line of a word, of what the hunk has of it."""
    for edit in edits:
        for token in edit.new:
            if token.text == word:
                return quote(_spaced([t for t in edit.all_new if t.line == token.line]))
    return word


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
