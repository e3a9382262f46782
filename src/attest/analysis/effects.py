"""What a hunk changes, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

from attest.analysis.kinds import RISK, Kind
from attest.text import lazy

SHOWN = 60
"""Characters of code that a question quotes: enough to recognise a line, and few enough to
read a question with two of them."""
_ID = lazy(r"\b([0-9a-f]{10})[0-9a-f]{22,118}\b")


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a hunk changes.

    Args:
        old, new: the code that says so, on one line; empty where there is none.
        name: what it concerns: a function, a parameter, a key.
    """

    kind: Kind
    old: str = ""
    new: str = ""
    name: str = ""

    @property
    def risk(self) -> int:
        return RISK[self.kind]


def quote(text: str) -> str:
    """Code as a question quotes it: on one line, no longer than it needs to be."""
    line = _one_line(text)
    return line if len(line) <= SHOWN else line[: SHOWN - 1].rstrip() + "…"


def _one_line(text: str) -> str:
    """Text on one line, with ids (of commits, of archives) cut short."""
    return _ID.sub(r"\1…", " ".join(text.split()))


def quote_around(text: str, start: int, end: int) -> str:
    """Code as a question quotes it; where it is too long, what is around a place in it."""
    line = " ".join(text.split())
    if len(line) <= SHOWN:
        return line
    before = " ".join(text[:start].split())
    at = min(len(before), len(line))
    length = max(end - start, 1)
    room = max(SHOWN - length, 10) // 2
    left = max(at - room, 0)
    right = min(left + SHOWN, len(line))
    cut = line[left:right].strip()
    return ("…" if left else "") + cut + ("…" if right < len(line) else "")


def quote_pair(old: str, new: str) -> tuple[str, str]:
    """Two pieces of code, cut to where they differ."""
    before, after = _one_line(old), _one_line(new)
    if not before or not after or max(len(before), len(after)) <= SHOWN:
        return quote(before), quote(after)
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    start = min(start, max(len(before), len(after)) - 1)
    return _from(before, start), _from(after, start)


def _from(line: str, start: int) -> str:
    """A line from a little before a place on, where it is too long."""
    if len(line) <= SHOWN:
        return line
    begin = max(min(start - SHOWN // 2, len(line) - SHOWN), 0)
    if begin:
        blank = line.find(" ", begin, begin + 15)
        begin = blank + 1 if blank >= 0 else begin
    cut = line[begin : begin + SHOWN - 2].strip()
    return ("…" if begin else "") + cut + ("…" if begin + SHOWN - 2 < len(line) else "")
