"""Keys that are the same in each run, for histories that are made for benchmarks alone."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from attest.signatures import sshsig
from attest.signatures.sshsig import Envelope
from attest.signatures.wire import fingerprint, string

_KIND = b"ssh-ed25519"


@dataclass(frozen=True)
class FixedKey:
    """The Ed25519 key of an author; anybody can compute it from its number."""

    number: int

    @cached_property
    def private(self) -> Ed25519PrivateKey:
        seed = hashlib.sha256(b"attest bench %d" % self.number).digest()
        return Ed25519PrivateKey.from_private_bytes(seed)

    @cached_property
    def blob(self) -> bytes:
        """The public key as SSH writes it."""
        return string(_KIND) + string(self.private.public_key().public_bytes_raw())

    @cached_property
    def line(self) -> str:
        """The value of `Attest-Key`."""
        return f"ssh {fingerprint(self.blob)}"

    @property
    def name(self) -> str:
        return f"Author {self.number}"

    @property
    def email(self) -> str:
        return f"author-{self.number}@example.com"

    @property
    def signer_line(self) -> str:
        """Its line in `.attest/allowed_signers`, for blocks and for git's own signatures."""
        public = base64.b64encode(self.blob).decode()
        return f'{self.email} namespaces="git-attest-v1,git" {_KIND.decode()} {public}'

    def sign(self, data: bytes, namespace: bytes = sshsig.NAMESPACE) -> bytes:
        """An SSHSIG blob over *data* (OpenSSH's PROTOCOL.sshsig)."""
        envelope = Envelope(self.blob, namespace, b"sha512", b"")
        signature = string(_KIND) + string(self.private.sign(envelope.signed_bytes(data)))
        fields = (self.blob, namespace, b"", b"sha512", signature)
        return sshsig.MAGIC + (1).to_bytes(4, "big") + b"".join(map(string, fields))

    def armoured(self, data: bytes, namespace: bytes) -> bytes:
        """A signature as git puts it into a commit, without the last newline."""
        encoded = base64.b64encode(self.sign(data, namespace))
        lines = [encoded[at : at + 70] for at in range(0, len(encoded), 70)]
        begin, end = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"
        return b"\n".join([begin, *lines, end])
