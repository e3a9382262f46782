"""Hunks of files that are not code: configuration, dependencies, prose, data, …

Such a hunk is described by its first line that differs, and by the key of that line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attest.analysis import claims
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.hunk_tokens import HunkTokens
from attest.analysis.kinds import Kind
from attest.analysis.syntax.file_sorts import Sort
from attest.text import lazy

_KINDS: dict[Sort, Kind] = {
    "configuration": "configuration",
    "dependency": "configuration",
    "build": "configuration",
    "migration": "migration",
    "prose": "prose",
    "style": "configuration",
    "data": "configuration",
}
_KEY = lazy(
    r"""^\s*(?:-\s+)?["']?([A-Za-z0-9_@$][\w@./$ -]{0,60}?)["']?\s*(?:[:=]|\+=|\?=|:=)(?!=)"""
)
_WORD = lazy(r"[^\W\d_]{2,}")
_NO_WORDS = lazy(r"\s*(\.\.|[#=]|</|[\w.$-]+:\s*$)")
"""What is not quoted where there is anything else: headings, closing tags, bare keys."""


def has_own_kind(analysis: HunkAnalysis) -> bool:
    """Whether the sort of a file decides the kind of its hunks. A migration that a grammar
    reads is code, and its effects say more."""
    sort = analysis.language.sort
    return sort in _KINDS and not (sort == "migration" and analysis.parsed)


def effect_on_file(analysis: HunkAnalysis, tokens: HunkTokens) -> Effect:
    """What such a file says now, and said before."""
    old, new = first_difference(analysis)
    key = _KEY.match(new or old)
    name = ".".join(analysis.scope[-2:]) or (key[1] if key else "")
    kind = _KINDS[analysis.language.sort]
    if old and new and claims.is_own_version(analysis, tokens.new, (old, new)):
        kind = "version"
    if kind == "prose" and not claims.is_prose(analysis, tokens.old, tokens.new):
        kind = "comment-text"
    if kind == "configuration" and claims.is_dependency(analysis, name, (old, new)):
        kind = "dependency"
    return Effect(kind, *quote_pair(old, new), quote(name))


def first_difference(analysis: HunkAnalysis) -> tuple[str, str]:
    """The first line of each side that the other one does not have; of those, the first that
    says something by itself."""
    sides = (analysis.old, analysis.new)
    old, new = ([" ".join(line.split()).rstrip(",") for line in side] for side in sides)
    pair = _first(old, frozenset(new)), _first(new, frozenset(old))
    if all(pair) or not any(pair):
        return pair if any(pair) else (_first(old, frozenset()), _first(new, frozenset()))
    return pair


def _first(lines: Sequence[str], others: frozenset[str]) -> str:
    own = [line for line in lines if re.search(r"\w", line)]
    own = [line for line in own if line not in others]
    full = (line for line in own if not _NO_WORDS.match(line) and len(_WORD.findall(line)) >= 2)
    return next(full, own[0] if own else "")
