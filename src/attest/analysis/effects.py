"""What a hunk changes, as plain data."""

from __future__ import annotations

from typing import NamedTuple

from attest.analysis.kinds import RISK, Kind
from attest.text import lazy

SHOWN = 60
"""Characters of code that a question quotes: enough to recognise a line."""
SHOWN_BESIDE = 44
"""Characters of each of two pieces, so that a question with both fits on two lines."""
_ID = lazy(r"\b([0-9a-f]{7})[0-9a-f]{25,121}\b")


class Effect(NamedTuple):
    """One thing that a hunk changes.

    Args:
        old, new: the code that says so, on one line; empty where there is none.
        name: what it concerns: a function, a parameter, a key.
        weight: the risk that it is ranked by, where that is more than the risk of its kind. A
            kind claims only what is proven; the rank follows what the hunk may do at worst.
        scope: names of what is around the quoted code; None where that is what is around the hunk.
        words: whose words it is asked in, where these are not the ones of its kind.
    """

    kind: Kind
    old: str = ""
    new: str = ""
    name: str = ""
    weight: int = 0
    scope: tuple[str, ...] | None = None
    words: str = ""

    @property
    def risk(self) -> int:
        return max(RISK[self.kind], self.weight)


def quote(text: str) -> str:
    """Code as a question quotes it: on one line, no longer than it needs to be."""
    return _around(_one_line(text), 0, 0, SHOWN)


def quote_around(text: str, word: str) -> str:
    """Code as a question quotes it, with a word inside."""
    line = _one_line(text)
    at = line.find(word)
    return quote(line) if at < 0 else _around(line, at, at + len(word), SHOWN)


def _one_line(text: str) -> str:
    """Text on one line, with ids (of commits, of archives) cut short."""
    return _ID.sub(r"\1…", " ".join(text.split()))


def quote_pair(old: str, new: str) -> tuple[str, str]:
    """Two pieces of code, each short enough, with what differs between them inside."""
    before, after = _one_line(old), _one_line(new)
    if not before or not after:
        return quote(before), quote(after)
    if max(len(before), len(after)) <= SHOWN_BESIDE:
        return before, after
    start, end = _common_ends(before, after)
    longest = max(len(before), len(after)) - end
    return (
        _around(before, start, len(before) - end, longest=longest),
        _around(after, start, len(after) - end, longest=longest),
    )


def _common_ends(old: str, new: str) -> tuple[int, int]:
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


def _around(line: str, start: int, end: int, most: int = SHOWN_BESIDE, *, longest: int = 0) -> str:
    """A line around what is between two places, or from the first one on, where it is too
    long; begun and ended between two words where there are any."""
    if len(line) <= most:
        return line
    room = most - 2  # besides the marks that something was left out
    width = max(longest, end) - start
    before = max((room - width) // 2, 0 if width <= room else 8)
    first = min(max(start - before, 0), len(line) - room)
    if first:
        first = next((n for n in range(first, start + 1) if _BEGINS.match(line, n)), first)
    last = min(first + room, len(line))
    if last < len(line):
        ends = (n for n in range(last, first + room // 2, -1) if not line[n - 1].isspace())
        last = next((n for n in ends if _BEGINS.match(line, n)), last)
    return ("…" if first else "") + line[first:last].strip() + ("…" if last < len(line) else "")


_BEGINS = lazy(r"(?<!\w)|(?!\w)")
"""A place that is not within a word."""
