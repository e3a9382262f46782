"""Writes git's commits and trees, fast: all into one pack (gitformat-pack(5)).

`git fast-import` would do, but it writes no `gpgsig` header before git 2.50.
"""

from __future__ import annotations

import hashlib
import subprocess
import zlib
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

Kind = Literal["commit", "tree", "blob"]
_TYPES: dict[Kind, int] = {"commit": 1, "tree": 2, "blob": 3}


class PackWriter:
    """A context manager: objects that are added come into the repository at its end.

    Args:
        repository: a git directory of the object format sha1.
    """

    def __init__(self, repository: Path) -> None:
        self._repository = repository
        self._path = repository / "objects/pack/coming.pack"
        self._oids: set[str] = set()

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("w+b")
        self._file.write(self._header())
        return self

    def add(self, kind: Kind, data: bytes) -> str:
        """Add an object, once; its id."""
        oid = hashlib.sha1(b"%s %d\0" % (kind.encode(), len(data)) + data).hexdigest()
        if oid not in self._oids:
            self._oids.add(oid)
            self._file.write(_entry_header(_TYPES[kind], len(data)) + zlib.compress(data, 1))
        return oid

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._file as file:
            file.seek(0)
            file.write(self._header())
            file.seek(0)
            checksum = hashlib.file_digest(file, "sha1").digest()
            file.write(checksum)
        if kind is None and self._oids:
            name = self._path.with_name(f"pack-{checksum.hex()}.pack")
            self._path.rename(name)
            git(self._repository, "index-pack", str(name))

    def _header(self) -> bytes:
        return b"PACK" + (2).to_bytes(4, "big") + len(self._oids).to_bytes(4, "big")


def _entry_header(number: int, size: int) -> bytes:
    """Type and size: four bits of the size, then seven a byte (gitformat-pack(5))."""
    byte, size = number << 4 | size & 15, size >> 4
    header = bytearray()
    while size:
        header.append(byte | 0x80)
        byte, size = size & 0x7F, size >> 7
    return bytes(header) + bytes([byte])


def git(repository: Path, *args: str, stdin: bytes = b"") -> bytes:
    """Run git there; what it writes."""
    command = ["git", "--git-dir", str(repository), *args]
    return subprocess.run(command, check=True, input=stdin, stdout=subprocess.PIPE).stdout


def tree_entries(data: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """Mode, name and binary id of each entry of a tree object."""
    entries = []
    at = 0
    while at < len(data):
        end = data.index(b"\0", at)
        mode, _, name = data[at:end].partition(b" ")
        entries.append((mode, name, data[end + 1 : end + 21]))
        at = end + 21
    return entries


def tree_data(entries: list[tuple[bytes, bytes, bytes]]) -> bytes:
    """A tree object of these entries, in git's order: a folder sorts as if `/` followed."""
    ordered = sorted(entries, key=lambda entry: entry[1] + b"/" * (entry[0] == b"40000"))
    return b"".join(b"%s %s\0%s" % entry for entry in ordered)
