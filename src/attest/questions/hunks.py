"""One hunk, looked at by itself: what it changes, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from attest.change import Hunk
from attest.kinds import Kind
from attest.questions import words
from attest.questions.compare import Edit, alike, code, edits, signature
from attest.questions.detect import facts
from attest.questions.facts import Fact, quote, quote_pair
from attest.questions.languages import Language, Sort
from attest.questions.quoting import Hunks
from attest.questions.tokens import Side, Token, Where


@dataclass(slots=True)
class Looked:
    """A hunk, and what it changes.

    Args:
        facts: most telling first.
        scope: names of what is around it, outermost first.
        signature: what was done, whatever stands around it.
        old, new: its own lines.
        names: pairs of names, old and new, where nothing but names was replaced.
        defined: the new names of those that are defined here.
        file: the text of both sides of the file.
        around: the text of what is around it, for words that an answer may use.
        parsed: whether a grammar read it.
        broken: whether the grammar did not know what to make of it.
    """

    hunk: Hunk
    language: Language
    facts: tuple[Fact, ...]
    scope: tuple[str, ...] = ()
    signature: tuple[tuple[str, str], ...] = ()
    old: Sequence[str] = ()
    new: Sequence[str] = ()
    names: frozenset[tuple[str, str]] = frozenset()
    defined: frozenset[str] = frozenset()
    around: str = field(default="", repr=False)
    file: tuple[str, str] = field(default=("", ""), repr=False)
    parsed: bool = False
    broken: bool = False

    @property
    def kind(self) -> Kind:
        return self.facts[0].kind

    @property
    def risk(self) -> int:
        return self.facts[0].risk

    def become(self, kind: Kind) -> None:
        """Be something else after all, as the rest of the change shows."""
        self.facts = (replace(self.facts[0], kind=kind),)


_SORTED: dict[Sort, Kind] = {
    "configuration": "configuration",
    "dependency": "dependency",
    "build": "build",
    "migration": "migration",
    "prose": "prose",
    "style": "style",
    "data": "data",
}


def opaque(hunk: Hunk, language: Language) -> Looked:
    """A path without lines: its mode, or bytes that are no text."""
    row = hunk.row
    if "160000" in (row.old_mode, row.new_mode):
        fact = Fact("dependency", row.old_oid[:10], row.new_oid[:10], _name(hunk))
    elif row.old_oid == row.new_oid:
        fact = Fact("file-mode", row.old_mode, row.new_mode, _name(hunk))
    else:
        fact = Fact("binary", name=_name(hunk))
    return Looked(hunk, language, (fact,))


def look(hunk: Hunk, language: Language, old: Side, new: Side) -> Looked:
    """Look at a hunk between the two sides of its file."""
    first = max(hunk.old_start - 1, 0) if hunk.old_lines else 0
    second = max(hunk.new_start - 1, 0) if hunk.new_lines else 0
    was = old.between(first, first + hunk.old_lines)
    now = new.between(second, second + hunk.new_lines)
    old_lines = old.lines[first : first + hunk.old_lines]
    new_lines = new.lines[second : second + hunk.new_lines]
    before, after = code(was), code(now)
    found = edits(before, after)
    every = (*now, *was)
    looked = Looked(
        hunk,
        language,
        (Fact("code-changed"),),
        _scope(found, every),
        signature(found),
        old_lines,
        new_lines,
        _renames(found),
        _definitions(found, language.name),
        _around(new if hunk.new_lines else old, second if hunk.new_lines else first),
        (old.text, new.text),
        old.parsed and new.parsed,
        any(token.where & Where.BROKEN for token in (*was, *now)),
    )
    row = hunk.row
    modes = [Fact("file-mode", row.old_mode, row.new_mode, _name(hunk))]
    modes = modes if row.status == "M" and row.old_mode != row.new_mode else []
    trivial = _trivial(looked, was, now, before, after, found)
    if trivial is not None:
        looked.facts = (*modes, trivial)
        return looked
    if (language.sort in _SORTED and language.sort != "migration") or (
        language.sort == "migration" and not looked.parsed
    ):
        looked.facts = (*modes, _by_sort(looked, found))
        return looked
    seen = [_nesting(looked)]
    if found:
        seen = facts(Hunks(found, old, new, language.name, max(hunk.new_start - 1, 0)))
    in_test = language.test or any(re.match(r"tests?$", name) for name in looked.scope)
    seen = _of_tests(looked, seen, found) if in_test else [_public(fact, looked) for fact in seen]
    seen += [
        Fact("migration", f.old, f.new, f.name) for f in seen[:1] if language.sort == "migration"
    ]
    seen += modes
    order = sorted(range(len(seen)), key=lambda n: (-seen[n].risk, n))
    looked.facts = tuple(dict.fromkeys(seen[n] for n in order)) or (Fact("code-changed"),)
    return looked


def _name(hunk: Hunk) -> str:
    return quote(hunk.path.decode("utf-8", "replace").rpartition("/")[2])


def _scope(found: Sequence[Edit], every: Sequence[Token]) -> tuple[str, ...]:
    """What is around the first difference; around the first token where there is none."""
    for edit in found:
        for token in (*edit.new, *edit.old):
            if token.scope:
                return token.scope
    return next((token.scope for token in every if token.scope), ())


def _around(side: Side, first: int) -> str:
    """Some lines before and after."""
    lines = side.lines[max(first - 25, 0) : first + 60]
    return "\n".join(line[:300] for line in lines)


def _renames(found: Sequence[Edit]) -> frozenset[tuple[str, str]]:
    """The pairs of names, where every difference is a name for a name."""
    pairs = set()
    for edit in found:
        if len(edit.old) != len(edit.new):
            return frozenset()
        for old, new in zip(edit.old, edit.new, strict=True):
            if old.text == new.text:
                continue
            if old.role != "name" or new.role != "name" or old.where & Where.IMPORT:
                return frozenset()
            pairs.add((old.text, new.text))
    return frozenset(pairs)


def _definitions(found: Sequence[Edit], language: str) -> frozenset[str]:
    """The new names that a difference defines: of functions, types and variables, and of
    parameters where callers do not name them."""
    return frozenset(
        token.text
        for edit in found
        for token in edit.new
        if token.role == "name"
        and (_is_head(token) or _is_parameter(token, language) or _assigned(token, edit))
    )


_POSITIONAL = frozenset(
    ["bash", "c", "cpp", "go", "java", "javascript", "lua", "rust", "solidity", "tsx", "typescript"]
)
"""Languages whose callers do not say the names of parameters."""


def _is_head(token: Token) -> bool:
    barred = Where.PARAMETER | Where.TYPE | Where.DECORATOR | Where.ARGUMENT | Where.DEFAULT
    if Where.HEAD not in token.where or token.where & barred or not token.scope:
        return False
    return words.NAME.findall(token.scope[-1])[-1:] == [token.text]


def _is_parameter(token: Token, language: str) -> bool:
    barred = Where.TYPE | Where.DEFAULT | Where.DECORATOR | Where.ARGUMENT
    inside = Where.PARAMETER in token.where and not token.where & barred
    return inside and language in _POSITIONAL


def _assigned(token: Token, edit: Edit) -> bool:
    if token.where & (Where.PARAMETER | Where.ARGUMENT | Where.CONDITION | Where.TYPE):
        return False
    at = next(n for n in range(edit.j1, edit.j2) if edit.all_new[n] is token)
    following = edit.all_new[at + 1].text if at + 1 < len(edit.all_new) else ""
    before = edit.all_new[at - 1].text if at else ""
    return following in ("=", ":=") and before not in (".", "->", "::", ",", "(", "{", "&.")


def _trivial(
    looked: Looked,
    was: Sequence[Token],
    now: Sequence[Token],
    before: Sequence[Token],
    after: Sequence[Token],
    found: Sequence[Edit],
) -> Fact | None:
    """What no program sees; None where one might."""
    if looked.language.sort == "prose" and _said(looked.old) == _said(looked.new):
        return Fact("white-space")
    if looked.broken or looked.language.sort in ("data", "prose"):
        return None
    if looked.language.reader == "lines":
        return Fact("white-space") if _stripped(looked.old) == _stripped(looked.new) else None
    if not found and alike(before, after):
        comments = [[t.text for t in side if t.role == "comment"] for side in (was, now)]
        if comments[0] == comments[1]:
            return Fact("white-space") if _same_layout(looked) else None
        told = [_told(comments[n], comments[1 - n]) for n in (0, 1)]
        if any(told) or (looked.language.sort == "migration" and not looked.parsed):
            return Fact("directive", *quote_pair(*told))
        if not looked.parsed and _leading(looked.old) != _leading(looked.new) and before:
            return None
        return Fact("comment", quote(_first(comments[0])), quote(_first(comments[1])))
    imports = all(token.where & Where.IMPORT for token in (*before, *after))
    if before and imports and sorted(t.text for t in before) == sorted(t.text for t in after):
        return Fact("imports-sorted")
    return None


def _said(lines: Sequence[str]) -> list[str]:
    """The words of prose: without them, its marks are how it is laid out."""
    return re.findall(r"[^\W_]+", " ".join(lines))


def _first(comments: Sequence[str]) -> str:
    return comments[0] if comments else ""


def _stripped(lines: Sequence[str]) -> list[str]:
    return [line.rstrip() for line in lines if line.strip()]


def _leading(lines: Sequence[str]) -> list[str]:
    return [line[: len(line) - len(line.lstrip())] for line in lines if line.strip()]


def _same_layout(looked: Looked) -> bool:
    """Whether no white space that differs can matter to a program."""
    if not looked.language.layout or _stripped(looked.old) == _stripped(looked.new):
        return True
    inner = looked.parsed or looked.language.sort == "code"
    return inner and _leading(looked.old) == _leading(looked.new)


def _told(comments: Sequence[str], others: Sequence[str]) -> str:
    """The first comment of one side alone that tells a program something."""
    return next((c for c in comments if c not in others and words.is_directive(c)), "")


_KEY = re.compile(
    r"""^\s*(?:-\s+)?["']?([A-Za-z0-9_@$][\w@./$ -]{0,60}?)["']?\s*(?:[:=]|\+=|\?=|:=)(?!=)"""
)


_VERSION = re.compile(r"(.*[._@])?_*k?(version|soname)(_(major|minor|patch))?_*", re.IGNORECASE)


def _by_sort(looked: Looked, found: Sequence[Edit]) -> Fact:
    """What a file that is no code says now, and said before."""
    old, new = _first_said(looked, looked.old), _first_said(looked, looked.new)
    if found and looked.old and looked.new:
        old = _line_of(found[0].old, looked.old, looked.hunk.old_start) or old
        new = _line_of(found[0].new, looked.new, looked.hunk.new_start) or new
    key = _KEY.match(new or old)
    name = ".".join(looked.scope[-2:]) or (key[1] if key else "")
    kind = _SORTED[looked.language.sort]
    if old and new and _VERSION.fullmatch(name):
        kind = "version"
    based = re.search(r"(^|\.)(uses|image|rev)$", name) or re.match(r"FROM\s", new or old)
    if kind == "build" and based:
        kind = "dependency"
    before, after = quote_pair(old, new)
    return Fact(kind, before, after, quote(name))


def _first_said(looked: Looked, lines: Sequence[str]) -> str:
    """The first line that says something: of prose, some words."""
    bare = [line.strip().rstrip(",") for line in lines if re.search(r"\w", line)]
    if looked.language.sort == "prose":
        said = (line for line in bare if len(re.findall(r"[^\W\d_]{2,}", line)) >= 3)
        return next((line for line in said if not line.startswith("..")), bare[0] if bare else "")
    return bare[0] if bare else ""


def _line_of(run: Sequence[Token], lines: Sequence[str], start: int) -> str:
    """The line of a hunk that some tokens begin on, if it says something."""
    at = run[0].line - start + 1 if run else -1
    line = lines[at].strip().rstrip(",") if 0 <= at < len(lines) else ""
    return line if re.search(r"\w", line) else ""


def _nesting(looked: Looked) -> Fact:
    """The same words, and another tree above them."""
    old = next((line.strip() for line in looked.old if line.strip()), "")
    new = next((line.strip() for line in looked.new if line.strip()), "")
    if sorted(_stripped(looked.old)) == sorted(_stripped(looked.new)):
        return Fact("order-changed", quote(old), quote(new))
    return Fact("nesting-changed", quote(old), quote(new))


def _public(fact: Fact, looked: Looked) -> Fact:
    """A definition that others can call is part of what the project promises, and so is a
    version number."""
    given = re.match(r"(?:export|pub|public)\b.*?(\w+)\s*(?::[^=]*)?=", fact.old)
    if fact.kind == "code-removed" and given:
        return replace(fact, kind="public-api", name=given[1])
    if fact.kind in ("value-changed", "constant-changed") and _VERSION.fullmatch(fact.name):
        return replace(fact, kind="version")
    if fact.kind == "function-removed" and _is_public(fact.old, fact.name, looked.language.name):
        return replace(fact, kind="public-api")
    return fact


def _is_public(head: str, name: str, language: str) -> bool:
    """Whether the head of a definition lets others use it, by its language's rule."""
    last = name.rpartition(".")[2]
    if language == "go":
        return last[:1].isupper()
    if language in ("rust", "zig"):
        return "pub" in head
    if language in ("javascript", "typescript", "tsx"):
        return "export" in head
    if language == "elixir":
        return "defp" not in head
    if re.search(r"\b(private|protected|internal|static|fileprivate)\b", head):
        return "public" in head
    return not any(part.startswith("_") for part in name.split("."))


_ASSERT = re.compile(
    r"(\w*[aA]ssert\w*!?|expect|expects|expectThat|expect_\w+|EXPECT_\w+|ASSERT_\w+|CHECK\w*|"
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


def _of_tests(looked: Looked, seen: list[Fact], found: Sequence[Edit]) -> list[Fact]:
    """What the differences mean for what is tested."""
    kept: list[Fact] = []
    if {fact.kind for fact in seen} == {"import-changed"}:
        return seen
    was = [t.text for edit in found for t in edit.old if t.role in ("name", "keyword")]
    now = [t.text for edit in found for t in edit.new if t.role in ("name", "keyword")]
    added = [f for f in seen if f.kind == "function-added"]
    removed = [f for f in seen if f.kind == "function-removed"]
    name = ".".join(looked.scope)
    line_old, line_new = quote_pair(_line(found, new=False), _line(found, new=True))
    skips = [w for w in now if _SKIP.match(w)]
    if skips and not any(_SKIP.match(w) for w in was) and not added:
        kept.append(Fact("test-skipped", "", line_with(found, skips[0]), name))
    if removed and len(removed) > len(added):
        kept.append(Fact("test-removed", removed[0].old, "", removed[0].name))
    elif not found or not now:
        called = [w for w in was if w in _CASES]
        if called:
            kept.append(Fact("test-removed", line_old, "", name))
    asserts = (sum(bool(_ASSERT.match(w)) for w in was), sum(bool(_ASSERT.match(w)) for w in now))
    weaker = asserts[0] and any(_WEAK.match(w) for w in now) and not any(map(_WEAK.match, was))
    weaker = weaker or (_checks_equal(found, new=False) and _checks_any(found))
    if (asserts[0] > asserts[1] or weaker) and not kept and not removed:
        kept.append(Fact("test-weakened", line_old, line_new, name))
    if added or (not looked.old and any(w in _CASES for w in now)):
        whole = added[0].name if added else name
        kept.append(Fact("test-added", "", added[0].new if added else line_new, whole))
    first = next((f for f in seen if f.kind not in ("function-added", "function-removed")), None)
    if not kept:
        first = first or Fact("code-changed", line_old, line_new)
        kept.append(Fact("test-changed", first.old or line_old, first.new or line_new, name))
    return kept


def _checks_equal(found: Sequence[Edit], *, new: bool) -> bool:
    return any(t.text in ("==", "===") for edit in found for t in (edit.new if new else edit.old))


def _checks_any(found: Sequence[Edit]) -> bool:
    """Whether the new side asks only that there is something."""
    text = " ".join(token.text for edit in found for token in edit.new)
    return not _checks_equal(found, new=True) and bool(
        re.search(r"\bis not None\b|!= (None|null|nil)\b|!== (null|undefined)\b", text)
    )


def line_with(found: Sequence[Edit], word: str) -> str:
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
