"""Ed25519 keys of small order: anybody can sign with them, so they are refused."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from attest.errors import UsageError
from attest.signatures import ssh_key, sshsig
from attest.signatures.ed25519_points import is_canonical, is_small_order
from attest.signatures.wire import SignatureInvalid, string
from support.envelopes import Parts

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]
IDENTITY = (0, 1)
BASE_Y = 4 * pow(5, -1, P) % P


def add(a: Point, b: Point) -> Point:
    """RFC 8032, section 5.1.4, in affine coordinates."""
    product = D * a[0] * b[0] * a[1] * b[1]
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + product, -1, P)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P)
    return x % P, y % P


def times(count: int, point: Point) -> Point:
    result = IDENTITY
    while count:
        if count & 1:
            result = add(result, point)
        point, count = add(point, point), count >> 1
    return result


def on_curve(y: int, odd: int) -> Point | None:
    """The point of a y and a sign (RFC 8032, section 5.1.3); None where there is none."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square:
        return None
    return (P - x if x % 2 != odd and x else x), y % P


def encoded(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def small_points() -> list[Point]:
    """The eight, from the definition: points that the order of the base takes to them."""
    y, result = 2, [IDENTITY]
    while len(result) < 8:
        point = on_curve(y, 0)
        y += 1
        torsion = times(ORDER, point) if point else IDENTITY
        multiples = [times(n, torsion) for n in range(8)]
        result = sorted(set(multiples)) if len(set(multiples)) > len(result) else result
    return result


SMALL = small_points()
EVERY = sorted(
    {
        (value | sign << 255).to_bytes(32, "little")
        for _, y in SMALL
        for value in (y, y + P)
        for sign in (0, 1)
        if value < 2**255
    }
)
"""All encodings: y as it is or, where there is room, with the field's size added; either sign,
also where x is 0 and has none."""


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
    base = on_curve(BASE_Y, 0)
    assert base is not None
    secret = 0x5EC2E7
    public, r = encoded(times(secret, base)), encoded(IDENTITY)
    parts = envelope(key_blob(public), b"")
    signed = sshsig.parse(parts.blob).signed_bytes(b"a message\n")
    k = int.from_bytes(hashlib.sha512(r + public + signed).digest(), "little")
    signature = r + (k * secret % ORDER).to_bytes(32, "little")
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
    base = on_curve(BASE_Y, 0)
    assert base is not None
    for count in (1, 2, 8, ORDER - 1, 0x5EC2E7):
        for torsion in SMALL:
            point = encoded(add(times(count, base), torsion))
            assert is_canonical(point)
            assert not is_small_order(point)
