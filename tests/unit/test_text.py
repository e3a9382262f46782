"""Text as values hold it and terminals show it."""

from __future__ import annotations

import json
import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest import text
from attest.attestation import encoding
from support.values import PATHS, TYPED

BIDI = [chr(c) for c in (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))]
CONTROLS = [chr(c) for c in (*range(0x20), *range(0x7F, 0xA0))]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        (" \t\r\n ", ""),
        ("a  b\n\nc\td", "a b c d"),
        ("a\u00a0\u2003\u2028b", "a b"),
        ("e\u0301", "é"),
        ("\u212b", "Å"),
        ("a\x1b[31mb", "a[31mb"),
        ("a\u202eb\u2066c", "abc"),
        ("a \u202e b", "a b"),
        ("e\u202e\u0301", "é"),
        ("\ud800x", "?x"),
        ("100% a@b", "100% a@b"),
        ("👩\u200d👧", "👩\u200d👧"),
    ],
)
def test_normalise(typed: str, kept: str) -> None:
    assert text.normalise(typed) == kept


@given(st.one_of(TYPED, st.text(alphabet=st.characters(), max_size=30)))
def test_a_normalised_text_is_a_value(typed: str) -> None:
    kept = text.normalise(typed)
    assert text.normalise(kept) == kept
    assert kept == unicodedata.normalize("NFC", kept)
    assert not set(kept) & {*BIDI, *CONTROLS}
    assert kept == " ".join(kept.split())
    kept.encode()


@given(TYPED.map(text.normalise), st.booleans())
def test_encoding_is_undone_once(value: str, ascii_only: bool) -> None:
    encoded = encoding.encode(value, ascii_only=ascii_only)
    assert "@" not in encoded
    assert re.search("%(?![0-9A-F]{2})", encoded) is None
    assert encoded.isascii() or not ascii_only
    assert encoding.decode(encoded) == value


@pytest.mark.parametrize(
    ("encoded", "decoded"),
    [
        ("%2541", "%41"),
        ("%c3%A9", "é"),
        ("%FF", "\ufffd"),
        ("%C3 %A9", "\ufffd \ufffd"),
        ("é%40", "é@"),
    ],
)
def test_decode(encoded: str, decoded: str) -> None:
    assert encoding.decode(encoded) == decoded


@pytest.mark.parametrize("bad", ["%", "100%", "%4", "%G0", "%%41", "%-1", "%0x", "% 41", "%٤١"])
def test_a_percent_sign_alone_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="not followed by two"):
        encoding.decode(bad)


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (b"src/a.py", "src/a.py"),
        (b"a b", "a b"),
        (b" a  b ", "%20a %20b%20"),
        (b"a\tb\nc", "a%09b%0Ac"),
        (b"\xff\xfe", "%FF%FE"),
        ("é漢".encode(), "é漢"),
        ("\u202egnp".encode(), "%E2%80%AEgnp"),
        ("a\u2028b\u00a0c".encode(), "a%E2%80%A8b%C2%A0c"),
        (b"100%@x", "100%25%40x"),
        (b"\x1b]0;x\x07", "%1B]0;x%07"),
        (b"\xed\xa0\x80", "%ED%A0%80"),
    ],
)
def test_a_path_is_written(path: bytes, written: str) -> None:
    assert encoding.encode_path(path) == written


@given(PATHS, st.booleans())
def test_every_path_can_be_told_from_what_is_written(path: bytes, ascii_only: bool) -> None:
    written = encoding.encode_path(path, ascii_only=ascii_only)
    assert not set(written) & {*BIDI, *CONTROLS, "@"}
    assert written == written.strip()
    assert "  " not in written
    assert written.isascii() or not ascii_only
    raw = re.sub(rb"%([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), written.encode())
    assert raw == path


@pytest.mark.parametrize(
    ("value", "columns"), [("", 0), ("abc", 3), ("é", 1), ("e\u0301", 1), ("漢字", 4), ("ｗ", 2)]
)
def test_columns(value: str, columns: int) -> None:
    assert text.columns(value) == columns


@pytest.mark.parametrize(
    ("value", "pieces"),
    [
        ("", []),
        ("one", ["one"]),
        ("one two three", ["one two", "three"]),
        ("1234567 9", ["1234567", "9"]),
        ("12345 7", ["12345 7"]),
        ("123456 8", ["123456", "8"]),
        ("a waytoolong b", ["a", "waytoo%", "long b"]),
        ("漢字 漢字", ["漢字", "漢字"]),
        ("漢 漢 漢", ["漢 漢", "漢"]),
    ],
)
def test_wrap(value: str, pieces: list[str]) -> None:
    assert encoding.wrap(value, 7) == pieces


@given(TYPED.map(text.normalise).map(encoding.encode), st.integers(20, 72))
def test_wrapped_pieces_are_joined_to_what_was_written(value: str, room: int) -> None:
    pieces = encoding.wrap(value, room)
    assert encoding.join(pieces) == value
    for piece in pieces:
        assert text.columns(piece) <= room
    for piece, following in pairwise(pieces):
        first = following.split(" ")[0]
        assert text.columns(f"{piece} {first}") > room, "a word that would have fitted"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain é 漢 👍", "plain é 漢 👍"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x1b[31m\x07\x9b", "\\x1b[31m\\x07\\x9b"),
        ("\u202e\u2028", "\\u202e\\u2028"),
        (b"\xff\x80", "\\xff\\x80"),
        ("\udcff", "\\xff"),
        ("\ud800", "\\ud800"),
    ],
)
def test_showable(raw: str | bytes, shown: str) -> None:
    assert text.showable(raw) == shown


@given(st.one_of(st.binary(max_size=40), TYPED, st.text(st.characters(), max_size=20)))
def test_what_is_shown_is_one_harmless_line(raw: str | bytes) -> None:
    shown = text.showable(raw)
    assert not set(shown) & {*BIDI, *CONTROLS, "\u2028", "\u2029"}
    shown.encode()
    assert len(shown.splitlines()) <= 1


def test_a_lazy_pattern_has_what_a_compiled_one_has() -> None:
    lazy, compiled = text.lazy(r"(?P<x>A)b", re.IGNORECASE), re.compile(r"(?P<x>A)b", re.IGNORECASE)
    for name in ("pattern", "flags", "groups", "groupindex"):
        assert getattr(lazy, name) == getattr(compiled, name)
    assert lazy.sub(r"\1", "abAB c") == compiled.sub(r"\1", "abAB c") == "aA c"
    assert lazy.match("aB")
    assert not lazy.match("b")


def test_a_lazy_pattern_is_compiled_when_it_is_first_used() -> None:
    broken = text.lazy("(")
    with pytest.raises(re.error):
        broken.match("")


@pytest.mark.parametrize(
    "evil", ["##[error]x", "a ##[group]x", "###[x", "b##vso[task.x]", "##[##["]
)
def test_no_text_has_a_command_of_a_runner(evil: str) -> None:
    shown = text.showable(evil)
    assert not text.RUNNER_COMMAND.search(shown)
    assert text.showable(shown) == shown
    written = text.json_for_runners(json.dumps({"subject": evil}))
    assert not text.RUNNER_COMMAND.search(written)
    assert json.loads(written) == {"subject": evil}


@pytest.mark.parametrize("nothing", [".", "...", "?!", "---", "==", "\u3002", " - ", ""])
def test_punctuation_has_no_words(nothing: str) -> None:
    assert not text.has_words(nothing)
    assert text.has_words(f"{nothing}a")
