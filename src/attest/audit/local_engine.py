"""The engine that needs nothing else: worker processes on this machine.

A thread for each of them hands it one task at a time. If a worker ends over a task, it is known
which one that was: another worker gets it, and no other task is touched. A pool that only knows
that one of its processes ended (`concurrent.futures`) would have to do all of them again.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from attest.audit.engine import ATTEMPTS
from attest.audit.tasks import Message
from attest.errors import EnvironmentFault
from attest.git import process
from attest.system import processes

_START = "import sys; sys.path[:] = {path!r}; from attest.audit import worker; worker.main()"
"""The worker looks for modules where this process does, and never in its own folder (-P)."""
_LAST_WORDS = 2000
"""Bytes at the end of what a worker wrote to standard error, of which the last line is shown."""

_Result = tuple[int, Message] | EnvironmentFault


class LocalEngine:
    """See `Engine`.

    Args:
        jobs: how many workers.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        # What a worker that is killed leaves of its temporary files goes with this folder.
        self._folder = tempfile.TemporaryDirectory(prefix="attest-", ignore_cleanup_errors=True)
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.end()
        self._folder.cleanup()

    def run(self, tasks: Sequence[Message]) -> Iterator[tuple[int, Message]]:
        """Do some tasks; see `Engine.run`."""
        todo: queue.SimpleQueue[tuple[int, Message]] = queue.SimpleQueue()
        results: queue.SimpleQueue[_Result] = queue.SimpleQueue()
        for numbered in enumerate(tasks):
            todo.put(numbered)
        folder = Path(self._folder.name)
        while len(self._workers) < min(self._jobs, len(tasks)):
            self._workers.append(_Worker(folder / str(len(self._workers))))
        for worker in self._workers:
            threading.Thread(target=_serve, args=(worker, todo, results), daemon=True).start()
        for _ in tasks:
            result = results.get()
            if isinstance(result, EnvironmentFault):
                raise result
            yield result


def _serve(
    worker: _Worker,
    todo: queue.SimpleQueue[tuple[int, Message]],
    results: queue.SimpleQueue[_Result],
) -> None:
    """Let a worker do tasks until there are none left."""
    while True:
        try:
            number, task = todo.get_nowait()
        except queue.Empty:
            return
        try:
            results.put((number, worker.do(task)))
        except OSError as error:
            why = f"a worker cannot be started: {error}"
            hint = f"Make sure that there is memory, and that this Python works: {sys.executable}"
            results.put(EnvironmentFault(why, hint))
            return


class _Worker:
    """A worker process, and the next one where it ends.

    Args:
        folder: for its temporary files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: processes.RunningProcess | None = None
        self._is_busy = False
        self._is_over = False

    def do(self, task: Message) -> Message:
        """Do a task.

        Returns:
            Its answer; a fault where every attempt ended the process.

        Raises:
            OSError: the process cannot be started.
        """
        line = json.dumps(task).encode("ascii") + b"\n"
        reason = ""
        for _ in range(ATTEMPTS):
            running = self._running or self._start()
            self._is_busy = True
            try:
                answer = _ask(running, line)
            except OSError:
                answer = b""  # it has ended, and reads no more
            self._is_busy = False
            if answer.endswith(b"\n"):
                message: Message = json.loads(answer)
                return message
            if self._is_over:
                break
            reason = self._reason(running)
        hint = "If memory is short, use fewer workers (--jobs) or smaller shards (--shard)."
        message_words = f"its worker ended {ATTEMPTS} times: {reason}"
        return {"fault": {"message": message_words, "hint": hint}}

    def end(self) -> None:
        """End the process, whatever it does."""
        self._is_over = True
        if self._running is not None:
            if self._is_busy:
                self._running.kill()  # also so that nobody reads from it any more
            processes.end(self._running)

    def _start(self) -> processes.RunningProcess:
        self._folder.mkdir(exist_ok=True)
        paths = [str(Path(entry).absolute()) for entry in sys.path if entry]
        command = [sys.executable, "-P", "-c", _START.format(path=paths)]
        env = {k: v for k, v in os.environ.items() if k not in process.OF_REPOSITORY}
        env |= {name: str(self._folder) for name in ("TMPDIR", "TEMP", "TMP")}
        # Not the current directory: Windows cannot delete one that a process works in.
        root = Path(Path(sys.executable).anchor)
        with (self._folder / "errors").open("wb") as errors:
            self._running = processes.start(command, cwd=root, env=env, errors=errors)
        return self._running

    def _reason(self, running: processes.RunningProcess) -> str:
        """How a process ended, in words; another one can be started then."""
        processes.end(running)
        self._running = None
        code = running.returncode
        reason = f"signal {-code}" if code < 0 else f"exit code {code}"
        words = (self._folder / "errors").read_bytes()[-_LAST_WORDS:].decode("utf-8", "replace")
        last = words.strip().rpartition("\n")[2]
        return f"{reason} ({last})" if last else reason


def _ask(running: processes.RunningProcess, line: bytes) -> bytes:
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(line)
    running.stdin.flush()
    return running.stdout.readline()
