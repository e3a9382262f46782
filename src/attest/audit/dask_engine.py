"""The engine that spreads an audit over machines: Dask (`pip install "git-attest[audit]"`).

Dask's scheduler gives the tasks of a worker that is lost to another one. It may then run a task
twice, but a future has one result, and only this process writes records.
"""

from __future__ import annotations

import logging
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any, Self

from attest.audit import work
from attest.audit.engine import ATTEMPTS
from attest.audit.tasks import Message
from attest.errors import EnvironmentFault

INSTALL = 'python3 -m pip install "git-attest[audit]"'
_PATIENCE = 30
"""Seconds until a scheduler must answer."""


class DaskEngine:
    """See `Engine`.

    Args:
        jobs: workers of a cluster on this machine.
        scheduler: the address of a running scheduler; empty for a cluster on this machine, for as
            long as the audit takes.

    Raises:
        EnvironmentFault: Dask is not installed.
    """

    def __init__(self, jobs: int, scheduler: str = "") -> None:
        try:
            import distributed
        except ImportError as error:
            raise EnvironmentFault(f"--engine dask needs Dask: {error}", INSTALL) from None
        self._dask: Any = distributed
        self._jobs = jobs
        self._scheduler = scheduler
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        try:
            address = self._scheduler or self._cluster()
            client = self._dask.Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, RuntimeError, ValueError) as error:
            self._stack.close()
            place = self._scheduler or "a cluster on this machine"
            raise EnvironmentFault(
                f"--engine dask: {place} does not answer: {error}",
                "Start one with `dask scheduler`, and name its address: tcp://HOST:8786",
            ) from None
        self._client = self._stack.enter_context(client)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self, tasks: Sequence[Message]) -> Iterator[tuple[int, Message]]:
        """Do some tasks; see `Engine.run`."""
        name = secrets.token_hex(8)
        keys = [f"attest-{name}-{number}" for number in range(len(tasks))]
        numbers = {key: number for number, key in enumerate(keys)}
        futures = self._client.map(work.perform, list(tasks), key=keys, retries=ATTEMPTS - 1)
        results = self._dask.as_completed(futures, loop=self._client.loop, raise_errors=False)
        del futures  # so that an answer is forgotten when it has been read
        for future in results:
            yield numbers[future.key], _answer(future)

    def _cluster(self) -> Any:  # noqa: ANN401  # of a package without types
        """A cluster on this machine. It talks over TLS with a certificate of its own: whoever
        reaches a scheduler of Dask's runs code as its owner, also other people on this machine."""
        folder = self._stack.enter_context(
            tempfile.TemporaryDirectory(prefix="attest-", ignore_cleanup_errors=True)
        )
        cluster = self._dask.LocalCluster(
            n_workers=self._jobs,
            threads_per_worker=1,
            processes=True,
            security=True,
            dashboard_address=None,
            worker_dashboard_address=None,
            local_directory=folder,
            env=dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder),
            silence_logs=logging.CRITICAL,
        )
        return self._stack.enter_context(cluster)


def _answer(future: Any) -> Message:  # noqa: ANN401
    """What a task answered; a fault where Dask gave it up."""
    if future.status == "finished":
        message: Message = future.result()
        return message
    error = future.exception() if future.status == "error" else f"it was {future.status}"
    hint = "See the logs of the workers. If memory is short, use smaller shards (--shard)."
    return {"fault": {"message": f"Dask gave its task up: {error}", "hint": hint}}
