"""Parsing files in a process of its own.

Grammars are C, and some have a scanner that ends the process on text that is made for it. A
check must not end so, and must not depend on what the machine does then. So a child parses: if
it ends, the file that it was about could not be read, and another child reads the rest. It is
started once a command, at the first file, and ends with this process: its input ends.
"""

from __future__ import annotations

import atexit
import os
import sys
from pathlib import Path

from attest.analysis.syntax import worker
from attest.analysis.syntax.tokens import Side
from attest.errors import GrammarsUnavailable
from attest.system import processes

_START = (
    "import sys; sys.path[:] = {path!r}; from attest.analysis.syntax import worker; worker.main()"
)
"""The child looks for modules where this process does, and reads neither the environment
variables of Python nor its site files (-I -S), which would take a third of its start."""

_running: list[processes.Running] = []
"""The child, while there is one."""


def read(request: worker.Request) -> tuple[Side, ...] | None:
    """Read the sides of a file with a grammar.

    Returns:
        None where a side cannot be read: it is beyond a limit, or the child has ended over it.

    Raises:
        GrammarsUnavailable: no child can be started.
    """
    child = _running[0] if _running else _start()
    try:
        return worker.decode(_ask(child, worker.encode(request)), request)
    except (OSError, ValueError, TypeError):  # the child has ended, before or within its answer
        end()
        return None


def end() -> None:
    """End the child; the next `read` starts another one."""
    while _running:
        processes.end(_running.pop())


def _ask(child: processes.Running, line: bytes) -> bytes:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(line)
    child.stdin.flush()
    return child.stdout.readline()


def _start() -> processes.Running:
    """Start a child, and wait until it has read a first, short text."""
    code = _START.format(path=[str(Path(entry).absolute()) for entry in sys.path if entry])
    command = [sys.executable, "-I", "-S", "-c", code]
    # Not the current directory: Windows cannot delete one that a process works in.
    folder = Path(Path(sys.executable).anchor)
    said: object = "it ended at once"
    try:
        with Path(os.devnull).open("wb") as nothing:
            child = processes.start(command, cwd=folder, env=os.environ, errors=nothing)
        _running.append(child)
        if _ask(child, b"").endswith(b"\n"):
            return child
    except OSError as error:
        said = error
    end()
    raise GrammarsUnavailable(
        f"the process that reads code cannot be started: {said}",
        f"Make sure that there is memory, and that this Python works: {sys.executable}",
    )


atexit.register(end)
