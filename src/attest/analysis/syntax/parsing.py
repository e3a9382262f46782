"""Parsing files in a process of its own.

Grammars are C, and some have a scanner that ends the process on text that is made for it. A
check must not end so, and must not depend on what the machine does then. So a child parses: if
it ends, the file that it was about could not be read, and another child reads the rest. It is
started once a command, and ends with this process: its input ends.
"""

from __future__ import annotations

import atexit
import os
import sys
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
_ready: list[processes.RunningProcess] = []
"""The child, once it has read its first, short text."""


def begin() -> None:
    """Start the child where there is none, and do not wait: it starts while git works.

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
            _running.append(processes.start(command, cwd=folder, env=os.environ, errors=nothing))
    except OSError as error:
        raise _unavailable(str(error)) from None


def read(request: messages.Request) -> tuple[Side, ...] | None:
    """Read the sides of a file with a grammar.

    Returns:
        None where a side cannot be read: it is beyond a limit, or the child has ended over it.

    Raises:
        GrammarsUnavailable: no child can be started.
    """
    child = _child()
    try:
        return messages.decode(_ask(child, messages.encode(request)), request)
    except (OSError, ValueError, TypeError):  # the child has ended, before or within its answer
        end()
        return None


def end() -> None:
    """End the child; the next `read` starts another one. It has nothing to finish, so that
    nobody waits for it."""
    _ready.clear()
    while _running:
        processes.end(_running.pop(), patience=0)


def _forget() -> None:
    """Leave the child to the process that started it."""
    _ready.clear()
    _running.clear()


def _child() -> processes.RunningProcess:
    """The child, which has shown that it can read. One that cannot must not look as if each
    file were at fault."""
    begin()
    (child,) = _running
    if not _ready:
        if not _ask(child, b"").endswith(b"\n"):
            end()
            raise _unavailable(grammars.installed().fault or "it ended at once")
        _ready.append(child)
    return child


def _ask(child: processes.RunningProcess, line: bytes) -> bytes:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(line)
    child.stdin.flush()
    return child.stdout.readline()


def _unavailable(why: str) -> GrammarsUnavailable:
    return GrammarsUnavailable(
        f"the process that reads code cannot be started: {why}",
        f"Make sure that there is memory, and that this Python works: {sys.executable}",
    )


atexit.register(end)
if hasattr(os, "register_at_fork"):
    # Two processes that ask the same child would each read answers to the other.
    os.register_at_fork(after_in_child=_forget)
