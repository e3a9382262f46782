"""A well-formed block, to change one thing of."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from attest.attestation.block import AttestedHunk, Block, Question

A, B, C, D, E = (letter * 56 for letter in "abcde")
"""Digests."""

KEY = "ssh SHA256:" + "k" * 43
SIG = base64.b64encode(b"signature" * 3).decode()

LINES = (
    "Attest: v1; at=2026-11-23T10:41:00Z; mode=tty; asked=2/9; rules=1",
    "Attested-by: A U Thor <author@example.com>",
    f"Attest-Key: {KEY}",
    "Attest-Project: click",
    f"Attest-Policy: {A}",
    f"Attest-Change: {B}",
    f"Attest-Hunk: {C}",
    "Attest-Where: src/net/packet.py Packet.parse",
    "Attest-Invariant: the length is validated",
    "Attest-Breaks: a 4-byte read raises IndexError in decode() instead of",
    "Attest-Breaks: ShortRead",
    f"Attest-Hunk: {D}",
    "Attest-Where: src/net/stream.py",
    "Attest-Fact: No test mentions `feed`; 3 files%40HEAD use it.",
    "Attest-Asked: who relied on",
    "Attest-Asked: waiting forever?",
    "Attest-Answer: only the CLI",
    "Attest-Unsure: what a proxy does",
    f"Attest-File: {E}",
    f"Attest-Sig: {SIG[:20]}",
    f"Attest-Sig: {SIG[20:]}",
)
"""Every key of the grammar at least once, those that may repeat twice."""

BLOCK = Block(
    at=datetime(2026, 11, 23, 10, 41, tzinfo=UTC),
    mode="tty",
    hunk_counts=(2, 9),
    rules=1,
    name="A U Thor",
    email="author@example.com",
    key=KEY,
    change=B,
    hunks=(
        AttestedHunk(
            C,
            "src/net/packet.py Packet.parse",
            "the length is validated",
            "a 4-byte read raises IndexError in decode() instead of ShortRead",
        ),
        AttestedHunk(
            D,
            "src/net/stream.py",
            questions=(Question("who relied on waiting forever?", "only the CLI"),),
            unsure="what a proxy does",
            fact="No test mentions `feed`; 3 files@HEAD use it.",
        ),
    ),
    files=(E,),
    project="click",
    policy=A,
    signature=b"signature" * 3,
)
"""What `LINES` say."""

SMALL = tuple(line for n, line in enumerate(LINES) if n in (0, 1, 2, 5, 19, 20))
"""The least that is a block."""


def raw(lines: tuple[str, ...] | list[str]) -> list[bytes]:
    """Lines as `parse` takes them."""
    return [line.encode() for line in lines]


def text(lines: tuple[str, ...] | list[str] = SMALL) -> bytes:
    """Lines as they stand in a message."""
    return b"".join(line + b"\n" for line in raw(lines))
