"""Whether a hunk resembles one that was answered before (docs/adr/0020).

Only lines and words are counted, each once: the time is linear in the text of both hunks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TypeVar

from attest.text import lazy

MOST_BYTES = 32 * 1024
"""Bytes of a hunk that are compared, from its beginning."""
_T = TypeVar("_T")
_WORD_OF_CODE = lazy(r"[^\W_]+")


def likeness(old: bytes, new: bytes) -> float:
    """How much two hunks have in common, from above 0 to 1; 0 if they do not resemble each other.

    They do if more than half of their lines are the same, or at least two thirds of their words:
    half of them, if both take out the same lines, or are single lines. Both are shares of the
    lines or words of the two hunks together, so that a hunk that grew in a review, or was
    squashed with another one, still resembles what it was. An added line and a removed one are
    different lines, and white space does not count.

    Args:
        old, new: bodies, as git's diff has them: each line after `+` or `-`.
    """
    before, after = (body[:MOST_BYTES].decode("utf-8", "replace") for body in (old, new))
    old_lines, new_lines = Counter(_lines(before)), Counter(_lines(after))
    lines = _share(old_lines, new_lines)
    words = _share(Counter(_words(before)), Counter(_words(after)))
    same_lines = _marked("-", before) == _marked("-", after) != set()
    single_lines = old_lines.total() == new_lines.total() == 1
    least_words = 1 / 2 if same_lines or single_lines else 2 / 3
    return max(lines, words) if lines > 1 / 2 or words >= least_words else 0


def went_into(part: bytes, old: bytes, new: bytes) -> bool:
    """Whether a hunk is a part of what made an old hunk a new one, as a fixup is that was
    squashed: the new one has all lines that it adds, and the old one has not.

    Args:
        part, old, new: bodies; see `likeness`.
    """
    part_lines, old_lines, new_lines = map(_added, (part, old, new))
    return part_lines <= new_lines and not part_lines <= old_lines


def edits(later: bytes, old: bytes) -> bool:
    """Whether a later hunk takes out lines that an old one put in."""
    taken_out = {b"+" + line[1:] for line in later[:MOST_BYTES].split(b"\n") if line[:1] == b"-"}
    return not _added(b"\n".join(taken_out)).isdisjoint(_added(old))


def share_of_lines(old: bytes, new: bytes) -> float:
    """The share of the lines of two files that is in both of them, from 0 to 1."""
    return _share(*(Counter(data.split(b"\n")) for data in (old, new)))


def _lines(body: str) -> Iterator[str]:
    """The lines that have a letter or a digit: closing brackets are in every hunk."""
    for line in body.split("\n"):
        if line[:1] in ("+", "-") and _WORD_OF_CODE.search(line):
            yield line[0] + "".join(line[1:].split())


def _added(body: bytes) -> set[str]:
    return _marked("+", body[:MOST_BYTES].decode("utf-8", "replace"))


def _marked(sign: str, body: str) -> set[str]:
    return {line for line in _lines(body) if line.startswith(sign)}


def _words(body: str) -> Iterator[str]:
    for line in body.split("\n"):
        if line[:1] in ("+", "-"):
            yield from (line[0] + word for word in _WORD_OF_CODE.findall(line))


def _share(old: Counter[_T], new: Counter[_T]) -> float:
    """The share of two collections that is in both of them."""
    return 2 * (old & new).total() / max(old.total() + new.total(), 1)
