"""Definitions and whole files that are elsewhere now.

That the same lines were elsewhere before is a fact; that they do the same at their new place
is not: a file may begin to run, a name may mean something else there. So what moved is
asked about, once, at its new place.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from attest.analysis.effects import Effect, quote
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.kinds import RISK
from attest.analysis.quoting import significance
from attest.analysis.syntax.languages import Language
from attest.text import lazy, word_set


def mark_moved(analyses: Sequence[HunkAnalysis]) -> None:
    """Mark what one hunk removes and another one adds: whole files byte for byte, whole
    definitions line for line, whatever their indentation. Other lines of one function are in
    another order, or under another condition.

    Takes time that is linear in the change. Each removed piece is the source of one added
    piece: a second copy is new code.
    """
    removed_files: dict[tuple[str, str, Language], deque[int]] = {}
    removed: dict[tuple[str, ...], deque[int]] = {}
    for number, analysis in enumerate(analyses):
        row = analysis.hunk.row
        if analysis.conflict is not None:
            continue  # what becomes of it is a decision of the merge
        if row.status == "D":
            file = row.old_oid, row.old_mode, analysis.language
            removed_files.setdefault(file, deque()).append(number)
        elif analysis.risk and analysis.hunk.old_lines and not analysis.hunk.new_lines:
            removed.setdefault(_dedented(analysis.old), deque()).append(number)
    for number, target in enumerate(analyses):
        row = target.hunk.row
        if target.conflict is not None:
            continue
        if row.status == "A":
            sources = removed_files.get((row.new_oid, row.new_mode, target.language))
        elif target.risk and target.hunk.new_lines and not target.hunk.old_lines:
            sources = removed.get(_dedented(target.new))
        else:
            continue
        if sources:
            _mark(target, number, analyses[sources[0]], sources)
    _mark_calls(analyses)
    _mark_lines(analyses)


def _mark_calls(analyses: Sequence[HunkAnalysis]) -> None:
    """Mark what calls the same with the same before or behind where its function did: such as
    behind a check before, and before it now. Takes time that is linear in the calls."""
    places: dict[tuple[bytes, tuple[str, ...], tuple[str, str]], tuple[list[int], list[int]]] = {}
    for number, analysis in enumerate(analyses):
        if analysis.parsed and not analysis.broken and analysis.scope:
            for side, calls in enumerate((analysis.lost, analysis.gained)):
                for call in calls:
                    key = analysis.hunk.path, analysis.scope, call
                    places.setdefault(key, ([], []))[side].append(number)
    for key, (lost, gained) in places.items():
        if len(lost) == len(gained) == 1 and lost != gained:
            target = analyses[gained[0]]
            if target.risk < RISK["order-changed"] and not target.test:
                line = next((line for line in target.new if key[2][0] in line), "").strip()
                moved = Effect("order-changed", "", quote(line), ".".join(target.scope))
                target.effects = (moved, *target.effects)


_ONE_SIDED = word_set(
    "check-removed condition-added condition-changed code-changed exception-changed return-changed"
)
"""Kinds of which one side may stand elsewhere in the same change, moved or taken into a helper."""


def _mark_lines(analyses: Sequence[HunkAnalysis]) -> None:
    """Mark what is new or gone here, but stands in a line of the other side of another hunk: where
    it is reached may have changed, and no more can be said. Its rank stays as it is.

    Takes time that is linear in the change: few lines are compared with each effect.
    """
    code = [
        number
        for number, analysis in enumerate(analyses)
        if analysis.conflict is None and analysis.language.sort == "code"
    ]
    sides = _Lines(), _Lines()
    for number in code:
        for lines, own in zip(sides, (analyses[number].old, analyses[number].new), strict=True):
            lines.add(number, own)
    for number in code:
        analysis = analyses[number]
        if analysis.hunk.row.status != "D":
            effects = (_placed(effect, number, *sides) for effect in analysis.effects)
            analysis.effects = tuple(dict.fromkeys(effects))


def _placed(effect: Effect, number: int, old: _Lines, new: _Lines) -> Effect:
    """An effect, or where its code is now if that is all that differs."""
    code = effect.old or effect.new
    if effect.kind == "function-added" and old.with_words(code, number):
        return effect._replace(words="moved-function")
    if bool(effect.old) == bool(effect.new) or effect.kind not in _ONE_SIDED:
        return effect
    if effect.kind == "code-changed" and not _CALL.search(code):
        return effect  # a value may be the same anywhere
    line = (new if effect.old else old).with_words(code, number)
    if not line:
        return effect
    shown, scope = (quote(line), ()) if effect.old else (effect.new, effect.scope)
    return Effect("order-changed", "", shown, "", effect.risk, scope)


class _Lines:
    """The lines of one side of a change, by their words."""

    def __init__(self) -> None:
        self._by_word: dict[str, list[tuple[int, str, frozenset[str]]]] = {}

    def add(self, number: int, lines: Sequence[str]) -> None:
        """Add the lines of the hunk with a number."""
        for line in lines:
            names = _names(line[:MAX_COMPARED])
            for word in names if significance(line) else ():
                self._by_word.setdefault(word, []).append((number, line.strip(), names))

    def with_words(self, code: str, barred: int) -> str:
        """The first line of another hunk that has all words of some code; empty where none has,
        or where the code has too few to be known by."""
        names = _names(code)
        if len(names) < FEWEST_WORDS:
            return ""
        rarest = min((self._by_word.get(name, []) for name in sorted(names)), key=len)
        lines = rarest[:MAX_LINES]
        return next(
            (
                line
                for hunk, line, own in lines
                if names <= own and len(own) <= 2 * len(names) and hunk != barred
            ),
            "",
        )


MAX_COMPARED, MAX_LINES, FEWEST_WORDS = 300, 20, 3
"""Characters of a line that are compared, lines with one word, and words of code that is known
where it stands elsewhere."""


def _names(line: str) -> frozenset[str]:
    return frozenset(_WORD_OF_LINE.findall(line)) - _KEYWORDS


_KEYWORDS = word_set(
    "and await case const def elif else false fn for func function if in is let new nil none not "
    "null or public private return self static this throw true undefined val var void while None "
    "True False"
)
_CALL = lazy(r"\w[!?]?\(")
_WORD_OF_LINE = lazy(r"[^\W\d]\w+")


def _mark(target: HunkAnalysis, number: int, source: HunkAnalysis, sources: deque[int]) -> None:
    """Mark a piece that was added, and the one that was removed in its place."""
    if target.hunk.row.status == "A" or (target.whole and source.whole):
        where = source.hunk.path.decode("utf-8", "replace")
        target.effects = (Effect("moved", "", quote(_first_line(target)), quote(where)),)
    elif _in_one_function(target, source):
        target.effects = source.effects = (_reordered(target),)
    else:
        return
    source.moved_to = number
    sources.popleft()


def _first_line(analysis: HunkAnalysis) -> str:
    name = analysis.hunk.path.decode("utf-8", "replace").rpartition("/")[2]
    if analysis.hunk.row.status == "A":
        return name
    return next((line.strip() for line in analysis.new if line.strip()), name)


def _in_one_function(target: HunkAnalysis, source: HunkAnalysis) -> bool:
    same = target.hunk.path == source.hunk.path and target.scope == source.scope
    return same and bool(target.scope)


def _reordered(target: HunkAnalysis) -> Effect:
    """Lines that are at another place of their function."""
    line = max(target.new, key=significance, default="").strip()
    scope = ".".join(target.scope)
    return Effect("order-changed", "", quote(line), scope)


def _dedented(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines without the blank ones around them, and without their common indentation."""
    kept = [line.rstrip() for line in lines]
    first, last = 0, len(kept)
    while first < last and not kept[first]:
        first += 1
    while last > first and not kept[last - 1]:
        last -= 1
    kept = kept[first:last]
    indentation = _indentation(kept)
    return tuple(line[indentation:] for line in kept)


def _indentation(lines: Sequence[str]) -> int:
    return min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
