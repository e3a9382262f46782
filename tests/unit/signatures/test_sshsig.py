"""SSHSIG signatures: whose are accepted, and why others are refused."""

from __future__ import annotations

import base64
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from attest.signatures import key_blobs, sshsig
from attest.signatures.wire import SignatureInvalid, WireError, string
from support import keys
from support.envelopes import (
    DATA,
    KINDS,
    SK_ECDSA,
    Parts,
    SecurityKeyEcdsa,
    mpint,
    signed,
    strings,
)

TYPES = {
    "ed25519": "ssh-ed25519",
    "ecdsa256": "ecdsa-sha2-nistp256",
    "ecdsa384": "ecdsa-sha2-nistp384",
    "ecdsa521": "ecdsa-sha2-nistp521",
    "rsa3072": "ssh-rsa",
    "rsa4096": "ssh-rsa",
    "sk": "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa": SK_ECDSA.decode(),
}
DOES_NOT_FIT = "the signature does not match the lines above it"
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.fixture(scope="module")
def parts(key_folder: Path) -> Parts:
    """Of a good signature by an Ed25519 key."""
    return Parts.of(signed("ed25519", key_folder))


def reason(of: Parts | bytes, *, pinned: str = "", data: bytes = DATA) -> str:
    blob = of.blob if isinstance(of, Parts) else of
    pinned = pinned or (of if isinstance(of, Parts) else Parts.of(of)).fingerprint
    with pytest.raises(SignatureInvalid) as caught:
        sshsig.verify(blob, data, pinned)
    return caught.value.message.removeprefix("the signature is refused: ")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_key_is_verified(kind: str, key_folder: Path) -> None:
    parts = Parts.of(signed(kind, key_folder))
    verified = sshsig.verify(parts.blob, DATA, parts.fingerprint)
    assert verified == sshsig.VerifiedSignature(
        TYPES[kind], parts.public_key, 1 if kind.startswith("sk") else None
    )
    assert reason(parts, data=DATA + b" ") == DOES_NOT_FIT
    assert reason(parts, data=b"") == DOES_NOT_FIT


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa256", "rsa3072"])
def test_the_fingerprint_is_that_of_ssh_keygen(kind: str, key_folder: Path) -> None:
    parts = Parts.of(signed(kind, key_folder))
    name = kind.rstrip("0123456789") if kind != "ed25519" else kind
    path = keys.make(key_folder, name, int(kind.removeprefix(name) or 0))
    assert parts.fingerprint in _fingerprint(path)


def _fingerprint(path: Path) -> str:
    command = ["ssh-keygen", "-l", "-f", str(path.with_name(path.name + ".pub"))]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


@pytest.mark.parametrize("hash_name", ["sha256", "sha512"])
def test_both_hashes_are_verified(hash_name: str, key: Path) -> None:
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", "git-attest-v1", "-f", str(key)]
    result = subprocess.run(
        [*command, "-O", f"hashalg={hash_name}"], input=DATA, capture_output=True, check=True
    )
    parts = Parts.of(base64.b64decode(b"".join(result.stdout.split(b"\n")[1:-2])))
    assert parts.hash_name == hash_name.encode()
    sshsig.verify(parts.blob, DATA, parts.fingerprint)


@pytest.mark.parametrize("namespace", ["git", "file", "git-attest-v2", "Git-attest-v1"])
def test_another_purpose_is_refused(namespace: str, key: Path) -> None:
    blob = keys.sign(key, DATA, namespace)
    assert f"it was made for b'{namespace}'" in reason(blob)


def test_another_key_is_refused(parts: Parts, key_folder: Path) -> None:
    other = Parts.of(signed("ecdsa256", key_folder))
    assert reason(parts, pinned=other.fingerprint) == (
        "it was made by a key other than the one in Attest-Key"
    )


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("version", 0, "version 0 is unknown"),
        ("version", 2, "version 2 is unknown"),
        ("namespace", b"", "it was made for b''"),
        ("namespace", b"git-attest-v1\0", "it was made for"),
        ("reserved", b"\0", "its reserved field is not empty"),
        ("hash_name", b"sha1", "hash b'sha1' is not allowed"),
        ("hash_name", b"sha384", "hash b'sha384' is not allowed"),
        ("hash_name", b"SHA512", "hash b'SHA512' is not allowed"),
        ("hash_name", b"sha256", DOES_NOT_FIT),
        ("signature", b"", "it ends too early"),
        ("public_key", b"", "it ends too early"),
        ("public_key", string(b"ssh-dss"), "keys of type b'ssh-dss' are not supported"),
        (
            "public_key",
            string(b"ssh-ed25519-cert-v01@openssh.com"),
            "keys of type b'ssh-ed25519-cert-v01@openssh.com' are not supported",
        ),
    ],
)
def test_a_changed_field_is_refused(parts: Parts, name: str, value: bytes | int, why: str) -> None:
    assert why in reason(parts.having(name, value))


@pytest.mark.parametrize("kind", KINDS)
def test_trailing_bytes_are_refused_everywhere(kind: str, key_folder: Path) -> None:
    parts = Parts.of(signed(kind, key_folder))
    assert "1 bytes too many" in reason(parts.blob + b"\0", pinned=parts.fingerprint)
    assert "1 bytes too many" in reason(replace(parts, public_key=parts.public_key + b"\0"))
    assert "1 bytes too many" in reason(replace(parts, signature=parts.signature + b"\0"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_cut_is_refused(kind: str, key_folder: Path) -> None:
    parts = Parts.of(signed(kind, key_folder))
    blob = parts.blob
    for stop in range(len(blob)):
        assert reason(blob[:stop], pinned=parts.fingerprint)


@pytest.mark.parametrize("bits", [1024, 2048])
def test_a_short_rsa_key_is_refused(bits: int, key_folder: Path) -> None:
    parts = Parts.of(keys.sign(keys.make(key_folder, "rsa", bits), DATA))
    assert reason(parts) == f"RSA keys need 3072 bits, this one has {bits}"


def test_a_policy_may_accept_2048_bits(key_folder: Path) -> None:
    parts = Parts.of(keys.sign(keys.make(key_folder, "rsa", 2048), DATA))
    sshsig.verify(parts.blob, DATA, parts.fingerprint, rsa_bits=2048)


def test_zeros_do_not_lengthen_an_rsa_key(key_folder: Path) -> None:
    parts = Parts.of(keys.sign(keys.make(key_folder, "rsa", 2048), DATA))
    kind, exponent, modulus = strings(parts.public_key)
    padded = b"".join(map(string, (kind, exponent, b"\0" * 256 + modulus)))
    assert "this one has 2048" in reason(replace(parts, public_key=padded))


def test_rsa_with_sha1_is_refused(key_folder: Path) -> None:
    parts = Parts.of(signed("rsa3072", key_folder))
    _, signature = strings(parts.signature)
    forged = replace(parts, signature=string(b"ssh-rsa") + string(signature))
    assert "b'ssh-rsa' is not allowed" in reason(forged)


@pytest.mark.parametrize(
    "exponent", [0, 1, 2, 3, 4, 65536, 2**64 + 1, pytest.param(2**4000 + 1, id="huge")]
)
def test_a_hostile_rsa_exponent_is_refused(exponent: int, key_folder: Path) -> None:
    parts = Parts.of(signed("rsa4096", key_folder))
    kind, _, modulus = strings(parts.public_key)
    changed = string(kind) + mpint(exponent) + string(modulus)
    assert reason(replace(parts, public_key=changed))


@pytest.mark.parametrize("bits", [3072, 4096, 4097, 16383, 16384, 16390])
def test_a_hostile_rsa_modulus_is_refused(bits: int, key_folder: Path) -> None:
    parts = Parts.of(signed("rsa4096", key_folder))
    kind, exponent, _ = strings(parts.public_key)
    for modulus in (1 << bits - 1, (1 << bits - 1) + 1, (1 << bits) - 1):
        changed = string(kind) + string(exponent) + mpint(modulus)
        assert reason(replace(parts, public_key=changed))


def test_a_signature_of_another_algorithm_is_refused(parts: Parts) -> None:
    _, signature = strings(parts.signature)
    forged = string(b"ssh-rsa") + string(signature)
    assert "a signature of type b'ssh-rsa' by a key of type b'ssh-ed25519'" in reason(
        replace(parts, signature=forged)
    )


def test_a_malleated_ed25519_signature_is_refused(parts: Parts) -> None:
    """RFC 8032 wants S below the order; ssh-keygen does not look."""
    algorithm, signature = strings(parts.signature)
    s = int.from_bytes(signature[32:], "little") + ED25519_ORDER
    other = signature[:32] + s.to_bytes(32, "little")
    changed = replace(parts, signature=string(algorithm) + string(other))
    assert reason(changed) == DOES_NOT_FIT


@pytest.mark.parametrize(
    ("curve", "point", "why"),
    [
        (b"nistp384", None, "the curve is not that of the key's type"),
        (b"nistp256", b"", "a compressed or empty point"),
        (b"nistp256", b"\0", "a compressed or empty point"),
        (b"nistp256", b"\x02" + b"\1" * 32, "a compressed or empty point"),
        (b"nistp256", b"\x04" + b"\1" * 64, "the point is not on its curve"),
        (b"nistp256", b"\x04" + b"\0" * 64, "the point is not on its curve"),
        (b"nistp256", b"\x04" + b"\1" * 63, "the point is not on its curve"),
    ],
)
@pytest.mark.parametrize("kind", ["ecdsa256", "sk-ecdsa"])
def test_a_point_that_is_none_is_refused(
    kind: str, curve: bytes, point: bytes | None, why: str, key_folder: Path
) -> None:
    parts = Parts.of(signed(kind, key_folder))
    name, _, own, *rest = strings(parts.public_key)
    changed = b"".join(map(string, (name, curve, own if point is None else point, *rest)))
    assert why in reason(replace(parts, public_key=changed))


@pytest.mark.parametrize(
    "numbers", [mpint(0) * 2, mpint(1) + mpint(0), string(b"\xff") * 2, b"", mpint(1), mpint(1) * 3]
)
def test_numbers_that_are_no_ecdsa_signature_are_refused(numbers: bytes, key_folder: Path) -> None:
    parts = Parts.of(signed("ecdsa256", key_folder))
    changed = string(b"ecdsa-sha2-nistp256") + string(numbers)
    assert reason(replace(parts, signature=changed))


@pytest.mark.parametrize("flags", [0x00, 0x01, 0x04, 0x05, 0xFF])
def test_the_flags_of_a_security_key_are_read(flags: int) -> None:
    for key in (keys.SecurityKey.fixed(), SecurityKeyEcdsa.fixed()):
        parts = Parts.of(key.sign(DATA, flags))
        verified = sshsig.verify(parts.blob, DATA, parts.fingerprint)
        assert verified.flags == flags


def test_a_touch_cannot_be_claimed_afterwards() -> None:
    parts = Parts.of(keys.SecurityKey.fixed().sign(DATA, flags=0))
    touched = parts.signature[:-5] + b"\x01" + parts.signature[-4:]
    assert reason(replace(parts, signature=touched)) == DOES_NOT_FIT


def test_the_application_of_a_security_key_is_signed() -> None:
    parts = Parts.of(keys.SecurityKey.fixed().sign(DATA))
    kind, public, _ = strings(parts.public_key)
    changed = b"".join(map(string, (kind, public, b"ssh:other")))
    assert reason(replace(parts, public_key=changed)) == DOES_NOT_FIT


def test_the_size_of_an_rsa_key_is_read(key_folder: Path, parts: Parts) -> None:
    assert key_blobs.key_bits(Parts.of(signed("rsa3072", key_folder)).public_key) == 3072
    assert key_blobs.key_bits(parts.public_key) is None
    with pytest.raises(WireError):
        key_blobs.key_bits(string(b"ssh-rsa") + b"\0")
