"""An SSH key to sign with: what it is, and reading it from a file or a setting.

Sources: ssh-keygen(1); git-config(1), `user.signingKey`.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from attest import text
from attest.errors import EnvironmentFault, UsageError
from attest.signatures import key_blobs, ssh_keygen, sshsig
from attest.signatures.wire import Reader, fingerprint

LITERAL = "key::"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key to sign with.

    Args:
        value: a path, or `key::` and a public key line, as in git's
            `user.signingKey`.
        public: the public key line, type and base64.
        comment: what the key's owner called it.
    """

    value: str
    public: str
    comment: str = ""

    @property
    def kind(self) -> str:
        return self.public.split(" ")[0]

    @property
    def blob(self) -> bytes:
        return text.from_base64(self.public.split(" ")[1])

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.blob)

    @property
    def line(self) -> str:
        """The value of `Attest-Key`."""
        return f"ssh {self.fingerprint}"


def load(value: str, *, source: str) -> SigningKey:
    """Read the key that *value* names.

    Args:
        value: a path to a private or public key file, or a literal key.
        source: where the value is from, for errors.

    Raises:
        UsageError: it is not an SSH key that can be used, with the reason.
    """
    literal = value.removeprefix(LITERAL)
    if literal.split(" ")[0] in key_blobs.KEY_TYPES:
        return public_key(literal, value=LITERAL + literal, source=source)
    path = _expand(value, source)
    candidates = (path,) if path.suffix == ".pub" else (path.with_name(path.name + ".pub"), path)
    for candidate in candidates:
        if candidate.is_fifo():  # to read it would wait for whoever writes into it
            continue
        try:
            line = candidate.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if line.split(" ")[0] in key_blobs.KEY_TYPES or candidate.suffix == ".pub":
            return public_key(line, value=str(path.absolute()), source=str(candidate))
    if path.is_file():
        return public_key(_derive(path), value=str(path.absolute()), source=str(path))
    raise UsageError(
        f"{source}: there is no SSH key at {path}",
        "Choose a key file (attest init --key FILE), or create a key: ssh-keygen -t ed25519",
    )


def as_git_names(value: str) -> str:
    """What git's `user.signingKey` names, for ssh-keygen: an absolute path, or `key::` and a
    public key, which git also takes without that word (gpg-interface.c, `is_literal_ssh_key`).

    Raises:
        UsageError: `~` means nothing here.
    """
    if value.startswith((LITERAL, "ssh-")):
        return LITERAL + value.removeprefix(LITERAL)
    return str(_expand(value, "user.signingKey").absolute())


def _expand(value: str, source: str) -> Path:
    """A path as git reads it, with `~` for the home directory."""
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise UsageError(
            f"{source}: {value}: ~ means nothing here, since there is no home directory",
            "Use the absolute path of the file, or set HOME.",
        ) from None


def public_key(line: str, *, value: str, source: str) -> SigningKey:
    """Read a public key line (`ssh-ed25519 AAAA… comment`).

    Raises:
        UsageError: it is damaged, of an unknown type, or too short.
    """
    kind, _, rest = line.strip().partition(" ")
    encoded, _, comment = rest.strip().partition(" ")
    if kind not in key_blobs.KEY_TYPES:
        raise UsageError(
            f"{source} is not an SSH key that attest can sign with: {kind[:40]!r}",
            "Use an ed25519, ecdsa, rsa (3072 bits or more) or sk- key. "
            "To create one: ssh-keygen -t ed25519",
        )
    try:
        blob = text.from_base64(encoded)
        bits = key_blobs.key_bits(blob)
        is_damaged = Reader(blob).string() != kind.encode()
    except ValueError:
        is_damaged, bits = True, None
    if is_damaged:
        raise UsageError(
            f"{source}: the public key is damaged",
            "Write it again from the private key: ssh-keygen -y -f KEY > KEY.pub",
        )
    if bits is not None and bits < sshsig.RSA_BITS:
        raise UsageError(
            f"{source}: an RSA key of {bits} bits is too short",
            f"Use an RSA key of {sshsig.RSA_BITS} bits or more, or create another key: "
            "ssh-keygen -t ed25519",
        )
    return SigningKey(value, f"{kind} {encoded}", comment)


def read_usable(line: str, *, value: str, source: str) -> SigningKey | None:
    """`public_key`, but None for a key that cannot be used."""
    try:
        return public_key(line, value=value, source=source)
    except UsageError:
        return None


def _derive(path: Path) -> str:
    """The public key of a private key file that has no `.pub` beside it."""
    code, output = ssh_keygen.run(["-y", "-f", str(path)], stdout=True)
    if ssh_keygen.is_unknown_user(output):
        raise EnvironmentFault(f"ssh-keygen cannot read {path}: {output}", ssh_keygen.UNKNOWN_USER)
    if code != 0:
        file, public = (shlex.quote(f"{path}{suffix}") for suffix in ("", ".pub"))
        raise UsageError(
            f"{path} is not an SSH key that ssh-keygen can read",
            f"Write its public key beside it: ssh-keygen -y -f {file} > {public}",
        )
    return output
