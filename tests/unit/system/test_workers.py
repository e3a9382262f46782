"""Copies of the process that work for it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from attest.system import processes
from attest.system.workers import Send, Turns, Worker, WorkerEnded

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


def test_each_number_is_taken_once_and_by_who_is_free(running: list[Worker]) -> None:
    """Who took the first one waits here until the other has taken all that are left."""
    turns, (gate, opener) = Turns(1000), os.pipe()

    def work(send: Send) -> None:
        os.close(opener)
        for number in turns:
            send(number)
            if number == 0:
                os.read(gate, 1)

    running += [Worker(work), Worker(work)]
    turns.close()
    turns.close()
    first = [running[0].receive(), running[1].receive()]
    waiting, free = running if first == [0, 1] else reversed(running)
    assert sorted(map(str, first)) == ["0", "1"]
    assert [free.receive() for _ in range(998)] == list(range(2, 1000))
    with pytest.raises(WorkerEnded):
        free.receive()
    os.close(opener)
    with pytest.raises(WorkerEnded):
        waiting.receive()
    os.close(gate)
