"""What differs between the tokens of a hunk's two sides.

Tokens are compared, not trees: a contributor wants to read the code, and the marks of a
token (`Where`) say which part of the tree it is from (docs/adr/0009). First by lines and
then by tokens within lines, for two reasons. Over all tokens at once, a matcher pairs
commas and brackets of lines that have nothing to do with each other. And `difflib` takes
quadratic time, and cubic time at worst: the limits below keep what it compares small.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from attest.analysis.syntax.tokens import Token

MAX_LINES = 300
"""Lines of a side up to which they are matched; all of a longer hunk is one difference."""
MAX_ALIGNED_LINES = 12
"""Lines of a block up to which each old line is compared with each new one."""
ALIKE = 0.6
"""The least share of their tokens that two lines have in common to be the same line, edited
(`difflib` calls two texts close from this ratio on)."""
MAX_TOKENS = 160
"""Tokens of a block up to which they are matched. In a longer one, only what is equal at its
beginning and at its end is left out of the difference."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A run of tokens that was put in place of another; either may be empty.

    Args:
        all_old, all_new: all tokens of the hunk's two sides, without comments.
        old_start, old_end, new_start, new_end: the runs, as indices of these.
    """

    all_old: Sequence[Token]
    all_new: Sequence[Token]
    old_start: int
    old_end: int
    new_start: int
    new_end: int

    @property
    def old(self) -> Sequence[Token]:
        return self.all_old[self.old_start : self.old_end]

    @property
    def new(self) -> Sequence[Token]:
        return self.all_new[self.new_start : self.new_end]


Block = tuple[int, int, int, int]
"""Indices of what differs, as in `difflib`'s opcodes: old[i1:i2] and new[j1:j2]."""

Lines = Sequence[tuple[int, tuple[str, ...]]]
"""For each line: the index of its first token, and the texts of its tokens."""


def without_comments(tokens: Sequence[Token]) -> list[Token]:
    """The tokens that are code."""
    return [token for token in tokens if token.role != "comment"]


def alike(old: Sequence[Token], new: Sequence[Token]) -> bool:
    """Whether two runs of tokens, and the trees above them, are the same."""
    return len(old) == len(new) and all(
        a.text == b.text and a.shape == b.shape for a, b in zip(old, new, strict=True)
    )


def find_edits(old: Sequence[Token], new: Sequence[Token]) -> list[Edit]:
    """The differences, in order: first by lines, then by tokens within them."""
    edits = []
    old_lines, new_lines = _lines(old), _lines(new)
    if len(old_lines) > MAX_LINES or len(new_lines) > MAX_LINES:
        blocks = [(0, len(old), 0, len(new))]
    else:
        blocks = list(_line_blocks(old_lines, new_lines))
    for i1, i2, j1, j2 in _align(blocks, old_lines, new_lines):
        for a1, a2, b1, b2 in _token_blocks(old[i1:i2], new[j1:j2]):
            edits.append(Edit(old, new, i1 + a1, i1 + a2, j1 + b1, j1 + b2))
    return edits


def _lines(tokens: Sequence[Token]) -> Lines:
    lines, at = [], 0
    for _, line in groupby(tokens, _line_number):
        texts = tuple(token.text for token in line)
        lines.append((at, texts))
        at += len(texts)
    return lines


def _line_number(token: Token) -> int:
    return token.line


def _line_blocks(old: Lines, new: Lines) -> Iterator[Block]:
    """Runs of lines that differ, as indices of tokens."""
    starts = [
        [*(at for at, _ in side), sum(len(texts) for _, texts in side)] for side in (old, new)
    ]
    # `autojunk` would take frequent lines (a closing bracket) for noise in hunks of 200
    # lines or more, so that a long hunk was compared differently from a short one.
    matcher = SequenceMatcher(None, [t for _, t in old], [t for _, t in new], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield starts[0][i1], starts[0][i2], starts[1][j1], starts[1][j2]


def _align(blocks: Sequence[Block], old_lines: Lines, new_lines: Lines) -> Iterator[Block]:
    """Blocks taken apart where they have more lines on one side than on the other: a line
    that was edited is compared with what it was, and not with the new line above it."""
    for i1, i2, j1, j2 in blocks:
        old = [(at, texts) for at, texts in old_lines if i1 <= at < i2]
        new = [(at, texts) for at, texts in new_lines if j1 <= at < j2]
        if len(old) == len(new) or not (
            1 <= len(old) <= MAX_ALIGNED_LINES and 1 <= len(new) <= MAX_ALIGNED_LINES
        ):
            yield i1, i2, j1, j2
            continue
        left, right = i1, j1
        for m, n in _similar_lines([texts for _, texts in old], [texts for _, texts in new]):
            (a1, old_texts), (b1, new_texts) = old[m], new[n]
            if left < a1 or right < b1:
                yield left, a1, right, b1
            left, right = a1 + len(old_texts), b1 + len(new_texts)
            yield a1, left, b1, right
        if left < i2 or right < j2:
            yield left, i2, right, j2


def _similar_lines(
    old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]]
) -> Iterator[tuple[int, int]]:
    """Which lines are alike, in order: each old line with the first new one that has
    most of its tokens."""
    start = 0
    for number, texts in enumerate(old):
        for at in range(start, len(new)):
            if max(len(texts), len(new[at])) > MAX_TOKENS:
                continue
            if SequenceMatcher(None, texts, new[at], autojunk=False).ratio() >= ALIKE:
                yield number, at
                start = at + 1
                break


def _token_blocks(old: Sequence[Token], new: Sequence[Token]) -> Iterator[Block]:
    """Runs of tokens that differ within a block."""
    left = [token.text for token in old]
    right = [token.text for token in new]
    if not left or not right:
        if left or right:
            yield 0, len(left), 0, len(right)
        return
    if max(len(left), len(right)) <= MAX_TOKENS:
        matcher = SequenceMatcher(None, left, right, autojunk=False)
        yield from _join([op[1:] for op in matcher.get_opcodes() if op[0] != "equal"])
        return
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    if start < len(left) - end or start < len(right) - end:
        yield start, len(left) - end, start, len(right) - end


def _join(blocks: Sequence[Block]) -> Iterator[Block]:
    """Differences with only one equal token between them are one: of `a.b` and `c.d`, the
    dot that stays says nothing."""
    current: Block | None = None
    for i1, i2, j1, j2 in blocks:
        if current is not None and i1 - current[1] <= 1 and (i2 > i1 or current[1] > current[0]):
            current = (current[0], i2, current[2], j2)
        else:
            if current is not None:
                yield current
            current = (i1, i2, j1, j2)
    if current is not None:
        yield current
