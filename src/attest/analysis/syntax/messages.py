"""What the process that reads code is asked and answers (worker.py, parsing.py).

A request is a line of JSON, and behind it the texts as they are: a string of JSON takes longer to
write and to read than all else of it. An answer is a line of JSON: a process that a grammar damaged
can write nothing that does harm at the other end. The end that asks loads nothing that reads a
tree: it waits for its own start already.

What many tokens have in common is in an answer once, and no text is, since the end that asks has
the file. All else of them are numbers, in base64: to write and to read these takes a quarter of the
time of numbers in JSON.
"""

from __future__ import annotations

import binascii
import json
from array import array
from collections.abc import Sequence
from typing import IO, Any

from attest.analysis.syntax import token_rows
from attest.analysis.syntax.token_rows import Place, ReadSide, TokenRows
from attest.analysis.syntax.tokens import Ranges, Side, Spot, Token

Request = tuple[str, Sequence[tuple[str, Ranges, Sequence[Spot]]]]
"""The name of a grammar, and of each side its text, its ranges, and the spots about which something
may be proven."""


def encode_request(request: Request) -> bytes:
    """A request as a line, which says how many bytes of UTF-8 each text behind it has."""
    language, sides = request
    texts = [text.encode() for text, _, _ in sides]
    sizes = [(len(text), *of_side[1:]) for text, of_side in zip(texts, sides, strict=True)]
    return b"".join([_line((language, sizes)), *texts])


def read_request(source: IO[bytes]) -> Request | None:
    """The next request; None where the input ends."""
    line = source.readline()
    if not line.endswith(b"\n"):
        return None
    language, sizes = json.loads(line)
    texts = [source.read(size) for size, _, _ in sizes]
    if any(len(text) < of_side[0] for text, of_side in zip(texts, sizes, strict=True)):
        return None
    sides = [
        (text.decode(), ranges, spots)
        for text, (_, ranges, spots) in zip(texts, sizes, strict=True)
    ]
    return language, sides


def encode_answer(sides: Sequence[ReadSide] | None) -> bytes:
    """The sides of a request as the line that answers it; None where one cannot be read."""
    return _line(sides and [(*_written(side.tokens), side.faultless) for side in sides])


def decode_answer(line: bytes, request: Request) -> tuple[Side, ...] | None:
    """The sides of a request, from the line that answers it.

    Raises:
        ValueError, TypeError, LookupError: it is not a whole answer.
    """
    answer = json.loads(line)
    if answer is None:
        return None
    return tuple(
        Side(text, _read(text, *tokens), True, {(first, last) for first, last in spots})
        for (text, _, _), (*tokens, spots) in zip(request[1], answer, strict=True)
    )


def _written(tokens: TokenRows) -> tuple[str, Sequence[Place]]:
    """The numbers of some tokens in base64, and their places."""
    numbers = array("i", tokens.numbers).tobytes()
    return binascii.b2a_base64(numbers, newline=False).decode("ascii"), tokens.places


def _read(text: str, numbers: str, places: Sequence[Any]) -> list[Token]:
    read = array("i")
    read.frombytes(binascii.a2b_base64(numbers))
    return token_rows.tokens_of(
        text, read, [(callee, tuple(unit), tuple(scope)) for callee, unit, scope in places]
    )


def _line(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii") + b"\n"
