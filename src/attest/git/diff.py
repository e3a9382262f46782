"""From git's diff bytes to files, hunks and their digests.

The digests are those of docs/format.md, "Digests". Nothing here runs git: the
readers take the exact output of the two pinned `git diff-tree` commands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from attest.errors import EnvironmentFault, LimitExceeded
from attest.text import lazy

MAX_HUNKS = 100_000

_ROW = lazy(
    rb":([0-7]{6}) ([0-7]{6}) ([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) ([ADMT])"
)
_ROWS = lazy(rb"(?>(?::[0-7]{6} [0-7]{6}(?: (?:[0-9a-f]{40}|[0-9a-f]{64})){2} [ADMT]\0[^\0]++\0)*)")


def digest(data: bytes) -> str:
    """SHA-224 as 56 lowercase hexadecimal digits."""
    return hashlib.sha224(data).hexdigest()


def change_digest(raw: bytes) -> str:
    """The digest of a whole change, from the output of `git diff-tree -r -z`."""
    return digest(b"attest-change-v1\0" + raw)


class DiffEntry(NamedTuple):
    """One row of `git diff-tree -r -z`; modes are six octal digits."""

    old_mode: str
    new_mode: str
    old_oid: str
    new_oid: str
    status: str
    path: bytes

    @property
    def retyped(self) -> bool:
        """Whether git shows the row as a deletion and then an addition."""
        return self.status == "T"

    @property
    def modes(self) -> bytes:
        return f"{self.old_mode} {self.new_mode}".encode()


class Hunk(NamedTuple):
    """One hunk of a change.

    Args:
        row: the row of the hunk's path.
        digest: the hunk's digest.
        old_start, old_lines, new_start, new_lines: as in its `@@` line; all 0
            for a path without any text hunk.
        heading: what git shows behind `@@`, a guess at the enclosing scope.
        body: the first `KEPT_BYTES` of the body; empty where none was asked for.
        cut: whether the body is longer than what is kept.
    """

    row: DiffEntry
    digest: str
    old_start: int = 0
    old_lines: int = 0
    new_start: int = 0
    new_lines: int = 0
    heading: bytes = b""
    body: bytes = b""
    cut: bool = False

    @property
    def path(self) -> bytes:
        return self.row.path

    @property
    def line(self) -> int | None:
        """The line in the new file (the old one for a pure deletion), from 1."""
        if not self.textual:
            return None
        return max(self.new_start, 1) if self.new_lines else max(self.old_start, 1)

    @property
    def size(self) -> int:
        """Lines taken out and put in."""
        return self.old_lines + self.new_lines

    @property
    def textual(self) -> bool:
        return self.size > 0


class FileChange(NamedTuple):
    """A changed path and all of its hunks, in the order of the diff."""

    row: DiffEntry
    hunks: tuple[Hunk, ...]

    @property
    def path(self) -> bytes:
        return self.row.path

    @property
    def digest(self) -> str:
        lines = b"".join(h.digest.encode() + b"\n" for h in self.hunks)
        return digest(b"attest-file-v1\0" + self.path + b"\0" + lines)


@dataclass(frozen=True)
class Change:
    """A whole change: its digest and its files.

    Args:
        conflicts: for a merge, the paths that git could not merge.
    """

    digest: str
    files: tuple[FileChange, ...]
    conflicts: frozenset[bytes] = frozenset()

    @cached_property
    def hunks(self) -> tuple[Hunk, ...]:
        return tuple(h for f in self.files for h in f.hunks)

    @property
    def paths(self) -> list[bytes]:
        """The changed paths, in the order of the diff."""
        return [file.path for file in self.files]

    @property
    def has_hunks(self) -> bool:
        """Whether the hunks have been read."""
        return True

    def __bool__(self) -> bool:
        return bool(self.paths)


class DeferredChange(Change):
    """A change whose hunks are read when they are first looked at: its digest alone can show that
    all of it was attested.

    Args:
        paths: the changed paths.
        read: reads their hunks. It may raise what `DiffTree.change` does.
    """

    def __init__(
        self, digest: str, paths: list[bytes], read: Callable[[], tuple[FileChange, ...]]
    ) -> None:
        self.__dict__.update(digest=digest, conflicts=frozenset(), _paths=paths, _read=read)

    @cached_property
    def files(self) -> tuple[FileChange, ...]:
        read: Callable[[], tuple[FileChange, ...]] = self.__dict__["_read"]
        return read()

    @property
    def paths(self) -> list[bytes]:
        paths: list[bytes] = self.__dict__["_paths"]
        return paths

    @property
    def has_hunks(self) -> bool:
        return "files" in self.__dict__


def parse_raw(raw: bytes, *, most: int | None = MAX_HUNKS) -> list[DiffEntry]:
    """Read the exact output of `git diff-tree -r -z --no-abbrev --no-renames`.

    Args:
        most: how many paths it may have; None for any number.

    Raises:
        EnvironmentFault: the output is not what that command writes.
        LimitExceeded: it names more paths than a change may have hunks.
    """
    _assert_few(raw, most)
    parts = raw.split(b"\0")
    if parts.pop() != b"" or len(parts) % 2:
        raise EnvironmentFault("git diff-tree wrote an incomplete list of paths")
    rows = []
    for meta, path in zip(parts[::2], parts[1::2], strict=True):
        match = _ROW.fullmatch(meta)
        if match is None or not path:
            raise EnvironmentFault(f"git diff-tree wrote an unknown row: {meta[:200]!r}")
        fields = [field.decode("ascii") for field in match.groups()]
        rows.append(DiffEntry(fields[0], fields[1], fields[2], fields[3], fields[4], path))
    return rows


def rows_end(text: bytes, start: int) -> int:
    """Where the rows of `parse_raw` end that begin at a place of a text."""
    match = _ROWS.match(text, start)
    return match.end() if match else start


def raw_paths(raw: bytes) -> list[bytes]:
    """The paths of `parse_raw`, which are enough to judge most changes.

    Args:
        raw: all of it are rows; see `rows_end`.

    Raises:
        LimitExceeded: see `parse_raw`.
    """
    _assert_few(raw, MAX_HUNKS)
    return raw.split(b"\0")[1::2]


def _assert_few(raw: bytes, most: int | None) -> None:
    if most is not None and raw.count(b"\0") > 2 * most:
        raise LimitExceeded(f"the change has more than {most} paths")
