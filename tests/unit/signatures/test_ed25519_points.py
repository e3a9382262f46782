"""Ed25519 keys of small order: anybody can sign with them, so they are refused."""

from __future__ import annotations

import base64

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from attest.errors import UsageError
from attest.signatures import ssh_key, sshsig
from attest.signatures.ed25519_points import is_canonical, is_small_order
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
    times,
)
from support.envelopes import Parts


def key_blob(point: bytes, kind: bytes = b"ssh-ed25519") -> bytes:
    application = string(b"ssh:") if kind.startswith(b"sk-") else b""
    return string(kind) + string(point) + application


def envelope(key: bytes, signature: bytes, kind: bytes = b"ssh-ed25519") -> Parts:
    state = b"\1\0\0\0\5" if kind.startswith(b"sk-") else b""
    inner = string(kind) + string(signature) + state
    return Parts(key, b"git-attest-v1", b"", b"sha512", inner)


def reason(parts: Parts, message: bytes = b"anything\n") -> str:
    with pytest.raises(SignatureInvalid) as caught:
        sshsig.verify(parts.blob, message, parts.fingerprint)
    return caught.value.message


def test_there_are_eight_points_and_fourteen_encodings() -> None:
    assert len(SMALL) == 8
    assert all(times(8, point) == IDENTITY for point in SMALL)
    assert len(EVERY) == 14
    assert {encoded(point) for point in SMALL} < set(EVERY)


@pytest.mark.parametrize("point", EVERY, ids=bytes.hex)
def test_every_encoding_of_them_is_small(point: bytes) -> None:
    assert is_small_order(point)


@pytest.mark.parametrize("kind", [b"ssh-ed25519", b"sk-ssh-ed25519@openssh.com"])
@pytest.mark.parametrize("point", EVERY, ids=bytes.hex)
def test_no_signature_by_such_a_key_is_valid(point: bytes, kind: bytes) -> None:
    forged = envelope(key_blob(point, kind), encoded(IDENTITY) + bytes(32), kind)
    assert "small order" in reason(forged)
    line = f"{kind.decode()} {base64.b64encode(key_blob(point, kind)).decode()}"
    with pytest.raises(UsageError):
        ssh_key.public_key(line, value="key", source="key")


def test_without_the_check_such_a_signature_would_be_valid() -> None:
    """What this is about: R and S are constants, and OpenSSL says that they fit any message."""
    key = Ed25519PublicKey.from_public_bytes(encoded(IDENTITY))
    for message in (b"", b"one\n", b"another\n"):
        key.verify(encoded(IDENTITY) + bytes(32), message)
    with pytest.raises(InvalidSignature):
        key.verify(encoded(IDENTITY) + b"\1" + bytes(31), b"one\n")


def test_an_r_of_small_order_is_refused() -> None:
    """With r = 0, R is the identity, and S = k·a fits by the equation that OpenSSL checks."""
    secret = 0x5EC2E7
    public, r = encoded(times(secret, base())), encoded(IDENTITY)
    parts = envelope(key_blob(public), b"")
    signed = sshsig.parse(parts.blob).signed_bytes(b"a message\n")
    s = challenge(r, public, signed) * secret % ORDER
    signature = r + s.to_bytes(32, "little")
    Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    assert "R of the Ed25519 signature" in reason(
        envelope(key_blob(public), signature), b"a message\n"
    )


@pytest.mark.parametrize("y", range(2, 19))
def test_a_key_that_is_not_canonical_is_refused(y: int) -> None:
    point = (y + P).to_bytes(32, "little")
    assert not is_canonical(point)
    assert "canonical" in reason(envelope(key_blob(point), bytes(64)))


def test_other_points_are_not_small() -> None:
    for count in (1, 2, 8, ORDER - 1, 0x5EC2E7):
        for torsion in SMALL:
            point = encoded(add(times(count, base()), torsion))
            assert is_canonical(point)
            assert not is_small_order(point)
