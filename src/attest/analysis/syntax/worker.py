"""The process in which grammars run (parsing.py starts it, and says why).

It reads requests from standard input and writes an answer to each to standard output, until
the input ends (messages.py). A thread takes the requests in while another one reads code: so the
process that asks never waits until there is room for a request.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from contextlib import suppress
from queue import SimpleQueue

from attest.analysis.syntax import messages, tree
from attest.analysis.syntax.messages import Request
from attest.analysis.syntax.token_rows import ReadSide

_STACK = 64 << 20
"""Bytes of the stack that grammars get, whatever this machine gives to a process. So all
machines read the same files; 64 MiB are eight times what is usual."""
_ALLOCATIONS = 100_000
"""New objects before Python looks for cycles among all of them: here are none, and many objects."""

_NICE = 3
"""How far the process that asks goes first where both want a core: two of these may work for one
that asks, and the end of a check waits for that one."""


def answer(request: Request) -> list[ReadSide] | None:
    """The sides of a file; None where one cannot be read."""
    language, texts = request
    # One numbering of tree paths for both sides, so that their tokens can be compared.
    paths: tree.Paths = {}
    sides = [tree.read(text, language, ranges, paths, spots) for text, ranges, spots in texts]
    if texts[0][0] != texts[-1][0]:
        # The next commit begins with the new side, and seldom one with the old.
        tree.forget(texts[0][0], language)
    read = [side for side in sides if side is not None]
    return read if len(read) == len(sides) else None


_Requests = SimpleQueue[Request | None]
"""What is asked; at its end, None."""


def _take_in(requests: _Requests) -> None:
    try:
        while (request := messages.read_request(sys.stdin.buffer)) is not None:
            requests.put(request)
    finally:  # also where there is no memory for one: who asks waits for the end of this process
        requests.put(None)


def _serve(requests: _Requests) -> None:
    out = sys.stdout.buffer
    while (request := requests.get()) is not None:
        out.write(messages.encode_answer(answer(request)))
        out.flush()


def main() -> None:
    """Answer requests until there are no more, and end the process."""
    gc.set_threshold(_ALLOCATIONS)
    if sys.platform != "win32":  # which has no such call
        with suppress(OSError):  # a sandbox may forbid it
            os.nice(_NICE)
    requests: _Requests = SimpleQueue()
    threading.Thread(target=_take_in, args=[requests], daemon=True).start()
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_serve, args=[requests])
    thread.start()
    thread.join()
    # At once, also where the other thread still waits for requests: an error ended this one.
    os._exit(0)
