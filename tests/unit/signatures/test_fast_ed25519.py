"""libsodium says no more of a signature than OpenSSL does.

The cases are those that verifiers of Ed25519 disagree about: the points of small order in all
their encodings, keys and R with such a point added, S with the group's order added, bits flipped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.signatures import fast_ed25519, sshsig
from attest.signatures.fast_ed25519 import TRAPS, VALID, FastVerifier, is_strict
from attest.signatures.wire import SignatureInvalid, string
from support.ed25519 import (
    EVERY,
    IDENTITY,
    ORDER,
    SMALL,
    P,
    add,
    base,
    challenge,
    encoded,
    on_curve,
    sign,
    times,
)
from support.envelopes import Parts

Case = tuple[bytes, bytes, bytes]
MESSAGES = [b"", b"attest", *(bytes([n]) for n in range(16))]
SECRET = 0x5EC2E7


def openssl_accepts(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def with_cofactor_accepts(key: bytes, signature: bytes, message: bytes) -> bool:
    """By the equation with the cofactor (RFC 8032, section 5.1.7, step 3)."""

    def decoded(point: bytes) -> tuple[int, int] | None:
        value = int.from_bytes(point, "little")
        return on_curve(value & (1 << 255) - 1, value >> 255)

    key_point, r = decoded(key), decoded(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key_point is None or r is None or s >= ORDER:
        return False
    right = add(r, times(challenge(signature[:32], key, message), key_point))
    return times(8 * s, base()) == times(8, right)


@pytest.fixture(scope="module")
def sodium_accepts() -> Callable[[bytes, bytes, bytes], bool]:
    accepts = fast_ed25519.load()
    assert accepts is not None
    return accepts


def edge_cases() -> Iterator[Case]:
    for message in MESSAGES:
        for torsion in SMALL:  # keys and R of mixed order; one of eight challenges hides it
            yield *sign(message, secret=SECRET, nonce=7, key_torsion=torsion), message
            yield *sign(message, secret=SECRET, nonce=7, r_torsion=torsion), message
            both = {"key_torsion": torsion, "r_torsion": SMALL[-1]}
            yield *sign(message, secret=SECRET, nonce=7, **both), message
            # Keys that are small, and small R of a good key.
            yield *sign(message, secret=0, nonce=7, key_torsion=torsion), message
            yield *sign(message, secret=SECRET, nonce=0, r_torsion=torsion), message
        key, signature = sign(message, secret=SECRET, nonce=7)
        s = int.from_bytes(signature[32:], "little")
        for more in range(1, 16):  # S is not below the order; up to all bits that there are
            yield (
                key,
                signature[:32] + ((s + more * ORDER) % (1 << 256)).to_bytes(32, "little"),
                message,
            )
        for point in EVERY:
            for s in (0, 1, ORDER, ORDER - 1):
                number = s.to_bytes(32, "little")
                yield point, encoded(IDENTITY) + number, message
                yield key, point + number, message
                yield point, point + number, message
            # R is small in any encoding, and S fits the bytes that it has.
            fits = challenge(point, key, message) * SECRET % ORDER
            yield key, point + fits.to_bytes(32, "little"), message
        for y in range(2, 19):  # keys and R that are not canonical, with a y that is no small one
            point = (y + P).to_bytes(32, "little")
            yield point, signature, message
            yield key, point + signature[32:], message


def test_what_it_accepts_openssl_accepts(
    sodium_accepts: Callable[[bytes, bytes, bytes], bool],
) -> None:
    accepted, only_openssl = 0, 0
    for case in edge_cases():
        if sodium_accepts(*case):
            accepted += 1
            assert openssl_accepts(*case), case
        else:
            only_openssl += openssl_accepts(*case)
    assert accepted >= len(MESSAGES)
    assert only_openssl > 0, "else nothing would be left to OpenSSL"


@settings(max_examples=150)
@given(st.binary(max_size=200), st.integers(1, ORDER - 1), st.integers(0, 96 * 8 - 1))
def test_of_honest_signatures_too(message: bytes, secret: int, bit: int) -> None:
    accepts = fast_ed25519.load()
    assert accepts is not None
    key, signature = sign(message, secret=secret, nonce=secret // 2 + 1)
    assert accepts(key, signature, message)
    assert openssl_accepts(key, signature, message)
    data = bytearray(key + signature)
    data[bit // 8] ^= 1 << bit % 8
    changed = bytes(data[:32]), bytes(data[32:]), message
    assert not accepts(*changed) or openssl_accepts(*changed)


def test_the_traps_are_what_they_say() -> None:
    assert openssl_accepts(*VALID, b"attest")
    assert with_cofactor_accepts(*VALID, b"attest")
    assert not any(openssl_accepts(*trap, b"attest") for trap in TRAPS)
    order, *mixed = TRAPS
    assert int.from_bytes(order[1][32:], "little") - ORDER == int.from_bytes(
        VALID[1][32:], "little"
    )
    assert all(with_cofactor_accepts(*trap, b"attest") for trap in mixed)


def test_a_lenient_library_is_not_used() -> None:
    assert is_strict(openssl_accepts)
    assert not is_strict(with_cofactor_accepts)
    assert not is_strict(lambda *_: True)
    assert not is_strict(lambda *_: False)


def test_without_it_openssl_verifies_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nacl.bindings", None)
    assert fast_ed25519.load() is None


def test_it_is_loaded_for_many_signatures_alone() -> None:
    loads: list[str] = []

    def load() -> Callable[[bytes, bytes, bytes], bool]:
        loads.append("loaded")
        return openssl_accepts

    verifier = FastVerifier(load)
    key, signature = VALID
    first = [verifier.accepts(key, signature, b"attest") for _ in range(fast_ed25519._WORTH)]
    assert not any(first)
    assert verifier.accepts(key, signature, b"attest")
    assert not verifier.accepts(key, signature, b"another")
    assert loads == ["loaded"]
    verifier.load()
    assert loads == ["loaded"]
    at_once = FastVerifier(load)
    at_once.load()
    assert at_once.accepts(key, signature, b"attest")
    assert loads == ["loaded", "loaded"]


def test_what_it_refuses_is_left_to_openssl(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it accepts all or nothing, checks of our own come first, and OpenSSL's last."""
    for answer in (False, True):
        verifier = FastVerifier(lambda: lambda *_: answer)  # noqa: B023  # called in this loop
        for _ in range(fast_ed25519._WORTH):
            verifier.accepts(*VALID, b"attest")
        monkeypatch.setattr(sshsig, "_FAST", verifier)
        key = string(b"ssh-ed25519") + string(VALID[0])
        parts = Parts(key, b"git-attest-v1", b"", b"sha512", b"")
        signed = sshsig.parse(parts.blob).signed_bytes(b"a message\n")
        _, signature = sign(signed, secret=2, nonce=3)
        good = parts.having("signature", string(b"ssh-ed25519") + string(signature))
        sshsig.verify(good.blob, b"a message\n", good.fingerprint)
        small = encoded(IDENTITY) + signature[32:]
        for other in (small, small[:31] + b"\x80" + signature[32:]):
            bad = parts.having("signature", string(b"ssh-ed25519") + string(other))
            with pytest.raises(SignatureInvalid, match="small order"):
                sshsig.verify(bad.blob, b"a message\n", bad.fingerprint)
        if not answer:
            with pytest.raises(SignatureInvalid, match="does not match"):
                sshsig.verify(good.blob, b"another\n", good.fingerprint)
