"""What differs between the tokens of a hunk's two sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from attest.analysis.syntax.tokens import Token

MAX_LINES = 300
MOST_ALIGNED = 12
"""Lines of a block, of which each is held against each."""
ALIKE = 0.6
"""The least part of their tokens that two lines have in common to be the same line."""
MAX_TOKENS = 160
"""Above these, what differs is not narrowed down further than to its first and last."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A run of tokens that was put in place of another; either may be empty.

    Args:
        old, new: all tokens of the hunk's two sides, comments left out.
        i1, i2, j1, j2: the runs: old[i1:i2] and new[j1:j2].
    """

    all_old: Sequence[Token]
    all_new: Sequence[Token]
    i1: int
    i2: int
    j1: int
    j2: int

    @property
    def old(self) -> Sequence[Token]:
        return self.all_old[self.i1 : self.i2]

    @property
    def new(self) -> Sequence[Token]:
        return self.all_new[self.j1 : self.j2]


def code(tokens: Sequence[Token]) -> list[Token]:
    """All but the comments."""
    return [token for token in tokens if token.role != "comment"]


def alike(old: Sequence[Token], new: Sequence[Token]) -> bool:
    """Whether two runs of tokens, and the trees above them, are the same."""
    return len(old) == len(new) and all(
        a.text == b.text and a.shape == b.shape for a, b in zip(old, new, strict=True)
    )


def edits(old: Sequence[Token], new: Sequence[Token]) -> list[Edit]:
    """The differences, in order: first by lines, then by tokens within them."""
    found = []
    first, second = _lines(old), _lines(new)
    if len(first) > MAX_LINES or len(second) > MAX_LINES:
        blocks = [(0, len(old), 0, len(new))]
    else:
        blocks = list(_blocks(first, second))
    for i1, i2, j1, j2 in _aligned(blocks, first, second):
        for a1, a2, b1, b2 in _within(old[i1:i2], new[j1:j2]):
            found.append(Edit(old, new, i1 + a1, i1 + a2, j1 + b1, j1 + b2))
    return found


Lines = Sequence[tuple[int, tuple[str, ...]]]
"""For each line: where its tokens begin, and their texts."""


def _lines(tokens: Sequence[Token]) -> list[tuple[int, tuple[str, ...]]]:
    """For each line: where its tokens begin, and their texts."""
    found, at = [], 0
    key: Callable[[Token], int] = lambda token: token.line  # noqa: E731
    for _, group in groupby(tokens, key):
        texts = tuple(token.text for token in group)
        found.append((at, texts))
        at += len(texts)
    return found


def _blocks(first: Lines, second: Lines) -> Iterator[tuple[int, int, int, int]]:
    ends = [
        [*(at for at, _ in side), sum(len(texts) for _, texts in side)] for side in (first, second)
    ]
    matcher = SequenceMatcher(None, [t for _, t in first], [t for _, t in second], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield ends[0][i1], ends[0][i2], ends[1][j1], ends[1][j2]


def _aligned(
    blocks: Sequence[tuple[int, int, int, int]], first: Lines, second: Lines
) -> Iterator[tuple[int, int, int, int]]:
    """Blocks taken apart where one line of many stands in the place of one line."""
    for i1, i2, j1, j2 in blocks:
        was = [(at, texts) for at, texts in first if i1 <= at < i2]
        now = [(at, texts) for at, texts in second if j1 <= at < j2]
        if len(was) == len(now) or not 1 <= len(was) <= MOST_ALIGNED >= len(now) >= 1:
            yield i1, i2, j1, j2
            continue
        pairs = _pairs([texts for _, texts in was], [texts for _, texts in now])
        left, right = i1, j1
        for old, new in pairs:
            (a1, texts), (b1, others) = was[old], now[new]
            if left < a1 or right < b1:
                yield left, a1, right, b1
            left, right = a1 + len(texts), b1 + len(others)
            yield a1, left, b1, right
        if left < i2 or right < j2:
            yield left, i2, right, j2


def _pairs(
    was: Sequence[tuple[str, ...]], now: Sequence[tuple[str, ...]]
) -> Iterator[tuple[int, int]]:
    """Which lines are alike, in order: each old line with the first new one that has
    most of its tokens."""
    start = 0
    for number, texts in enumerate(was):
        for at in range(start, len(now)):
            if max(len(texts), len(now[at])) > MAX_TOKENS:
                continue
            if SequenceMatcher(None, texts, now[at], autojunk=False).ratio() >= ALIKE:
                yield number, at
                start = at + 1
                break


def _within(old: Sequence[Token], new: Sequence[Token]) -> Iterator[tuple[int, int, int, int]]:
    left = [token.text for token in old]
    right = [token.text for token in new]
    if not left or not right:
        if left or right:
            yield 0, len(left), 0, len(right)
        return
    if max(len(left), len(right)) <= MAX_TOKENS:
        matcher = SequenceMatcher(None, left, right, autojunk=False)
        yield from _joined([op[1:] for op in matcher.get_opcodes() if op[0] != "equal"])
        return
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    if start < len(left) - end or start < len(right) - end:
        yield start, len(left) - end, start, len(right) - end


def _joined(
    operations: Sequence[tuple[int, int, int, int]],
) -> Iterator[tuple[int, int, int, int]]:
    """Differences with but one equal token between them are one."""
    current: tuple[int, int, int, int] | None = None
    for i1, i2, j1, j2 in operations:
        if current is not None and i1 - current[1] <= 1 and (i2 > i1 or current[1] > current[0]):
            current = (current[0], i2, current[2], j2)
        else:
            if current is not None:
                yield current
            current = (i1, i2, j1, j2)
    if current is not None:
        yield current


def signature(found: Sequence[Edit]) -> tuple[tuple[str, str], ...]:
    """What was done, whatever stands around it: the same for an edit that is repeated."""
    return tuple(
        (" ".join(t.text for t in edit.old), " ".join(t.text for t in edit.new)) for edit in found
    )
