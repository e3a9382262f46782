"""Many ids of objects in little memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload


class ObjectIds(Sequence[str]):
    """Ids as git writes them: all of one length, each in a line. A history of 100,000 commits has 4
    MB of them; as strings they would take 10.

    Args:
        lines: what git wrote.
    """

    def __init__(self, lines: bytes) -> None:
        self._lines = lines
        self._width = lines.find(b"\n") + 1

    def __len__(self) -> int:
        return len(self._lines) // self._width if self._width else 0

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            places = range(len(self))[index]
            if places.step != 1:
                return [self[place] for place in places]
            part = self._lines[places.start * self._width : places.stop * self._width]
            return part.decode("ascii").split()
        at = range(len(self))[index] * self._width
        return self._lines[at : at + self._width - 1].decode("ascii")
