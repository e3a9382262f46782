"""SSHSIG signatures, read strictly and verified in process.

Sources: OpenSSH PROTOCOL.sshsig; PROTOCOL.u2f for `sk-` keys; RFC 4253 and 5656
for the keys; RFC 8332 for RSA. Stricter than ssh-keygen in what docs/format.md
says: one namespace, no reserved data, no trailing bytes, no short RSA keys.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from attest.signatures import fast_ed25519
from attest.signatures.ed25519_points import is_small_order
from attest.signatures.fast_ed25519 import FastVerifier
from attest.signatures.key_blobs import ecdsa_key, ed25519_key
from attest.signatures.wire import Reader, SignatureInvalid, WireError, fingerprint, string

NAMESPACE = b"git-attest-v1"
MAGIC = b"SSHSIG"
RSA_BITS = 3072
USER_PRESENT = 0x01
USER_VERIFIED = 0x04

_SMALL_R = "R of the Ed25519 signature is a point of small order"
_HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
_FAST = FastVerifier(fast_ed25519.load)
_RSA_HASHES = {b"rsa-sha2-256": hashes.SHA256, b"rsa-sha2-512": hashes.SHA512}


class VerifiedSignature(NamedTuple):
    """A signature that is valid.

    Args:
        key_type: such as `ssh-ed25519`.
        public_key: the key's blob.
        flags: of an `sk-` key, what the authenticator saw; else None.
    """

    key_type: str
    public_key: bytes
    flags: int | None = None


class Envelope(NamedTuple):
    """The fields of an SSHSIG blob, not yet verified."""

    public_key: bytes
    namespace: bytes
    hash_name: bytes
    signature: bytes

    def signed_bytes(self, message: bytes) -> bytes:
        """What the key signs for *message*."""
        return self.signed_start + string(_HASHES[self.hash_name](message).digest())

    @property
    def signed_start(self) -> bytes:
        """What the key signs before the hash of a message."""
        return MAGIC + b"".join(map(string, (self.namespace, b"", self.hash_name)))


def load() -> None:
    """Load what verifies many signatures, which else happens when there have been some."""
    _FAST.load()


def parse(blob: bytes, expected: bytes = NAMESPACE) -> Envelope:
    """Read an SSHSIG blob (no armour).

    Args:
        expected: the namespace that it must be made for.

    Raises:
        WireError: it is not one, or has what the format refuses.
    """
    reader = Reader(blob)
    if reader.take(6) != MAGIC:
        raise WireError("it does not begin with SSHSIG")
    version = reader.uint32()
    if version != 1:
        raise WireError(f"version {version} is unknown")
    public_key, namespace, reserved = reader.string(), reader.string(), reader.string()
    hash_name, signature = reader.string(), reader.string()
    reader.end()
    if namespace != expected:
        raise WireError(f"it was made for {namespace[:40]!r}, not for {expected.decode()!r}")
    if reserved:
        raise WireError("its reserved field is not empty")
    if hash_name not in _HASHES:
        raise WireError(f"hash {hash_name[:20]!r} is not allowed")
    return Envelope(public_key, namespace, hash_name, signature)


def verify(
    blob: bytes,
    message: bytes,
    key_fingerprint: str,
    *,
    rsa_bits: int = RSA_BITS,
    namespace: bytes = NAMESPACE,
) -> VerifiedSignature:
    """Verify an SSHSIG blob over *message*.

    Args:
        key_fingerprint: `SHA256:…`, the key that must have made it.
        rsa_bits: the shortest RSA key that is accepted.
        namespace: what it must be made for.

    Raises:
        SignatureInvalid: it is not valid, with the reason.
    """
    try:
        known = _ed25519_envelope(blob[:-64], namespace)
        if known is not None and known.fingerprint == key_fingerprint:
            _verify_ed25519(known, blob[-64:], message)
            return known.valid
        envelope = parse(blob, namespace)
        if not hmac.compare_digest(fingerprint(envelope.public_key), key_fingerprint):
            raise WireError("it was made by a key other than the one in Attest-Key")
        return _verify(envelope, message, rsa_bits)
    except WireError as error:
        raise SignatureInvalid(f"the signature is refused: {error}") from None
    except (InvalidSignature, UnsupportedAlgorithm):
        raise SignatureInvalid("the signature does not match the lines above it") from None


class _Ed25519Envelope(NamedTuple):
    """All of an SSHSIG blob by an Ed25519 key but the 64 bytes at its end, as they were read.

    Args:
        signed_start: what the key signs before the bytes of a message's hash.
        valid: what is said of a signature that verifies.
    """

    fingerprint: str
    key: ed25519.Ed25519PublicKey
    raw_key: bytes
    hash_of: Callable[[bytes], hashlib._Hash]
    signed_start: bytes
    valid: VerifiedSignature


@lru_cache(maxsize=1024)
def _ed25519_envelope(start: bytes, namespace: bytes) -> _Ed25519Envelope | None:
    """Read what the signatures of one key have in common: all but their last 64 bytes. Of a
    history, that is the same for each signature of a person.

    Args:
        start: the blob without these.

    Returns:
        None where it is none of an Ed25519 key, or not one that is accepted.
    """
    try:
        envelope = parse(start + bytes(64), namespace)
        key, signature = Reader(envelope.public_key), Reader(envelope.signature)
        if (key.string(), signature.string()) != (b"ssh-ed25519", b"ssh-ed25519"):
            return None
        public = ed25519_key(key)
        key.end()
        if len(signature.string()) != 64:
            return None
        signature.end()
    except WireError:
        return None
    hash_of = _HASHES[envelope.hash_name]
    return _Ed25519Envelope(
        fingerprint(envelope.public_key),
        public,
        public.public_bytes_raw(),
        hash_of,
        envelope.signed_start + hash_of(b"").digest_size.to_bytes(4, "big"),
        VerifiedSignature("ssh-ed25519", envelope.public_key),
    )


def _verify_ed25519(known: _Ed25519Envelope, signature: bytes, message: bytes) -> None:
    if is_small_order(signature[:32]):
        raise WireError(_SMALL_R)
    signed = known.signed_start + known.hash_of(message).digest()
    if not _FAST.accepts(known.raw_key, signature, signed):
        known.key.verify(signature, signed)


def _verify(envelope: Envelope, message: bytes, rsa_bits: int) -> VerifiedSignature:
    key = Reader(envelope.public_key)
    key_type = key.string()
    handler = _HANDLERS.get(key_type)
    if handler is None:
        raise WireError(f"keys of type {key_type[:40]!r} are not supported")
    outer = Reader(envelope.signature)
    algorithm, body = outer.string(), outer
    signed_bytes = envelope.signed_bytes(message)
    flags = handler(key_type, key, algorithm, body, signed_bytes, rsa_bits)
    return VerifiedSignature(key_type.decode(), envelope.public_key, flags)


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
        raise WireError(_SMALL_R)
    return signature


def _der(signature: bytes) -> bytes:
    """An ECDSA signature as cryptography takes it: SSH writes two integers (RFC 5656,
    section 3.1.2), X9.62 a DER sequence."""
    reader = Reader(signature)
    r, s = reader.mpint(), reader.mpint()
    reader.end()
    return encode_dss_signature(r, s)


_HANDLERS: dict[bytes, Callable[[bytes, Reader, bytes, Reader, bytes, int], int | None]] = {
    b"ssh-ed25519": _ed25519,
    b"ecdsa-sha2-nistp256": _ecdsa,
    b"ecdsa-sha2-nistp384": _ecdsa,
    b"ecdsa-sha2-nistp521": _ecdsa,
    b"ssh-rsa": _rsa,
    b"sk-ssh-ed25519@openssh.com": _sk_ed25519,
    b"sk-ecdsa-sha2-nistp256@openssh.com": _sk_ecdsa,
}
