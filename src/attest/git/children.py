"""git processes that answer one question after the other, for as long as they are needed.

A check asks git for hundreds of objects and diffs. One process for each would cost more
than all of its answers.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import IO, cast

from attest.system import processes

_PATIENCE = 5
"""Seconds for a git to end that has closed its output, or that is asked nothing more."""


class ChildEnded(Exception):
    """git ended before it had answered.

    Args:
        code: its exit code; never 0, since an answer is missing.
        stderr: what it wrote to standard error.
    """

    def __init__(self, code: int, stderr: bytes) -> None:
        super().__init__(code, stderr)
        self.code, self.stderr = code, stderr


class Child:
    """One git command that reads questions from its input and goes on. It is started at the
    first question, and again at the next one after it has ended.

    Args:
        start: starts it, with its standard error in the given file.
        errors: a file for its standard error. A pipe that nobody empties could fill up
            while we wait for the answer.
    """

    def __init__(
        self, start: Callable[[IO[bytes]], processes.RunningProcess], errors: Path
    ) -> None:
        self._start, self._errors = start, errors
        self._process: processes.RunningProcess | None = None

    def begin(self) -> BufferedReader:
        """Start it, unless it runs; its output. For one that is asked nothing."""
        if self._process is None:
            with self._errors.open("wb") as errors:
                self._process = self._start(errors)
        return cast(BufferedReader, self._process.stdout)

    def ask(self, question: str) -> IO[bytes]:
        """Write a question; the output, from which the caller reads the whole answer.

        Raises:
            ChildEnded: git reads no more.
        """
        self.begin()
        child = self._process
        assert child is not None
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(question.encode() + b"\n")
            child.stdin.flush()
        except OSError:  # Windows says EINVAL of a pipe whose reader has ended
            raise self.outcome() from None
        return child.stdout

    def output(self) -> BufferedReader:
        """What it answers to the questions so far.

        Raises:
            ChildEnded: it has ended.
        """
        if self._process is None:
            raise ChildEnded(1, b"")
        return cast(BufferedReader, self._process.stdout)

    @property
    def is_running(self) -> bool:
        """Whether it has been started, and has not ended."""
        return self._process is not None and self._process.poll() is None

    def finish(self) -> tuple[int, bytes]:
        """The exit code of one that asks nothing, and all of its output."""
        out, process = self.begin().read(), self._process
        self.close_input()
        assert process is not None
        code = process.wait()
        self.end()
        return code, out

    def outcome(self) -> ChildEnded:
        """How a git that closed its output ended; it is ended by force if it has not."""
        code = 0
        if self._process is not None:
            with suppress(processes.TooSlow):
                code = self._process.wait(_PATIENCE)
        self.end()
        return ChildEnded(code or 1, self._errors.read_bytes())

    def close_input(self) -> None:
        """Ask nothing more: it ends by itself, once its answers have been read."""
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError):  # it has ended, and reads no more
                self._process.stdin.close()

    def leave(self) -> None:
        """In a copy of the process that started it: leave it to that one."""
        child, self._process = self._process, None
        for pipe in (child.stdin, child.stdout) if child is not None else ():
            if pipe is not None:
                pipe.close()

    def end(self, *, patience: float = _PATIENCE) -> None:
        """End it, also where the rest of an answer has not been read.

        Args:
            patience: seconds to wait for it to end by itself.
        """
        child, self._process = self._process, None
        if child is not None:
            processes.end(child, patience=patience)
