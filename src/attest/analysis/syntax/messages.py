"""What the process that reads code is asked and answers (worker.py, parsing.py).

Both are lines of JSON: a process that a grammar damaged can write nothing that does harm at the
other end. The end that asks loads nothing that reads a tree: it waits for its own start already.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from attest.analysis.syntax.leaves import Leaf, Spot
from attest.analysis.syntax.tokens import Ranges, Side, Token, Where

Request = tuple[str, bool, Sequence[tuple[str, Ranges, Sequence[Spot]]]]
"""The name of a grammar, whether mappings are scopes, and of each side its text, its ranges,
and the spots about which something may be proven."""

_WHERE = Token._fields.index("where")
_Row = list[object]
"""The fields of a token or leaf, as plain values."""
SideRows = tuple[list[_Row], list[list[_Row] | None]]
"""The tokens of a side, and the leaves of each of its spots."""


def encode(value: object) -> bytes:
    """A request, or an answer, as a line."""
    return json.dumps(value, separators=(",", ":")).encode("ascii") + b"\n"


def rows_of(side: Side, spots: Sequence[Spot]) -> SideRows:
    """A side that was read, as plain values.

    Args:
        spots: those of the request, in its order.
    """
    of_spots = [side.leaves[spot] for spot in spots]
    leaves = [None if found is None else [list(leaf) for leaf in found] for found in of_spots]
    return [_row(token) for token in side.tokens], leaves


def decode(line: bytes, request: Request) -> tuple[Side, ...] | None:
    """The sides of a request, from the line that answers it.

    Raises:
        ValueError, TypeError: it is not a whole answer.
    """
    rows = json.loads(line)
    if rows is None:
        return None
    where: dict[int, Where] = {}
    return tuple(
        Side(
            text,
            text.split("\n"),
            [_token(row, where) for row in tokens],
            True,
            dict(zip(spots, map(_leaves, leaves), strict=True)),
        )
        for (text, _, spots), (tokens, leaves) in zip(request[2], rows, strict=True)
    )


def _leaves(rows: list[_Row] | None) -> list[Leaf] | None:
    return None if rows is None else [Leaf(*row) for row in rows]  # type: ignore[arg-type]


def _row(token: Token) -> _Row:
    row: _Row = list(token)
    row[_WHERE] = token.where.value
    return row


def _token(row: list[object], where: dict[int, Where]) -> Token:
    text, role, line, start, end, number, callee, unit, scope, shape, level = row
    if not isinstance(number, int):
        raise TypeError(f"{number!r} is not a mark")
    # `Where(…)` searches its members for each combination, and there are few of them.
    marks = where.get(number) or where.setdefault(number, Where(number))
    if not (isinstance(unit, list) and isinstance(scope, list) and isinstance(shape, list)):
        raise TypeError("not a token")
    groups = tuple(unit), tuple(scope), tuple(shape)
    return Token(text, role, line, start, end, marks, callee, *groups, level)  # type: ignore[arg-type]
