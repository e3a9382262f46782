"""Definitions and whole files that are elsewhere now.

That the same lines were elsewhere before is a fact; that they do the same at their new place
is not: a file may begin to run, a name may mean something else there. So what moved is
asked about, once, at its new place.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Sequence
from textwrap import dedent

from attest.analysis.effects import Effect, quote
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.kinds import REORDERED
from attest.analysis.quoting import significance
from attest.text import lazy


def mark_moved(analyses: Sequence[HunkAnalysis]) -> None:
    """Mark what one hunk removes and another one adds: whole files byte for byte, whole
    definitions line for line, whatever their indentation. Other lines of one function are in
    another order, or under another condition.

    Takes time that is linear in the change. Each removed piece is the source of one added
    piece: a second copy is new code.
    """
    removed: dict[Hashable, deque[int]] = {}
    for number, analysis in enumerate(analyses):
        removed.setdefault(_piece(analysis, gone=True), deque()).append(number)
    for number, target in enumerate(analyses):
        piece = _piece(target, gone=False)
        if piece is not None and removed.get(piece):
            _mark(target, number, analyses[removed[piece][0]], removed[piece])
    _mark_calls(analyses)


def _piece(analysis: HunkAnalysis, *, gone: bool) -> Hashable | None:
    """What a hunk takes away or adds, and does nothing else: a whole file, or lines. None for
    another hunk, and for a conflict: what becomes of it is a decision of the merge."""
    row, hunk = analysis.hunk.row, analysis.hunk
    if analysis.conflict is not None:
        return None
    if gone:
        status, file, lines, others = "D", (row.old_oid, row.old_mode), analysis.old, hunk.new_lines
    else:
        status, file, lines, others = "A", (row.new_oid, row.new_mode), analysis.new, hunk.old_lines
    if row.status == status:
        return *file, analysis.language
    return _dedented(lines) if analysis.risk and lines and not others else None


def _mark_calls(analyses: Sequence[HunkAnalysis]) -> None:
    """Mark what calls the same with the same before or behind where its function did: such as
    behind a check before, and before it now. Takes time that is linear in the calls."""
    places: dict[tuple[bytes, tuple[str, ...], tuple[str, str]], tuple[list[int], list[int]]] = {}
    for number, analysis in enumerate(analyses):
        if analysis.parsed and not analysis.broken and analysis.scope:
            old, new = (
                frozenset(_CALL.findall("\n".join(lines))) for lines in (analysis.old, analysis.new)
            )
            for side, calls in enumerate((old - new, new - old)):
                for call in sorted(calls):
                    places.setdefault((*_place(analysis), call), ([], []))[side].append(number)
    for (_, scope, call), (lost, gained) in places.items():
        if len(lost) == len(gained) == 1 and lost != gained and call[0] != scope[-1]:
            target = analyses[gained[0]]
            if target.risk < REORDERED and not target.test:
                line = next(line for line in target.new if call[0] in line).strip()
                target.effects = (_reordered(target, line), *target.effects)


_CALL = lazy(r"(?<!\w)(\w{1,99}[!?]?)\(\s*([\w$@&*\"']+)")
"""What is called, and the first word that is given to it."""


def _mark(target: HunkAnalysis, number: int, source: HunkAnalysis, sources: deque[int]) -> None:
    """Mark a piece that was added, and the one that was removed in its place."""
    if target.hunk.row.status == "A" or (target.whole and source.whole):
        where = source.hunk.path.decode("utf-8", "replace")
        whole = target.hunk.path.decode("utf-8", "replace").rpartition("/")[2]
        line = whole if target.hunk.row.status == "A" else next(filter(str.strip, target.new))
        target.effects = (Effect("moved", "", quote(line), quote(where)),)
    elif target.scope and _place(target) == _place(source):
        line = max(target.new, key=significance, default="").strip()
        target.effects = source.effects = (_reordered(target, line),)
    else:
        return
    source.moved_to = number
    sources.popleft()


def _place(analysis: HunkAnalysis) -> tuple[bytes, tuple[str, ...]]:
    """The function that a hunk is in."""
    return analysis.hunk.path, analysis.scope


def _reordered(target: HunkAnalysis, line: str) -> Effect:
    """Code that is at another place of its function."""
    return Effect("code-changed", "", quote(line), ".".join(target.scope), REORDERED)


def _dedented(lines: Sequence[str]) -> str:
    """Lines without the blank ones around them, and without their common indentation."""
    return dedent("\n".join(line.rstrip() for line in lines)).strip("\n")
