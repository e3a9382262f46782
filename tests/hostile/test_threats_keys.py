"""Attacks with keys, time and size: each is refused, and its honest sibling passes."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from attest.signatures.wire import fingerprint
from support import forge, keys
from support.forge import attach, attest, change_of, codes, honest, run, signed
from support.repo import EMAIL, EPOCH, Repo


@pytest.fixture
def start(bare_repo: Repo) -> Repo:
    return forge.two_hunks(bare_repo)


@pytest.mark.parametrize("namespace", ["git", "file", "git-attest-v2", "git-attest-v1 "])
def test_a_signature_for_another_purpose(start: Repo, key: Path, namespace: str) -> None:
    attach(start, signed(honest(change_of(start)), key, namespace=namespace))
    assert codes(start) == ["signature-invalid"]


def test_touch_claimed_but_not_made(start: Repo, key: Path) -> None:
    """The flags byte is signed: it cannot be set afterwards."""
    device = keys.SecurityKey.fixed()
    change = change_of(start)
    unsigned = replace(honest(change), key=f"ssh {fingerprint(device.blob)}")

    def touched(payload: bytes) -> bytes:
        blob = device.sign(payload, flags=0)
        return blob[:-5] + b"\x01" + blob[-4:]

    raw = start.raw()
    attach(start, signed(unsigned, key, sign=device.sign))
    assert codes(start) == []
    start.rewrite(raw)
    attach(start, signed(unsigned, key, sign=touched))
    assert codes(start) == ["signature-invalid"]


@pytest.mark.parametrize(
    ("options", "good"),
    [
        ("", True),
        ('namespaces="git-attest-v1" ', True),
        ('namespaces="git,file" ', False),
        ('valid-before="20251231Z" ', False),
        ('valid-before="20271231Z" ', True),
        ('valid-after="20260102Z" ', False),
        ('valid-after="20250101Z",valid-before="20270101Z" ', True),
    ],
)
def test_what_the_signers_file_allows(start: Repo, key: Path, options: str, good: bool) -> None:
    attest(start, key)
    known = forge.signers(start, f"{EMAIL} {options}{forge.public(key)}")
    assert codes(start, known=known) == ([] if good else ["signer-unknown"])


def test_a_claimed_time_does_not_revive_an_expired_key(start: Repo, key: Path) -> None:
    attest(start, key, lambda b: replace(b, at=b.at - timedelta(days=30)))
    known = forge.signers(start, f'{EMAIL} valid-before="20251215Z" {forge.public(key)}')
    assert codes(start, known=known) == ["signer-unknown"]


def test_a_key_that_became_valid_later_does_not_speak_for_earlier(start: Repo, key: Path) -> None:
    attest(start, key, lambda b: replace(b, at=b.at - timedelta(days=30)))
    known = forge.signers(start, f'{EMAIL} valid-after="20251215Z" {forge.public(key)}')
    assert codes(start, known=known) == ["signer-unknown"]


@pytest.mark.parametrize(("ahead", "good"), [(23, True), (25, False), (24 * 3000, False)])
def test_an_at_in_the_future(start: Repo, key: Path, ahead: int, good: bool) -> None:
    attest(start, key, lambda b: replace(b, at=b.at + timedelta(hours=ahead)))
    assert (codes(start) == []) == good


def _blocks(start: Repo, key: Path, count: int) -> list[list[bytes]]:
    change = change_of(start)
    return [signed(honest(change), key)] * count


@pytest.mark.parametrize(("count", "expected"), [(64, []), (65, ["limit-exceeded"])])
def test_many_blocks(start: Repo, key: Path, count: int, expected: list[str]) -> None:
    attach(start, *_blocks(start, key, count))
    assert codes(start) == expected


@pytest.mark.parametrize(("lines", "expected"), [(4096, []), (4097, ["limit-exceeded"])])
def test_many_lines(start: Repo, key: Path, lines: int, expected: list[str]) -> None:
    block = signed(honest(change_of(start)), key)
    filler = [b"Attest: v9"] + [b"Attest-Sig: x"] * (lines - len(block) - 1)
    attach(start, filler, block)
    assert codes(start) == expected


@pytest.mark.parametrize(("size", "expected"), [(1 << 20, []), ((1 << 20) + 1, ["limit-exceeded"])])
def test_a_large_message(start: Repo, key: Path, size: int, expected: list[str]) -> None:
    attest(start, key)
    head, _, message = start.raw().partition(b"\n\n")
    filler = b"x" * (size - len(message) - 1) + b"\n"
    start.rewrite(head + b"\n\n" + filler + message)
    assert codes(start) == expected


@pytest.mark.parametrize("line", [b"Attest: v2; at=x", b"Attest-Unknown: x", b"Attest-Sig: AA=="])
def test_an_unknown_line_in_the_only_block(start: Repo, key: Path, line: bytes) -> None:
    block = signed(honest(change_of(start)), key)
    attach(
        start,
        [line, *block[1:]] if line.startswith(b"Attest: ") else [*block[:5], line, *block[5:]],
    )
    assert codes(start) == ["block-invalid"]


AUTHORS = {
    "no address": b"author A U Thor %d +0000",
    "unclosed": b"author A U Thor <author@example.com %d +0000",
    "empty": b"author ",
    "two addresses": b"author A <victim@example.com> <author@example.com> %d +0000",
    "two lines": b"author A <author@example.com> %d +0000\nauthor V <victim@example.com> %d +0000",
    "one inside": b"author A <victim@example.com <author@example.com> %d +0000",
}


@pytest.mark.parametrize("name", AUTHORS)
def test_a_malformed_author_is_nobodys(start: Repo, key: Path, name: str) -> None:
    """What git shows as the author must be who attested, or the commit fails."""
    attest(start, key)
    head, _, message = start.raw().partition(b"\n\n")
    line = AUTHORS[name].replace(b"%d", str(EPOCH).encode())
    lines = [line if x.startswith(b"author ") else x for x in head.split(b"\n")]
    start.rewrite(b"\n".join(lines) + b"\n\n" + message)
    result = run(start, "check", "HEAD")
    assert result.returncode in (1, 4), (result.stdout, result.stderr)


def test_a_signers_file_that_is_wrong_is_named(start: Repo, key: Path) -> None:
    attest(start, key)
    known = forge.signers(start, f'{EMAIL} valid-before="20270101" {forge.public(key)}')
    result = run(start, "check", "HEAD", "--signers", str(known))
    assert result.returncode in (2, 4)
    assert os.fsencode(known) in result.stderr
