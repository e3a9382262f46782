"""Where a line is, as far as the lines around it say: in what, and behind what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from attest.text import lazy

_SAYS_NOTHING = lazy(r"[A-Za-z]*[\W_]*")
"""A line that does not say by itself what it begins: a bracket, `begin`."""
_LONGEST_HEAD = 200
"""Characters of what such a line goes on from."""


class Places:
    """For each line of a text a number for its place: the lines above that are indented less, the
    head of its `[section]`, and the lines before it in its own block. Lines with the same number
    are in places of the same names, in any file; 0 is the outermost place.

    A text is read from the last outermost line above the one that is asked about. Linear in it for
    all lines, if they are asked about in order.
    """

    def __init__(self, text: str, lines: Sequence[str]) -> None:
        self._lines = lines
        # What is not indented at all may be in a section.
        self._has_sections = text.startswith("[") or "\n[" in text
        self._start = 0
        self._found: list[int] = []
        self._rest: Iterator[int] = iter(())

    def __getitem__(self, line: int) -> int:
        start = self._start_for(line)
        if start != self._start or not self._found:
            lines = map(self._lines.__getitem__, range(start, len(self._lines)))
            self._start, self._found, self._rest = start, [], _places(lines)
        self._found += islice(self._rest, max(line - start + 1 - len(self._found), 0))
        return self._found[line - start]

    def _start_for(self, line: int) -> int:
        """A line from which on the place of another one can be found; the one from which on the
        text is being read, where that is one."""
        read = range(self._start, self._start + len(self._found))
        while line and line not in read and not self._is_outermost(line):
            line -= 1
        return self._start if line in read else line

    def _is_outermost(self, number: int) -> bool:
        """Whether what is around a line, and what it goes on from, is known to be nothing."""
        line = self._lines[number]
        indented = self._has_sections or not line[:1].strip()
        return not indented and not _SAYS_NOTHING.fullmatch(line.rstrip())


def _places(lines: Iterable[str]) -> Iterator[int]:
    """The places of some lines, of which the first is an outermost one."""
    # Of each block around a line: how far it is indented, its place, the lines in it so far,
    # and what was last in it; of the innermost one, these are the variables.
    blocks: list[tuple[int, int, int, str]] = []
    width, place, before, last = 0, 0, 0, ""
    for line in lines:
        bare = line.lstrip()
        if not bare:
            yield hash((place, before)) if place else 0
            continue
        words = bare.rstrip()
        indented = len(line) - len(bare) + 2 - (words[0] == "[")
        while width > indented:
            width, place, before, last = blocks.pop()
        if width < indented:
            blocks.append((width, place, before, last))
            inner = hash((place, last)) if width else 0
            width, place, before, last = indented, inner, 0, ""
        yield hash((place, before)) if place else 0
        last = last[:_LONGEST_HEAD] + words if _SAYS_NOTHING.fullmatch(words) else words
        before = hash((before, words))
