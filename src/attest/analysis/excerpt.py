"""The part of two long lines that shows how they differ: an operand, an argument, or what is
within brackets. Lines are read as text, so this works in every language; a wrong guess only
makes a quote longer or shorter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from attest.text import lazy

_LINE_PART = lazy(
    r"""(?P<string>"(?:[^"\\]|\\.){0,200}"|'(?:[^'\\]|\\.){0,200}'|`[^`]{0,200}`)|(?P<opens>[(\[{])|(?P<closes>[)\]}])"""
    r"""|(?P<items>[,;])|(?P<sides>(?<=\s)(?::?=|[=-]>|<-|\?\??|:)(?=\s))"""
    r"""|(?P<operands>(?<=\s)(?:&&|\|\||and|or)(?=\s))""",
    re.IGNORECASE,
)
_WHOLE, _ITEMS, _SIDES, _OPERANDS = 4, 3, 2, 1
"""What a boundary parts: whole brackets, items of a list, sides of an assignment, operands."""
_STRENGTHS = {"opens": _WHOLE, "closes": _WHOLE, "items": _ITEMS, "sides": _SIDES}


class _Mark(NamedTuple):
    sort: str
    start: int
    end: int

    @property
    def strength(self) -> int:
        return _STRENGTHS.get(self.sort, _OPERANDS)

    @property
    def deeper(self) -> int:
        """How many brackets more are open after it."""
        return {"opens": 1, "closes": -1}.get(self.sort, 0)


def excerpts(old: str, new: str, room: int) -> tuple[str, str] | None:
    """The largest part of two lines that has all that differs and fits on both sides; None
    where no part does.

    Args:
        old, new: lines without white space at their ends.
        room: characters of each part.
    """
    start, end = common_ends(old, new)
    before, after = (_Around.of(line, start, len(line) - end) for line in (old, new))
    if before.lefts != after.lefts or len(before.rights) != len(after.rights):
        return None
    for left, first, second in zip(before.lefts, before.rights, after.rights, strict=True):
        for strength in (_WHOLE, _ITEMS, _SIDES, _OPERANDS):
            begin = left[strength]
            parts = old[begin : first[strength]].strip(), new[begin : second[strength]].strip()
            if strength < _ITEMS and "," in parts[0] + parts[1]:
                continue  # more than one side or operand
            if max(map(len, parts)) <= room and parts[0] != parts[1] and all(map(_says, parts)):
                return parts
    return None


def common_ends(old: str, new: str) -> tuple[int, int]:
    """How many characters two lines have in common at their beginning, up to a whole name, and at
    their end."""
    shorter = min(len(old), len(new))
    start = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    while start > 0 and any(_joins(line, start) for line in (old, new)):
        start -= 1
    rest = shorter - start
    end = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return start, end


def _joins(line: str, at: int) -> bool:
    """Whether a place is within a name, or a path of names."""
    return all(char.isalnum() or char in "_." for char in line[at - 1 : at + 1])


def _says(part: str) -> bool:
    return any(char.isalnum() for char in part)


class _Around(NamedTuple):
    """The boundaries around what differs, for each pair of brackets around it, the outermost
    first: where the part begins and ends, by strength."""

    lefts: Sequence[dict[int, int]]
    rights: Sequence[dict[int, int]]

    @classmethod
    def of(cls, line: str, start: int, end: int) -> _Around:
        """Read a line.

        Args:
            start, end: of what differs.
        """
        marks = list(_marks(line))
        lefts = [_everywhere(0)]
        for mark in marks:
            if mark.end <= start:
                _pass(lefts, mark)
        depth = around = len(lefts) - 1
        for mark in marks:
            if mark.end > start and mark.start < end:
                depth += mark.deeper
                around = min(around, depth)
        if around < 0:
            return cls((), ())  # it closes more than is open to its left
        rights = [_everywhere(len(line)) for _ in range(around + 1)]
        level = around
        for mark in marks:
            if mark.start < end or mark.end <= start:
                continue
            if depth == level and mark.sort != "opens":
                for strength in range(_OPERANDS, mark.strength + 1):
                    rights[level][strength] = min(rights[level][strength], mark.start)
            depth += mark.deeper
            level = min(level, depth)
            if level < 0:
                break
        return cls(lefts[: around + 1], rights)


def _everywhere(place: int) -> dict[int, int]:
    return dict.fromkeys((_OPERANDS, _SIDES, _ITEMS, _WHOLE), place)


def _pass(lefts: list[dict[int, int]], mark: _Mark) -> None:
    """Note a boundary to the left of what differs."""
    if mark.sort == "opens":
        lefts.append(_everywhere(mark.end))
    elif mark.sort == "closes":
        del lefts[1 if len(lefts) == 1 else -1 :]
    else:
        for strength in range(_OPERANDS, mark.strength + 1):
            lefts[-1][strength] = mark.end


def _marks(line: str) -> Iterator[_Mark]:
    """The boundaries of a line that are not within a string."""
    for match in _LINE_PART.finditer(line):
        if match.lastgroup and match.lastgroup != "string":
            yield _Mark(match.lastgroup, *match.span())
