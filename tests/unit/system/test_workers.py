"""Copies of the process that work for it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from attest.system import processes
from attest.system.workers import Send, Worker, WorkerEnded

fcntl = pytest.importorskip("fcntl")  # Windows has neither that nor a fork
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")


@pytest.fixture
def running() -> Iterator[list[Worker]]:
    started: list[Worker] = []
    yield started
    for worker in started:
        worker.end()


def test_values_arrive_in_their_order_and_the_end_is_noticed(running: list[Worker]) -> None:
    def work(send: Send) -> None:
        for number in range(3):
            send([number] * 50_000)

    running.append(Worker(work))
    assert [running[0].receive() for _ in range(3)] == [[n] * 50_000 for n in range(3)]
    with pytest.raises(WorkerEnded):
        running[0].receive()


def test_a_worker_need_not_wait_for_its_turn(running: list[Worker]) -> None:
    """Its pipe takes what several shares of commits have to say, before anybody reads."""
    size = getattr(fcntl, "F_GETPIPE_SZ", None)
    if size is None:
        pytest.skip("pipes have one size here")
    running.append(Worker(lambda send: send(None)))
    assert fcntl.fcntl(running[0]._input, size) >= processes.PIPE_ROOM
