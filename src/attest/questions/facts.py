"""What a hunk changes, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

from attest.kinds import RISK, Kind

SHOWN = 60
"""Characters of code that a question quotes."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a hunk changes.

    Args:
        old, new: the code that says so, on one line; empty where there is none.
        name: whom it concerns: a function, a parameter, a key.
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
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1].rstrip() + "…"


def quote_around(text: str, start: int, end: int) -> str:
    """Code that is too long, cut to what stands around a place in it."""
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
