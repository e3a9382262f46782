"""Which files are too large for git to compare.

git reads both sides of a file into memory and keeps a record of each line, about 140 bytes:
a file of 120 MB that is nothing but line ends takes gigabytes. The pinned diff has `--text`,
so this is true of binary files, too; but in them a line end is one byte in 256, and 200 MB
of them have fewer lines than the limit. So sizes and lines are asked for before a patch is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attest import text
from attest.errors import LimitExceeded
from attest.git.children import Child
from attest.git.diff import DiffEntry

MAX_BLOB_BYTES = 512 << 20
"""Bytes of a file that is compared: as many as git itself, without `--text`, takes for text
(`core.bigFileThreshold`)."""
MAX_BLOB_LINES = 2_000_000
"""Lines of a file that is compared: about 300 MB of git's memory for each side. A file with
fewer bytes cannot have so many, and its lines are not counted."""

_AT_ONCE = 40
"""Questions in one go. They, and their answers, fit into the smallest buffer of a pipe (4 KiB),
so that neither side waits for the other."""
_FILES = ("100", "120")
"""How modes of files and symbolic links begin; the others have no content."""


def assert_comparable(objects: Child, entries: Sequence[DiffEntry]) -> None:
    """Make sure that git can compare the files of a change with little memory.

    A missing object is passed over; git says so when it is read.

    Args:
        objects: a running `git cat-file --batch-command`.
        entries: the changed paths.

    Raises:
        LimitExceeded: one of them is too large; it is named, with its size.
        ChildEnded: git ended.
    """
    paths: dict[str, bytes] = {}
    for row in entries:
        for mode, oid in ((row.old_mode, row.old_oid), (row.new_mode, row.new_oid)):
            if mode.startswith(_FILES):
                paths.setdefault(oid, row.path)
    for oid, size in sizes(objects, list(paths)):
        path = text.showable(paths[oid])
        if size > MAX_BLOB_BYTES:
            raise LimitExceeded(f"{path} has {size} bytes; {MAX_BLOB_BYTES} are allowed")
        if size > MAX_BLOB_LINES:
            lines = _lines(objects, oid, size)
            if lines > MAX_BLOB_LINES:
                raise LimitExceeded(
                    f"{path} has {lines} lines and {size} bytes; {MAX_BLOB_LINES} lines are allowed"
                )


def sizes(objects: Child, oids: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The size of each object that is there. Only the header of an object is read for it."""
    for at in range(0, len(oids), _AT_ONCE):
        batch = oids[at : at + _AT_ONCE]
        out = objects.ask("\n".join(f"info {oid}" for oid in batch))
        rows = []
        for oid in batch:
            line = out.readline().split()
            if not line:
                raise objects.outcome()
            if len(line) == 3 and line[2].isdigit():
                rows.append((oid, int(line[2])))
        yield from rows


def _lines(objects: Child, oid: str, size: int) -> int:
    """The line ends of an object, counted piece by piece."""
    out = objects.ask(f"contents {oid}")
    header = out.readline().split()
    lines, remaining = 0, size + 1  # git ends the content with a line end of its own
    while header and remaining:
        piece = out.read(min(remaining, 1 << 16))
        if not piece:
            break
        lines += piece.count(b"\n")
        remaining -= len(piece)
    if remaining:
        raise objects.outcome()
    return lines - 1
