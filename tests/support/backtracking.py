"""Counting the steps of a backtracking matcher, such as Python's `re` is.

A pattern is parsed by Python's own parser, turned into a small program, and run on an
input with every step counted. No clock decides: what is super-linear shows in the count.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

Char = Callable[[str], bool]
Groups = dict[tuple[int, int], int]
_SHORT, _LONG = 16, 160
"""How often a piece is repeated: ten times apart."""
_END = "\x01"
"""What hardly any pattern matches, so that the matcher goes back."""
_FAR = 20_000
"""Steps behind which a short input is given up."""
_WORST = 6
"""So many of the short inputs that take the most steps for their length are tried long."""
_COUNTED, _COPIES = 1000, 8
"""A repeat of at most 1,000 times is a constant; 8 copies stand for it."""
_SAMPLES = "aZ09_ -.:=+/\\\"'`<>()[]{},;@#%*&|!?$~\t\n\r\x0c\u00a0\u00e9\u00ab\u4e00\x01"


class TooManySteps(Exception):
    """The count passed its bound."""


@dataclass
class Program:
    """Instructions, and what a character of each place may be.

    Args:
        looped: those within a loop that has no bound.
    """

    code: list[tuple[Any, ...]] = field(default_factory=list)
    chars: list[Char] = field(default_factory=list)
    looped: list[Char] = field(default_factory=list)
    registers: int = 0


_CHARACTERS = (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY)


def possessive_groups(pattern: str, flags: int) -> list[Any]:
    """What a pattern repeats possessively that is more than a single character, as parsed."""
    return list(_possessive_groups(_parser.parse(pattern, flags)))


def _possessive_groups(value: Any) -> Iterator[Any]:
    # By identity: the codes are numbers, and so are the characters of a range.
    if isinstance(value, tuple) and value and value[0] is op.POSSESSIVE_REPEAT:
        body = value[1][2]
        if len(body) != 1 or body[0][0] not in _CHARACTERS:
            yield body
    if isinstance(value, (tuple, list, _parser.SubPattern)):
        for one in value:
            yield from _possessive_groups(one)


class _Compiler:
    def __init__(self, pattern: str, flags: int) -> None:
        self.parsed = _parser.parse(pattern, flags)
        self.flags = self.parsed.state.flags
        self.program = Program()
        self.looping = 0

    def run(self) -> Program:
        self.sequence(self.parsed)
        self.emit("done")
        return self.program

    def emit(self, *instruction: Any) -> int:
        self.program.code.append(instruction)
        return len(self.program.code) - 1

    def patch(self, at: int, *instruction: Any) -> None:
        self.program.code[at] = instruction

    @property
    def here(self) -> int:
        return len(self.program.code)

    def sequence(self, items: Any) -> None:
        for what, value in items:
            self.item(what, value)

    def item(self, what: Any, value: Any) -> None:
        if what in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN):
            char = _char(what, _frozen(value), self.flags)
            self.program.chars.append(char)
            self.program.looped += [char] if self.looping else []
            self.emit("char", char)
        elif what is op.SUBPATTERN:
            number, add, drop, body = value
            before, self.flags = self.flags, (self.flags | add) & ~drop
            self.emit("open", number)
            self.sequence(body)
            self.emit("close", number)
            self.flags = before
        elif what is op.BRANCH:
            self.branch(value[1])
        elif what in (op.MAX_REPEAT, op.MIN_REPEAT):
            self.repeat(*value, greedy=what is op.MAX_REPEAT)
        elif what is op.POSSESSIVE_REPEAT:
            self.nested("atomic", [(op.MAX_REPEAT, value)])
        elif what is op.ATOMIC_GROUP:
            self.nested("atomic", value)
        elif what in (op.ASSERT, op.ASSERT_NOT):
            direction, body = value
            self.nested("look", body, direction, what is op.ASSERT)
        elif what is op.AT:
            self.emit("at", value, self.flags)
        elif what is op.GROUPREF:
            self.emit("again", value)
        else:
            raise NotImplementedError(what)

    def nested(self, kind: str, body: Any, *more: Any) -> None:
        at = self.emit(kind)
        self.sequence(body)
        self.emit("done")
        width = body.getwidth() if hasattr(body, "getwidth") else (0, 0)
        self.patch(at, kind, self.here, *more, width[0])

    def branch(self, branches: Any) -> None:
        ends = []
        for body in branches[:-1]:
            split = self.emit("split")
            self.sequence(body)
            ends.append(self.emit("jump"))
            self.patch(split, "split", split + 1, self.here)
        self.sequence(branches[-1])
        for end in ends:
            self.patch(end, "jump", self.here)

    def repeat(self, least: int, most: Any, body: Any, *, greedy: bool) -> None:
        for _ in range(min(least, _COPIES)):
            self.sequence(body)
        if most is not op.MAXREPEAT and most <= _COUNTED:
            splits = []
            for _ in range(min(most - least, _COPIES)):
                splits.append(self.emit("split"))
                self.sequence(body)
            for split in splits:
                ways = (split + 1, self.here)
                self.patch(split, "split", *(ways if greedy else ways[::-1]))
            return
        register = self.program.registers
        self.program.registers += 1
        start = self.emit("split")
        self.emit("mark", register)
        self.looping += 1
        self.sequence(body)
        self.looping -= 1
        self.emit("moved", register)
        self.emit("jump", start)
        ways = (start + 1, self.here)
        self.patch(start, "split", *(ways if greedy else ways[::-1]))


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, (list, tuple)) else value


@cache
def _char(what: Any, value: Any, flags: int) -> Char:
    @cache
    def fits(c: str) -> bool:
        forms = {c, c.lower(), c.upper()} if flags & re.IGNORECASE else {c}
        if what is op.ANY:
            return c != "\n" or bool(flags & re.DOTALL)
        if what is op.LITERAL:
            return any(ord(f) == value for f in forms if len(f) == 1)
        if what is op.NOT_LITERAL:
            return not any(ord(f) == value for f in forms if len(f) == 1)
        negated = bool(value) and value[0][0] is op.NEGATE
        result = any(_within(part, f, flags) for part in value for f in forms if len(f) == 1)
        return result != negated

    return fits


def _within(part: Any, c: str, flags: int) -> bool:
    kind, value = part
    if kind is op.LITERAL:
        return bool(ord(c) == value)
    if kind is op.RANGE:
        return bool(value[0] <= ord(c) <= value[1])
    if kind is op.CATEGORY:
        name = str(value).removeprefix("CATEGORY_")
        letter = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}[name.removeprefix("NOT_")]
        letter = letter.upper() if name.startswith("NOT_") else letter
        return re.match(rf"\{letter}", c, flags & re.ASCII) is not None
    return False


class Machine:
    """Runs a program on a text, and counts.

    Args:
        bound: more steps than that are too many.
    """

    def __init__(self, program: Program, text: str, bound: int) -> None:
        self.program, self.text, self.bound = program, text, bound
        self.steps = 0
        kinds = ("jump", "mark", "moved", "open", "close", "again", "atomic", "look", "at")
        self.methods: dict[str, Any] = {kind: getattr(self, f"_{kind}") for kind in kinds}

    def all(self, *, anywhere: bool) -> int:
        """Look for every match, as `re.sub` does; the steps that it took.

        Raises:
            TooManySteps: more than the bound.
        """
        at = 0
        while at <= len(self.text):
            end = self.run(0, at, {})
            if not anywhere:
                break
            at = end if end is not None and end > at else at + 1
        return self.steps

    def run(self, pc: int, at: int, groups: Groups) -> int | None:
        """Run from a place of the program on; where the match ends, None without one."""
        code, text = self.program.code, self.text
        states = [(pc, at, (-1,) * self.program.registers, groups)]
        while states:
            state = states.pop()
            while True:
                self.steps += 1
                if self.steps > self.bound:
                    raise TooManySteps
                pc, at, marks, groups = state
                instruction = code[pc]
                kind = instruction[0]
                if kind == "char":  # which most are, as are splits
                    if at == len(text) or not instruction[1](text[at]):
                        break
                    state = (pc + 1, at + 1, marks, groups)
                elif kind == "split":
                    states.append((instruction[2], at, marks, groups))
                    state = (instruction[1], at, marks, groups)
                elif kind == "done":
                    return at
                elif (after := self.methods[kind](state, *instruction[1:])) is None:
                    break
                else:
                    state = after
        return None

    def _jump(self, state: Any, to: int) -> Any:
        return (to, *state[1:])

    def _mark(self, state: Any, register: int) -> Any:
        pc, at, marks, groups = state
        return (pc + 1, at, (*marks[:register], at, *marks[register + 1 :]), groups)

    def _moved(self, state: Any, register: int) -> Any:
        return None if state[2][register] == state[1] else (state[0] + 1, *state[1:])

    def _open(self, state: Any, group: int, side: int = 0) -> Any:
        pc, at, marks, groups = state
        return (pc + 1, at, marks, {**groups, (group, side): at} if group else groups)

    def _close(self, state: Any, group: int) -> Any:
        return self._open(state, group, 1)

    def _again(self, state: Any, group: int) -> Any:
        pc, at, marks, groups = state
        reply = self.text[groups.get((group, 0), 0) : groups.get((group, 1), 0)]
        fits = (group, 1) in groups and self.text.startswith(reply, at)
        return (pc + 1, at + len(reply), marks, groups) if fits else None

    def _atomic(self, state: Any, behind: int, _width: int) -> Any:
        end = self.run(state[0] + 1, state[1], state[3])
        return None if end is None else (behind, end, *state[2:])

    def _look(self, state: Any, behind: int, way: int, expected: bool, width: int) -> Any:
        start = state[1] if way > 0 else state[1] - width
        result = start >= 0 and self.run(state[0] + 1, start, state[3]) is not None
        return (behind, *state[1:]) if result == expected else None

    def _at(self, state: Any, where: Any, flags: int) -> Any:
        at, lines = state[1], bool(flags & re.MULTILINE)
        before, after = self.text[max(at - 1, 0) : at], self.text[at : at + 1]
        word = [bool(re.match(r"\w", c, flags & re.ASCII)) for c in (before, after)]
        here = {
            "AT_BEGINNING": not before or (lines and before == "\n"),
            "AT_BEGINNING_STRING": not before,
            "AT_END": self.text[at:] in ("", "\n") or (lines and after == "\n"),
            "AT_END_STRING": not after,
            "AT_BOUNDARY": word[0] != word[1],
            "AT_NON_BOUNDARY": word[0] == word[1],
        }
        return (state[0] + 1, *state[1:]) if here[str(where)] else None


def _shortest(items: Any, flags: int, letters: str) -> str:
    """A text that the items match, as far as their characters decide."""
    out = ""
    for what, value in items:
        if what in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN):
            char = _char(what, _frozen(value), flags)
            out += next((c for c in letters if char(c)), "a")
        elif what is op.SUBPATTERN:
            out += _shortest(value[3], flags, letters)
        elif what is op.BRANCH:
            out += _shortest(value[1][0], flags, letters)
        elif what in _REPEATS:
            out += _shortest(value[2], flags, letters) * min(value[0], _COPIES)
        elif what is op.ATOMIC_GROUP:
            out += _shortest(value, flags, letters)
    return out


_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)


def _loops(items: Any, flags: int, letters: str, before: str = "") -> Iterator[tuple[str, str]]:
    """For each loop without a bound: a text that leads to it, and one that its body
    matches."""
    for what, value in items:
        if what in _REPEATS and (value[1] is op.MAXREPEAT or value[1] > _COUNTED):
            yield before, _shortest(value[2], flags, letters)
        for body in _bodies(what, value):
            yield from _loops(body, flags, letters, before)
        before += _shortest([(what, value)], flags, letters)


def _bodies(what: Any, value: Any) -> Any:
    """The patterns within an item."""
    if what is op.BRANCH:
        return value[1]
    if what is op.SUBPATTERN:
        return [value[3]]
    if what is op.ATOMIC_GROUP:
        return [value]
    if what in _REPEATS:
        return [value[2]]
    return [value[1]] if what in (op.ASSERT, op.ASSERT_NOT) else []


def _kinds(chars: list[Char], pattern: str) -> str:
    """One character for each way in which places of a pattern tell characters apart."""
    seen: dict[tuple[bool, ...], str] = {}
    for c in dict.fromkeys([*(c for c in pattern if c.isprintable()), *_SAMPLES]):
        seen.setdefault(tuple(char(c) for char in chars), c)
    return "".join(c for fits, c in seen.items() if any(fits))


def inputs(pattern: str, flags: int) -> list[tuple[str, str]]:
    """What could make a pattern slow: a beginning, and a piece that is repeated. There
    is none where no loop is without a bound."""
    program = _Compiler(pattern, flags).run()
    if not program.looped:
        return []
    letters = _kinds(program.chars, pattern)
    parsed = _parser.parse(pattern, flags)
    loops = dict.fromkeys(_loops(parsed, parsed.state.flags, letters))
    within = _kinds(program.looped, pattern)
    pairs = ["".join(pair) for pair in itertools.product(within[:6], repeat=2)]
    result = [("", piece) for piece in (*within, *pairs)]
    for before, body in loops:
        result += [("", body), ("", before + body), ("", before)]
        result += [(before, body), *((before, letter) for letter in within)]
    return [(begin, piece) for begin, piece in dict.fromkeys(result) if piece]


def _slowest(
    program: Program, result: list[tuple[str, str]], *, anywhere: bool
) -> list[tuple[int, str, str]]:
    """The few of many inputs that take the most steps for their length when they are
    short, with those steps."""
    tried = []
    for begin, piece in result:
        short = begin + piece * _SHORT + _END
        try:
            few = Machine(program, short, _FAR).all(anywhere=anywhere)
        except TooManySteps:
            few = _FAR
        tried.append((few / len(short), few, begin, piece))
    return [one[1:] for one in sorted(tried, reverse=True)[:_WORST]]


def worst(pattern: str, flags: int = 0, *, anywhere: bool = True) -> tuple[float, str]:
    """By how much the steps grow when what is repeated in an input is repeated ten times
    as often, for the worst input that is found.

    Args:
        anywhere: the pattern is searched for, not only matched at the beginning.

    Returns:
        The growth, about 10 where the pattern is linear, and the input; (1, "") where no
        loop is without a bound.
    """
    program = _Compiler(pattern, flags).run()
    grown = (1.0, "")
    for few, begin, piece in _slowest(program, inputs(pattern, flags), anywhere=anywhere):
        long = begin + piece * _LONG + _END
        if few == _FAR:
            return float("inf"), long
        try:
            many = Machine(program, long, 100 * few).all(anywhere=anywhere)
        except TooManySteps:
            many = 100 * few
        grown = max(grown, (many / few, long))
    return grown


def most(pattern: str, flags: int, length: int, *, anywhere: bool) -> float:
    """The most steps for each character that an input of a length takes."""
    program = _Compiler(pattern, flags).run()
    taken = 0
    for _, begin, piece in _slowest(program, inputs(pattern, flags), anywhere=anywhere):
        text = (begin + piece * length)[: length - 1] + _END
        try:
            steps = Machine(program, text, 5000 * length).all(anywhere=anywhere)
        except TooManySteps:
            return float("inf")
        taken = max(taken, steps)
    return taken / length
