"""What the process that reads code is asked and answers (worker.py, parsing.py).

Both are lines of JSON: a process that a grammar damaged can write nothing that does harm at the
other end. The end that asks loads nothing that reads a tree: it waits for its own start already.

What many tokens have in common is in an answer once, and no text is, since the end that asks has
the file: it is less than half as long.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from attest.analysis.syntax.tokens import Ranges, Side, Spot, Token

Request = tuple[str, Sequence[tuple[str, Ranges, Sequence[Spot]]]]
"""The name of a grammar, and of each side its text, its ranges, and the spots about which something
may be proven."""

_Rows = list[Any]


def encode_request(request: Request) -> bytes:
    """A request as a line."""
    return _line(request)


def encode_answer(sides: Sequence[Side] | None) -> bytes:
    """The sides of a request as the line that answers it; None where one cannot be read."""
    return _line(sides and [(*_rows(side.tokens), side.faultless) for side in sides])


def decode_answer(line: bytes, request: Request) -> tuple[Side, ...] | None:
    """The sides of a request, from the line that answers it.

    Raises:
        ValueError, TypeError, LookupError: it is not a whole answer.
    """
    answer = json.loads(line)
    if answer is None:
        return None
    return tuple(
        Side(text, _tokens(text, rows, places), True, {(first, last) for first, last in faultless})
        for (text, _, _), (rows, places, faultless) in zip(request[1], answer, strict=True)
    )


def _line(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii") + b"\n"


def _rows(tokens: Sequence[Token]) -> tuple[_Rows, _Rows]:
    """For each token a row, which ends with the number of its place; and all places."""
    places: dict[tuple[object, ...], int] = {}
    rows = [
        (*token[1:6], *token.shape, places.setdefault(token[6:9], len(places))) for token in tokens
    ]
    return rows, list(places)


def _tokens(text: str, rows: _Rows, places: _Rows) -> list[Token]:
    places = [(callee, tuple(unit), tuple(scope)) for callee, unit, scope in places]
    return [
        Token(text[start:end], role, line, start, end, where, callee, unit, scope, (path, opened))
        for role, line, start, end, where, path, opened, number in rows
        for callee, unit, scope in [places[number]]
    ]
