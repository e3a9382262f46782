"""Parsing files in a process of its own.

Grammars are C, and some have a scanner that ends the process on text that is made for it. A
check must not end so, and must not depend on what the machine does then. So a child parses: if
it ends, the file that it was about could not be read, and another child reads the rest. It is
started once a command, and ends with this process: its input ends.

Many files may be asked for before the first answer is read, so that the child reads while this
process works. It takes in what is asked at once, and answers in that order.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from attest.analysis.syntax import grammars, messages
from attest.analysis.syntax.tokens import Side
from attest.errors import GrammarsUnavailable
from attest.system import processes

_START = (
    "import sys; sys.path[:] = {path!r}; from attest.analysis.syntax import worker; worker.main()"
)
"""The child looks for modules where this process does, and reads neither the environment
variables of Python nor its site files (-I -S), which would take a third of its start."""

_running: list[processes.RunningProcess] = []
"""The child, while there is one."""
_FIRST: messages.Request = "json", [("0", [(0, 1)], [])]
"""What each child reads first. One that cannot read this must not look as if each file were at
fault."""


class Reading:
    """A file that the child was asked to read."""

    def __init__(self, request: messages.Request) -> None:
        self.request = request
        self.answer: bytes | None = None

    def sides(self) -> tuple[Side, ...] | None:
        """Wait for the sides.

        Returns:
            None where a side cannot be read: it is beyond a limit, or the child has ended over it.

        Raises:
            GrammarsUnavailable: no child can be started.
        """
        while self.answer is None:
            _receive()
        try:
            return messages.decode_answer(self.answer, self.request)
        except (ValueError, TypeError, LookupError):  # the child ended before its end
            end()
            return None


_waiting: deque[Reading] = deque()
"""What was asked and is not answered, in its order."""


def begin() -> None:
    """Start the child where there is none, and do not wait: it starts while git works. Ask it for
    what the one before it did not answer.

    Raises:
        GrammarsUnavailable: it cannot be started.
    """
    if _running:
        return
    code = _START.format(path=[str(Path(entry).absolute()) for entry in sys.path if entry])
    command = [sys.executable, "-I", "-S", "-c", code]
    # Not the current directory: Windows cannot delete one that a process works in.
    folder = Path(Path(sys.executable).anchor)
    try:
        with Path(os.devnull).open("wb") as nothing:
            child = processes.start(command, cwd=folder, env=os.environ, errors=nothing)
    except OSError as error:
        raise _unavailable(str(error)) from None
    for pipe in (child.stdin, child.stdout):
        assert pipe is not None
        processes.widen(pipe.fileno())
    _running.append(child)
    if not _waiting or _waiting[0].request is not _FIRST:
        _waiting.appendleft(Reading(_FIRST))
    for reading in _waiting:
        _send(child, reading)


def ask(request: messages.Request) -> Reading:
    """Have the sides of a file read with a grammar, and do not wait for them.

    Raises:
        GrammarsUnavailable: no child can be started.
    """
    begin()
    reading = Reading(request)
    _waiting.append(reading)
    _send(_running[0], reading)
    return reading


def end() -> None:
    """End the child; the next one is asked for what it did not answer. It has nothing to finish, so
    that nobody waits for it."""
    while _running:
        processes.end(_running.pop(), patience=0)


def _forget() -> None:
    """Leave the child to the process that started it."""
    _running.clear()
    _waiting.clear()


def _send(child: processes.RunningProcess, reading: Reading) -> None:
    assert child.stdin is not None
    # Where it has ended, so does its output: `_receive` notices.
    with _whole_lines(), suppress(OSError):
        child.stdin.write(messages.encode_request(reading.request))
        child.stdin.flush()


def _receive() -> None:
    """Wait for the next answer; it is half a line or none if the child has ended over that file,
    and the next child is asked the rest."""
    begin()
    line = _read_line(_running[0])
    reading = _waiting.popleft()
    reading.answer = line
    if not line.endswith(b"\n"):
        end()
        if reading.request is _FIRST:
            raise _unavailable(grammars.installed().fault or "it ended at once")


def _read_line(child: processes.RunningProcess) -> bytes:
    assert child.stdout is not None
    with _whole_lines(), suppress(OSError):
        return child.stdout.readline()
    return b""


@contextmanager
def _whole_lines() -> Iterator[None]:
    """End the child where a line is left half read or half written, as by Ctrl-C: the rest of it
    would be taken for the next one."""
    try:
        yield
    except BaseException:
        end()
        raise


def _unavailable(why: str) -> GrammarsUnavailable:
    return GrammarsUnavailable(
        f"the process that reads code cannot be started: {why}",
        f"Make sure that there is memory, and that this Python works: {sys.executable}",
    )


atexit.register(end)
if hasattr(os, "register_at_fork"):
    # Two processes that ask the same child would each read answers to the other.
    os.register_at_fork(after_in_child=_forget)
