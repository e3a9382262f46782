"""Reading TOML that somebody else wrote: in time that its length bounds, and with one
kind of error.

`tomllib` takes time that grows with the square of the parts of a dotted key, and lets
RecursionError and a plain ValueError through.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

MAX_PARTS = 32
"""Parts of a dotted key, or of the name of a table."""
_DIGITS = 400
"""Digits of a number; a 64-bit integer has 19."""
_TOKEN = re.compile(
    r"""(?P<part>"(?:[^"\\]|\\.)*"?|'[^']*+'?|[A-Za-z0-9_-]++)|(?P<dot>\.)|[ \t]++|(?P<other>.)""",
    re.DOTALL,
)
_MISTAKES = {
    "missing": "is missing",
    "extra_forbidden": "unknown key",
    "string_pattern_mismatch": "does not have the form that it must have",
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
}
"""By pydantic's types of errors (its documentation, "Validation Errors"): what it says of Python's
types, in TOML's words."""
_LONG = re.compile(rf"(?<![0-9_])[0-9_]{{{_DIGITS}}}")


def loads(written: str) -> dict[str, Any]:
    """Read TOML.

    Raises:
        ValueError: it is not TOML, or beyond a limit; the message ends with the place, as
            those of `tomllib` do.
    """
    for number, line in enumerate(written.split("\n"), 1):
        if len(line) > MAX_PARTS and _parts(line) > MAX_PARTS:
            raise ValueError(f"a key of more than {MAX_PARTS} parts (at line {number}, column 1)")
        if len(line) >= _DIGITS and _LONG.search(line):
            raise ValueError(f"more than {_DIGITS} digits in a row (at line {number}, column 1)")
    try:
        return tomllib.loads(written)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def mistake(kind: str, message: str) -> str:
    """What is wrong with a value, in plain words: what the file must have.

    Args:
        kind: pydantic's type of the error.
        message: pydantic's message, which stands where it says so plainly already.
    """
    if kind in _MISTAKES:
        return _MISTAKES[kind]
    plain = re.sub(r"^\w+ should (be|have) ", r"must \1 ", message.removeprefix("Value error, "))
    plain = plain.partition(" after validation,")[0].replace("greater than or equal to", "at least")
    return f"{plain[:1].lower()}{plain[1:]}"


def _parts(line: str) -> int:
    """The number of parts of the longest dotted key on the line: words or strings, with dots
    between them."""
    most, count, open_ = 0, 0, False
    for token in _TOKEN.finditer(line):
        if token["part"]:
            count, open_ = count + 1 if open_ else 1, False
            most = max(most, count)
        elif token["dot"]:
            open_ = count > 0
        elif token["other"]:
            count, open_ = 0, False
    return most
