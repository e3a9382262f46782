"""SSHSIG signatures, read strictly and verified in process.

Source: OpenSSH PROTOCOL.sshsig; for the keys, see key_types.py. Stricter than ssh-keygen in what
docs/format.md says: one namespace, no reserved data, no trailing bytes, no short RSA keys.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519

from attest.signatures import fast_ed25519
from attest.signatures.ed25519_points import is_small_order
from attest.signatures.fast_ed25519 import FastVerifier
from attest.signatures.key_blobs import ed25519_key
from attest.signatures.key_types import HANDLERS, SMALL_R
from attest.signatures.wire import Reader, SignatureInvalid, WireError, fingerprint, string

NAMESPACE = b"git-attest-v1"
MAGIC = b"SSHSIG"
RSA_BITS = 3072
USER_PRESENT = 0x01
USER_VERIFIED = 0x04

_HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
_FAST = FastVerifier(fast_ed25519.load)


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
        raise WireError(SMALL_R)
    signed = known.signed_start + known.hash_of(message).digest()
    if not _FAST.accepts(known.raw_key, signature, signed):
        known.key.verify(signature, signed)


def _verify(envelope: Envelope, message: bytes, rsa_bits: int) -> VerifiedSignature:
    key = Reader(envelope.public_key)
    key_type = key.string()
    handler = HANDLERS.get(key_type)
    if handler is None:
        raise WireError(f"keys of type {key_type[:40]!r} are not supported")
    outer = Reader(envelope.signature)
    algorithm, body = outer.string(), outer
    signed_bytes = envelope.signed_bytes(message)
    flags = handler(key_type, key, algorithm, body, signed_bytes, rsa_bits)
    return VerifiedSignature(key_type.decode(), envelope.public_key, flags)
