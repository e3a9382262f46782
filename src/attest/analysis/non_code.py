"""Hunks of files that are not code: configuration, dependencies, prose, data, …

Such a hunk is described by the line that differs and says most, and by the key of that line."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import partial

from attest.analysis import claims
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.hunk_tokens import HunkTokens
from attest.analysis.kinds import Kind
from attest.analysis.quoting import (
    FEW_WORDS,
    LINES_READ,
    MOST_WORDS,
    are_alike,
    given_name,
    significance,
)
from attest.text import lazy

_KEY = lazy(
    r"""^\s*(?:-\s+)?["']?([A-Za-z0-9_@$][\w@./$ -]{0,60}?)["']?\s*(?:[:=]|\+=|\?=|:=)(?!=)"""
)


def has_own_kind(analysis: HunkAnalysis) -> bool:
    """Whether the sort of a file decides the kind of its hunks. A migration that a grammar
    reads is code, and its effects say more."""
    sort = analysis.language.sort
    return sort != "code" and not (sort == "migration" and analysis.parsed)


def effect_on_file(analysis: HunkAnalysis, tokens: HunkTokens) -> Effect:
    """What such a file says now, and said before."""
    old, new = first_difference(analysis)
    key = _KEY.match(new or old)
    name = ".".join(analysis.scope[-2:]) or (key[1] if key else "")
    sort = analysis.language.sort
    kind: Kind = sort if sort in ("migration", "prose") else "configuration"
    if old and new and claims.is_own_version(analysis, tokens.new, (old, new)):
        kind = "version"
    if kind == "prose" and not claims.is_prose(analysis, tokens.old, tokens.new):
        kind = "comment-text"
    if kind == "configuration" and claims.is_dependency(analysis, name, (old, new)):
        kind = "dependency"
    return Effect(kind, *quote_pair(old, new), quote(name))


def first_difference(analysis: HunkAnalysis) -> tuple[str, str]:
    """What differs: a line that is there instead of another one, or else the line that says most;
    of several the first. Only so many lines of each side are looked at."""
    sides = (analysis.old, analysis.new)
    lines = [[" ".join(line.split()).rstrip(",") for line in side] for side in sides]
    old, new = (
        [line for line in own if _says(line) and line not in others][:LINES_READ]
        for own, others in zip(lines, map(frozenset, reversed(lines)), strict=True)
    )
    if not old and not new:
        filled = ([line for line in side if _says(line)] or [""] for side in lines)
        return next(filled)[0], next(filled)[0]
    if analysis.language.sort == "prose" and old and new:
        return _words_that_differ(old, new)
    if len(old) == len(new) == 1:
        return old[0], new[0]
    most = MOST_WORDS if analysis.language.sort == "prose" else FEW_WORDS
    weight = partial(significance, most=most)
    pairs = [(a, b) for a in old[:COMPARED] for b in new[:COMPARED] if _is_edited(a, b)]
    best = max(new or old, key=weight)
    pair = max(pairs, key=lambda one: weight(one[1]), default=None)
    if pair is not None and weight(pair[1]) >= weight(best) // 2:
        return pair
    return ("", best) if new else (best, "")


COMPARED = 12
"""Lines of each side that are compared with each other."""


def _is_edited(old: str, new: str) -> bool:
    """Whether a line is there instead of another one, and not that of another key."""
    names = given_name(old), given_name(new)
    return are_alike(old, new) and (names[0] == names[1] or not all(names))


def _words_that_differ(old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
    """Of two texts, whose lines may break elsewhere, the longest run of words that differs, between
    some words that do not; one side alone where nothing stands there instead."""
    before, after = (" ".join(lines).split()[:WORDS_READ] for lines in (old, new))
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    differing = [block[1:] for block in blocks if block[0] != "equal"]
    if not differing:
        return old[0], new[0]
    i1, i2, j1, j2 = max(differing, key=lambda one: (one[1] - one[0]) + 2 * (one[3] - one[2]))
    if max(i2 - i1, j2 - j1) > AROUND and not (i1 < i2 and j1 < j2):
        return " ".join(before[i1:i2]), " ".join(after[j1:j2])
    return (
        " ".join(before[max(i1 - AROUND, 0) : i2 + AROUND]),
        " ".join(after[max(j1 - AROUND, 0) : j2 + AROUND]),
    )


WORDS_READ, AROUND = 300, 3
"""Words of a text that are compared, and words around a difference that are quoted with it."""


def _says(line: str) -> bool:
    return any(map(str.isalnum, line))
