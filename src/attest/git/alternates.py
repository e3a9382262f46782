"""Object stores that are borrowed from, as git writes them down (git(1),
gitrepository-layout(5))."""

from __future__ import annotations

import os
import re
from pathlib import Path

from attest.text import lazy

_QUOTED = lazy(rb'"((?:[^"\\]|\\.)*)"', re.DOTALL)


def read(value: str) -> list[Path]:
    """The folders that `GIT_ALTERNATE_OBJECT_DIRECTORIES` names: separated as in
    `PATH`, in C-style quotes where one begins with a quote (git(1))."""
    raw = os.fsencode(value)
    separator = os.fsencode(os.pathsep)
    folders = []
    while raw:
        match = _QUOTED.match(raw)
        if match is not None:
            name, raw = _unquote(match[1]), raw[match.end() :].removeprefix(separator)
        else:
            name, _, raw = raw.partition(separator)
        if name:
            folders.append(Path(os.fsdecode(name)).absolute())
    return folders


def _unquote(value: bytes) -> bytes:
    letters = dict(zip(b"abfnrtv", b"\a\b\f\n\r\t\v", strict=True))
    return re.sub(
        rb"\\(?:([0-7]{3})|(.))",
        lambda m: bytes([int(m[1], 8) & 0xFF if m[1] else letters.get(m[2][0], m[2][0])]),
        value,
        flags=re.DOTALL,
    )


def line(path: Path) -> bytes:
    """A line of `objects/info/alternates`, in git's C-style quotes."""
    raw = os.fsencode(path)
    return b'"' + b"".join(_quote(byte) for byte in raw) + b'"\n'


def _quote(byte: int) -> bytes:
    if byte in b'"\\':
        return b"\\" + bytes([byte])
    return bytes([byte]) if 0x20 <= byte < 0x7F else b"\\%03o" % byte
