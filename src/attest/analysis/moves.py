"""Definitions, imports and whole files that are elsewhere now.

What moved is trivial only where the same code does the same thing at its new place. So a
piece counts as moved only where it is complete (whole definitions, whole imports, a whole
file byte for byte), and where nothing around it decides what it does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from attest.analysis.effects import Effect, quote
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.kinds import Kind
from attest.analysis.syntax.languages import Language
from attest.analysis.trivial import is_sortable

_FILES = frozenset({"100644", "100755"})
"""Modes of regular files. A symbolic link means something else at another place."""
_IMPORTS: frozenset[Kind] = frozenset({"import-changed", "imports-sorted"})


def mark_moved_files(analyses: Sequence[HunkAnalysis]) -> None:
    """Mark whole files that have another name now, byte for byte, where the new name says
    that they are what they were: of the same language and sort, and not tests. (A file that
    moves to `.github/workflows/` begins to run; a test that moves may no longer run.)"""
    removed: dict[tuple[str, str, Language], list[HunkAnalysis]] = {}
    for analysis in analyses:
        row = analysis.hunk.row
        if row.status == "D" and not analysis.language.test:
            key = (row.old_oid, row.old_mode, analysis.language)
            removed.setdefault(key, []).append(analysis)
    for analysis in analyses:
        row = analysis.hunk.row
        sources = removed.get((row.new_oid, row.new_mode, analysis.language), [])
        if row.status == "A" and sources and row.new_mode in _FILES:
            for both in (analysis, *sources):
                both.reclassify("moved")


def mark_moved_hunks(analyses: Sequence[HunkAnalysis]) -> None:
    """Mark what one hunk removes and another one adds, line for line, whatever its
    indentation.

    Whole definitions and imports are `moved` or `imports-sorted`, if they may move. Other
    lines of one function are in another order, or under another condition.
    """
    removed: dict[tuple[str, ...], list[HunkAnalysis]] = {}
    for analysis in analyses:
        if analysis.risk and analysis.hunk.old_lines and not analysis.hunk.new_lines:
            removed.setdefault(_dedented(analysis.old), []).append(analysis)
    for target in analyses:
        if not target.risk or target.hunk.old_lines or not target.hunk.new_lines:
            continue
        sources = removed.get(_dedented(target.new))
        if not sources:
            continue
        # Each removed piece excuses one added piece: a second copy is new code.
        source = sources.pop(0)
        if target.broken or source.broken:
            continue
        if _is_whole(target) and _is_whole(source) and _may_move(target, source):
            imports = _kinds(target) | _kinds(source) <= _IMPORTS
            for both in (target, source):
                both.reclassify("imports-sorted" if imports else "moved")
        elif _in_one_function(target, source):
            target.effects = source.effects = (_reordered(target, source),)


def _in_one_function(target: HunkAnalysis, source: HunkAnalysis) -> bool:
    same = target.hunk.path == source.hunk.path and target.scope == source.scope
    return same and bool(target.scope)


def _reordered(target: HunkAnalysis, source: HunkAnalysis) -> Effect:
    """Lines that are at another place of their function."""
    line = next((line.strip() for line in target.new if line.strip()), "")
    scope = ".".join(target.scope)
    if _indentation(target.new) != _indentation(source.old):
        return Effect("nesting-changed", quote(line), quote(line), scope)
    return Effect("order-changed", "", quote(line), scope)


def _dedented(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines without the blank ones around them, and without their common indentation."""
    kept = [line.rstrip() for line in lines]
    while kept and not kept[0]:
        kept.pop(0)
    while kept and not kept[-1]:
        kept.pop()
    indentation = _indentation(kept)
    return tuple(line[indentation:] for line in kept)


def _indentation(lines: Sequence[str]) -> int:
    return min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)


def _may_move(target: HunkAnalysis, source: HunkAnalysis) -> bool:
    """Whether it is the same to a program at which of two places equal pieces are.

    It is not for tests (another file may not be run), under a decorator or attribute (which
    may register what it marks), for what runs by its name (`init`, `main`), in Go from one
    file to another (a file is part of a package and has build tags), or where the target
    has a second definition with this head (then which one counts is decided by the order).
    """
    if target.language != source.language or target.language.test:
        return False
    if _kinds(target) <= _IMPORTS:
        return target.hunk.path == source.hunk.path and is_sortable(target)
    head = next(line.strip() for line in target.new if line.strip())
    marked = head.startswith(("@", "#[", "["))
    alone = target.file[1].count(head) == 1
    go = target.language.name == "go" and target.hunk.path != source.hunk.path
    return alone and not marked and not go and not re.search(r"\b(init|main)\b", head)


def _kinds(analysis: HunkAnalysis) -> set[Kind]:
    return {effect.kind for effect in analysis.effects}


def _is_whole(analysis: HunkAnalysis) -> bool:
    """Whether all of a hunk is definitions or imports."""
    return analysis.whole or _kinds(analysis) <= _IMPORTS
