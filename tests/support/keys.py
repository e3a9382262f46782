"""Real keys, made once by ssh-keygen, and hand-made ones of security keys."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from attest.signatures.wire import string
from support.rsa_primes import PRIMES


def make(folder: Path, kind: str = "ed25519", bits: int = 0, passphrase: str = "") -> Path:
    """Make a key with ssh-keygen, of known primes if it is an RSA key; returns its private file."""
    lock = f"_{hashlib.sha256(passphrase.encode()).hexdigest()[:8]}" if passphrase else ""
    path = folder / f"key_{kind}{bits or ''}{lock}"
    if not path.exists() and kind == "rsa" and not passphrase:
        _write_rsa(path, bits)
    elif not path.exists():
        size = ["-b", str(bits)] if bits else []
        command = ["ssh-keygen", "-q", "-t", kind, *size, "-N", passphrase, "-C", "test key"]
        subprocess.run([*command, "-f", str(path)], check=True)
    return path


def _write_rsa(path: Path, bits: int) -> None:
    """Write the two files of a key as ssh-keygen writes them."""
    p, q = (int(digits, 16) for digits in PRIMES[bits])
    d = rsa.rsa_recover_private_exponent(65537, p, q)
    more = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, *more, rsa.RSAPublicNumbers(65537, p * q))
    key = numbers.private_key(unsafe_skip_rsa_key_validation=True)  # it would test the primes
    form = serialization.PrivateFormat.OpenSSH
    path.touch(0o600)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    path.with_name(f"{path.name}.pub").write_bytes(public + b" test key\n")


def sign(key: Path, data: bytes, namespace: str = "git-attest-v1") -> bytes:
    """An SSHSIG blob by ssh-keygen."""
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(key)]
    result = subprocess.run(command, input=data, capture_output=True, check=True)
    return base64.b64decode(b"".join(result.stdout.split(b"\n")[1:-2]))


def armour(blob: bytes) -> bytes:
    """An SSHSIG blob as ssh-keygen writes it into files."""
    encoded = base64.b64encode(blob)
    lines = [encoded[i : i + 70] for i in range(0, len(encoded), 70)]
    return b"\n".join(
        [b"-----BEGIN SSH SIGNATURE-----", *lines, b"-----END SSH SIGNATURE-----", b""]
    )


def keygen_accepts(
    blob: bytes, data: bytes, folder: Path, namespace: str = "git-attest-v1"
) -> bool:
    """What ssh-keygen says of a signature, without asking whose key it is."""
    file = folder / "oracle.sig"
    file.write_bytes(armour(blob))
    command = ["ssh-keygen", "-Y", "check-novalidate", "-n", namespace, "-s", str(file)]
    return subprocess.run(command, input=data, capture_output=True, check=False).returncode == 0


@dataclass(frozen=True)
class SecurityKey:
    """An `sk-ssh-ed25519` key in software: what a FIDO authenticator would sign."""

    private: ed25519.Ed25519PrivateKey
    application: bytes = b"ssh:"

    @classmethod
    @cache
    def fixed(cls) -> SecurityKey:
        return cls(ed25519.Ed25519PrivateKey.from_private_bytes(b"\x07" * 32))

    @property
    def blob(self) -> bytes:
        kind = b"sk-ssh-ed25519@openssh.com"
        public = self.private.public_key().public_bytes_raw()
        return string(kind) + string(public) + string(self.application)

    def sign(self, data: bytes, flags: int = 1, counter: int = 5) -> bytes:
        """An SSHSIG blob with the given authenticator flags."""
        namespace, hash_name = b"git-attest-v1", b"sha512"
        fields = (namespace, b"", hash_name, hashlib.sha512(data).digest())
        signed = b"SSHSIG" + b"".join(map(string, fields))
        state = bytes([flags]) + counter.to_bytes(4, "big")
        body = hashlib.sha256(self.application).digest() + state + hashlib.sha256(signed).digest()
        inner = string(b"sk-ssh-ed25519@openssh.com") + string(self.private.sign(body)) + state
        return (
            b"SSHSIG"
            + (1).to_bytes(4, "big")
            + string(self.blob)
            + string(namespace)
            + string(b"")
            + string(hash_name)
            + string(inner)
        )
