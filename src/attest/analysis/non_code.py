"""Hunks of files that are not code: configuration, dependencies, prose, data, …

Such a hunk is described by the line that differs and says most, and by the key of that line."""

from __future__ import annotations

from attest.analysis import documents
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.hunk_tokens import HunkTokens
from attest.analysis.kinds import RISK, Kind
from attest.analysis.quoting import LINES_READ, are_alike, significance
from attest.text import lazy

_KEY = lazy(
    r"""^\s*(?:-\s+)?["']?([A-Za-z0-9_@$.][\w@./$ -]{0,60}?)["']?\s*(?:[:=]|\+=|\?=|:=)(?!=)"""
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
    if kind == "prose" and not documents.is_prose(analysis, tokens):
        kind = "comment-text"
    if _is_own_version(analysis, tokens):
        return Effect("version", *quote_pair(old, new), quote(name))
    # Any other line of these may say what a build is based on, or what it runs.
    weight = RISK["code-changed"] if sort in ("dependency", "build") else 0
    return Effect(kind, *quote_pair(old, new), quote(name), weight)


_NUMBER = lazy(r"\s*[\"']?version[\"']?\s*[:=]\s*[\"']?v?\d[\w.+-]{0,50}[\"']?,?\s*")
_LONG_TEXT = lazy(r"\"\"\"|'''")
"""A line of such a text may look like the head of a section."""
_SECTIONS = frozenset({"[package]", "[project]", "[tool.poetry]", "[workspace.package]"})


def _is_own_version(analysis: HunkAnalysis, tokens: HunkTokens) -> bool:
    """Whether a hunk of a manifest of dependencies gives the project another version of its own,
    and nothing else."""
    lines = (*analysis.old, *analysis.new)
    if analysis.language.sort != "dependency" or len(analysis.old) != 1 or len(lines) != 2:
        return False
    if not all(_NUMBER.fullmatch(line) for line in lines):
        return False
    if analysis.parsed:
        return analysis.scope == ("version",)
    section = analysis.scope[0] if analysis.scope else ""
    return section in _SECTIONS and not tokens.new.side.has(_LONG_TEXT)


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
        return " ".join(old), " ".join(new)  # lines may break elsewhere
    if len(old) == len(new) == 1:
        return old[0], new[0]
    best = max(new or old, key=significance)
    if not new:
        return best, ""
    return next((line for line in old[:COMPARED] if _is_edited(line, best)), ""), best


COMPARED = 12
"""Lines of the old side of which one may be what the line was."""


def _is_edited(old: str, new: str) -> bool:
    """Whether a line is there instead of another one, and not that of another key."""
    keys = [match[1] for match in map(_KEY.match, (old, new)) if match]
    return are_alike(old, new) and (len(keys) < 2 or keys[0] == keys[1])


def _says(line: str) -> bool:
    return any(map(str.isalnum, line))
