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
from attest.analysis.syntax.tokens import Token
from attest.text import lazy

_KINDS: dict[Sort, Kind] = {
    "configuration": "configuration",
    "dependency": "dependency",
    "build": "build",
    "migration": "migration",
    "prose": "prose",
    "style": "style",
    "data": "data",
}
_KEY = lazy(
    r"""^\s*(?:-\s+)?["']?([A-Za-z0-9_@$][\w@./$ -]{0,60}?)["']?\s*(?:[:=]|\+=|\?=|:=)(?!=)"""
)


def has_own_kind(analysis: HunkAnalysis) -> bool:
    """Whether the sort of a file decides the kind of its hunks. A migration that a grammar
    reads is code, and its effects say more."""
    sort = analysis.language.sort
    return sort in _KINDS and not (sort == "migration" and analysis.parsed)


def effect_on_file(analysis: HunkAnalysis, tokens: HunkTokens) -> Effect:
    """What such a file says now, and said before."""
    old, new = first_line(analysis, analysis.old), first_line(analysis, analysis.new)
    if analysis.old and analysis.new:
        for edit in tokens.edits:
            old_line = _line_of(edit.old, analysis.old, analysis.hunk.old_start) or old
            new_line = _line_of(edit.new, analysis.new, analysis.hunk.new_start) or new
            if old_line != new_line:
                old, new = old_line, new_line
                break
    key = _KEY.match(new or old)
    name = ".".join(analysis.scope[-2:]) or (key[1] if key else "")
    kind = _KINDS[analysis.language.sort]
    if old and new and claims.is_own_version(analysis, tokens.new, (old, new)):
        kind = "version"
    if kind == "prose" and not claims.is_prose(analysis, tokens.old, tokens.new):
        return text_effect(analysis)
    # What a build is based on is a dependency, by whatever file it is named.
    based_on = re.search(r"(^|\.)(uses|image|rev)$", name) or re.match(r"FROM\s", new or old)
    if kind == "build" and based_on:
        kind = "dependency"
    return Effect(kind, *quote_pair(old, new), quote(name))


def text_effect(analysis: HunkAnalysis) -> Effect:
    """A change of text of which no more can be said than that it is another one."""
    old, new = first_line(analysis, analysis.old), first_line(analysis, analysis.new)
    kind: Kind = "code-changed" if old and new else "code-added" if new else "code-removed"
    return Effect(kind, *quote_pair(old, new))


def first_line(analysis: HunkAnalysis, lines: Sequence[str]) -> str:
    """The first line that has words; of prose, the first with some words in a row, and not
    a mark or title."""
    with_words = [line.strip().rstrip(",") for line in lines if re.search(r"\w", line)]
    first = with_words[0] if with_words else ""
    if analysis.language.sort != "prose":
        return first
    sentences = (line for line in with_words if len(re.findall(r"[^\W\d_]{2,}", line)) >= 3)
    return next((line for line in sentences if not line.startswith("..")), first)


def _line_of(run: Sequence[Token], lines: Sequence[str], start: int) -> str:
    """The line of a hunk that some tokens begin on, if it has words.

    Args:
        start: the number of the hunk's first line, from 1.
    """
    at = run[0].line - start + 1 if run else -1
    line = lines[at].strip().rstrip(",") if 0 <= at < len(lines) else ""
    return line if re.search(r"\w", line) else ""
