"""SSHSIG blobs taken apart and put together again, and ways to damage them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from attest.signatures.wire import Reader, fingerprint, string
from support import keys

DATA = b"Attest: v1\n"
KINDS = ("ed25519", "ecdsa256", "ecdsa384", "ecdsa521", "rsa3072", "rsa4096", "sk", "sk-ecdsa")
SK_ECDSA = b"sk-ecdsa-sha2-nistp256@openssh.com"


@dataclass(frozen=True)
class Parts:
    """The fields of a blob, whatever they hold."""

    public_key: bytes
    namespace: bytes
    reserved: bytes
    hash_name: bytes
    signature: bytes
    version: int = 1

    @classmethod
    def of(cls, blob: bytes) -> Parts:
        reader = Reader(blob)
        reader.take(6)
        version = reader.uint32()
        parts = cls.built([reader.string() for _ in range(5)], version)
        reader.end()
        return parts

    @classmethod
    def built(cls, strings: Sequence[bytes], version: int = 1) -> Parts:
        public_key, namespace, reserved, hash_name, signature = strings
        return cls(public_key, namespace, reserved, hash_name, signature, version)

    def having(self, name: str, value: bytes | int) -> Parts:
        """These parts with one replaced."""
        changed: dict[str, Any] = {name: value}
        return replace(self, **changed)

    @property
    def strings(self) -> list[bytes]:
        return [getattr(self, field.name) for field in fields(self)][:5]

    @property
    def blob(self) -> bytes:
        return b"SSHSIG" + self.version.to_bytes(4, "big") + b"".join(map(string, self.strings))

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public_key)


def strings(data: bytes) -> list[bytes]:
    """The strings that *data* is made of, as far as it is."""
    reader, result = Reader(data), []
    while reader.at < len(data):
        try:
            result.append(reader.string())
        except ValueError:
            return [*result, data[reader.at :]]
    return result


def mpint(number: int) -> bytes:
    return string(number.to_bytes(number.bit_length() // 8 + 1, "big"))


@dataclass(frozen=True)
class SecurityKeyEcdsa:
    """An `sk-ecdsa-sha2-nistp256` key in software."""

    private: ec.EllipticCurvePrivateKey
    application: bytes = b"ssh:"

    @classmethod
    @cache
    def fixed(cls) -> SecurityKeyEcdsa:
        return cls(ec.derive_private_key(0x0707070707, ec.SECP256R1()))

    @property
    def blob(self) -> bytes:
        point = self.private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        return b"".join(map(string, (SK_ECDSA, b"nistp256", point, self.application)))

    def sign(self, data: bytes, flags: int = 1, counter: int = 5) -> bytes:
        """An SSHSIG blob with the given authenticator flags."""
        fields = (b"git-attest-v1", b"", b"sha512", hashlib.sha512(data).digest())
        signed = b"SSHSIG" + b"".join(map(string, fields))
        state = bytes([flags]) + counter.to_bytes(4, "big")
        body = hashlib.sha256(self.application).digest() + state + hashlib.sha256(signed).digest()
        r, s = decode_dss_signature(self.private.sign(body, ec.ECDSA(hashes.SHA256())))
        inner = string(SK_ECDSA) + string(mpint(r) + mpint(s)) + state
        return Parts(self.blob, b"git-attest-v1", b"", b"sha512", inner).blob


def signed(kind: str, folder: Path, data: bytes = DATA) -> bytes:
    """A good blob by a key of one of `KINDS`."""
    if kind == "sk":
        return keys.SecurityKey.fixed().sign(data)
    if kind == "sk-ecdsa":
        return SecurityKeyEcdsa.fixed().sign(data)
    name = kind.rstrip("0123456789") if kind != "ed25519" else kind
    return keys.sign(keys.make(folder, name, int(kind.removeprefix(name) or 0)), data)


def mutations(blob: bytes, other: Parts, seed: str) -> Iterator[bytes]:
    """About 260 damaged versions of a good blob.

    Args:
        other: the parts of a blob by another key, over the same data.
    """
    dice = random.Random(seed)
    size = len(blob)

    def spot() -> int:
        return dice.randrange(size)

    for _ in range(90):
        at = spot()
        yield blob[:at] + bytes([blob[at] ^ 1 << dice.randrange(8)]) + blob[at + 1 :]
    for _ in range(25):
        yield blob[: spot()]
    for _ in range(25):
        at, count = spot(), dice.choice((1, 1, 2, 4, 32))
        yield blob[:at] + blob[at : at + count] + blob[at:]
    for _ in range(25):
        at, count = spot(), dice.choice((1, 1, 2, 4, 32))
        yield blob[:at] + blob[at + count :]
    for extra in (b"\0", b"\n", b"\0" * 4, string(b"x"), blob):
        yield blob + extra
        yield extra + blob
    yield from _lengths(blob)
    yield from _parts(Parts.of(blob), other)


def _lengths(blob: bytes) -> Iterator[bytes]:
    """The blob with one of its length fields changed, at both levels."""
    at, places = 10, []
    for part in Parts.of(blob).strings:
        places.append(at)
        inner = at + 4
        for piece in strings(part) if len(part) > 32 else []:
            places.append(inner)
            inner += 4 + len(piece)
        at += 4 + len(part)
    for place in places:
        length = int.from_bytes(blob[place : place + 4], "big")
        for new in (0, length - 1, length + 1, length + 256, 1 << 31, (1 << 32) - 1):
            if 0 <= new != length and place + 4 <= len(blob):
                yield blob[:place] + new.to_bytes(4, "big") + blob[place + 4 :]


def _parts(parts: Parts, other: Parts) -> Iterator[bytes]:
    """The blob with a field replaced, swapped or padded."""
    for version in (0, 2, 1 << 24, (1 << 32) - 1):
        yield replace(parts, version=version).blob
    for name in ("public_key", "namespace", "reserved", "hash_name", "signature"):
        value: bytes = getattr(parts, name)
        for new in (b"", value + b"\0", b"\0" + value, value[:-1], value * 2, other.strings[0]):
            yield parts.having(name, new).blob
        yield parts.having(name, getattr(other, name)).blob
    for hash_name in (b"sha1", b"sha256", b"sha384", b"SHA512", b"sha512\0", b"md5"):
        yield replace(parts, hash_name=hash_name).blob
    for first in range(5):
        for second in range(first + 1, 5):
            swapped = parts.strings
            swapped[first], swapped[second] = swapped[second], swapped[first]
            yield Parts.built(swapped).blob
    for name in ("public_key", "signature"):
        pieces = strings(getattr(parts, name))
        tail = (
            b""
            if name == "public_key"
            else getattr(parts, name)[len(b"".join(map(string, pieces))) :]
        )
        for n, piece in enumerate(pieces):
            for new in (
                b"",
                b"\0" + piece,
                b"\0" * 40 + piece,
                piece[1:],
                piece + b"\0",
                b"\xff" + piece,
            ):
                changed = [*pieces[:n], new, *pieces[n + 1 :]]
                yield parts.having(name, b"".join(map(string, changed)) + tail).blob
        yield parts.having(name, b"".join(map(string, reversed(pieces)))).blob
