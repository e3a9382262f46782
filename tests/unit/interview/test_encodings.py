"""The encoding of a file of answers: every encoding of Unicode is read, all else is named."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import UsageError
from attest.interview.encodings import decode

MARKED = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"))


def lines(written: str) -> str:
    """A text with the line ends that it is read with, whatever an editor saves."""
    return written.replace("\r\n", "\n").replace("\r", "\n")


@given(st.sampled_from(sorted(MARKED)), TEXTS)
def test_text_with_a_byte_order_mark_is_read(encoding: str, written: str) -> None:
    assert decode(MARKED[encoding] + written.encode(encoding), "a.toml") == lines(written)


@given(st.sampled_from(sorted(MARKED)), st.characters(max_codepoint=0x7E, min_codepoint=9), TEXTS)
def test_text_without_a_mark_is_read(encoding: str, first: str, rest: str) -> None:
    """TOML begins with a character of ASCII (toml.io, ABNF)."""
    assert decode((first + rest).encode(encoding), "a.toml") == lines(first + rest)


@given(st.binary(max_size=40))
def test_whatever_the_bytes_are_it_is_text_or_an_error_that_says_so(data: bytes) -> None:
    try:
        written = decode(data, "a.toml")
    except UsageError as error:
        written = f"{error.message} {error.hint}"
        assert written.startswith("a.toml is not text in ") or "mixes" in written
    assert "\0" not in written


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("# é\nx".encode("latin-1"), "a.toml is not text in UTF-8: byte 0xe9 in line 1"),
        (b"# a\n# b\n\x93c\x94", "a.toml is not text in UTF-8: byte 0x93 in line 3"),
        ("# a".encode("utf-16")[:-1], "a.toml is not text in UTF-16: byte 0x61 in line 1"),
        (b"# a\n" + "b = 1".encode("utf-16-le"), "a.toml mixes UTF-8 and UTF-16"),
    ],
    ids=["latin-1", "windows-1252", "cut off", "appended by PowerShell"],
)
def test_other_bytes_are_named_with_their_line(data: bytes, says: str) -> None:
    with pytest.raises(UsageError) as raised:
        decode(data, "a.toml")
    assert says in raised.value.message
