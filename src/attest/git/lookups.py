"""git commands that only read, in the contributor's own clone, each within a time.

For what is good to know and can be left out: whoever asks does not wait for it.
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from typing import IO

from attest.git import process
from attest.system import processes, programs

MAX_OUTPUT = 8 << 20
"""Bytes that are read of what a command writes."""
_MEANS_ANOTHER_PATH = (
    "GIT_WORK_TREE",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)
_MAX_SHOWN = 160
"""Characters of git's own message that a reason repeats."""


class LookupFailed(Exception):
    """A look-up has no answer; the message says why, on one line."""


class Lookups:
    """Runs git in a clone, with the environment of the moment when this is made: other threads
    may run the commands. They work on commits and trees alone, outside of the work tree, so
    that paths begin at its root and no attributes of it count. git fetches nothing for them
    (see `process.plain_environment`).

    Args:
        git_dir: the git directory of the clone.
        seconds: how long all commands together may take, from now on.
    """

    def __init__(self, git_dir: Path, seconds: float) -> None:
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._cwd = Path(git_dir.anchor)
        self._env = {**process.plain_environment(), "GIT_DIR": str(git_dir)}
        for name in _MEANS_ANOTHER_PATH:
            self._env.pop(name, None)
        self._processes: set[processes.RunningProcess] = set()
        self._lock = threading.Lock()
        self._closed = False

    def run(self, *args: str, success: tuple[int, ...] = (0,)) -> bytes:
        """What a git command writes.

        Args:
            success: the exit codes that mean that it worked.

        Raises:
            LookupFailed: it failed, was late, wrote too much, or `close` ended it.
        """
        with tempfile.TemporaryFile() as errors:
            child = self._start(args, errors)
            timer = threading.Timer(max(self._deadline - time.monotonic(), 0), child.kill)
            timer.daemon = True
            timer.start()
            try:
                assert child.stdout is not None
                out = child.stdout.read(MAX_OUTPUT + 1)
            finally:
                timer.cancel()
                with self._lock:
                    self._processes.discard(child)
                processes.end(child)  # one that would write more ends by that
            if len(out) > MAX_OUTPUT:
                raise LookupFailed(f"git {args[0]} wrote more than {MAX_OUTPUT >> 20} MiB")
            if time.monotonic() >= self._deadline:
                raise LookupFailed(f"not known within {self._seconds:g} s")
            if child.returncode not in success:
                errors.seek(0)
                message = errors.read(4096).decode("utf-8", "replace").strip().split("\n")[-1]
                raise LookupFailed(f"git {args[0]}: {message[:_MAX_SHOWN] or child.returncode}")
            return out

    def close(self) -> None:
        """End what still runs. Whatever is asked for later fails."""
        with self._lock:
            self._closed = True
            for child in self._processes:
                child.kill()

    def _start(self, args: tuple[str, ...], errors: IO[bytes]) -> processes.RunningProcess:
        """Start a command, unless it is too late for it."""
        with self._lock:
            if self._closed or time.monotonic() >= self._deadline:
                raise LookupFailed(f"not known within {self._seconds:g} s")
            try:
                child = processes.start(
                    ["git", *args],
                    cwd=self._cwd,
                    env=self._env,
                    errors=errors,
                    stdin=processes.NOTHING,
                )
            except UnicodeEncodeError:
                raise LookupFailed("this locale cannot write a name in it") from None
            except (programs.ProgramMissing, OSError) as error:
                raise LookupFailed(f"git {args[0]} cannot be started: {error}") from None
            self._processes.add(child)
            return child
