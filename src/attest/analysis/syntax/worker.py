"""The process in which grammars run (parsing.py starts it, and says why).

It reads requests from standard input and writes an answer to each to standard output, until
the input ends (messages.py).
"""

from __future__ import annotations

import json
import sys
import threading

from attest.analysis.syntax import messages, tree
from attest.analysis.syntax.messages import Request, SideRows

_STACK = 64 << 20
"""Bytes of the stack that grammars get, whatever this machine gives to a process. So all
machines read the same files; 64 MiB are eight times what is usual."""


def answer(request: Request) -> list[SideRows] | None:
    """The tokens and leaves of each side of a file; None where one cannot be read."""
    language, keys, sides = request
    # One numbering of tree paths for both sides, so that their tokens can be compared.
    paths: dict[tuple[int, str], int] = {}
    rows: list[SideRows] = []
    for text, ranges, spots in sides:
        near = [(first, last) for first, last in spots]
        side = tree.read(text, language, ranges, keys, paths, near)
        if side is None:
            return None
        rows.append((side.tokens, [side.leaves[spot] for spot in near]))
    return rows


def _serve() -> None:
    out = sys.stdout.buffer
    ready: Request = ("json", False, [("0", [(0, 1)], [])])
    out.write(messages.encode(answer(ready)))
    out.flush()
    for line in sys.stdin.buffer:
        out.write(messages.encode(answer(json.loads(line))))
        out.flush()


def main() -> None:
    """Answer requests until there are no more."""
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_serve)
    thread.start()
    thread.join()
