"""How the values of a block are written, and read again (docs/format.md, "Values" and
"Writing").

Mail tools rewrite a bare `@` and destroy folded trailers: hence the percent-encoding,
and hence lines that are cut at 72 columns and never folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attest.attestation.block import MAX_FACT
from attest.text import CONTROL, columns, lazy, normalise, says_something

WIDTH = 72
"""Columns of a line of text, its key included."""
CONTINUED = "%"
"""At the end of a line: its last word goes on in the next one. No other `%` is without digits."""
_CUT = "…"

_ESCAPE = lazy(r"%([0-9A-Fa-f]{2})")
_ATOM = lazy(r"(?:%[0-9A-F]{2})+|.", re.DOTALL)


def encode(text: str, *, ascii_only: bool = False) -> str:
    """Percent-encode `%` and `@` (mail tools rewrite a bare `@`).

    Args:
        text: a normalised value.
        ascii_only: also encode everything outside ASCII, as UTF-8 bytes; for a
            commit with an `encoding` header.
    """
    text = text.replace("%", "%25").replace("@", "%40")
    return to_ascii(text) if ascii_only else text


def as_fact(text: str) -> str:
    """Return *text* as an `Attest-Fact` may hold it: normalised, and cut to its 200 characters.
    Empty where a reader would see nothing."""
    fact = normalise(text)
    if len(fact) > MAX_FACT:
        fact = fact[: MAX_FACT - len(_CUT)].rstrip() + _CUT
    return fact if says_something(fact) else ""


def to_ascii(text: str) -> str:
    """Write every character outside ASCII as the `%XX` of its UTF-8 bytes."""
    return "".join(c if c.isascii() else _percent(c.encode()) for c in text)


def encode_path(path: bytes, *, ascii_only: bool = False) -> str:
    """Write a path for `Attest-Where`: bytes that are not UTF-8, controls and
    runs of blanks become `%XX`."""
    text = path.decode("utf-8", "surrogateescape")
    text = encode(text)
    text = re.sub(r"^ | $|(?<= ) ", "%20", text)
    text = re.sub(r"\s", lambda m: m[0] if m[0] == " " else _percent(m[0].encode()), text)
    text = CONTROL.sub(lambda m: _percent(m[0].encode()), text)
    text = re.sub(
        "[\udc80-\udcff]", lambda m: _percent(m[0].encode("utf-8", "surrogateescape")), text
    )
    return to_ascii(text) if ascii_only else text


def decode(value: str) -> str:
    """Undo `encode` once. Bytes that are not UTF-8 become U+FFFD.

    Raises:
        ValueError: a `%` is not followed by two hexadecimal digits.
    """
    if "%" not in value:
        return value
    if value.count("%") != len(_ESCAPE.findall(value)):
        raise ValueError("a % that is not followed by two hexadecimal digits")
    raw = re.sub(
        rb"%([0-9A-Fa-f]{2})",
        lambda m: bytes([int(m[1], 16)]),
        value.encode("utf-8", "surrogatepass"),
    )
    return raw.decode("utf-8", "replace")


def wrap(value: str, room: int) -> list[str]:
    """Break an encoded value into pieces that `join` puts together again.

    Args:
        value: encoded text, words separated by single spaces.
        room: columns a piece may take. A longer word is cut at a code point, never inside a
            `%XX`, and all but its last piece end with `%`.
    """
    pieces: list[str] = []
    line, width_so_far = "", 0
    for word in value.split(" "):
        width = columns(word)
        if line and width_so_far + 1 + width <= room:
            line += " " + word
            width_so_far += 1 + width
            continue
        pieces += [line] if line else []
        if line.endswith(CONTINUED):
            # Only a name has a bare `%`. At the end of a line it says that a word goes on, so
            # the next line begins with it again.
            word = f"{CONTINUED} {word}"
            width = columns(word)
        *whole, line = _cut(word, room) if width > room else [word]
        pieces += [f"{part}{CONTINUED}" for part in whole]
        width_so_far = columns(line)
    return [*pieces, line] if line else pieces


def join(pieces: Sequence[str]) -> str:
    """The value of several lines with one key: a space between two, unless a word goes on."""
    joined = " ".join(pieces)
    if CONTINUED not in joined:
        return joined
    joined = ""
    for number, piece in enumerate(pieces, 1):
        if number == len(pieces):
            joined += piece
        else:
            goes_on = piece.endswith(CONTINUED)
            joined += piece.removesuffix(CONTINUED) if goes_on else f"{piece} "
    return joined


def _cut(word: str, room: int) -> Iterator[str]:
    """A word in parts that leave room for the sign that it goes on."""
    part, size = "", 0
    for atom in _ATOM.findall(word):
        for piece in _percent_characters(atom):
            width = columns(piece)
            if part and size + width > room - len(CONTINUED):
                yield part
                part, size = "", 0
            part += piece
            size += width
    yield part


def _percent_characters(atom: str) -> list[str]:
    """Split a run of `%XX` where a UTF-8 character begins."""
    return re.findall(r"%[0-7C-F].(?:%[89AB].)*|%[89AB].", atom) if len(atom) > 1 else [atom]


def _percent(raw: bytes) -> str:
    return "".join(f"%{byte:02X}" for byte in raw)
