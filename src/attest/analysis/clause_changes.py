"""What becomes of the clauses of a hunk, from one side to the other.

A clause that is gone and one that came are the same one, edited, where they mean the same or share
most of their names; else a check is gone, and another one is new. Takes time that is linear in the
hunk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from attest.analysis.clauses import CONDITIONS, IFS, Clause, Sort, is_balanced
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.kinds import RISK, Kind
from attest.analysis.quoting import Part, significance
from attest.analysis.syntax.tokens import Side, Where
from attest.analysis.syntax.whole_text import bare_condition, count_conditions, is_elsewhere
from attest.text import lazy

MOST_LINES = 20
"""Lines of the old side of a hunk up to which what is missing on the new side is called removed."""


class Around(NamedTuple):
    """What a hunk has besides its clauses.

    Args:
        gone, came: whether a clause of the old or the new side is an effect by itself, and not
            part of a whole definition that is gone or new.
        old, new: the two sides of the hunk, in any of its edits.
        put_in: the words that the edits of the hunk put in.
        is_rewritten: so many lines go that what they did may be done in another way altogether.
    """

    gone: Callable[[Clause], bool]
    came: Callable[[Clause], bool]
    old: Part
    new: Part
    put_in: Collection[str]
    is_rewritten: bool


def compare(
    sort: Sort, old: Sequence[Clause], new: Sequence[Clause], around: Around
) -> Iterator[Effect]:
    """What becomes of the clauses of a sort."""
    gone = [clause for clause in _without(old, new) if around.gone(clause)]
    came = [clause for clause in _without(new, old) if around.came(clause)]
    if sort is CONDITIONS:
        # What is always true, or never, is no condition: it only takes the place of one.
        came = [clause for clause in came if clause.names]
    if sort.mark == Where.RETURN:
        gone, came = ([one for one in those if len(one.key) > 1] for those in (gone, came))
    pairs = _paired(gone, came)
    paired = {other.start for other in pairs.values()}
    for clause in gone:
        other = pairs.get(clause.start)
        if other is not None:
            yield _changed(sort, clause, other)._replace(scope=other.scope)
        elif sort is CONDITIONS:
            yield _gone(clause, around)
        else:
            yield Effect(sort.kind, quote(clause.text), "", "", sort.weight, clause.scope)
    for clause in came:
        if clause.start in paired:
            continue
        if clause.chooses or (sort is CONDITIONS and _is_aside(clause, around)):
            # It chooses between two values, was elsewhere before, or is about the failure of
            # something that is done: a part of the code that is new, and not a case by itself.
            rank = RISK["condition-added"] - clause.chooses
            shown = quote(_before(around.new, clause))
            yield Effect("code-changed", "", shown, "", rank, clause.scope)
        else:
            kind: Kind = "condition-added" if sort is CONDITIONS else sort.kind
            yield Effect(kind, "", quote(clause.text), "", sort.weight, clause.scope)


_USUAL = lazy(r"(?i)\w*err(or)?|ok|exc|rc|ret|result")
"""Names in conditions that are about the failure of something that was just done."""


def _is_aside(clause: Clause, around: Around) -> bool:
    """Whether a condition is only about a failure (`err != nil`), or stood elsewhere in the file
    before."""
    of_failure = all(map(_USUAL.fullmatch, clause.names))
    return of_failure or _moved(clause, around.new.side, around.old.side)


def _before(part: Part, clause: Clause) -> str:
    """The line that says most of those that end with a condition."""
    last = part.every[clause.start].line
    lines = part.side.lines[max(last - _LINES_ABOVE, part.every[0].line) : last + 1]
    return max(reversed(lines), key=significance).strip()


_LINES_ABOVE = 3
"""Lines above a condition that it may be about."""


def _changed(sort: Sort, clause: Clause, other: Clause) -> Effect:
    """A clause that was edited."""
    pair = quote_pair(clause.text, other.text)
    if clause.key == other.key:
        # The same check in another function: this one may have none now.
        return Effect("code-changed", "", quote(other.text), weight=RISK["check-removed"])
    if sort.mark == Where.LOOP and {"<", ">", "<=", ">=", "!=", "=="} & {*clause.key, *other.key}:
        return Effect("condition-changed", *pair)
    # One condition in the place of another may be about something else altogether.
    rank = 0 if clause.names & other.names or sort is not CONDITIONS else RISK["check-removed"]
    return Effect(sort.kind, *pair, weight=max(sort.weight, rank))


def _gone(clause: Clause, around: Around) -> Effect:
    """A condition that no other one of the hunk took the place of. It ranks as a check that is
    gone, and is called one only where nothing else can be it: a condition elsewhere, what a
    helper is given now, a case of a switch. One of the preprocessor decides what is compiled, and
    is no check."""
    old, new = around.old, around.new.side
    line = old.side.lines[old.every[clause.start].line].strip()
    unclear = (
        clause.chooses
        or around.is_rewritten
        or clause.key[0].startswith("#")
        or _moved(clause, old.side, new)
        or new.has_stripped(line)
        or 2 * len(clause.names.intersection(around.put_in)) >= max(len(clause.names), 1)
    )
    kind: Kind = "code-changed" if unclear else "check-removed"
    rank = RISK["condition-changed" if clause.chooses else "check-removed"]
    return Effect(kind, quote(clause.text), weight=rank, scope=clause.scope)


def _moved(clause: Clause, side: Side, other: Side) -> bool:
    """Whether a condition stands elsewhere in another side of the file, where it stands no less
    often than in this one."""
    return is_elsewhere(count_conditions, bare_condition(clause.text), side, other)


def _paired(gone: Sequence[Clause], came: Sequence[Clause]) -> dict[int, Clause]:
    """For the starts of clauses that are gone, those that took their place: with most of their
    names. Looks at few for each name."""
    by_name: dict[str, list[Clause]] = {}
    for clause in came:
        for name in clause.names:
            by_name.setdefault(name, []).append(clause)
    by_start = {clause.start: clause for clause in came}
    pairs: dict[int, Clause] = {}
    for clause in gone:
        names = sorted(clause.names)
        near = Counter(other.start for name in names for other in by_name.get(name, ())[:8])
        close = [
            by_start[start]
            for start, shared in near.most_common(8)
            if start in by_start and _is_close(shared, clause.names, by_start[start])
        ]
        other = max(close, key=lambda one: len(one.names & clause.names), default=None)
        if other is None and len(gone) == len(came) == 1 and _are_one(clause, came[0]):
            other = came[0]
        if other is not None:
            pairs[clause.start] = by_start.pop(other.start)
    return pairs


def _are_one(clause: Clause, other: Clause) -> bool:
    """Whether the only two conditions of a hunk are one: in one function, and half of their tokens
    are the same, or they are all that is there of what begins above the hunk."""
    both = (clause, other)
    words, others = (
        Counter(word for word in one.key if word not in IFS and any(map(str.isalnum, word)))
        for one in both
    )
    alike = 4 * (words & others).total() >= words.total() + others.total()
    whole = all(is_balanced(one.text) for one in both)
    return clause.scope == other.scope and (alike or not whole)


def _is_close(shared: int, names: frozenset[str], other: Clause) -> bool:
    """Whether two conditions share enough names to be one: half of those of each, or all of one."""
    sizes = len(names), len(other.names)
    return 2 * shared >= max(sizes) or shared == min(sizes)


def _without(these: Sequence[Clause], others: Sequence[Clause]) -> list[Clause]:
    """The clauses that the other side does not have too, in the same function."""
    left = Counter((clause.key, clause.scope) for clause in others)
    result = []
    for clause in these:
        key = clause.key, clause.scope
        if left[key]:
            left[key] -= 1
        else:
            result.append(clause)
    return result
