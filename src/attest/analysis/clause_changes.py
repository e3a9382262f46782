"""What becomes of the clauses of a hunk, from one side to the other.

A clause that is gone and one that came are the same one, edited, where they mean the same or share
most of their names; else a check is gone, and another one is new. Takes time that is linear in the
hunk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from attest.analysis.clauses import CONDITIONS, IFS, Clause, Sort, is_balanced
from attest.analysis.effects import Effect, quote, quote_around, quote_pair
from attest.analysis.kinds import RISK, Kind
from attest.analysis.quoting import Part, significance
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.analysis.syntax.whole_text import bare_condition
from attest.text import lazy

LOOP = RISK["condition-changed"] - 1
"""What the head of a loop is ranked by: it may go through other items, or never end."""
_NEVER = "TYPE_CHECKING"
"""False wherever code runs (Python's `typing`)."""
MOST_LINES = 20
"""Lines of the old side of a hunk up to which what is missing on the new side is called removed."""


class Around(NamedTuple):
    """What a hunk has besides its clauses.

    Args:
        gone, came: whether a clause of the old or the new side is an effect by itself, and not
            part of a whole definition that is gone or new.
        old, new: the two sides of the hunk, in any of its edits.
        mentions: the words on the lines of the new side that the old one does not have, each
            at its first place.
        shell: conditions are commands.
        old_text: the old side, on one line.
        is_rewritten: so many lines go that what they did may be done in another way altogether.
    """

    gone: Callable[[Clause], bool]
    came: Callable[[Clause], bool]
    old: Part
    new: Part
    mentions: Mapping[str, Token]
    is_rewritten: bool
    shell: bool
    old_text: str


def compare(
    sort: Sort, old: Sequence[Clause], new: Sequence[Clause], around: Around
) -> Iterator[Effect]:
    """What becomes of the clauses of a sort."""
    gone = [clause for clause in _without(old, new) if around.gone(clause)]
    came = [clause for clause in _without(new, old) if around.came(clause)]
    if sort is CONDITIONS:
        # What is always true, or never, is no condition: it only takes the place of one.
        came = [clause for clause in came if clause.names and _NEVER not in clause.names]
        gone = [clause for clause in gone if _NEVER not in clause.names]
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
            yield Effect(sort.removed, quote(clause.text), "", "", weight(sort), clause.scope)
    for clause in came:
        if clause.start in paired:
            continue
        if sort is CONDITIONS and _moved(clause, around.new.side, around.old.side):
            yield Effect("order-changed", "", quote(clause.text), scope=clause.scope)
        elif clause.chooses or (sort is CONDITIONS and _is_aside(clause, around)):
            # It chooses between two values, or is about the failure of something that is done: a
            # part of the code that is new, and not a case by itself.
            rank = RISK["condition-added"] - clause.chooses
            line = around.new.line(around.new.every[clause.start]).strip()
            line = _before(around.new, clause) if _is_of_failure(clause) else line
            shown = quote_around(line, clause.text[:_BEGINNING])
            yield Effect("code-changed", "", shown, "", rank, clause.scope)
        else:
            yield Effect(sort.added, "", quote(clause.text), "", weight(sort), clause.scope)


_USUAL = lazy(r"(?i)\w*err(or)?|ok|exc|rc|ret|result")
"""Names in conditions that are about the failure of something that was just done."""


def _is_of_failure(clause: Clause) -> bool:
    return all(map(_USUAL.fullmatch, clause.names))


def _is_aside(clause: Clause, around: Around) -> bool:
    """Whether a condition is only about a failure (`err != nil`, `command || exit`), or was code
    before (`f() || true` where `f()` was)."""
    if _is_of_failure(clause) or (clause.first and clause.text in around.old_text):
        return True
    return around.shell and clause.first and clause.key[0] not in _TESTS


_TESTS = frozenset(("[", "[[", "((", "test", "!", "if", "elif", "while", "until"))


def _before(part: Part, clause: Clause) -> str:
    """The line that says most of those that end with a condition."""
    last = part.every[clause.start].line
    lines = part.side.lines[max(last - _LINES_ABOVE, part.every[0].line) : last + 1]
    return max(reversed(lines), key=significance).strip()


_LINES_ABOVE, _BEGINNING = 3, 20
"""Lines above a condition that it may be about, and its characters that a quote has inside."""


def weight(sort: Sort) -> int:
    """What a change of a clause is ranked by, where that is more than its kind says."""
    return LOOP if sort.mark == Where.LOOP else 0


def _changed(sort: Sort, clause: Clause, other: Clause) -> Effect:
    """A clause that was edited."""
    pair = quote_pair(clause.text, other.text)
    if clause.key == other.key:
        # The same check in another function: this one may have none now.
        return Effect("order-changed", "", quote(other.text), weight=RISK["check-removed"])
    if sort.mark == Where.LOOP and {"<", ">", "<=", ">=", "!=", "=="} & {*clause.key, *other.key}:
        return Effect("condition-changed", *pair)
    # One condition in the place of another may be about something else altogether.
    rank = 0 if clause.names & other.names or sort is not CONDITIONS else RISK["check-removed"]
    return Effect(sort.changed, *pair, weight=max(weight(sort), rank))


def _gone(clause: Clause, around: Around) -> Effect:
    """A condition that no other one of the hunk took the place of. It ranks as a check that is
    gone, and is called one only where nothing else can be it."""
    rank = RISK["check-removed"]
    line = around.old.side.lines[around.old.every[clause.start].line].strip()
    if _moved(clause, around.old.side, around.new.side) or line in around.new.side.stripped:
        return Effect("order-changed", "", quote(clause.text), weight=rank, scope=())
    if clause.chooses:
        rank = RISK["condition-changed"]  # of two values, and not about what is done
    # Its names may be what a helper is given now, a case of a switch, or another condition.
    mentioned = sorted(clause.names & around.mentions.keys())
    if mentioned and 2 * len(mentioned) >= len(clause.names):
        token = around.mentions[mentioned[0]]
        line = around.new.line(token).strip()
        return Effect("code-changed", "", quote(line), weight=rank, scope=token.scope)
    # A condition of the preprocessor decides what is compiled, and is no check.
    unclear = clause.chooses or around.is_rewritten or clause.key[0].startswith("#")
    kind: Kind = "code-changed" if unclear else "check-removed"
    return Effect(kind, quote(clause.text), weight=rank, scope=clause.scope)


def _moved(clause: Clause, side: Side, other: Side) -> bool:
    """Whether a condition stands elsewhere in another side of the file, where it stands no less
    often than in this one."""
    bare = bare_condition(clause.text)
    return other.conditions[bare] >= max(side.conditions[bare], 1)


def _paired(gone: Sequence[Clause], came: Sequence[Clause]) -> dict[int, Clause]:
    """For the starts of clauses that are gone, those that took their place: with the same
    meaning, or with most of their names."""
    by_meaning: dict[tuple[str, ...], list[Clause]] = {}
    by_name: dict[str, list[Clause]] = {}
    for clause in came:
        by_meaning.setdefault(clause.meaning, []).append(clause)
        for name in clause.names:
            by_name.setdefault(name, []).append(clause)
    pairs: dict[int, Clause] = {}
    taken: set[int] = set()

    def pair(clause: Clause, others: Sequence[Clause]) -> None:
        other = next((one for one in others if one.start not in taken), None)
        if other is not None:
            pairs[clause.start] = other
            taken.add(other.start)

    for clause in gone:
        pair(clause, by_meaning.get(clause.meaning, ())[:8])
    for clause in gone:
        if clause.start in pairs:
            continue
        names = clause.names
        near = Counter(other.start for name in sorted(names) for other in by_name.get(name, ())[:8])
        starts = {other.start: other for name in names for other in by_name.get(name, ())[:8]}
        # One that shares most names is the same one, edited; another one is another check.
        close = [
            starts[start] for start, n in near.most_common(8) if _is_close(n, names, starts[start])
        ]
        pair(clause, sorted(close, key=lambda one: -_shared(clause, one)))
        if len(gone) == len(came) == 1 and _are_one(clause, came[0]):
            pair(clause, came)
    return pairs


def _are_one(clause: Clause, other: Clause) -> bool:
    """Whether the only two conditions of a hunk are one: in one function, and with no names at
    all, names that begin alike, or half of their tokens."""
    both = (clause, other)
    if not all(one.names for one in both) or not all(is_balanced(one.text) for one in both):
        return True  # of what begins above the hunk, this is all that is there
    begins = [{name[:4].lower() for name in names} for names in _apart(clause.names, other.names)]
    alike = _shared(clause, other) >= 1 / 2 or bool(begins[0] & begins[1])
    return clause.scope == other.scope and clause.chooses == other.chooses and alike


def _apart(these: frozenset[str], those: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The names that only one of two conditions has."""
    return these - those, those - these


def _shared(clause: Clause, other: Clause) -> float:
    """The share of their tokens that two conditions have in common, but for marks and the words
    of any condition."""
    keys = [Counter(filter(_SAYING.fullmatch, one.key)) - _MARKS for one in (clause, other)]
    return 2 * (keys[0] & keys[1]).total() / max(keys[0].total() + keys[1].total(), 1)


_SAYING = lazy(r".*\w.*")
_MARKS = Counter(dict.fromkeys([*IFS, "is", "not", "in", "null", "None", "nil", "true"], 1_000))


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
