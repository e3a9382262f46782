"""Messages made to deceive, named by attack: what the reader finds in each."""

from __future__ import annotations

import pytest

from attest.attestation import block, codec
from attest.attestation.block import BlockError
from support.blocks import LINES, A, text

HEAD, WHO, KEY, *_ = LINES
FACT = LINES[13]
GOOD = text(LINES)


def changed(old: str, new: str) -> bytes:
    """The good block with *old* replaced; it must be there."""
    assert old in GOOD.decode()
    return GOOD.decode().replace(old, new).encode()


def woven(first: tuple[str, ...], second: tuple[str, ...]) -> bytes:
    return text([line for pair in zip(first, second, strict=True) for line in pair])


REFUSED: dict[str, tuple[bytes, str]] = {
    "the lines of two blocks mixed": (
        text([HEAD]) + woven(LINES[1:], LINES[1:]),
        "found Attested-by",
    ),
    "a second attester behind the first": (
        changed(WHO, f"{WHO}\nAttested-by: Boss <boss@example.com>"),
        "found Attested-by",
    ),
    "a second key behind the first": (changed(KEY, f"{KEY}\n{KEY}"), "found Attest-Key"),
    "a change digest behind the first": (
        changed(LINES[5], f"{LINES[5]}\nAttest-Change: {A}"),
        "found Attest-Change",
    ),
    "lines behind the signature": (GOOD + f"Attest-File: {A}\n".encode(), "found Attest-File"),
    "lines between the signature's": (
        changed(LINES[-1], f"Attest-File: {A}\n{LINES[-1]}"),
        "found Attest-File",
    ),
    "a later version": (changed("v1;", "v2;"), "unknown version 'v2'"),
    "a version that looks alike": (changed("v1;", "ν1;"), "unknown version"),
    "a key in other letters": (changed("Attest-Policy", "Attest-policy"), "unknown key"),
    "a key with a letter that looks alike": (
        changed("Attest-Policy", "Attest-Роlicy"),
        "unknown key",
    ),
    "a key from a later version": (
        changed("Attest-Unsure", "Attest-Exempt"),
        "unknown key 'Attest-Exempt'",
    ),
    "an escape in the name": (changed("A U Thor", "A\x1b[2JThor"), "control or bidi"),
    "the name turned around": (changed("A U Thor", "\u202erohT U A"), "control or bidi"),
    "two addresses": (changed("<author@", "<boss@example.com> <author@"), "Name <address>"),
    "an address inside the name": (changed("A U Thor", "<boss@example.com>"), "Name <address>"),
    "a carriage return that hides a line": (
        changed("the length", "ok\rAttest-Sig: x the length"),
        "control or bidi",
    ),
    "a line feed by another name": (
        changed("the length", "ok\x85Attest-Sig: x"),
        "control or bidi",
    ),
    "an overlong UTF-8 slash": (
        GOOD.replace(b"src/net/packet", b"src\xc0\xafnet"),
        "not UTF-8",
    ),
    "half a character": (GOOD.replace(b"validated", b"validated\xe2\x82"), "not UTF-8"),
    "NUL in an answer": (changed("validated", "vali\x00dated"), "control or bidi"),
    "a digest in capitals": (changed(LINES[6], f"Attest-Hunk: {'C' * 56}"), "56"),
    "a digest cut short": (changed(LINES[6], LINES[6][:-1]), "56 lowercase"),
    "a digest with a tail": (changed(LINES[6], LINES[6] + " x"), "56 lowercase"),
    "an hour that is none": (changed("T10:", "T25:"), "no such time"),
    "a time with another zone": (changed("00Z", "00+00:00"), "Attest is not v1"),
    "a signature with blanks inside": (
        changed(LINES[-1], LINES[-1][:-4] + " " + LINES[-1][-4:]),
        "base64",
    ),
    "a folded answer": (
        changed("\nAttest-Breaks: ShortRead", "\n  Attest-Breaks:\n  ShortRead"),
        "Key: value",
    ),
    "a fact of 201 characters in two lines": (
        changed(FACT, f"Attest-Fact: {'x' * 100}\nAttest-Fact: {'x' * 100}"),
        "201 characters",
    ),
    "a fact before the place": (
        changed(f"Attest-Where: src/net/stream.py\n{FACT}", f"{FACT}\nAttest-Where: a"),
        "expected Attest-Where, found Attest-Fact",
    ),
    "a fact among the answers": (
        changed("Attest-Answer: only", f"{FACT}\nAttest-Answer: only"),
        "expected Attest-Answer, found Attest-Fact",
    ),
    "a fact without a hunk": (changed(LINES[6], f"{FACT}\n{LINES[6]}"), "found Attest-Fact"),
    "a fact of 201 characters": (changed(FACT, f"Attest-Fact: {'x' * 201}"), "201 characters"),
    "a fact of 201 characters, encoded": (
        changed(FACT, f"Attest-Fact: {'%41' * 201}"),
        "201 characters",
    ),
    "a fact with a line look-alike": (
        changed(FACT, "Attest-Fact: x\rAttest-Invariant: it is proven"),
        "control or bidi",
    ),
    "a fact turned around": (changed(FACT, "Attest-Fact: \u202eevil\u2066"), "control or bidi"),
    "an empty fact": (changed(FACT, "Attest-Fact: "), "Key: value"),
    "no signature": (text(LINES[:-2]), "expected Attest-Sig"),
    "an empty signature": (text([*LINES[:-2], "Attest-Sig:"]), "Key: value"),
    "a quarter of a million digits": (changed("2/9", "2/" + "9" * 500), "Attest is not v1"),
    "a line of 999 bytes": (
        changed("ShortRead", "x" * (999 - len("Attest-Breaks: "))),
        "999 bytes",
    ),
}

NOT_FOUND: dict[str, bytes] = {
    "quoted as in a mail": b"".join(b"> " + line + b"\n" for line in GOOD.splitlines()),
    "commented out": b"".join(b"# " + line + b"\n" for line in GOOD.splitlines()),
    "behind a blank that is none": "\u00a0".encode() + GOOD,
    "behind a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "behind a carriage return": b"Subject\r" + GOOD,
    "in capitals": GOOD.replace(b"Attest:", b"ATTEST:"),
    "with a letter that looks alike": GOOD.replace(b"Attest:", "Аttest:".encode()),
    "with a blank before the colon": GOOD.replace(b"Attest:", b"Attest :"),
    "without its first line": text(LINES[1:]),
    "as one line": GOOD.replace(b"\n", b" ").replace(b"Attest: ", b"See Attest: "),
}


@pytest.mark.parametrize("attack", REFUSED)
def test_it_is_refused_and_said_why(attack: str) -> None:
    message, why = REFUSED[attack]
    [span] = block.scan(b"Subject\n\n" + message).spans
    with pytest.raises(BlockError) as caught:
        codec.parse(span.lines)
    assert why in caught.value.reason


@pytest.mark.parametrize("attack", NOT_FOUND)
def test_no_block_is_found(attack: str) -> None:
    assert block.scan(b"Subject\n\n" + NOT_FOUND[attack]).spans == ()


@pytest.mark.parametrize("attack", REFUSED)
def test_a_good_block_beside_it_is_still_read(attack: str) -> None:
    message, _ = REFUSED[attack]
    for both in (GOOD + message, message + GOOD):
        good = 0
        for span in block.scan(b"Subject\n\n" + both).spans:
            try:
                good += codec.parse(span.lines).payload == codec.payload(GOOD.splitlines())
            except BlockError:
                continue
        assert good == 1
