"""From the bytes of `.attest.toml` to a policy, or to an error that names the key
and the line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, get_args

from attest import text, toml
from attest.analysis.kinds import KINDS
from attest.errors import EnvironmentFault
from attest.policy import builder
from attest.policy.model import Policy
from attest.policy.values import KeyMistake
from attest.report.findings import Code
from attest.text import lazy

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MAX_BYTES = 1 << 20
_HINT = "To check a file: attest policy check. All keys: attest policy schema"

_HEADER = lazy(r"[ \t]*+(\[\[?)([^\[\]]++)\]\]?")
_WORD = r"""(?:[A-Za-z0-9_-]++|"[^"]*+"|'[^']*+')"""
_KEY = lazy(rf"[ \t]*+({_WORD}(?:[ \t]*+\.[ \t]*+{_WORD})*)[ \t]*+=")
_PART = lazy(_WORD)

_NAMED = 200
"""Characters of a key that an error shows."""

_LISTED = 10
"""Errors of a file that are shown."""

Place = tuple[str | int, ...]


def read(data: bytes, source: str) -> Policy:
    """Read a policy.

    Args:
        source: the file's name, for errors.

    Raises:
        EnvironmentFault: it is not a valid policy; names file, line and key.
    """
    if len(data) > MAX_BYTES:
        raise EnvironmentFault(f"{source} is larger than {MAX_BYTES} bytes", _HINT)
    try:
        content = data.decode("utf-8")
        if content.startswith("\ufeff"):
            raise EnvironmentFault(
                f"{source}:1: it begins with a byte order mark, which TOML does not allow", _HINT
            )
        tables = toml.loads(content)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise EnvironmentFault(f"{source}:{line}: not UTF-8", _HINT) from None
    except ValueError as error:
        raise EnvironmentFault(_syntax(error, content, source), _HINT) from None
    policy = builder.policy(tables)
    if policy is not None:
        return policy
    from pydantic import ValidationError

    from attest.policy import validation

    try:
        return validation.policy(tables)
    except ValidationError as error:
        mistakes = [_describe(one, tables, content, source) for one in error.errors()[:_LISTED]]
        raise EnvironmentFault("\n".join(mistakes), _HINT) from None


def schema() -> dict[str, Any]:
    """The JSON schema of the file, as docs/policy.schema.json has it."""
    from attest.policy import validation

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": ".attest.toml",
        **{key: value for key, value in validation.schema().items() if key != "title"},
    }


def _syntax(error: Exception, content: str, source: str) -> str:
    """What is wrong with TOML, with its line and the key there."""
    match = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)", str(error))
    last = content.rstrip().count("\n") + 1
    line = int(match[1]) if match and match[1] else last
    message = str(error)[: match.start()].strip() if match else str(error)
    keys = [place for place, at in lines(content).items() if at <= line and place]
    name = _key_name(keys[-1]) if keys else ""
    at_end = " (at the end of the file)" if match and not match[1] else ""
    return f"{source}:{line}: {name + ': ' if name else ''}not TOML: {message}{at_end}"


def _describe(error: ErrorDetails, tables: dict[str, Any], content: str, source: str) -> str:
    place = _place(error["loc"], tables)
    mistake = error.get("ctx", {}).get("error")
    if error["type"] == "missing":
        place = (*place, error["loc"][-1])
    elif isinstance(mistake, KeyMistake):
        place = (*place, mistake.key)
    number = lines(content).get(place) or _nearest(content, place)
    name = _key_name(place) or "the file"
    return f"{source}:{number}: {name}: {_message(error)}"


def _place(location: Sequence[str | int], value: object) -> Place:
    """The part of an error's location that the file has: pydantic adds words of its own."""
    place: list[str | int] = []
    for part in location:
        if isinstance(value, dict) and part in value:
            value = value[str(part)]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            continue
        place.append(part)
    return tuple(place)


def _key_name(place: Place) -> str:
    """A key as an error names it."""
    name = text.showable("".join(_showable(part) for part in place).lstrip("."))
    return name if len(name) <= _NAMED else f"{name[:_NAMED]}…"


def _showable(part: str | int) -> str:
    return f"[{part + 1}]" if isinstance(part, int) else f".{part}"


def _message(error: ErrorDetails) -> str:
    kind = error["type"]
    if kind == "missing" and error["loc"] == ("version",):
        return "is missing; write version = 1"
    if kind == "extra_forbidden":
        name = str(error["loc"][-1])
        if len(error["loc"]) > 1 and name in _top():
            return f"unknown key here; `{name}` belongs above the first [table]"
        close = difflib.get_close_matches(name, _names(), 1)
        if close[:1] == [name]:
            return f"unknown key here; `{name}` belongs into another table"
        return "unknown key" + (f"; did you mean {close[0]}?" if close else "")
    kinds = "kinds" in error["loc"]
    if kind == "list_type" and isinstance(error["input"], dict):
        return f"is a table; write [[{error['loc'][-1]}]]"
    if kind == "literal_error" and (error["loc"][-1] == "[key]" or kinds):
        known = KINDS if kinds else get_args(Code)
        close = difflib.get_close_matches(str(error["input"]), known, 1)
        noun = "not a kind of change" if kinds else "not the code of a finding"
        return noun + (f"; did you mean {close[0]}?" if close else "")
    if error["loc"] == ("version",):
        return f"{error['input']!r:.80} is not a version that this attest reads: 1"
    return toml.mistake(kind, error["msg"])


def _top() -> frozenset[str]:
    return frozenset(schema()["properties"])


def _names() -> list[str]:
    whole = schema()
    tables = [whole, *whole["$defs"].values()]
    return sorted({name for table in tables for name in table.get("properties", ())})


def lines(content: str) -> dict[Place, int]:
    """The line of each key and table, from 1. For errors alone: values are not read,
    so a key inside of a value is found at the key that the value belongs to."""
    numbers: dict[Place, int] = {}
    table: Place = ()
    counts: dict[Place, int] = {}
    until = ""
    for number, line in enumerate(content.split("\n"), 1):
        if until:
            until = "" if until in line else until
            continue
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            table = _parts(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                numbers.setdefault(table, number)
                table = (*table, counts[table])
            numbers.setdefault(table, number)
        elif key:
            numbers.setdefault((*table, *_parts(key[1])), number)
        for quotes in ('"""', "'''"):
            until = quotes if line.count(quotes) % 2 else until
    return numbers


def _parts(dotted: str) -> Place:
    parts = islice(_PART.finditer(dotted), toml.MAX_PARTS)
    return tuple(part[0].strip("\"'") for part in parts)


def _nearest(content: str, place: Place) -> int:
    known = lines(content)
    while place:
        place = place[:-1]
        if place in known:
            return known[place]
    return 1
