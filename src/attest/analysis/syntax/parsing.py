"""Parsing files in processes of their own.

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

_FIRST: messages.Request = "json", [("0", [(0, 1)], [])]
"""What each child reads first. One that cannot read this must not look as if each file were at
fault."""
_MANY = 8
"""Files that wait for one child, from which on another one is worth its start."""
_REMEMBERED = 4096
"""Versions of files of which it is known which child has read them: who reads the next change of
one need not parse it once more."""


class Reading:
    """A file that the child was asked to read."""

    child: _Child
    """Who was asked last."""

    def __init__(self, request: messages.Request) -> None:
        self.request = request
        self.answer: bytes | None = None
        self.size = sum(len(text) for text, _, _ in request[1])

    def sides(self) -> tuple[Side, ...] | None:
        """Wait for the sides.

        Returns:
            None where a side cannot be read: it is beyond a limit, or the child has ended over it.

        Raises:
            GrammarsUnavailable: no child can be started.
        """
        while self.answer is None:
            self.child.receive()
        try:
            return messages.decode_answer(self.answer, self.request)
        except (ValueError, TypeError, LookupError):  # the child ended before its end
            self.child.end()
            return None


class _Child:
    """A process that reads files one after the other."""

    def __init__(self) -> None:
        self._process: processes.RunningProcess | None = None
        self.waiting: deque[Reading] = deque()  # what was asked and is not answered, in its order
        self.backlog = 0  # characters of it

    def begin(self) -> processes.RunningProcess:
        """Start the process where there is none, and do not wait. Ask it for what the one before it
        did not answer.

        Raises:
            GrammarsUnavailable: it cannot be started.
        """
        if self._process is None:
            self._process = _start()
            if not self.waiting or self.waiting[0].request is not _FIRST:
                first = Reading(_FIRST)
                self.waiting.appendleft(first)
                self.backlog += first.size
            for reading in self.waiting:
                self._send(self._process, reading)
        return self._process

    def take(self, reading: Reading) -> None:
        """Have the sides of a file read.

        Raises:
            GrammarsUnavailable: see `begin`.
        """
        process, reading.child = self.begin(), self
        self.waiting.append(reading)
        self.backlog += reading.size
        self._send(process, reading)

    def receive(self) -> None:
        """Wait for the next answer; it is half a line or none if the process has ended over that
        file, and the next process is asked the rest: that of the first child, where this is another
        one, and it ends at once or cannot be started.

        Raises:
            GrammarsUnavailable: see `begin`; or the first child ended at once.
        """
        try:
            line = self._read_line(self.begin())
        except GrammarsUnavailable as fault:
            _retire(self, fault)
            return
        reading = self.waiting.popleft()
        self.backlog -= reading.size
        reading.answer = line
        if not line.endswith(b"\n"):
            self.end()
            if reading.request is _FIRST:
                _retire(self, _unavailable(grammars.installed().fault or "it ended at once"))

    def end(self) -> None:
        """End the process; the next one is asked for what it did not answer. It has nothing to
        finish, so that nobody waits for it."""
        process, self._process = self._process, None
        if process is not None:
            processes.end(process, patience=0)

    def _send(self, process: processes.RunningProcess, reading: Reading) -> None:
        assert process.stdin is not None
        # Where it has ended, so does its output: `receive` notices.
        with self._whole_lines(), suppress(OSError):
            process.stdin.write(messages.encode_request(reading.request))
            process.stdin.flush()

    def _read_line(self, process: processes.RunningProcess) -> bytes:
        assert process.stdout is not None
        with self._whole_lines(), suppress(OSError):
            return process.stdout.readline()
        return b""

    @contextmanager
    def _whole_lines(self) -> Iterator[None]:
        """End the process where a line is left half read or half written, as by Ctrl-C: the rest of
        it would be taken for the next one."""
        try:
            yield
        except BaseException:
            self.end()
            raise


_children: list[_Child] = []
_readers: dict[int, _Child] = {}
"""The child that has read a text, by the text's hash: of two with the same one, one is parsed once
more."""
_PATIENCE = 4
"""How many times what is to be read a child may have more to do than another one, and still be
asked since it knows the file."""
_most = 1


def use(most: int) -> None:
    """Let there be so many children, if many files wait: a grammar takes longer for them than all
    else does."""
    global _most  # of the whole process, as the children are
    _most = most


def begin() -> None:
    """Start a child where there is none, and do not wait: it starts while git works.

    Raises:
        GrammarsUnavailable: it cannot be started.
    """
    if not _children:
        _children.append(_Child())
    _children[0].begin()


def ask(request: messages.Request) -> Reading:
    """Have the sides of a file read with a grammar, and do not wait for them.

    Raises:
        GrammarsUnavailable: no child can be started.
    """
    texts = [hash(text) for text, _, _ in request[1]]
    reading = Reading(request)
    child = _child_for(texts[0], reading.size)
    try:
        child.take(reading)
    except GrammarsUnavailable as fault:
        _retire(child, fault)
        _children[0].take(reading)
    for text in texts:
        _readers[text] = reading.child
    while len(_readers) > _REMEMBERED:
        del _readers[next(iter(_readers))]
    return reading


def end() -> None:
    """End all children; see `_Child.end`."""
    for child in _children:
        child.end()


def _child_for(text: int, size: int) -> _Child:
    """The child that has read a text, by its hash; the one that has least to do, where it has much
    more, or none has read it.

    Args:
        size: characters of what is to be read.
    """
    if not _children or (
        len(_children) < _most and all(len(child.waiting) >= _MANY for child in _children)
    ):
        _children.append(_Child())
    idle = min(_children, key=lambda child: child.backlog)
    known = _readers.get(text, idle)
    return idle if known.backlog - idle.backlog > _PATIENCE * size else known


def _retire(child: _Child, fault: GrammarsUnavailable) -> None:
    """Let the first child read what another one was asked for that cannot be started.

    Args:
        fault: why it cannot; it is raised where this is the first.
    """
    global _most
    if child not in _children[1:]:
        raise fault
    _children.remove(child)
    _most = len(_children)
    for text in [text for text, reader in _readers.items() if reader is child]:
        del _readers[text]
    for reading in child.waiting:
        if reading.request is not _FIRST:
            _children[0].take(reading)


def _forget() -> None:
    """Leave the children to the process that started them."""
    _children.clear()
    _readers.clear()


def _start() -> processes.RunningProcess:
    code = _START.format(path=[str(Path(entry).absolute()) for entry in sys.path if entry])
    command = [sys.executable, "-I", "-S", "-c", code]
    # Not the current directory: Windows cannot delete one that a process works in.
    folder = Path(Path(sys.executable).anchor)
    try:
        with Path(os.devnull).open("wb") as nothing:
            process = processes.start(command, cwd=folder, env=os.environ, errors=nothing)
    except OSError as error:
        raise _unavailable(str(error)) from None
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        processes.widen(pipe.fileno())
    return process


def _unavailable(why: str) -> GrammarsUnavailable:
    return GrammarsUnavailable(
        f"the process that reads code cannot be started: {why}",
        f"Make sure that there is memory, and that this Python works: {sys.executable}",
    )


atexit.register(end)
if hasattr(os, "register_at_fork"):
    # Two processes that ask the same child would each read answers to the other.
    os.register_at_fork(after_in_child=_forget)
