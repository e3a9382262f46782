"""Which words of a hunk's lines changed, for showing them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from attest.text import lazy

LONGEST = 300
"""Characters of a line that are compared."""
LEAST_LIKENESS = 0.5
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
    for old_numbers, new_numbers in _blocks(lines):
        for old, new in _pairs(lines, old_numbers, new_numbers):
            before, after = _differences(lines[old][1:], lines[new][1:])
            changed[old] = [(start + 1, end + 1) for start, end in before]
            changed[new] = [(start + 1, end + 1) for start, end in after]
    return changed


def _blocks(lines: Sequence[str]) -> Iterator[tuple[list[int], list[int]]]:
    """Lines that were taken out, with those that directly follow in their place."""
    old_numbers: list[int] = []
    new_numbers: list[int] = []
    for number, line in enumerate([*lines, " "]):
        if line.startswith("+"):
            new_numbers.append(number)
        elif line.startswith("-") and not new_numbers:
            old_numbers.append(number)
        elif not line.startswith("\\"):
            yield old_numbers, new_numbers
            old_numbers, new_numbers = ([number], []) if line.startswith("-") else ([], [])


def _pairs(
    lines: Sequence[str], old_numbers: Sequence[int], new_numbers: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Each line that was taken out with the one that is most like it, behind the last one."""
    start = 0
    for old in old_numbers:
        scores = [
            (_likeness(lines[old], lines[new_numbers[place]]), -place)
            for place in range(start, min(len(new_numbers), start + NEAR))
        ]
        best, place = max(scores, default=(0.0, 0))
        if best >= LEAST_LIKENESS:
            yield old, new_numbers[-place]
            start = 1 - place


def _likeness(old: str, new: str) -> float:
    one, other = old[1:LONGEST].strip(), new[1:LONGEST].strip()
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= LEAST_LIKENESS else 0.0


def _differences(before: str, after: str) -> tuple[list[Span], list[Span]]:
    old, new = _tokens(before), _tokens(after)
    matcher = difflib.SequenceMatcher(
        None, [token for _, token in old], [token for _, token in new], autojunk=False
    )
    old_spans: list[Span] = []
    come: list[Span] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            old_spans += _span(old, a, b)
            come += _span(new, c, d)
    return old_spans, come


def _tokens(line: str) -> list[tuple[int, str]]:
    return [(match.start(), match[0]) for match in _TOKEN.finditer(line[:LONGEST])]


def _span(tokens: Sequence[tuple[int, str]], start: int, end: int) -> list[Span]:
    if start == end:
        return []
    last, word = tokens[end - 1]
    return [(tokens[start][0], last + len(word))]
