"""Arithmetic of Ed25519 (RFC 8032, section 5.1), for signatures that no honest signer makes."""

from __future__ import annotations

import hashlib
from functools import cache

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


@cache
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


def base() -> Point:
    """The generator."""
    point = on_curve(BASE_Y, 0)
    assert point is not None
    return point


def challenge(r: bytes, key: bytes, message: bytes) -> int:
    """What the hash of R, the key and the message comes to."""
    return int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % ORDER


def sign(
    message: bytes,
    *,
    secret: int,
    nonce: int,
    key_torsion: Point = IDENTITY,
    r_torsion: Point = IDENTITY,
) -> tuple[bytes, bytes]:
    """A key and its signature, each moved by a point of small order: by the equation with the
    cofactor it is valid, whatever these are.

    Args:
        nonce: the number that R is a multiple of the base by.
    """
    key = encoded(add(times(secret, base()), key_torsion))
    r = encoded(add(times(nonce, base()), r_torsion))
    s = (nonce + challenge(r, key, message) * secret) % ORDER
    return key, r + s.to_bytes(32, "little")
