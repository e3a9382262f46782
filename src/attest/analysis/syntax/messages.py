"""What the process that reads code is asked and answers (worker.py, parsing.py).

Both are lines of JSON: a process that a grammar damaged can write nothing that does harm at the
other end. The end that asks loads nothing that reads a tree: it waits for its own start already.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from attest.analysis.syntax.leaves import Leaf, Spot
from attest.analysis.syntax.tokens import Ranges, Side, Token

Request = tuple[str, bool, Sequence[tuple[str, Ranges, Sequence[Spot]]]]
"""The name of a grammar, whether mappings are scopes, and of each side its text, its ranges,
and the spots about which something may be proven."""

_Row = list[Any]
"""The fields of a token or leaf, as plain values."""
SideRows = tuple[Sequence[Token], list[Sequence[Leaf] | None]]
"""The tokens of a side, and the leaves of each of its spots."""


def encode(value: object) -> bytes:
    """A request, or an answer, as a line."""
    return json.dumps(value, separators=(",", ":")).encode("ascii") + b"\n"


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
