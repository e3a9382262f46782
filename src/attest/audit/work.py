"""What every engine runs in its workers: one task in, one answer out, both plain data."""

from __future__ import annotations

import threading
from dataclasses import asdict

from attest.audit import judge, plan
from attest.audit.tasks import Fault, Message, PlanTask, read_task
from attest.errors import AttestError, remedy

_lock = threading.Lock()
"""The process that reads code answers one thread (analysis/syntax/parsing.py); a worker of Dask's
may have several."""


def perform(message: Message) -> Message:
    """Do a task.

    Args:
        message: of a task; see `tasks.task_message`.

    Returns:
        `plan`, `shard` or `fault`, with the fields of `Plan`, `ShardRecord` or `Fault`.
    """
    try:
        task = read_task(message)
    except ValueError as error:
        return _fault(str(error), "Install the same version of attest on every machine.")
    try:
        with _lock:
            if isinstance(task, PlanTask):
                return {"plan": asdict(plan.make(task))}
            return {"shard": judge.judge(task).model_dump()}
    except AttestError as error:
        return _fault(error.message, error.hint)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _fault(f"{place}{error.strerror or error}", remedy(error))


def _fault(message: str, hint: str) -> Message:
    return {"fault": asdict(Fault(message, hint))}
