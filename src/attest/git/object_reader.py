"""Reads objects from a git that goes on answering, and checks what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from attest.errors import EnvironmentFault
from attest.git import blob_limits
from attest.git.children import Child, ChildEnded
from attest.git.diff import DiffEntry
from attest.git.missing_objects import DAMAGED, Faults
from attest.git.promisor import Fetch

MAX_COMMIT_BYTES = 16 << 20
"""Bytes of a commit object: it is kept whole in memory, and its message and headers are up to
whoever made it. Those that people write have less than 100 KiB."""

_MOST_SKIPPED = 16 << 20
"""Bytes of a file that is too large to be looked at, up to which they are read and forgotten."""
_PIECE = 1 << 16


class ObjectReader:
    """Reads single objects.

    Args:
        cat_file: a running `git cat-file --batch-command`.
        faults: finds the reason where git fails.
        fetch: fetches what is missing; None where nothing is to be fetched.
    """

    def __init__(self, cat_file: Child, faults: Faults, fetch: Fetch | None = None) -> None:
        self._cat_file, self._faults, self._fetch = cat_file, faults, fetch

    def read(self, oid: str, kind: str, limit: int, name: str = "") -> tuple[int, bytes | None]:
        """Size and content of an object; no content where it is larger than *limit* bytes.

        Args:
            kind: what it must be: `blob`, `tree` or `commit`.
            name: what a person calls it, for errors.

        Raises:
            NothingToJudge, EnvironmentFault: it cannot be read (see `Faults.why`), or its
                content is not what its id says. git does not check that, for what it reads
                from a loose object or a pack, and whoever can write there could change it.
        """
        self.request([oid])
        size, data = self._read(oid, kind, limit, name)
        if data is not None and self._faults.name(kind, data) != oid:
            raise EnvironmentFault(f"{kind} {oid} is not what its name says", DAMAGED)
        return size, data

    def request(self, oids: Sequence[str]) -> None:
        """Fetch those of some objects that are missing, in one go, where that may be done. What
        is missing then is an error of whoever reads it.

        Raises:
            NothingToJudge, EnvironmentFault: git ended; see `Faults.why`.
        """
        if self._fetch is None:
            return
        known = self.sizes(oids)
        missing = [oid for oid in dict.fromkeys(oids) if oid not in known and oid.strip("0")]
        if missing:
            self._fetch(missing)

    def sizes(self, oids: Sequence[str]) -> dict[str, int]:
        """The size in bytes of each object that is there.

        Raises:
            NothingToJudge, EnvironmentFault: git ended; see `Faults.why`.
        """
        try:
            return dict(blob_limits.sizes(self._cat_file, oids))
        except ChildEnded as ended:
            raise self._faults.explain(
                "git gave no sizes", ended.code, ended.stderr, *oids
            ) from None

    def assert_comparable(self, entries: Sequence[DiffEntry]) -> None:
        """Make sure that git can compare some files; see `blob_limits.assert_comparable`.

        Raises:
            LimitExceeded: one of them is too large.
            NothingToJudge, EnvironmentFault: git ended; see `Faults.why`.
        """
        sides = [(row.old_mode, row.old_oid) for row in entries]
        sides += [(row.new_mode, row.new_oid) for row in entries]
        self.request([oid for mode, oid in sides if mode.startswith("1") and mode != "160000"])
        try:
            blob_limits.assert_comparable(self._cat_file, entries)
        except ChildEnded as ended:
            oids = [oid for row in entries for oid in (row.old_oid, row.new_oid)]
            raise self._faults.explain(
                "git gave no sizes", ended.code, ended.stderr, *oids
            ) from None

    def _skip(self, out: IO[bytes], size: int) -> None:
        """Leave out the rest of an answer: as a rule, to read it takes less time than another
        process that starts."""
        if size > _MOST_SKIPPED:
            self._cat_file.end()
            return
        while size > 0:
            piece = out.read(min(size, _PIECE))
            if not piece:
                raise self._cat_file.outcome()
            size -= len(piece)

    def _read(self, oid: str, kind: str, limit: int, name: str) -> tuple[int, bytes | None]:
        problem = f"{name or f'{kind} {oid}'} cannot be read"
        try:
            out = self._cat_file.ask(f"contents {oid}")
            header = out.readline().split()
            if not header:
                raise self._cat_file.outcome()
            if len(header) == 3 and header[1] == kind.encode():
                size = int(header[2])
                if size > limit:
                    self._skip(out, size + 1)
                    return size, None
                data = out.read(size)
                if len(data) == size and out.read(1) == b"\n":
                    return size, data
            elif len(header) == 3:
                self._cat_file.end()  # its content was not read
        except ChildEnded as ended:
            raise self._faults.explain(
                problem, ended.code, ended.stderr, oid, kind=kind, name=name
            ) from None
        raise self._faults.explain(problem, 0, b"", oid, kind=kind, name=name)
