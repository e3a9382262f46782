"""OpenPGP keys of small order: anybody can sign with them, and gpg takes such signatures."""

from __future__ import annotations

import hashlib
import struct

import pytest

from attest.signatures.openpgp import Keyring
from attest.signatures.wire import SignatureInvalid
from support.forge import NOW
from support.pgp import gnupg
from support.repo import EPOCH

_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_P = (1 << 255) - 19
_ED25519 = bytes.fromhex("092b06010401da470f01")
_BASE_POINT = bytes.fromhex("58" + "66" * 31)
DATA = b"data"
UID = b"Eve <eve@example.org>"


def number(data: bytes) -> bytes:
    """A multiprecision integer (RFC 4880, 3.2)."""
    data = data.lstrip(b"\0")
    return struct.pack(">H", int.from_bytes(data, "big").bit_length()) + data


def packet(tag: int, body: bytes) -> bytes:
    return bytes([0xC0 | tag, 255]) + struct.pack(">I", len(body)) + body


def public_key(y: int, created: int) -> bytes:
    point = number(b"\x40" + y.to_bytes(32, "little"))
    return b"\x04" + struct.pack(">I", created) + b"\x16" + _ED25519 + point


def hashed_key(key: bytes) -> bytes:
    return b"\x99" + struct.pack(">H", len(key)) + key


def digest(kind: int, data: bytes, key: bytes, created: int) -> tuple[bytes, bytes]:
    """The hashed part of a signature (RFC 4880, 5.2.3), and what is signed."""
    issuer = hashlib.sha1(hashed_key(key)).digest()
    hashed = b"\x05\x02" + struct.pack(">I", created) + b"\x16\x21\x04" + issuer
    head = bytes([4, kind, 22, 8]) + struct.pack(">H", len(hashed)) + hashed
    end = b"\x04\xff" + struct.pack(">I", len(head))
    return head, hashlib.sha256(data + head + end).digest()


def is_valid(key: bytes, signed: bytes) -> bool:
    """Whether the hash is a multiple of the order of a key: then the key adds nothing (RFC 8032,
    5.1.7), and R = B and S = 1 are a signature."""
    hashed = hashlib.sha512(_BASE_POINT + key[-32:] + signed).digest()
    return int.from_bytes(hashed, "little") % 8 == 0


def signature(kind: int, data: bytes, key: bytes, created: int) -> bytes:
    """A signature without any secret, whatever is signed."""
    head, signed = digest(kind, data, key, created)
    aside = b"\x09\x10" + hashlib.sha1(hashed_key(key)).digest()[-8:]
    rest = struct.pack(">H", len(aside)) + aside + signed[:2] + number(_BASE_POINT)
    return packet(2, head + rest + number(b"\x01" + bytes(31)))


def forged(y: int) -> tuple[bytes, bytes]:
    """A key of small order and a signature of `DATA`, both of which gpg takes: about one time in
    eight is such that the forgery is valid."""
    for made in range(EPOCH - 500, EPOCH - 300):
        key = public_key(y, made)
        binding = hashed_key(key) + b"\xb4" + struct.pack(">I", len(UID)) + UID
        if not is_valid(key, digest(0x13, binding, key, made)[1]):
            continue
        file = packet(6, key) + packet(13, UID) + signature(0x13, binding, key, made)
        times = range(made, EPOCH)
        signed = next(t for t in times if is_valid(key, digest(0, DATA, key, t)[1]))
        return file, signature(0, DATA, key, signed)
    pytest.fail("no time makes the forgery valid")


@pytest.mark.parametrize("y", [_ORDER_8, _P - _ORDER_8])
def test_a_key_of_small_order_signs_nothing(y: int) -> None:
    file, blob = forged(y)
    with gnupg() as theirs:
        theirs.run("--import", stdin=file)
        (theirs.home / "blob").write_bytes(blob)
        (theirs.home / "data").write_bytes(DATA)
        status = theirs.run(
            "--status-fd=1", "--verify", str(theirs.home / "blob"), str(theirs.home / "data")
        )
    assert b"GOODSIG" in status  # anybody can sign so, and gpg does not mind
    with Keyring([("eve.asc", file)]) as ring:
        (fingerprint,) = ring.keys
        with pytest.raises(SignatureInvalid, match="small order"):
            ring.verify(blob, DATA, fingerprint, [NOW])


def test_a_key_beside_it_still_signs() -> None:
    file, _ = forged(_ORDER_8)
    with gnupg() as mine:
        fingerprint = mine.make("A U Thor <author@example.com>")
        blob = mine.sign(DATA, fingerprint)
        keys = [("eve.asc", file), ("mine.asc", mine.export(fingerprint))]
        with Keyring(keys) as ring:
            ring.verify(blob, DATA, fingerprint, [NOW])
