"""git's own signature of a commit: who signed the commit object itself.

Sources: gitformat-signature(5); OpenSSH PROTOCOL.sshsig, namespace `git`.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime

from attest import text
from attest.git import commit_object
from attest.signatures import sshsig
from attest.signatures.allowed_signers import Signer
from attest.signatures.openpgp import Keyring
from attest.signatures.wire import SignatureInvalid, fingerprint

NAMESPACE = b"git"
_SSH = (b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----")


def signer_of(
    raw: bytes,
    signers: Sequence[Signer],
    ring: Keyring | None,
    moments: Sequence[datetime],
    revoked: Container[str] = (),
) -> tuple[str, ...]:
    """The addresses that are verified to have signed a commit; none where it is not
    signed, or not by a key that is known and good.

    Args:
        raw: the commit object.
        signers: keys with their principals, of which those without wildcards count.
        ring: OpenPGP keys with their addresses.
        moments: times at each of which the key must be good.
        revoked: fingerprints of keys that count for nothing.
    """
    parts = commit_object.signed_parts(raw)
    if parts is None:
        return ()
    payload, armoured = parts
    try:
        if armoured.startswith(_SSH[0]):
            return _ssh(payload, armoured, signers, moments, revoked)
        if ring is None:
            return ()
        key = ring.signer(armoured, payload, moments)
    except (SignatureInvalid, ValueError):
        return ()
    return () if key in revoked else tuple(sorted(ring.addresses(key)))


def ssh_key_of(raw: bytes) -> str:
    """The fingerprint of the SSH key that signed a commit for git; empty where the signature
    does not verify."""
    parts = commit_object.signed_parts(raw)
    try:
        return "" if parts is None else _verify(*parts)
    except (SignatureInvalid, ValueError):
        return ""


def _verify(payload: bytes, armoured: bytes) -> str:
    """The key's fingerprint.

    Raises:
        SignatureInvalid, ValueError: it is no such signature, or does not verify.
    """
    lines = armoured.strip().split(b"\n")
    if lines[0] != _SSH[0] or lines[-1] != _SSH[1]:
        raise ValueError("not an SSH signature in its armour")
    blob = text.from_base64(b"".join(lines[1:-1]))
    envelope = sshsig.parse(blob, NAMESPACE)
    key = fingerprint(envelope.public_key)
    sshsig.verify(blob, payload, key, namespace=NAMESPACE)
    return key


def _ssh(
    payload: bytes,
    armoured: bytes,
    signers: Sequence[Signer],
    moments: Sequence[datetime],
    revoked: Container[str],
) -> tuple[str, ...]:
    key = _verify(payload, armoured)
    principals = [
        signer
        for signer in signers
        if signer.fingerprint == key
        and key not in revoked
        and signer.good_for(NAMESPACE.decode())
        and all(signer.good_at(moment) for moment in moments)
    ]
    names = {name for signer in principals for name in signer.principals}
    return tuple(sorted(name for name in names if not set("*?!") & set(name)))
