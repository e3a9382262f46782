"""The encoding of a file that a person filled in: UTF-8, or what Windows made of it.

`>` in Windows PowerShell 5.1 writes UTF-16 with a byte order mark, and old editors offer
UTF-16 as "Unicode".
"""

from __future__ import annotations

import codecs

from attest.errors import UsageError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


REMEDY = (
    "Save it as UTF-8 (attest reads UTF-16, too). `>>` in Windows PowerShell mixes encodings. "
    "To get a file in UTF-8, run: attest answer --template --output FILE"
)


def decode(data: bytes, source: str, remedy: str = REMEDY) -> str:
    """The text of a file of answers, whose lines end with a line feed whatever ends them there.

    Args:
        source: the file's name, for errors.
        remedy: what to do where it cannot be decoded.

    Raises:
        UsageError: it is not in a Unicode encoding; names the file and the place.
    """
    encoding = _encoding(data)
    try:
        content = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{source} is not text in {encoding.upper().removesuffix('-SIG')}: "
            f"byte 0x{data[error.start]:02x} in line {line}",
            remedy,
        ) from None
    if "\0" in content:
        line = content.count("\n", 0, content.index("\0")) + 1
        raise UsageError(
            f"{source} mixes UTF-8 and UTF-16, or is not text: a NUL character in line {line}",
            remedy,
        )
    # Editors that save other line ends keep the text that it is.
    return content.replace("\r\n", "\n").replace("\r", "\n")


def _encoding(data: bytes) -> str:
    """By the byte order mark; without one, by where the first characters have zeros. A
    file of answers begins with a character of ASCII and never contains NUL, so a zero
    among its first bytes is half of a wider character (as for JSON, RFC 4627, 3)."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    zeros = [byte == 0 for byte in data[:4]]
    if zeros == [True, True, True, False]:
        return "utf-32-be"
    if zeros == [False, True, True, True]:
        return "utf-32-le"
    if zeros[:2] == [True, False]:
        return "utf-16-be"
    if zeros[:2] == [False, True]:
        return "utf-16-le"
    return "utf-8"
