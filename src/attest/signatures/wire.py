"""The SSH wire encoding of RFC 4251, section 5, strictly read."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from attest.errors import AttestError


class WireError(ValueError):
    """Bytes that are not what the format calls for."""


class SignatureInvalid(AttestError):
    """A signature that does not hold; the message says why."""


@dataclass(slots=True)
class Reader:
    """Takes values off the front of *data*."""

    data: bytes
    at: int = 0

    def take(self, count: int) -> bytes:
        if count > len(self.data) - self.at:
            raise WireError("it ends too early")
        self.at += count
        return self.data[self.at - count : self.at]

    def uint32(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def string(self) -> bytes:
        return self.take(self.uint32())

    def mpint(self) -> int:
        """A positive integer; leading zeros are allowed, as OpenSSH allows them."""
        raw = self.string()
        if raw[:1] > b"\x7f":
            raise WireError("a negative integer")
        if len(raw) > 2049 or (len(raw) == 2049 and raw[0]):
            raise WireError("an integer too large")
        return int.from_bytes(raw, "big")

    def end(self) -> None:
        if self.at != len(self.data):
            raise WireError(f"{len(self.data) - self.at} bytes too many")


def string(data: bytes) -> bytes:
    """Write a string: its length in four bytes, then the bytes."""
    return len(data).to_bytes(4, "big") + data


def fingerprint(blob: bytes) -> str:
    """A public key's `SHA256:…` fingerprint, as `ssh-keygen -l` prints it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
