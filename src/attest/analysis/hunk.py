"""One hunk, looked at by itself: what it changes, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from attest.analysis.edits import facts
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.kinds import Kind
from attest.analysis.quoting import Hunks
from attest.analysis.renames import definitions, renames
from attest.analysis.syntax.languages import Language, Sort
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.analysis.test_changes import of_tests
from attest.analysis.token_diff import Edit, code, edits, signature
from attest.analysis.trivial import stripped, trivial
from attest.git.diff import Hunk

_SORTED: dict[Sort, Kind] = {
    "configuration": "configuration",
    "dependency": "dependency",
    "build": "build",
    "migration": "migration",
    "prose": "prose",
    "style": "style",
    "data": "data",
}


def opaque(hunk: Hunk, language: Language) -> HunkAnalysis:
    """A path without lines: its mode, or bytes that are no text."""
    row = hunk.row
    if "160000" in (row.old_mode, row.new_mode):
        name = _name(hunk)
        old, new = (
            f"{name} {oid[:10]}" if mode == "160000" else ""
            for mode, oid in ((row.old_mode, row.old_oid), (row.new_mode, row.new_oid))
        )
        fact = Effect("dependency", old, new, name)
    elif row.old_oid == row.new_oid:
        fact = Effect("file-mode", row.old_mode, row.new_mode, _name(hunk))
    else:
        name = _name(hunk)
        old, new = ("" if row.status == one else name for one in ("A", "D"))
        fact = Effect("binary", old, new, name)
    return HunkAnalysis(hunk, language, (fact,))


def look(hunk: Hunk, language: Language, old: Side, new: Side) -> HunkAnalysis:
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
    looked = HunkAnalysis(
        hunk,
        language,
        (Effect("code-changed"),),
        _scope(found, every),
        signature(found),
        old_lines,
        new_lines,
        renames(found),
        definitions(found, language, new),
        _around(new if hunk.new_lines else old, second if hunk.new_lines else first),
        (old.text, new.text),
        _is_whole(after or before, new_lines or old_lines),
        old.parsed and new.parsed,
        any(token.where & Where.BROKEN for token in (*was, *now)),
    )
    row = hunk.row
    modes = [Effect("file-mode", row.old_mode, row.new_mode, _name(hunk))]
    modes = modes if row.status == "M" and row.old_mode != row.new_mode else []
    edges = (
        old.edges(*_edges(hunk.old_start, hunk.old_lines)),
        new.edges(*_edges(hunk.new_start, hunk.new_lines)),
    )
    unseen = None
    if edges[0] == edges[1]:
        unseen = trivial(looked, was, now, before, after, found)
    elif not found:
        said = [_first_said(looked, lines) for lines in (old_lines, new_lines)]
        looked.facts = (*modes, Effect("directive", *quote_pair(*said)))
        return looked
    if unseen is not None:
        looked.facts = (*modes, unseen)
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
    seen = of_tests(looked, seen, found) if in_test else [_public(fact, looked) for fact in seen]
    seen += [
        Effect("migration", f.old, f.new, f.name) for f in seen[:1] if language.sort == "migration"
    ]
    seen += modes
    order = sorted(range(len(seen)), key=lambda n: (-seen[n].risk, n))
    looked.facts = tuple(dict.fromkeys(seen[n] for n in order)) or (Effect("code-changed"),)
    return looked


def _edges(start: int, lines: int) -> tuple[int, int]:
    """The first line of a hunk on one side, from 0, and the one behind its last."""
    first = max(start - 1, 0) if lines else start
    return first, first + lines


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


def _is_whole(tokens: Sequence[Token], lines: Sequence[str]) -> bool:
    first = next((line for line in lines if line.strip()), " ")
    return (
        not first[0].isspace()
        and bool(tokens)
        and all(
            token.scope or Where.DECORATOR in token.where or token.role in ("operator", "keyword")
            for token in tokens
        )
        and any(Where.HEAD in token.where for token in tokens)
    )


_KEY = re.compile(
    r"""^\s*(?:-\s+)?["']?([A-Za-z0-9_@$][\w@./$ -]{0,60}?)["']?\s*(?:[:=]|\+=|\?=|:=)(?!=)"""
)
_VERSION = re.compile(r"(.*[._@])?k?(version|soname)(_(major|minor|patch))?_*", re.IGNORECASE)


def _by_sort(looked: HunkAnalysis, found: Sequence[Edit]) -> Effect:
    """What a file that is no code says now, and said before."""
    old, new = _first_said(looked, looked.old), _first_said(looked, looked.new)
    if looked.old and looked.new:
        for edit in found:
            was = _line_of(edit.old, looked.old, looked.hunk.old_start) or old
            now = _line_of(edit.new, looked.new, looked.hunk.new_start) or new
            if was != now:
                old, new = was, now
                break
    key = _KEY.match(new or old)
    name = ".".join(looked.scope[-2:]) or (key[1] if key else "")
    kind = _SORTED[looked.language.sort]
    if old and new and _VERSION.fullmatch(name) and "dependenc" not in _section(looked):
        kind = "version"
    based = re.search(r"(^|\.)(uses|image|rev)$", name) or re.match(r"FROM\s", new or old)
    if kind == "build" and based:
        kind = "dependency"
    before, after = quote_pair(old, new)
    return Effect(kind, before, after, quote(name))


def _section(looked: HunkAnalysis) -> str:
    """The `[section]` that a hunk of TOML or INI is in; empty elsewhere."""
    if looked.language.name not in ("toml", "ini"):
        return ""
    above = looked.file[1].split("\n")[: max(looked.hunk.new_start, 1)]
    return next((line for line in reversed(above) if line.startswith("[")), "")


def _first_said(looked: HunkAnalysis, lines: Sequence[str]) -> str:
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


def _nesting(looked: HunkAnalysis) -> Effect:
    """The same words, and another tree above them."""
    old = next((line.strip() for line in looked.old if line.strip()), "")
    new = next((line.strip() for line in looked.new if line.strip()), "")
    if sorted(stripped(looked.old)) == sorted(stripped(looked.new)):
        return Effect("order-changed", quote(old), quote(new))
    return Effect("nesting-changed", quote(old), quote(new))


def _public(fact: Effect, looked: HunkAnalysis) -> Effect:
    """A definition that others can call is part of what the project promises, and so is a
    version number."""
    given = _exported(fact.old) if fact.kind == "code-removed" else ""
    if given:
        return replace(fact, kind="public-api", name=given)
    if fact.kind in ("value-changed", "constant-changed") and _VERSION.fullmatch(fact.name):
        return replace(fact, kind="version")
    if fact.kind == "function-removed" and _is_public(fact.old, fact.name, looked.language.name):
        return replace(fact, kind="public-api")
    return fact


def _exported(said: str) -> str:
    """The name that an exported definition gives a value to; empty where it is none."""
    head, equals, _ = said.partition("=")
    name = head.partition(":")[0].rstrip()
    found = re.findall(r"\w+", name)
    if not equals or len(found) < 2 or found[0] not in ("export", "pub", "public"):
        return ""
    return found[-1] if name.endswith(found[-1]) else ""


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
