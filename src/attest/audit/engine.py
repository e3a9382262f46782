"""What an engine is: something that does tasks in workers, and does not lose any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from attest.audit.tasks import Message

ATTEMPTS = 3
"""How often a task is tried. A worker that ends (memory, a machine that goes away) takes nothing
with it but the time; a task that ends every worker must not end the audit."""


class Engine(Protocol):
    """Does tasks in several workers. A context manager, which ends what it started."""

    def __enter__(self) -> Engine: ...

    def __exit__(self, *_: object) -> None: ...

    def run(self, tasks: Sequence[Message]) -> Iterator[tuple[int, Message]]:
        """Do some tasks.

        Returns:
            The place of each task in *tasks*, once, and its answer; as they come.

        Raises:
            EnvironmentFault: no worker can be started or reached.
        """
        ...
