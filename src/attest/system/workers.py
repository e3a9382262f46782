"""Copies of this process that work for it, each at a part of what there is to do.

A copy (fork(2)) knows all that this process knows and starts in milliseconds, so that nothing
has to be written out for it and read again. Windows has no fork; on macOS its system libraries
do not bear one. There, this process does all the work itself.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO

from attest.system import processes

_HEAD = 8
"""Bytes of the length that is written before each message."""

_NUMBER = 4
"""Bytes of a number that is taken."""

Send = Callable[[object], None]
"""Sends a value to the process that started the worker."""


class WorkerEnded(Exception):
    """A worker ended before it had sent what was expected of it."""


def cores() -> int:
    """How many processes can run here at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def can_fork() -> bool:
    """Whether this process can be copied: there is a fork, and no other thread, whose locks a
    copy would keep for ever."""
    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


class Turns:
    """Numbers that copies of this process take, each once, from 0 on.

    Args:
        count: how many there are, 1,000 at most: they wait in a pipe.
    """

    def __init__(self, count: int) -> None:
        self._pipe, writer = os.pipe()
        with os.fdopen(writer, "wb") as out:
            out.write(b"".join(number.to_bytes(_NUMBER, "big") for number in range(count)))

    def __iter__(self) -> Iterator[int]:
        """The numbers that this process takes."""
        # A pipe gives all that is asked for where it has as much, to one of its readers.
        while number := os.read(self._pipe, _NUMBER):
            yield int.from_bytes(number, "big")

    def close(self) -> None:
        """Take none. For the process that has made the copies."""
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1


class Worker:
    """A copy of this process that does some work, and ends.

    Args:
        work: is called in the copy, with what sends values here.
    """

    def __init__(self, work: Callable[[Send], None]) -> None:
        reader, writer = os.pipe()
        # For what it has done before it is its turn: it would wait for the slowest of the others
        # after each share.
        processes.widen(writer)
        sys.stdout.flush()
        self._pid = os.fork()
        if self._pid == 0:
            code = 1
            try:
                os.close(reader)
                with os.fdopen(writer, "wb") as out:
                    work(lambda value: _send(out, value))
                code = 0
            finally:
                # What stands in this process's way out (folders to remove, buffers to write)
                # belongs to the one that it is a copy of.
                os._exit(code)
        os.close(writer)
        self._input: BinaryIO = os.fdopen(reader, "rb")

    def receive(self) -> object:
        """The next value that the worker sends.

        Raises:
            WorkerEnded: it sends no more.
        """
        head = self._input.read(_HEAD)
        size = int.from_bytes(head, "big")
        data = self._input.read(size) if len(head) == _HEAD else b""
        if len(head) < _HEAD or len(data) < size:
            raise WorkerEnded
        import pickle

        return pickle.loads(data)  # noqa: S301  # a copy of this process wrote it

    def end(self) -> None:
        """End it, whatever it does."""
        self._input.close()
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGTERM)
        os.waitpid(self._pid, 0)


def _send(out: BinaryIO, value: object) -> None:
    import pickle

    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    out.write(len(data).to_bytes(_HEAD, "big") + data)
    out.flush()
