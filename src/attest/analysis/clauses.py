"""The clauses of a hunk: its conditions and loops, what it raises, catches and gives back.

They are compared between the two sides of the hunk as a whole, by their tokens. So a check
that is written at another place of the hunk was neither taken out nor put in. Takes time that
is linear in the hunk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.kinds import Kind
from attest.analysis.quoting import heading
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.text import lazy, word_set


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of clause.

    Args:
        mark: what a grammar marks its tokens with.
        heads: the words that it begins with.
        removed, changed, added: the kinds of change.
    """

    mark: Where
    heads: frozenset[str]
    removed: Kind
    changed: Kind
    added: Kind


ASSERTS = word_set(
    "assert assert! check checkArgument checkNotNull debug_assert debug_assert! precondition "
    "require require! requireNonNull requireNotNull static_assert"
)
_IFS = word_set("if elif elsif unless guard when cond")
"""Words before a condition that need not be quoted with it."""
SORTS = (
    Sort(
        Where.CONDITION,
        _IFS | ASSERTS,
        "check-removed",
        "condition-changed",
        "condition-added",
    ),
    Sort(Where.LOOP, word_set("for while until foreach loop do"), *(("loop-changed",) * 3)),
    Sort(
        Where.RAISE,
        word_set("abort bail bail! error fail panic panic! raise revert throw throwIO"),
        *(("exception-raised",) * 3),
    ),
    Sort(Where.CATCH, word_set("except catch rescue"), *(("exception-caught",) * 3)),
    Sort(Where.RETURN, word_set("return"), *(("return-changed",) * 3)),
)
_JOINS = word_set(
    "< <= > >= == != === !== <> =~ !~ && || and or not ! in is <=> -lt -le -gt -ge -eq -ne ~= "
    "+ - * / % ** // << >> >>> & | ^ ~ = . ?. :: -> , \\"
)
"""What joins two lines of one clause, at the end of one or the beginning of the other."""
_OPENS = word_set("then do {")
_NAME = lazy(r"[A-Za-z_][A-Za-z0-9_]*")
_NOTHING = word_set("self this null None nil not and or in is true false True False")
"""Names that two conditions may share without being about the same thing."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause on one side of a hunk.

    Args:
        key: its tokens, without words for people.
        text: its code, as a question quotes it.
        start, end: its tokens, as indices.
    """

    key: tuple[str, ...]
    text: str
    start: int
    end: int


def clauses(every: Sequence[Token], side: Side, sort: Sort) -> list[Clause]:
    """The clauses of a sort on one side of a hunk, in order."""
    found = []
    at = 0
    while at < len(every):
        token = every[at]
        if token.text not in sort.heads or token.role == "string" or not token.where & sort.mark:
            at += 1
            continue
        end = _end(every, at, sort.mark)
        key = [t.text for n, t in enumerate(every[at:end], at) if not _is_message(every, n, sort)]
        if sort.mark == Where.CONDITION:
            # The same check in another function is another one.
            key += token.scope
        found.append(Clause(tuple(key), _text(every, side, at, end, sort), at, end))
        at = end
    return found


def _is_message(every: Sequence[Token], at: int, sort: Sort) -> bool:
    """Whether a token is words for people: a string of what is raised, or the last argument of
    an assertion that is called."""
    token = every[at]
    if token.role != "string" or sort.mark not in (Where.RAISE, Where.CONDITION):
        return False
    after = every[at + 1].text if at + 1 < len(every) else ""
    last = every[at - 1].text == "," and after == ")"
    return sort.mark == Where.RAISE or (last and token.callee.rpartition(".")[2] in ASSERTS)


def _end(every: Sequence[Token], start: int, mark: Where) -> int:
    """The index behind the last token of the clause that begins at another one."""
    depth, end = 0, start + 1
    while end < len(every) and every[end].where & mark:
        token, before = every[end], every[end - 1]
        if depth <= 0:
            apart = token.line != before.last and end > start + 1
            if token.text in _OPENS or (apart and not {before.text, token.text} & _JOINS):
                break
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        end += 1
    return end


def _text(every: Sequence[Token], side: Side, start: int, end: int, sort: Sort) -> str:
    """The code of a clause: a condition without the word before it, and of a loop or a catch
    the whole head."""
    condition = sort.mark == Where.CONDITION and every[start].text in _IFS
    first = start + 1 if condition and end > start + 1 else start
    text = " ".join(side.text[every[first].start : every[end - 1].end].split()).strip(" :;{")
    if condition and text.startswith("(") and text.endswith(")") and _is_balanced(text[1:-1]):
        text = text[1:-1].strip()
    return heading(text) if sort.mark & (Where.LOOP | Where.CATCH) else text


def _is_balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0


def compare(
    sort: Sort,
    old: Sequence[Clause],
    new: Sequence[Clause],
    counts: tuple[Callable[[Clause], bool], Callable[[Clause], bool]],
) -> Iterator[Effect]:
    """What becomes of the clauses of a sort.

    Args:
        old, new: the clauses of both sides.
        counts: whether a clause of a side is an effect by itself, and not part of a whole
            definition that is gone or new.
    """
    gone = [clause for clause in _without(old, new) if counts[0](clause)]
    came = [clause for clause in _without(new, old) if counts[1](clause)]
    if sort.mark == Where.CONDITION:
        # What is always true, or never, is no condition: it only takes the place of one.
        came = [clause for clause in came if set(_NAME.findall(clause.text)) - _NOTHING]
    if sort.mark == Where.RETURN:
        gone, came = ([one for one in those if len(one.key) > 1] for those in (gone, came))
    by_name: dict[str, list[Clause]] = {}
    for clause in came:
        for name in set(_NAME.findall(clause.text)) - _NOTHING:
            by_name.setdefault(name, []).append(clause)
    paired: set[int] = set()
    for clause in gone:
        names = set(_NAME.findall(clause.text)) - _NOTHING
        near = Counter(
            c for name in sorted(names) for c in by_name.get(name, ())[:8] if c.start not in paired
        )
        # One that shares most names is the same one, edited; another one is another check.
        other = next((c for c, shared in near.most_common(1) if 2 * shared >= len(names)), None)
        if other is None and not names and len(gone) == len(came) == 1:
            other = came[0]
        if other is not None:
            paired.add(other.start)
            kind: Kind = "order-changed" if clause.text == other.text else sort.changed
            yield Effect(kind, *quote_pair(clause.text, other.text))
        else:
            yield Effect(sort.removed, quote(clause.text))
    for clause in came:
        if clause.start not in paired:
            yield Effect(sort.added, "", quote(clause.text))


def _without(these: Sequence[Clause], others: Sequence[Clause]) -> list[Clause]:
    """The clauses that the other side does not have too."""
    left = Counter(clause.key for clause in others)
    found = []
    for clause in these:
        if left[clause.key]:
            left[clause.key] -= 1
        else:
            found.append(clause)
    return found
