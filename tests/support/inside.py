"""Running attest in the test's own process, which takes a tenth of the time.

For steps that lead to what a test is about. The processes that attest starts
are real ones; so are the hooks. What depends on a terminal, on standard streams
or on the end of a process is tested with a real process (`Repo.attest`).
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import typer.main

from attest import __main__ as door
from attest.cli import app
from attest.setup import shim
from support import forked

build, command = functools.cache(app.build), functools.cache(typer.main.get_command)
"""For each command line, Typer reads the options of a command, and pydantic learns what they
are; they stay the same."""

python_as_written = shim._python


def python_of_hooks() -> str:
    """What the hooks run that are installed from here."""
    program = forked.program()
    return python_as_written() if program == sys.executable else program


@dataclass(frozen=True)
class Done:
    """How a run ended."""

    returncode: int
    stdout: bytes
    stderr: bytes


def run(args: list[str], cwd: Path, env: dict[str, str], stdin: bytes = b"") -> Done:
    """Run a command line of attest's with exactly this environment."""
    streams = [io.BytesIO(stdin), io.BytesIO(), io.BytesIO()]
    given, out, err = (io.TextIOWrapper(raw, "utf-8", write_through=True) for raw in streams)
    with (
        mock.patch.dict(os.environ, env, clear=True),
        mock.patch.object(sys, "stdin", given),
        mock.patch.object(app, "build", build),
        mock.patch.object(shim, "_python", python_of_hooks),
        mock.patch.object(typer.main, "get_command", command),
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = door.main(args)
    result = Done(code, streams[1].getvalue(), streams[2].getvalue())
    assert b"Traceback" not in result.stderr, result.stderr
    return result
