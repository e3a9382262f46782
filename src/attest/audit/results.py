"""The file of records, which an audit that was stopped goes on from."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Self

from attest.errors import EnvironmentFault, UsageError, remedy
from attest.report import audit_records
from attest.report.audit_records import FaultRecord, ShardRecord
from attest.system import locks

_START = b'{"version":1,"kind":"'
"""What every record begins with: only an end of the file that does so is cut off."""


class Results:
    """A context manager around the file. A record is one line, and is written in one piece; what
    a process that was killed left of its last line is removed.

    Args:
        path: None to keep the records in no file.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stack = ExitStack()
        self._file: BinaryIO | None = None
        self._places: dict[str, int] = {}

    def __enter__(self) -> Self:
        if self._path is not None:
            try:
                self._open(self._path)
            except OSError as error:
                self._stack.close()
                raise self._unusable(error) from None
            except (EnvironmentFault, UsageError):
                self._stack.close()
                raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def find(self, key: str) -> ShardRecord | None:
        """The record of a shard from an earlier run; None where there is none."""
        if self._file is None or key not in self._places:
            return None
        self._file.seek(self._places[key])
        record = audit_records.read(self._file.readline())
        return record if isinstance(record, ShardRecord) else None

    def add(self, record: ShardRecord | FaultRecord) -> None:
        """Write a record, and wait until the disk has it.

        Raises:
            EnvironmentFault: it cannot be written.
        """
        if self._file is None:
            return
        try:
            self._file.write(audit_records.line(record))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._unusable(error) from None

    def _open(self, path: Path) -> None:
        """Open the file, and read what is there.

        Raises:
            EnvironmentFault: another audit writes into it.
            UsageError: it has something else than records.
        """
        self._file = file = self._stack.enter_context(path.open("a+b"))
        if not locks.take(file):
            raise EnvironmentFault(
                f"another audit writes to {path}", "Wait for it, or name another file."
            )
        file.seek(0)
        whole = 0
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                if line[: len(_START)] != _START[: len(line)]:
                    raise _foreign(path, number)
                break
            try:
                record = audit_records.read(line)
            except ValueError:
                raise _foreign(path, number) from None
            if isinstance(record, ShardRecord):
                self._places[record.key] = whole
            whole += len(line)
        file.truncate(whole)

    def _unusable(self, error: OSError) -> EnvironmentFault:
        return EnvironmentFault(f"{self._path}: {error.strerror or error}", remedy(error))


def _foreign(path: Path, number: int) -> UsageError:
    return UsageError(
        f"{path}:{number}: not a record of an audit",
        "Name another file, or remove this one to begin from the start.",
    )
