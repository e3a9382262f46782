"""What the differences of a test mean for what is tested."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter

from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.syntax.tokens import Token, Where
from attest.analysis.token_diff import Edit

_ASSERT = re.compile(
    r"((?>\w*?[aA]ssert)\w*+!?|expect|expects|expectThat|expect_\w+|EXPECT_\w+|ASSERT_\w+|CHECK\w*|"
    r"REQUIRE\w*|should\w*|must_\w+|verify|refute\w*|"
    r"Errorf?|Fatalf?|fail|toBe\w*|toEqual|toThrow\w*|raises|require)\Z"
)
_SKIP = re.compile(
    r":?(skip\w*|Skip\w*|xfail|ignore|Ignore\w*|Disabled|pending|xit|xdescribe|xtest|todo|only|"
    r"DISABLED_\w+|XCTSkip\w*|fit|fdescribe|markTestSkipped|markTestIncomplete)\Z"
)
_WEAK = re.compile(
    r"(toBeDefined|toBeTruthy|toBeFalsy|NotZero|NotNil|NotNull|NotEmpty|assert_called|anything|any|"
    r"assertIsNotNone|assertNotNull|assertTrue|be_truthy|be_present|isNotNull|IsNotNull)\Z"
)
"""What is true of nearly every result."""
_CASES = frozenset(["it", "test", "describe", "context", "specify", "TEST", "TEST_F", "TEST_P"])


def of_tests(looked: HunkAnalysis, seen: list[Effect], found: Sequence[Edit]) -> list[Effect]:
    """What the differences mean for what is tested."""
    kept: list[Effect] = []
    if {fact.kind for fact in seen} == {"import-changed"}:
        return seen
    was, now = (
        [t.text for edit in found for t in run(edit) if _tells(t)]
        for run in (attrgetter("old"), attrgetter("new"))
    )
    added = [f for f in seen if f.kind == "function-added"]
    removed = [f for f in seen if f.kind == "function-removed"]
    name = ".".join(looked.scope)
    line_old, line_new = quote_pair(_line(found, new=False), _line(found, new=True))
    skips = [w for w in now if _SKIP.match(w)]
    if skips and not any(_SKIP.match(w) for w in was) and not added:
        kept.append(Effect("test-skipped", "", _line_with(found, skips[0]), name))
    if removed and len(removed) > len(added):
        kept.append(Effect("test-removed", removed[0].old, "", removed[0].name))
    elif not found or not now:
        called = [w for w in was if w in _CASES]
        if called:
            kept.append(Effect("test-removed", line_old, "", name))
    asserts = (sum(bool(_ASSERT.match(w)) for w in was), sum(bool(_ASSERT.match(w)) for w in now))
    weaker = asserts[0] and any(_WEAK.match(w) for w in now) and not any(map(_WEAK.match, was))
    weaker = weaker or (_checks_equal(found, new=False) and _checks_any(found))
    if (asserts[0] > asserts[1] or weaker) and not kept and not removed:
        kept.append(Effect("test-weakened", line_old, line_new, name))
    if added or (not looked.old and any(w in _CASES for w in now)):
        whole = added[0].name if added else name
        kept.append(Effect("test-added", "", added[0].new if added else line_new, whole))
    first = next((f for f in seen if f.kind not in ("function-added", "function-removed")), None)
    if not kept:
        first = first or Effect("code-changed", line_old, line_new)
        kept.append(Effect("test-changed", first.old or line_old, first.new or line_new, name))
    return kept


def _tells(token: Token) -> bool:
    return token.role in ("name", "keyword") and Where.IMPORT not in token.where


def _checks_equal(found: Sequence[Edit], *, new: bool) -> bool:
    return any(t.text in ("==", "===") for edit in found for t in (edit.new if new else edit.old))


def _checks_any(found: Sequence[Edit]) -> bool:
    """Whether the new side asks only that there is something."""
    text = " ".join(token.text for edit in found for token in edit.new)
    return not _checks_equal(found, new=True) and bool(
        re.search(r"\bis not None\b|!= (None|null|nil)\b|!== (null|undefined)\b", text)
    )


def _line_with(found: Sequence[Edit], word: str) -> str:
    """What stands on the line of a word, as far as it is part of a difference."""
    for edit in found:
        for token in edit.new:
            if token.text == word:
                return quote(_spaced([t for t in edit.all_new if t.line == token.line]))
    return word


def _line(found: Sequence[Edit], *, new: bool) -> str:
    for edit in found:
        run, every = (edit.new, edit.all_new) if new else (edit.old, edit.all_old)
        for token in run:
            if token.role != "operator":
                first = [t for t in every if t.line == token.line]
                return _spaced(first)
    return ""


def _spaced(tokens: Sequence[Token]) -> str:
    """Tokens of one line, with the blanks that stood between them."""
    parts: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if before is not None and token.start > before.end:
            parts.append(" ")
        parts.append(token.text)
    return "".join(parts)
