"""What differs between the tokens of a hunk's two sides.

Tokens are compared, not trees: a contributor wants to read the code, and the marks of a
token (`Where`) say which part of the tree it is from (docs/adr/0009). First by lines and
then by tokens within lines, for two reasons. Over all tokens at once, a matcher pairs
commas and brackets of lines that have nothing to do with each other. And `difflib` takes
quadratic time, and cubic time at worst: it may look at so many pairs, and no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import Match, SequenceMatcher
from itertools import accumulate, chain, groupby
from operator import attrgetter
from typing import Any

from attest.analysis.syntax.tokens import Token

Block = tuple[int, int, int, int]
"""Indices of what differs, as in `difflib`'s opcodes: old[i1:i2] and new[j1:j2]."""

Lines = tuple[Sequence[tuple[str, ...]], Sequence[int]]
"""For each line the texts of its tokens; and the index of the first of them."""

MAX_PAIRS = 30
"""Pairs of equal lines or tokens that are looked at, for each line or token of a hunk. Where
there are more, such as in a thousand equal lines, the rest is compared at its ends alone."""
MAX_ALIGNED_LINES = 12
"""Lines of a block up to which each old line is compared with each new one."""
ALIKE = 0.6
"""The least share of their tokens that two lines have in common to be the same line, edited
(`difflib` calls two texts close from this ratio on)."""


class _Matcher(SequenceMatcher[Any]):
    """Matches as `difflib` does, as long as that takes time that is linear in its input.

    Args:
        left: pairs that may still be looked at, in a list of one number that is shared by
            all matchers of a block.
    """

    def __init__(self, old: Sequence[Hashable], new: Sequence[Hashable], left: list[int]) -> None:
        # `autojunk` would take frequent lines (a closing bracket) for noise in hunks of 200
        # lines or more, so that a long hunk was compared differently from a short one.
        super().__init__(None, old, new, autojunk=False)
        self._old, self._new, self._left = old, new, left
        counts = Counter(new)
        self._pairs = [counts[one] + 1 for one in old]

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """The longest run that is equal; where nothing is left, what is equal at the beginning
        or at the end."""
        self._left[0] -= sum(self._pairs[alo:ahi])
        if self._left[0] >= 0:
            return super().find_longest_match(alo, ahi, blo, bhi)
        old, new = self._old[alo:ahi], self._new[blo:bhi]
        size = _equal(zip(old, new, strict=False))
        if size:
            return Match(alo, blo, size)
        size = _equal(zip(reversed(old), reversed(new), strict=False))
        return Match(alo + len(old) - size, blo + len(new) - size, size)


def _differing(old: Sequence[Hashable], new: Sequence[Hashable], left: list[int]) -> list[Block]:
    """Runs that differ, in order."""
    if not old or not new:
        return [(0, len(old), 0, len(new))] if old or new else []
    return [op[1:] for op in _Matcher(old, new, left).get_opcodes() if op[0] != "equal"]


def _equal(pairs: Iterable[tuple[Hashable, Hashable]]) -> int:
    """How many pairs are equal before the first that is not."""
    size = 0
    for one, other in pairs:
        if one != other:
            break
        size += 1
    return size


def differences(old: Sequence[Token], new: Sequence[Token]) -> list[Block]:
    """The differences, in order: first by lines, then by tokens within them. Takes time that
    is linear in both sides."""
    edits: list[Block] = []
    lines = _lines(old), _lines(new)
    texts = [token.text for token in old], [token.text for token in new]
    if texts[0] == texts[1]:
        return edits
    for i1, i2, j1, j2 in _changed_lines(*lines):
        left = [MAX_PAIRS * (i2 - i1 + j2 - j1)]
        for a1, a2, b1, b2 in _join(_differing(texts[0][i1:i2], texts[1][j1:j2], left)):
            edits.append((i1 + a1, i1 + a2, j1 + b1, j1 + b2))
    return edits


def _lines(tokens: Sequence[Token]) -> Lines:
    texts = [tuple(token.text for token in line) for _, line in groupby(tokens, attrgetter("line"))]
    return texts, list(accumulate(map(len, texts), initial=0))


def _changed_lines(old: Lines, new: Lines) -> Iterator[Block]:
    """Runs of lines that differ, as indices of tokens. Where one has more lines on one side
    than on the other, it is taken apart: a line that was edited is compared with what it was,
    and not with the new line above it."""
    (old_texts, before), (new_texts, after) = old, new
    left = [MAX_PAIRS * (len(before) + len(after))]
    for i1, i2, j1, j2 in _differing(old_texts, new_texts, left):
        gone, came = old_texts[i1:i2], new_texts[j1:j2]
        if [*chain.from_iterable(gone)] == [*chain.from_iterable(came)]:
            continue  # the same code on other lines
        sizes = sorted((len(gone), len(came)))
        aligned = 1 <= sizes[0] < sizes[1] <= MAX_ALIGNED_LINES
        pairs = _similar_lines(gone, came) if aligned else ()
        a, b = i1, j1
        for m, n in [*((i1 + m, j1 + n) for m, n in pairs), (i2, j2)]:
            if a < m or b < n:
                yield before[a], before[m], after[b], after[n]
            if m < i2 and n < j2:
                yield before[m], before[m + 1], after[n], after[n + 1]
            a, b = m + 1, n + 1


def _similar_lines(
    old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]]
) -> Iterator[tuple[int, int]]:
    """Which lines are alike, in order: each old line with the new one that it is most like, if
    that has most of its tokens."""
    start = 0
    left = [MAX_PAIRS * sum(map(len, (*old, *new)))]
    for number, texts in enumerate(old):
        ratios = [(_Matcher(texts, new[at], left).ratio(), -at) for at in range(start, len(new))]
        ratio, at = max(ratios, default=(0.0, 0))
        if ratio >= ALIKE:
            yield number, -at
            start = 1 - at


def _join(blocks: Sequence[Block]) -> list[Block]:
    """Differences with only one equal token between them are one: of `a.b` and `c.d`, the
    dot that stays says nothing."""
    joined: list[Block] = []
    for i1, i2, j1, j2 in blocks:
        first, last, other, _ = joined[-1] if joined else (0, 0, 0, 0)
        if joined and i1 - last <= 1 and (i2 > i1 or last > first):
            joined[-1] = (first, i2, other, j2)
        else:
            joined.append((i1, i2, j1, j2))
    return joined
