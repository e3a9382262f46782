"""Which words of a hunk's lines changed, for showing them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from attest.text import lazy

LONGEST = 300
"""Characters of a line that are compared."""
ALIKE = 0.5
"""The share of equal characters from which on two lines count as versions of one another."""
NEAR = 10
"""Lines that one is compared with."""
_TOKEN = lazy(r"\w+|\s+|[^\w\s]")

Span = tuple[int, int]
"""Where a part of a line begins, and where it ends."""


def changed_words(lines: Sequence[str]) -> dict[int, list[Span]]:
    """The parts that differ between lines that were taken out and those in their place.

    Args:
        lines: of a hunk, each with its sign (`-`, `+`, a blank) in front.

    Returns:
        For each line that has a counterpart, by its number from 0, the parts that are not there.
    """
    changed: dict[int, list[Span]] = {}
    for removed, added in _blocks(lines):
        for old, new in _pairs(lines, removed, added):
            before, after = _differences(lines[old][1:], lines[new][1:])
            changed[old] = [(start + 1, end + 1) for start, end in before]
            changed[new] = [(start + 1, end + 1) for start, end in after]
    return changed


def _blocks(lines: Sequence[str]) -> Iterator[tuple[list[int], list[int]]]:
    """Lines that were taken out, with those that directly follow in their place."""
    removed: list[int] = []
    added: list[int] = []
    for number, line in enumerate([*lines, " "]):
        if line.startswith("+"):
            added.append(number)
        elif line.startswith("-") and not added:
            removed.append(number)
        elif not line.startswith("\\"):
            yield removed, added
            removed, added = ([number], []) if line.startswith("-") else ([], [])


def _pairs(
    lines: Sequence[str], removed: Sequence[int], added: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Each line that was taken out with the one that is most like it, behind the last one."""
    start = 0
    for old in removed:
        rated = [
            (_likeness(lines[old], lines[added[place]]), -place)
            for place in range(start, min(len(added), start + NEAR))
        ]
        best, place = max(rated, default=(0.0, 0))
        if best >= ALIKE:
            yield old, added[-place]
            start = 1 - place


def _likeness(removed: str, added: str) -> float:
    one, other = removed[1:LONGEST].strip(), added[1:LONGEST].strip()
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _differences(before: str, after: str) -> tuple[list[Span], list[Span]]:
    old, new = _tokens(before), _tokens(after)
    matcher = difflib.SequenceMatcher(
        None, [token for _, token in old], [token for _, token in new], autojunk=False
    )
    gone: list[Span] = []
    come: list[Span] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            gone += _span(old, a, b)
            come += _span(new, c, d)
    return gone, come


def _tokens(line: str) -> list[tuple[int, str]]:
    return [(match.start(), match[0]) for match in _TOKEN.finditer(line[:LONGEST])]


def _span(tokens: Sequence[tuple[int, str]], start: int, end: int) -> list[Span]:
    if start == end:
        return []
    last, word = tokens[end - 1]
    return [(tokens[start][0], last + len(word))]
