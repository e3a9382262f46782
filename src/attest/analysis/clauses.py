"""The clauses of a hunk: its conditions and loops, what it raises, catches and gives back.

They are compared between the two sides of the hunk as a whole, by their tokens and whatever
lines these are on. So code that was wrapped in another way is no other condition, and a check
that is written at another place was not taken out. A check is only called removed where nothing
that the hunk adds has a name of it: it may have become another condition, an argument of a
helper, a case of a switch. Takes time that is linear in the hunk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.kinds import RISK, Kind
from attest.analysis.quoting import Part, heading
from attest.analysis.syntax.tokens import Side, Token, Where, bare_condition
from attest.text import lazy, word_set


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of clause.

    Args:
        mark: what a grammar marks its tokens with.
        heads: the words that it begins with; a condition may begin without one.
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
_IFS = word_set("if elif elsif elseif unless guard when cond #if #elif #ifdef #ifndef")
"""Words before a condition that need not be quoted with it."""
CONDITIONS = Sort(
    Where.CONDITION, _IFS | ASSERTS, "check-removed", "condition-changed", "condition-added"
)
SORTS = (
    CONDITIONS,
    Sort(Where.LOOP, word_set("for while until foreach loop do"), *(("code-changed",) * 3)),
    Sort(
        Where.RAISE,
        word_set("abort bail bail! error fail panic panic! raise revert throw throwIO"),
        *(("exception-changed",) * 3),
    ),
    Sort(Where.CATCH, word_set("except catch rescue"), *(("exception-changed",) * 3)),
    Sort(Where.RETURN, word_set("return"), *(("return-changed",) * 3)),
)
LOOP = RISK["condition-changed"] - 1
"""What the head of a loop is ranked by: it may go through other items, or never end."""
_JOINS = word_set(
    "< <= > >= == != === !== <> =~ !~ && || and or not ! in is <=> -lt -le -gt -ge -eq -ne ~= "
    "+ - * / % ** // << >> >>> & | ^ ~ = . ?. :: -> , \\"
)
"""What joins two lines of one clause, at the end of one or the beginning of the other."""
_OPENS = word_set("then do { ;")
_LEFT_OUT = word_set("( ) , !")
"""What may be written in a condition or left out of it."""
_TURNED = {"!=": "==", "!==": "===", "-ne": "-eq", "<>": "==", "unless": "if", "not": "!"}
MOST_LINES = 20
"""Lines of the old side of a hunk up to which what is missing on the new side is called removed."""
_GUARD = lazy(r"(?:&&|\|\||\band|\bor|\?:|\?\?)\Z")
"""What stands between a guard and what it guards."""
_SAYS_WHAT = lazy(r"\w{2}")
_NEVER = "TYPE_CHECKING"
"""False wherever code runs (Python's `typing`)."""
_NOTHING = word_set(
    "self this null None nil not and or in is true false True False if unless elif let var const"
)
"""Names that two conditions may share without being about the same thing."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause on one side of a hunk.

    Args:
        key: its tokens, without words for people.
        text: its code, as a question quotes it.
        start, end: its tokens, as indices.
        scope: names of what is around it.
        names: those in it that say what it is about.
        chooses: it chooses between two values.
        first: it begins its line.
    """

    key: tuple[str, ...]
    text: str
    start: int
    end: int
    scope: tuple[str, ...]
    names: frozenset[str]
    chooses: bool
    first: bool

    def in_place_of(self, renamed: Mapping[tuple[str, ...], tuple[str, ...]]) -> Clause:
        """The same clause as a part of what its function is called now."""
        ends = range(len(self.scope), 0, -1)
        end = next((end for end in ends if self.scope[:end] in renamed), 0)
        return replace(self, scope=renamed[self.scope[:end]] + self.scope[end:]) if end else self

    @property
    def meaning(self) -> tuple[str, ...]:
        """What it compares, either way round, whatever is around it."""
        words = [_TURNED.get(word, word) for word in self.key]
        return tuple(word for word in words if word not in _LEFT_OUT and word not in _IFS)


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
        own = every[at:end]
        if sort.mark == Where.RETURN:
            own = list(_without_arguments(own))
        else:
            own = [one for n, one in enumerate(own, at) if not _is_message(every, n, sort)]
        key = tuple(_without_trailing_commas([one.text for one in own]))
        names = frozenset(one.text.lstrip("$@") for one in own if one.role == "name") - _NOTHING
        first = head and not (at and every[at - 1].last == token.line)
        chooses = every[end].text == "?" if end < len(every) else False
        text = _text(every, side, at, end, sort)
        result.append(Clause(key, text, at, end, token.scope, names, chooses, first))
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


def _without_trailing_commas(words: Sequence[str]) -> Iterator[str]:
    for number, word in enumerate(words):
        if word != "," or words[number + 1 : number + 2] not in ([")"], ["]"], ["}"]):
            yield word


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
    depth, end = (every[start].text in ("(", "[")) - 0, start + 1
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
    text = " ".join(side.text[every[first].start : every[end - 1].end].split())
    text = _GUARD.sub("", text).strip(" :;{")
    if sort.mark == Where.RETURN and _SAYS_WHAT.search(text.removeprefix("return ")):
        text = text.removeprefix("return ")
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


@dataclass(frozen=True, slots=True)
class Around:
    """What a hunk has besides its clauses.

    Args:
        gone, came: whether a clause of the old or the new side is an effect by itself, and not
            part of a whole definition that is gone or new.
        old, new: the two sides of the hunk, in any of its edits.
        mentions: the words on the lines of the new side that the old one does not have, each
            at its first place.
        is_rewritten: so many lines go that what they did may be done in another way altogether.
    """

    gone: Callable[[Clause], bool]
    came: Callable[[Clause], bool]
    old: Part
    new: Part
    mentions: Mapping[str, Token]
    is_rewritten: bool


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
            yield replace(_changed(sort, clause, other), scope=other.scope)
        elif sort is CONDITIONS:
            yield replace(_gone(clause, around), scope=clause.scope)
        else:
            yield Effect(sort.removed, quote(clause.text), "", "", weight(sort), clause.scope)
    for clause in came:
        if clause.start in paired:
            continue
        if sort is CONDITIONS and _moved(clause, around.new.side, around.old.side):
            yield Effect("order-changed", "", quote(clause.text))
        elif clause.chooses:
            # It chooses between two values: of the code that is new, and not a case by itself.
            line = around.new.line(around.new.every[clause.start]).strip()
            rank = RISK["condition-added"] - 1
            yield Effect("code-changed", "", quote(line), "", rank, clause.scope)
        else:
            yield Effect(sort.added, "", quote(clause.text), "", weight(sort), clause.scope)


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
    if _moved(clause, around.old.side, around.new.side):
        return Effect("order-changed", "", quote(clause.text), weight=rank)
    if clause.chooses:
        rank = RISK["condition-changed"]  # of two values, and not about what is done
    # Its names may be what a helper is given now, a case of a switch, or another condition.
    mentioned = sorted(clause.names & around.mentions.keys())
    if mentioned and 2 * len(mentioned) >= len(clause.names):
        line = around.new.line(around.mentions[mentioned[0]]).strip()
        return Effect("code-changed", *quote_pair(clause.text, line), weight=rank)
    # A condition of the preprocessor decides what is compiled, and is no check.
    unclear = clause.chooses or around.is_rewritten or clause.key[0].startswith("#")
    kind: Kind = "code-changed" if unclear else "check-removed"
    return Effect(kind, quote(clause.text), weight=rank)


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
        pair(clause, [starts[start] for start, n in near.most_common(8) if 2 * n >= len(names)])
        if len(gone) == len(came) == 1 and not (names and came[0].names):
            pair(clause, came)
    return pairs


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
