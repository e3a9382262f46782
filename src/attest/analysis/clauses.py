"""The clauses of a hunk: its conditions and loops, what it raises, catches and gives back.

They are compared between the two sides of the hunk as a whole, by their tokens and whatever
lines these are on. So code that was wrapped in another way is no other condition, and a check
that is written at another place was not taken out. A check is only called removed where nothing
that the hunk adds has a name of it: it may have become another condition, an argument of a
helper, a case of a switch. Takes time that is linear in the hunk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from attest.analysis.kinds import RISK, Kind
from attest.analysis.quoting import heading
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.text import lazy, word_set


class Sort(NamedTuple):
    """A sort of clause.

    Args:
        mark: what a grammar marks its tokens with.
        heads: the words that it begins with; a condition may begin without one.
        kind: of a change; a condition that is gone or new has one of its own.
        weight: what a change is ranked by, where that is more than its kind says.
    """

    mark: int
    heads: frozenset[str]
    kind: Kind
    weight: int = 0


ASSERTS = word_set(
    "assert assert! check checkArgument checkNotNull debug_assert debug_assert! precondition "
    "require require! requireNonNull requireNotNull static_assert"
)
IFS = word_set("if elif elsif elseif unless guard when cond #if #elif #ifdef #ifndef")
"""Words before a condition that need not be quoted with it."""
LOOP = RISK["condition-changed"] - 1
"""What the head of a loop is ranked by: it may go through other items, or never end."""
CONDITIONS = Sort(Where.CONDITION, IFS | ASSERTS, "condition-changed")
SORTS = (
    CONDITIONS,
    Sort(Where.LOOP, word_set("for while until foreach loop do"), "code-changed", LOOP),
    Sort(
        Where.RAISE,
        word_set("abort bail bail! error fail panic panic! raise revert throw throwIO"),
        "exception-changed",
    ),
    Sort(Where.CATCH, word_set("except catch rescue"), "exception-changed"),
    Sort(Where.RETURN, word_set("return"), "return-changed"),
)
_JOINS = word_set(
    "< <= > >= == != === !== <> =~ !~ && || and or not ! in is <=> -lt -le -gt -ge -eq -ne ~= "
    "+ - * / % ** // << >> >>> & | ^ ~ = . ?. :: -> , \\"
)
"""What joins two lines of one clause, at the end of one or the beginning of the other."""
_OPENS = word_set("then do { ;")
_GUARD = lazy(r"(?:&&|\|\||\band|\bor|\?:|\?\?)\Z")
"""What stands between a guard and what it guards."""
_NOTHING = word_set(
    "self this null None nil not and or in is true false True False if unless elif let var const"
)
"""Names that two conditions may share without being about the same thing."""


class Clause(NamedTuple):
    """A clause on one side of a hunk.

    Args:
        key: its tokens, without words for people.
        text: its code, as a question quotes it.
        start, end: its tokens, as indices.
        scope: names of what is around it.
        names: those in it that say what it is about.
        chooses: it chooses between two values.
    """

    key: tuple[str, ...]
    text: str
    start: int
    end: int
    scope: tuple[str, ...]
    names: frozenset[str]
    chooses: bool

    def in_place_of(self, renamed: Mapping[tuple[str, ...], tuple[str, ...]]) -> Clause:
        """The same clause as a part of what its function is called now."""
        ends = range(len(self.scope), 0, -1)
        end = next((end for end in ends if self.scope[:end] in renamed), 0)
        return self._replace(scope=renamed[self.scope[:end]] + self.scope[end:]) if end else self


def clauses(every: Sequence[Token], side: Side, sort: Sort) -> list[Clause]:
    """The clauses of a sort on one side of a hunk, in order."""
    result = []
    at = 0
    while at < len(every):
        token = every[at]
        head = token.text in sort.heads and token.role != "string"
        run = sort is CONDITIONS and (at == 0 or not every[at - 1].where & sort.mark)
        if not token.where & sort.mark or not (head or run):
            at += 1
            continue
        end = _end(every, at, sort.mark)
        own = [one for n, one in enumerate(every[at:end], at) if not _is_message(every, n, sort)]
        if sort.mark == Where.RETURN:
            own = list(_without_arguments(own))
        key = tuple(one.text for one in own)
        names = frozenset(one.text.lstrip("$@") for one in own if one.role == "name") - _NOTHING
        chooses = every[end].text == "?" if end < len(every) else False
        text = _text(every, side, at, end, sort)
        result.append(Clause(key, text, at, end, token.scope, names, chooses))
        at = end
    return result


def _without_arguments(tokens: Sequence[Token]) -> Iterator[Token]:
    """Tokens without those that are given to what is called there."""
    depth, before = 0, None
    for token in tokens:
        if token.text == "(" and (depth or (before is not None and before.role == "name")):
            depth += 1
        if not depth:
            yield token
        if token.text == ")" and depth:
            depth -= 1
        before = token


def _is_message(every: Sequence[Token], at: int, sort: Sort) -> bool:
    """Whether a token is words for people: a string of what is raised, or the last argument of
    an assertion that is called."""
    token = every[at]
    if token.role != "string" or sort.mark not in (Where.RAISE, Where.CONDITION):
        return False
    after = every[at + 1].text if at + 1 < len(every) else ""
    last = every[at - 1].text == "," and after == ")"
    return sort.mark == Where.RAISE or (last and token.callee.rpartition(".")[2] in ASSERTS)


def _end(every: Sequence[Token], start: int, mark: int) -> int:
    """The index behind the last token of the clause that begins at another one."""
    depth, end = (every[start].text in ("(", "[")) - 0, start + 1
    while end < len(every) and every[end].where & mark:
        token, before = every[end], every[end - 1]
        if depth <= 0:
            apart = token.line != before.last and end > start + 1
            joined = {before.text, token.text} & _JOINS
            if (token.text in _OPENS and not _parts_steps(every, end)) or (apart and not joined):
                break
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        end += 1
    return end


def _parts_steps(every: Sequence[Token], at: int) -> bool:
    """Whether a mark is within `for a; b; c`, a loop without brackets."""
    goes_on = at + 1 < len(every) and bool(every[at + 1].where & Where.LOOP)
    return every[at].text == ";" and goes_on and every[at + 1].text != "do"


def _text(every: Sequence[Token], side: Side, start: int, end: int, sort: Sort) -> str:
    """The code of a clause: a condition without the word before it, and of a loop or a catch
    the whole head."""
    condition = sort.mark == Where.CONDITION and every[start].text in IFS
    first = start + 1 if condition and end > start + 1 else start
    text = " ".join(side.text[every[first].start : every[end - 1].end].split())
    text = _GUARD.sub("", text).strip(" :;{")
    if condition and text.startswith("(") and text.endswith(")") and is_balanced(text[1:-1]):
        text = text[1:-1].strip()
    return heading(text) if sort.mark & (Where.LOOP | Where.CATCH) else text


def is_balanced(text: str) -> bool:
    """Whether each bracket of a text is closed, and none that was not opened."""
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0
