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
_PIECE = 1 << 16
"""Bytes that are read, or put together, at once."""
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
        self._line = self.readline(_PIECE)
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
        for piece in self._body(row, oldn, newn):
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

    def _body(self, row: DiffEntry, old_lines: int, new_lines: int) -> Iterator[bytearray]:
        """Give the lines of a hunk, many at a time, and move to the line behind them."""
        # The one loop that runs for every line of a history: it calls as little as it can.
        readline, line, piece = self.readline, self._line, bytearray()
        for sign, count in ((b"-", old_lines), (b"+", new_lines)):
            remaining = count
            while remaining or line.startswith(b"\\"):
                if line.startswith(sign):
                    remaining -= 1
                elif not line.startswith(b"\\"):
                    self._line = line
                    raise self._unexpected(f"a hunk of {row.path!r} that is cut short")
                is_whole = False
                while not is_whole:
                    piece += line
                    is_whole = line.endswith(b"\n")
                    line = readline(_PIECE)
                    is_whole = is_whole or not line
                    if len(piece) > _PIECE:
                        yield self._read_piece(piece)
                        piece.clear()
        yield self._read_piece(piece)
        self._line = line

    def _read_piece(self, piece: bytearray) -> bytearray:
        self._count_bytes(len(piece))
        return piece

    def _finish_line(self) -> None:
        """Move to the next line, however long the present one is."""
        self._count_bytes(len(self._line))
        while not self._line.endswith(b"\n") and self._line:
            self._line = self.readline(_PIECE)
            self._count_bytes(len(self._line))
        self._line = self.readline(_PIECE)

    def _count_bytes(self, size: int) -> None:
        self._read += size
        if self._read > MAX_PATCH_BYTES:
            raise LimitExceeded(f"the patch is larger than {MAX_PATCH_BYTES} bytes")

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
