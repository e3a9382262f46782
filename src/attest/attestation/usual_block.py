"""Reading a whole block in one step, where it is as nearly all are (docs/format.md, "Grammar")."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import NamedTuple

from attest import text
from attest.attestation.block import MAX_LINES, AttestedHunk, Block, LazyHunks
from attest.text import lazy

HEAD = (
    r"v1; at=(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ); mode=(tty|editor|file);"
    r" asked=(0|[1-9]\d{0,3})(?:/(0|[1-9]\d{0,8}))?; rules=([1-9]\d{0,3})"
)
KEY = r"ssh SHA256:[A-Za-z0-9+/]{43}|openpgp [0-9A-F]{40}"
_CONTROL_IN_LINE = lazy(f"[\x00-\x09\x0b-\x1f\x7f-\x9f{text.BIDI}]")
_MOST = 240
"""Characters of each value: so no line has more than `MAX_LINE` bytes. A writer makes lines of
72."""
_SIZE = f"{{1,{_MOST}}}"
_VALUE = rf"(?! ).{_SIZE}+(?<! )\n"
"""What no blank stands before or behind; other than spaces, `decode` refuses them."""
_TEXT = f"Attest-%s: {_VALUE}"
"""A line of a text in which no word goes on in the next one. `_BAD_ESCAPE` looks at what is
escaped in it: to do so here would take twice as long, and few texts escape anything."""
_BAD_ESCAPE = lazy(
    r"(?m)^Attest-(?:Invariant|Breaks|Asked|Answer|Unsure): "
    r"(?>[^\n%]*+(?:%[0-9A-Fa-f]{2}[^\n%]*+)*)%"
)
_QUESTION = f"(?>(?:{_TEXT % 'Asked'})+)(?>(?:{_TEXT % 'Answer'})+)"
_TEXTS_OF_HUNK = (
    f"(?>(?:{_TEXT % 'Invariant'})*)(?>(?:{_TEXT % 'Breaks'})*)(?>(?:{_QUESTION})*)"
    f"(?>(?:{_TEXT % 'Unsure'})*)"
)
_USUAL = lazy(
    rf"Attest: {HEAD}\nAttested-by: (?! )(?=.{_SIZE}+\n)([^<>\n]+) <([^<> \n]+)>\n"
    rf"Attest-Key: ({KEY})\n(?>(?:Attest-Project: (?! )([^%\n]{_SIZE}+)(?<! )\n)?)"
    r"(?>(?:Attest-Policy: ([0-9a-f]{56})\n)?)Attest-Change: ([0-9a-f]{56})\n"
    rf"((?>(?:Attest-Hunk: [0-9a-f]{{56}}\nAttest-Where: {_VALUE}"
    rf"{_TEXTS_OF_HUNK})*))((?>(?:Attest-File: [0-9a-f]{{56}}\n)*))"
    rf"((?>(?:Attest-Sig: [A-Za-z0-9+/=]{_SIZE}+\n)+))",
    re.ASCII,
)
"""All of a block that covers one commit, as nearly all are: without facts, and in lines that stand
for themselves. `codec` reads every other one line by line, and says what is wrong with it.
Groups are atomic, not repeated possessively: Python before 3.11.5 takes too much then."""
_MOST_BYTES = MAX_LINES * len("Attest-X: y\n")
"""Bytes of a message that cannot have more than `MAX_LINES` lines of a block."""
_SIGNATURE = 14
"""The group of `_USUAL` that has the signature."""
_FILES = lazy(r"[0-9a-f]{56}")
_PLAIN = bytes(range(0x20, 0x7F)) + b"\n"


class Found(NamedTuple):
    """The block that ends a message.

    Args:
        start: where it begins.
        text: its lines as `block.scan` strips them.
        parts: see `match`.
    """

    start: int
    text: bytes
    parts: re.Match[str]


def find(message: bytes) -> Found | None:
    """The one block of a message that ends with it; None where `block.scan` has to look closer, or
    `codec`."""
    start = message.find(b"Attest: ")
    if start < 1 or message[start - 1 : start] != b"\n" or len(message) > _MOST_BYTES:
        return None
    text = message[start:]
    if not text.endswith(b"\n"):
        text += b"\n"
    parts = match(text)
    return None if parts is None else Found(start, text, parts)


def match(joined: bytes) -> re.Match[str] | None:
    """The parts of a block; None where `codec` has to look at each of its lines. Nothing is said
    yet about the time (see `read_time`) and the signature (see `signed`).

    Args:
        joined: the lines as `block.scan` strips them, each with its end.
    """
    decoded = decode(joined)
    if decoded is None:
        return None
    if "%" in decoded and _BAD_ESCAPE.search(decoded):
        return None
    return _USUAL.fullmatch(decoded)


def signed(joined: bytes, parts: re.Match[str]) -> tuple[bytes, bytes]:
    """The signed bytes of a block, and the signature.

    Args:
        joined, parts: see `match`.

    Raises:
        ValueError: the signature is not written as base64 is.
    """
    start = parts.start(_SIGNATURE)
    end = start if joined.isascii() else len(parts.string[:start].encode())
    written = joined[end:].replace(b"Attest-Sig: ", b"").replace(b"\n", b"")
    return joined[:end], text.from_base64(written)


def read(joined: bytes, read_hunks: Callable[[str], tuple[AttestedHunk, ...]]) -> Block | None:
    """The block that some lines are; None where `codec` has to look at each.

    Args:
        joined: see `match`.
        read_hunks: reads the lines of the hunks, when somebody looks at them.
    """
    parts = match(joined)
    if parts is None:
        return None
    at, mode, asked, count, rules, name, email, key, project, policy, change, hunks, files, _ = (
        parts.groups()
    )
    try:
        payload, signature = signed(joined, parts)
        return Block(
            at=read_time(at),
            mode=mode,  # type: ignore[arg-type]  # the pattern allows the three
            hunk_counts=(int(asked), read_count(count)),
            rules=int(rules),
            name=name.strip(),
            email=email,
            key=key,
            change=change,
            hunks=LazyHunks(partial(read_hunks, hunks)) if hunks else (),
            files=tuple(_FILES.findall(files)) if files else (),
            project=project,
            policy=policy,
            signature=signature,
            payload=payload,
        )
    except ValueError:
        return None


def decode(joined: bytes) -> str | None:
    """Lines as text; None where they are none, or have control or bidi characters."""
    if not joined.translate(None, _PLAIN):
        return joined.decode("ascii")
    try:
        decoded = joined.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _CONTROL_IN_LINE.search(decoded) else decoded


def read_count(value: str | None) -> int | None:
    """How many hunks the change has, by the head; None where it does not say so."""
    return None if value is None else int(value)


def read_time(value: str) -> datetime:
    """The time of a head.

    Raises:
        ValueError: there is no such time.
    """
    # `HEAD` has counted the digits. Some versions of Python take 24:00 for the next day.
    if value[11:13] == "24":
        raise ValueError("there is no hour 24")
    return datetime.fromisoformat(value)
