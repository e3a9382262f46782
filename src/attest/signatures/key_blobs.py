"""Public keys of SSH, as the bytes that a signature or a file has of them.

Sources: RFC 4253, section 6.6 (RSA); RFC 5656, section 3.1 (ECDSA); RFC 8709, section 4
(Ed25519); PROTOCOL.u2f (`sk-` keys).
"""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from attest.signatures.ed25519_points import is_canonical, is_small_order
from attest.signatures.wire import Reader, WireError

KEY_TYPES = frozenset(
    (
        "ssh-ed25519",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "ssh-rsa",
        "sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com",
    )
)
"""The types of keys whose signatures are accepted, as in `authorized_keys`."""
_CURVES: dict[bytes, tuple[type[ec.EllipticCurve], type[hashes.HashAlgorithm]]] = {
    b"nistp256": (ec.SECP256R1, hashes.SHA256),
    b"nistp384": (ec.SECP384R1, hashes.SHA384),
    b"nistp521": (ec.SECP521R1, hashes.SHA512),
}


def ed25519_key(key: Reader) -> ed25519.Ed25519PublicKey:
    """Read an Ed25519 key, behind the type in its blob.

    Raises:
        WireError: it is none, or one that docs/format.md refuses.
    """
    raw = key.string()
    if len(raw) != 32:
        raise WireError("an Ed25519 key has 32 bytes")
    if is_small_order(raw) or not is_canonical(raw):
        raise WireError("the Ed25519 key is a point of small order, or not in canonical form")
    return ed25519.Ed25519PublicKey.from_public_bytes(raw)


def ecdsa_key(curve: bytes, key: Reader) -> tuple[ec.EllipticCurvePublicKey, hashes.HashAlgorithm]:
    """Read an ECDSA key, behind the type in its blob, and the hash that goes with its curve.

    Raises:
        WireError: it is none on this curve.
    """
    if key.string() != curve or curve not in _CURVES:
        raise WireError("the curve is not that of the key's type")
    point = key.string()
    if point[:1] != b"\x04":
        raise WireError("a compressed or empty point")
    kind, hasher = _CURVES[curve]
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(kind(), point), hasher()
    except ValueError:
        raise WireError("the point is not on its curve") from None


def key_bits(blob: bytes) -> int | None:
    """Read a public key's whole blob; the bits of an RSA key, None for others.

    Raises:
        WireError: it is damaged, or of a type that is not accepted.
    """
    key = Reader(blob)
    kind = key.string()
    bits = None
    if kind == b"ssh-rsa":
        key.mpint()
        bits = key.mpint().bit_length()
    elif kind.endswith(b"ed25519") or kind.startswith(b"sk-ssh-ed25519@"):
        ed25519_key(key)
    elif kind.decode("ascii", "replace") in KEY_TYPES:
        curve = b"nistp256" if kind.startswith(b"sk-") else kind.removeprefix(b"ecdsa-sha2-")
        ecdsa_key(curve, key)
    else:
        raise WireError(f"keys of type {kind[:40]!r} are not supported")
    if kind.startswith(b"sk-"):
        key.string()
    key.end()
    return bits
