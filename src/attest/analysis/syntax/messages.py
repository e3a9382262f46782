"""What the process that reads code is asked and answers (worker.py, parsing.py).

Both are lines of JSON: a process that a grammar damaged can write nothing that does harm at the
other end. The end that asks loads nothing that reads a tree: it waits for its own start already.

An answer has columns, and not an object for each token, so that it is written and read in one go.
What many tokens have in common is in it once, and no text is, since the end that asks has the file:
it is less than half as long.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from attest.analysis.syntax.leaves import Leaf, Spot
from attest.analysis.syntax.tokens import Ranges, Role, Side, Token

Request = tuple[str, bool, Sequence[tuple[str, Ranges, Sequence[Spot]]]]
"""The name of a grammar, whether mappings are scopes, and of each side its text, its ranges,
and the spots about which something may be proven."""

_Columns = list[Any]
_ROLES: tuple[Role, ...] = ("comment", "string", "number", "name", "keyword", "operator")
_NUMBERS = {role: number for number, role in enumerate(_ROLES)}


def encode_request(request: Request) -> bytes:
    """A request as a line."""
    return _line(request)


def encode_answer(sides: Sequence[Side] | None, request: Request) -> bytes:
    """The sides of a request as the line that answers it; None where one cannot be read."""
    if sides is None:
        return _line(None)
    return _line(
        [
            (_token_columns(side.tokens), [_leaf_columns(side.leaves[a, b]) for a, b in spots])
            for side, (_, _, spots) in zip(sides, request[2], strict=True)
        ]
    )


def decode_answer(line: bytes, request: Request) -> tuple[Side, ...] | None:
    """The sides of a request, from the line that answers it.

    Raises:
        ValueError, TypeError, LookupError: it is not a whole answer.
    """
    answer = json.loads(line)
    if answer is None:
        return None
    return tuple(
        Side(
            text,
            _tokens(text, tokens),
            True,
            {spot: _leaves(text, one) for spot, one in zip(spots, leaves, strict=True)},
        )
        for (text, _, spots), (tokens, leaves) in zip(request[2], answer, strict=True)
    )


def _line(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii") + b"\n"


def _token_columns(tokens: Sequence[Token]) -> _Columns:
    places: dict[tuple[object, ...], int] = {}
    columns = list(zip(*tokens, strict=True)) or [()] * len(Token._fields)
    _, roles, lines, starts, ends, wheres, callees, units, scopes, shapes = columns
    of_tokens = zip(callees, units, scopes, strict=True)
    numbers = [places.setdefault(place, len(places)) for place in of_tokens]
    roles_by_number = [_NUMBERS[role] for role in roles]
    return [roles_by_number, lines, starts, ends, wheres, shapes, numbers, list(places)]


def _tokens(text: str, columns: _Columns) -> list[Token]:
    roles, lines, starts, ends, wheres, shapes, numbers, places = columns
    places = [(callee, tuple(unit), tuple(scope)) for callee, unit, scope in places]
    rows = zip(roles, lines, starts, ends, wheres, shapes, numbers, strict=True)
    return [
        Token(
            text[start:end],
            _ROLES[role],
            line,
            start,
            end,
            where,
            callee,
            unit,
            scope,
            tuple(shape),
        )
        for role, line, start, end, where, shape, number in rows
        for callee, unit, scope in [places[number]]
    ]


def _leaf_columns(leaves: Sequence[Leaf] | None) -> _Columns | None:
    if leaves is None:
        return None
    kinds, _, *rest = list(zip(*leaves, strict=True)) or [()] * len(Leaf._fields)
    return [kinds, *rest]


def _leaves(text: str, columns: _Columns | None) -> list[Leaf] | None:
    if columns is None:
        return None
    return [
        Leaf(kind, text[start:end], line, last_line, start, end, inside)
        for kind, line, last_line, start, end, inside in zip(*columns, strict=True)
    ]
