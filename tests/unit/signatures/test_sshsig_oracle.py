"""The verifier and `ssh-keygen -Y check-novalidate` agree on damaged signatures."""

from __future__ import annotations

from pathlib import Path

import pytest

from attest.signatures import key_blobs, sshsig
from attest.signatures.wire import SignatureInvalid, string
from support import keys
from support.envelopes import DATA, KINDS, Parts, mutations, signed, strings

pytestmark = pytest.mark.long

SHARDS = 4
STRICTER = (
    "its reserved field is not empty",
    "RSA keys need 3072 bits",
    # PROTOCOL.sshsig knows versions from 1 on; ssh-keygen refuses later ones only.
    "version 0 is unknown",
)
NAMES = (
    b"git-attest-v1",
    b"sha512",
    b"rsa-sha2-512",
    b"ssh:",
    *(kind.encode() for kind in key_blobs.KEY_TYPES),
    *(b"nistp256", b"nistp384", b"nistp521"),
)


def stricter(why: str, blob: bytes) -> bool:
    """Whether we may refuse what ssh-keygen accepts: for these reasons, and for a
    name with a NUL behind it (ssh-keygen reads names as C strings)."""
    return any(reason in why for reason in STRICTER) or any(
        string(name + b"\0") in blob for name in NAMES
    )


def refused(blob: bytes, data: bytes = DATA) -> str | None:
    """Why ours refuses a blob, leaving aside whose key it is."""
    try:
        pinned = Parts.of(blob).fingerprint
    except ValueError:
        pinned = "SHA256:" + "A" * 43
    try:
        sshsig.verify(blob, data, pinned)
    except SignatureInvalid as error:
        return error.message
    return None


def agree(blob: bytes, folder: Path) -> bool:
    """Whether both take the blob; fails where they disagree for no good reason."""
    why = refused(blob)
    accepted = keys.keygen_accepts(blob, DATA, folder)
    if why is None:
        assert accepted, f"only ours accepts {blob.hex()}"
    elif accepted:
        assert stricter(why, blob), f"only ssh-keygen accepts ({why}) {blob.hex()}"
    return accepted


def neighbour(kind: str) -> str:
    return KINDS[(KINDS.index(kind) + 1) % len(KINDS)]


@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("kind", KINDS)
def test_both_agree_on_damaged_signatures(
    kind: str, shard: int, key_folder: Path, tmp_path: Path
) -> None:
    good = signed(kind, key_folder)
    other = Parts.of(signed(neighbour(kind), key_folder))
    damaged = list(dict.fromkeys(mutations(good, other, kind)))
    assert len(damaged) > 250
    assert agree(good, tmp_path)
    accepted = [agree(blob, tmp_path) for blob in damaged[shard::SHARDS]]
    # Reserved data, version 0, a NUL behind a name, zeros before a number.
    assert sum(accepted) <= 10


@pytest.mark.parametrize("kind", KINDS)
def test_both_refuse_other_data(kind: str, key_folder: Path, tmp_path: Path) -> None:
    good = signed(kind, key_folder)
    assert refused(good, DATA + b"\n") == "the signature does not match the lines above it"
    assert not keys.keygen_accepts(good, DATA + b"\n", tmp_path)


@pytest.mark.parametrize("zeros", [1, 100, 2010, 2030])
@pytest.mark.parametrize("kind", ["ecdsa256", "sk-ecdsa"])
def test_both_agree_on_zeros_before_a_number(
    kind: str, zeros: int, key_folder: Path, tmp_path: Path
) -> None:
    parts = Parts.of(signed(kind, key_folder))
    algorithm, numbers = strings(parts.signature)[:2]
    tail = parts.signature[8 + len(algorithm) + len(numbers) :]
    r, s = strings(numbers)
    padded = string(string(b"\0" * zeros + r) + string(s))
    blob = Parts.built([*parts.strings[:4], string(algorithm) + padded + tail]).blob
    agree(blob, tmp_path)


@pytest.mark.parametrize("kind", ["sk", "sk-ecdsa"])
@pytest.mark.parametrize("byte", range(1, 6))
def test_both_refuse_a_changed_flag_or_counter(
    kind: str, byte: int, key_folder: Path, tmp_path: Path
) -> None:
    blob = signed(kind, key_folder)
    for bit in range(8):
        at = len(blob) - byte
        damaged = blob[:at] + bytes([blob[at] ^ 1 << bit]) + blob[at + 1 :]
        assert not agree(damaged, tmp_path)
