"""Types of the values in `.attest.toml` that are more than strings: each says what makes a
string one of them. validation.py turns the marks into pydantic's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, NamedTuple

from attest import text

LONGEST = 1000
"""Characters of a trailer's value that patterns are tried on; a longer one fits none: no line
that a person reads is so long."""


class Check(NamedTuple):
    """Marks a type in `Annotated`: what a function makes of a value.

    Args:
        function: raises a ValueError about what it does not accept.
        raw: give it the value as it is in the file, before its type is looked at.
    """

    function: Callable[[Any], Any]
    raw: bool = False


class Limits(NamedTuple):
    """Marks a type in `Annotated`: the least number, or the most characters."""

    ge: int | None = None
    max_length: int | None = None


def about(description: str, **limits: int) -> dict[str, object]:
    """The metadata of a key: keyword arguments of pydantic's `Field`.

    Args:
        limits: `ge`, `le` and `min_length`.
    """
    return {"description": description, **limits}


def _pattern(value: str) -> str:
    from attest.policy import expressions

    expressions.assert_expression(value)
    return value


def number(value: object) -> object:
    """A number, and not `true`, which is equal to 1 in Python."""
    return str(value) if isinstance(value, bool) else value


def _line(value: str) -> str:
    # Not isprintable(): what it calls printable depends on Python's version of Unicode.
    if not value.strip() or text.showable(value) != value:
        raise ValueError("must be one line of text")
    return value


def _path_pattern(value: str) -> str:
    from attest.policy import paths

    paths.assert_pattern(value)
    return value


def _document(value: str) -> str:
    parts = _line(value).split("/")
    if any(part in ("", ".", "..") for part in parts) or "\\" in value:
        raise ValueError("must be a path below the root of the repository, written with /")
    return value


def _trailer(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", value) or value.lower().startswith(
        "attest"
    ):
        raise ValueError("must be the name of a trailer, such as Assisted-by")
    return value


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _day(value: object) -> object:
    if not _is_day(value):
        raise ValueError(f"must be a date without quotes, such as {_EXAMPLE}")
    return value


def _start(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", value):
        return value
    if not _is_day(value):
        raise ValueError(
            f"must be a date without quotes, such as {_EXAMPLE}, or the full id of a commit"
        )
    return value


class KeyMistake(ValueError):
    """A key that does not fit the other keys of its table.

    Args:
        key: as the file has it.
    """

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


_EXAMPLE = "2027-03-01"

Day = Annotated[date, Check(_day, raw=True)]
Start = Annotated[date | str, Check(_start, raw=True)]
"""A day, or the full id of a commit."""
Pattern = Annotated[str, Check(_pattern)]
Line = Annotated[str, Limits(max_length=LONGEST), Check(_line)]
PathPattern = Annotated[str, Check(_path_pattern)]
Document = Annotated[str, Check(_document)]
Trailer = Annotated[str, Check(_trailer)]
