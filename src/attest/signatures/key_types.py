"""Verifies what is signed by each type of key that SSH has.

Sources: PROTOCOL.u2f for `sk-` keys; RFC 4253 and 5656 for the keys; RFC 8332 for RSA. Stricter
than ssh-keygen in what docs/format.md says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from attest.signatures.ed25519_points import is_small_order
from attest.signatures.key_blobs import ecdsa_key, ed25519_key
from attest.signatures.wire import Reader, WireError

SMALL_R = "R of the Ed25519 signature is a point of small order"
_RSA_HASHES = {b"rsa-sha2-256": hashes.SHA256, b"rsa-sha2-512": hashes.SHA512}

Handler = Callable[[bytes, Reader, bytes, Reader, bytes, int], int | None]
"""Verifies a signature: of a type of key, by a key, with an algorithm, over some bytes; and how
many bits an RSA key needs. Gives the flags of an `sk-` key.

It may raise what `sshsig.verify` takes for a signature that is not valid."""


def _ed25519(
    kind: bytes, key: Reader, algorithm: bytes, body: Reader, signed_bytes: bytes, _bits: int
) -> None:
    """RFC 8709, sections 4 and 6."""
    public = ed25519_key(key)
    key.end()
    signature = _ed25519_signature(kind, algorithm, body)
    body.end()
    public.verify(signature, signed_bytes)


def _ecdsa(
    kind: bytes, key: Reader, algorithm: bytes, body: Reader, signed_bytes: bytes, _bits: int
) -> None:
    """RFC 5656, section 3.1."""
    public, hasher = ecdsa_key(kind.removeprefix(b"ecdsa-sha2-"), key)
    key.end()
    signature = _der(_signature(kind, algorithm, body))
    body.end()
    public.verify(signature, signed_bytes, ec.ECDSA(hasher))


def _rsa(
    _kind: bytes, key: Reader, algorithm: bytes, body: Reader, signed_bytes: bytes, bits: int
) -> None:
    """RFC 8332, section 3. `ssh-rsa` as the algorithm of a signature means SHA-1, which
    is not among `_RSA_HASHES`."""
    exponent, modulus = key.mpint(), key.mpint()
    key.end()
    if modulus.bit_length() < bits:
        raise WireError(f"RSA keys need {bits} bits, this one has {modulus.bit_length()}")
    if algorithm not in _RSA_HASHES:
        raise WireError(f"signature algorithm {algorithm[:30]!r} is not allowed")
    signature = body.string()
    body.end()
    # An agent may leave out leading zeros; OpenSSH pads them, too (ssh-rsa.c).
    width = (modulus.bit_length() + 7) // 8
    if len(signature) > width:
        raise WireError("the RSA signature is longer than its key")
    try:
        public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        raise WireError("the RSA key is not a valid one") from None
    hasher = _RSA_HASHES[algorithm]()
    public.verify(signature.rjust(width, b"\0"), signed_bytes, padding.PKCS1v15(), hasher)


def _sk_ed25519(
    kind: bytes, key: Reader, algorithm: bytes, body: Reader, signed_bytes: bytes, _bits: int
) -> int:
    """PROTOCOL.u2f, "SSH U2F Signatures"; a security key signs more than the message."""
    public = ed25519_key(key)
    application = key.string()
    key.end()
    signature = _ed25519_signature(kind, algorithm, body)
    flags, authenticator_bytes = _authenticator_data(application, body, signed_bytes)
    public.verify(signature, authenticator_bytes)
    return flags


def _sk_ecdsa(
    kind: bytes, key: Reader, algorithm: bytes, body: Reader, signed_bytes: bytes, _bits: int
) -> int:
    """PROTOCOL.u2f, "SSH U2F Signatures"; the curve is always P-256."""
    public, hasher = ecdsa_key(b"nistp256", key)
    application = key.string()
    key.end()
    signature = _der(_signature(kind, algorithm, body))
    flags, authenticator_bytes = _authenticator_data(application, body, signed_bytes)
    public.verify(signature, authenticator_bytes, ec.ECDSA(hasher))
    return flags


def _authenticator_data(application: bytes, body: Reader, signed_bytes: bytes) -> tuple[int, bytes]:
    """What a FIDO authenticator signs (PROTOCOL.u2f, "SSH U2F Signatures")."""
    flags = body.take(1)
    counter = body.take(4)
    body.end()
    digest = hashlib.sha256
    return flags[0], digest(application).digest() + flags + counter + digest(signed_bytes).digest()


def _signature(kind: bytes, algorithm: bytes, body: Reader) -> bytes:
    """The signature's bytes. For these types the algorithm has the name of the key's type;
    anything else is a key used with an algorithm that was not made for it."""
    if algorithm != kind:
        raise WireError(f"a signature of type {algorithm[:30]!r} by a key of type {kind!r}")
    return body.string()


def _ed25519_signature(kind: bytes, algorithm: bytes, body: Reader) -> bytes:
    """`_signature`, of which the first half, R, is no point of small order: verifiers do not
    agree on such signatures, and nobody makes them by accident."""
    signature = _signature(kind, algorithm, body)
    if len(signature) == 64 and is_small_order(signature[:32]):
        raise WireError(SMALL_R)
    return signature


def _der(signature: bytes) -> bytes:
    """An ECDSA signature as cryptography takes it: SSH writes two integers (RFC 5656,
    section 3.1.2), X9.62 a DER sequence."""
    reader = Reader(signature)
    r, s = reader.mpint(), reader.mpint()
    reader.end()
    return encode_dss_signature(r, s)


HANDLERS: dict[bytes, Handler] = {
    b"ssh-ed25519": _ed25519,
    b"ecdsa-sha2-nistp256": _ecdsa,
    b"ecdsa-sha2-nistp384": _ecdsa,
    b"ecdsa-sha2-nistp521": _ecdsa,
    b"ssh-rsa": _rsa,
    b"sk-ssh-ed25519@openssh.com": _sk_ed25519,
    b"sk-ecdsa-sha2-nistp256@openssh.com": _sk_ecdsa,
}
