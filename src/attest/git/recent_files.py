"""The last few files that were read from a repository."""

from __future__ import annotations

from collections.abc import Callable

MAX_KEPT = 4 << 20
"""Bytes of all files that are kept: of some dozens of usual size."""

Contents = Callable[[str, int], tuple[int, bytes | None]]
"""Gives the size of an object by its id, and its content where it is not longer than a limit."""


class RecentFiles:
    """Reads files, and keeps the last few: a version of a file is the new side of one commit and
    the old side of a later one.

    Args:
        read: reads one. What it gives has been compared with its id.
    """

    def __init__(self, read: Contents) -> None:
        self._read = read
        self._files: dict[str, bytes] = {}
        self._size = 0

    def content(self, oid: str, limit: int) -> tuple[int, bytes | None]:
        """The size of a file, and its content; None where it is longer than *limit* bytes.

        Raises:
            NothingToJudge: it is missing in this clone.
        """
        data = self._files.pop(oid, None)
        if data is None:
            size, data = self._read(oid, limit)
            if data is None:
                return size, None
            self._size += len(data)
        self._files[oid] = data
        while self._size > MAX_KEPT and len(self._files) > 1:
            oldest = next(iter(self._files))
            self._size -= len(self._files.pop(oldest))
        return len(data), data if len(data) <= limit else None
