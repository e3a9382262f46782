"""Reading a patch of git, as a stream.

It takes the exact output of the pinned `git diff-tree -p -U0`; see docs/format.md, "Digests".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from attest.errors import EnvironmentFault, LimitExceeded
from attest.git.diff import MAX_HUNKS, DiffEntry, FileChange, Hunk, digest
from attest.text import lazy

MAX_PATCH_BYTES = 1 << 30
MAX_LINES = 10_000_000
KEPT_BYTES = 64 * 1024
"""How much of a hunk's body is kept for showing; digests read all of it."""
_HUNK = lazy(rb"@@ -(\d{1,10})(?:,(\d{1,10}))? \+(\d{1,10})(?:,(\d{1,10}))? @@ ?(.*)", re.DOTALL)


class LineReader(Protocol):
    """Where a patch is read from: `io.BufferedReader.readline`, in effect."""

    def __call__(self, limit: int, /) -> bytes: ...


@dataclass(slots=True)
class PatchReader:
    """Reads one patch of the pinned `git diff-tree -p -U0` as a stream.

    Bodies are counted by their `@@` lines, so no content can end a hunk or
    begin another; sections are matched with `rows` by order and object id.

    Args:
        readline: gives lines, at most `limit` bytes at a time.
        rows: the rows of the same two trees.
        end: the line that follows the patch (end of input where empty).
        keep: whether to keep bodies for showing.
    """

    readline: LineReader
    rows: Sequence[DiffEntry]
    end: bytes = b""
    keep: bool = True
    _line: bytes = field(default=b"", init=False)
    _read: int = field(default=0, init=False)
    _count: int = field(default=0, init=False)
    _lines: int = field(default=0, init=False)

    @property
    def outcome(self) -> bool:
        """Whether the input came to its end: git died, unless that was expected."""
        return not self._line

    def files(self) -> Iterator[FileChange]:
        """Yield a `FileChange` for each row.

        Raises:
            LimitExceeded: more hunks or bytes than the format's limits.
            EnvironmentFault: the patch does not fit the rows.
        """
        self._next()
        for row in self.rows:
            hunks = [h for part in _sections(row) for h in self._section(row, part)]
            if not hunks:
                hunks = [_opaque(row)]
                self._counted()
            yield FileChange(row, tuple(hunks))
        if self._line != self.end:
            raise self._unexpected("a section that no row has")

    def _section(self, row: DiffEntry, oids: tuple[str, str]) -> Iterator[Hunk]:
        if not self._line.startswith(b"diff --git "):
            raise self._unexpected(f"no section for {row.path!r}")
        self._finish_line()
        while not self._line.startswith((b"@@ ", b"diff --git ")) and self._line != self.end:
            if self._line.startswith(b"index ") and not _fits(self._line, oids):
                raise self._unexpected(f"another section than that of {row.path!r}")
            if not self._line:
                raise self._unexpected(f"an end within {row.path!r}")
            self._finish_line()
        while self._line.startswith(b"@@ "):
            yield self._hunk(row)

    def _hunk(self, row: DiffEntry) -> Hunk:
        match = _HUNK.match(self._line)
        if match is None:
            raise self._unexpected(f"an unknown hunk line in {row.path!r}")
        olds, oldn, news, newn = (
            int(match[1]),
            int(match[2] if match[2] is not None else 1),
            int(match[3]),
            int(match[4] if match[4] is not None else 1),
        )
        self._lines += oldn + newn
        if self._lines > MAX_LINES:
            raise LimitExceeded(f"the change has more than {MAX_LINES} lines")
        self._finish_line()
        hasher = hashlib.sha224(b"attest-hunk-v1\0" + row.path + b"\0" + row.modes + b"\0")
        body, cut = bytearray(), False
        for sign, count in ((b"-", oldn), (b"+", newn)):
            remaining = count
            while remaining or self._line.startswith(b"\\"):
                if not self._line.startswith((sign, b"\\")):
                    raise self._unexpected(f"a hunk of {row.path!r} that is cut short")
                remaining -= self._line.startswith(sign)
                for piece in self._pieces():
                    hasher.update(piece)
                    room = KEPT_BYTES - len(body) if self.keep else 0
                    body += piece[:room]
                    cut = cut or len(piece) > room
        self._counted()
        heading = match[5].rstrip(b"\n")[:200]
        return Hunk(
            row, hasher.hexdigest(), olds, oldn, news, newn, heading, bytes(body), cut and self.keep
        )

    def _counted(self) -> None:
        self._count += 1
        if self._count > MAX_HUNKS:
            raise LimitExceeded(f"the change has more than {MAX_HUNKS} hunks")

    def _pieces(self) -> Iterator[bytes]:
        """Give the present line, however long, and move to the next one."""
        yield self._line
        while not self._line.endswith(b"\n"):
            more = self._read_some()
            if not more:
                break
            self._line = more
            yield more
        self._next()

    def _finish_line(self) -> None:
        for _ in self._pieces():
            pass

    def _next(self) -> None:
        self._line = self._read_some()

    def _read_some(self) -> bytes:
        piece = self.readline(1 << 16)
        self._read += len(piece)
        if self._read > MAX_PATCH_BYTES:
            raise LimitExceeded(f"the patch is larger than {MAX_PATCH_BYTES} bytes")
        return piece

    def _unexpected(self, problem: str) -> EnvironmentFault:
        return EnvironmentFault(f"git diff-tree wrote {problem}: {self._line[:80]!r}")


def _sections(row: DiffEntry) -> tuple[tuple[str, str], ...]:
    """The object ids on the `index` lines of a row's sections, in order."""
    if row.retyped:
        nothing = "0" * len(row.old_oid)
        return ((row.old_oid, nothing), (nothing, row.new_oid))
    return ((row.old_oid, row.new_oid),)


def _fits(index_line: bytes, oids: tuple[str, str]) -> bool:
    return index_line.split()[1:2] == [f"{oids[0]}..{oids[1]}".encode()]


def _opaque(row: DiffEntry) -> Hunk:
    body = f"blob {row.old_oid} {row.new_oid}\n".encode()
    head = b"attest-hunk-v1\0" + row.path + b"\0" + row.modes + b"\0"
    return Hunk(row, digest(head + body), body=body)
