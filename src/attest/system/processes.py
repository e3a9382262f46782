"""Starting other programs: each is found by programs.py, and none in the current directory.

No other module of attest starts any, but for two, which cannot come here:
hook/fast_path.py may not import `subprocess`, and GitPython, which git/gitpython.py uses,
starts the git whose absolute path it is given.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from attest.system import programs

PIPE, NOTHING = subprocess.PIPE, subprocess.DEVNULL
FinishedProcess = subprocess.CompletedProcess[bytes]
RunningProcess = subprocess.Popen[bytes]
TooSlow = subprocess.TimeoutExpired

PIPE_ROOM = 1 << 20
"""Bytes that may wait in a wide pipe: what Linux allows to every user (pipe(7), pipe-max-size)."""
_READ_AT_ONCE = 1 << 16
"""Bytes that are read of a pipe at once: all that may wait in one that is not wide. Who reads less
wakes more often, and each time a core changes from one process to the other."""

_Stream = int | IO[Any] | None


def run(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    payload: bytes | None = None,
    stdin: _Stream = None,
    stdout: _Stream = None,
    stderr: _Stream = None,
    timeout: float | None = None,
    own_session: bool = False,
) -> FinishedProcess:
    """Run a program to its end, whatever its exit code is.

    Args:
        command: the program, by its name or an absolute path, and its arguments.
        payload: what it reads, in place of *stdin*.
        stdin, stdout, stderr: `PIPE`, `NOTHING` or a file; this process's own by default.
        timeout: in seconds.
        own_session: run it in a session of its own.

    Raises:
        programs.ProgramMissing: it is not on PATH.
        OSError: it cannot be started.
        TooSlow: it has not come to an end; it is killed.
    """
    argv = [programs.locate(command[0]), *command[1:]]
    source: dict[str, Any] = {"stdin": stdin} if payload is None else {"input": payload}
    return subprocess.run(
        argv,
        cwd=cwd,
        env=env,
        stdout=stdout,
        stderr=stderr,
        timeout=timeout,
        check=False,
        start_new_session=own_session,
        **source,
    )


def finish(running: RunningProcess, payload: bytes = b"") -> FinishedProcess:
    """Give a started program all of its input, and wait for its end, as `run` does.

    Raises:
        KeyboardInterrupt, MemoryError: and whatever else ends the waiting; then the program
            is killed.
    """
    with running:  # closes its pipes
        try:
            out, errors = running.communicate(payload)
        except BaseException:
            running.kill()
            raise
    return FinishedProcess(running.args, running.returncode, out, errors)


def start(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    errors: IO[bytes],
    stdin: _Stream = PIPE,
) -> RunningProcess:
    """Start a program that answers what is written to it, and goes on; see `run`."""
    argv = [programs.locate(command[0]), *command[1:]]
    return subprocess.Popen(
        argv, cwd=cwd, env=env, stdin=stdin, stdout=PIPE, stderr=errors, bufsize=_READ_AT_ONCE
    )


def end(running: RunningProcess, *, patience: float = 5) -> None:
    """End a program that `start` started: by the end of its input, and only then by force.

    Git for Windows' `cmd\\git.exe` is a wrapper: to kill it would leave the real git
    behind, with its files open.

    Args:
        patience: seconds to wait for it to end by itself.
    """
    for pipe in (running.stdin, running.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                continue  # it has ended, and reads no more
    try:
        running.wait(patience)
    except TooSlow:
        running.kill()
        running.wait()


def widen(pipe: int) -> None:
    """Make more room in a pipe than Linux' usual 64 KiB, so that who writes waits less often."""
    try:
        import fcntl
    except ImportError:  # Windows has none
        return
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # a limit of the system; then it waits more often
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_ROOM)
