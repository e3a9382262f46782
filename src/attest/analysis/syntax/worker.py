"""The process in which grammars run (parsing.py starts it, and says why).

It reads requests from standard input and writes an answer to each to standard output, until
the input ends. Both are lines of JSON: a process that a grammar damaged can write nothing
that does harm at the other end.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence
from typing import Any

from attest.analysis.syntax import tree
from attest.analysis.syntax.leaves import Leaf, Spot
from attest.analysis.syntax.tokens import Ranges, Side, Token

Request = tuple[str, bool, Sequence[tuple[str, Ranges, Sequence[Spot]]]]
"""The name of a grammar, whether mappings are scopes, and of each side its text, its ranges,
and the spots about which something may be proven."""

_STACK = 64 << 20
"""Bytes of the stack that grammars get, whatever this machine gives to a process. So all
machines read the same files; 64 MiB are eight times what is usual."""
_Row = list[Any]
"""The fields of a token or leaf, as plain values."""
_Answer = tuple[Sequence[Token], list[Sequence[Leaf] | None]]
"""The tokens of a side, and the leaves of each of its spots."""


def encode(value: object) -> bytes:
    """A request, or an answer, as a line."""
    return json.dumps(value, separators=(",", ":")).encode("ascii") + b"\n"


def answer(request: Request) -> list[_Answer] | None:
    """The tokens and leaves of each side of a file; None where one cannot be read."""
    language, keys, sides = request
    # One numbering of tree paths for both sides, so that their tokens can be compared.
    paths: dict[tuple[int, str], int] = {}
    found: list[_Answer] = []
    for text, ranges, spots in sides:
        wanted = [(first, last) for first, last in ranges]
        near = [(first, last) for first, last in spots]
        side = tree.read(text, language, wanted, keys, paths, near)
        if side is None:
            return None
        found.append((side.tokens, [side.leaves[spot] for spot in near]))
    return found


def decode(line: bytes, request: Request) -> tuple[Side, ...] | None:
    """The sides of a request, from the line that answers it.

    Raises:
        ValueError, TypeError: it is not a whole answer.
    """
    rows = json.loads(line)
    if rows is None:
        return None
    return tuple(
        Side(
            text,
            text.split("\n"),
            [_token(row) for row in tokens],
            True,
            dict(zip(spots, map(_leaves, leaves), strict=True)),
        )
        for (text, _, spots), (tokens, leaves) in zip(request[2], rows, strict=True)
    )


def _leaves(rows: list[_Row] | None) -> list[Leaf] | None:
    return None if rows is None else [Leaf(*row) for row in rows]


def _token(row: _Row) -> Token:
    # JSON has no tuples, and a scope is a key.
    row[7:10] = map(tuple, row[7:10])  # unit, scope, shape
    return Token(*row)


def _serve() -> None:
    out = sys.stdout.buffer
    ready: Request = ("json", False, [("0", [(0, 1)], [])])
    out.write(encode(answer(ready)))
    out.flush()
    for line in sys.stdin.buffer:
        out.write(encode(answer(json.loads(line))))
        out.flush()


def main() -> None:
    """Answer requests until there are no more."""
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_serve)
    thread.start()
    thread.join()
