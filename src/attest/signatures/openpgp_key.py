"""Signing with an OpenPGP key of the person's own keyring."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from attest.errors import EnvironmentFault, UsageError
from attest.signatures import gpg
from attest.signatures.openpgp import Keyring
from attest.signatures.wire import SignatureInvalid

PREFIX = "openpgp:"


@dataclass(frozen=True, slots=True)
class OpenPGPKey:
    """A key to sign with, beside `ssh_key.SigningKey`.

    Args:
        fingerprint: of the primary key, 40 upper-case hexadecimal digits.
        comment: its first user id.
        secret: whether its secret half is there.
        program: git's `gpg.program`.
    """

    fingerprint: str
    comment: str
    secret: bool
    program: str = "gpg"
    kind: str = "openpgp"

    @property
    def value(self) -> str:
        """The value of the setting."""
        return PREFIX + self.fingerprint

    @property
    def line(self) -> str:
        """The value of `Attest-Key`."""
        return f"openpgp {self.fingerprint}"


def load(name: str, *, source: str, program: str = "gpg") -> OpenPGPKey:
    """Find the key that *name* means to gpg.

    Args:
        name: a fingerprint, an id or an address.
        source: where it is from, for errors.

    Raises:
        UsageError: there is none, or several.
        EnvironmentFault: gpg is missing.
    """
    for secret, command in ((True, "--list-secret-keys"), (False, "--list-keys")):
        args = [program, "--batch", "--with-colons", "--fixed-list-mode", command, "--", name]
        lines = gpg.fields(gpg.run(args).stdout)
        keys = list(_primaries(lines, "sec" if secret else "pub"))
        if len(keys) == 1:
            return OpenPGPKey(keys[0][0], keys[0][1], secret, program)
        if keys:
            raise UsageError(
                f"{source}: {len(keys)} OpenPGP keys match {name!r}",
                "Choose one by its fingerprint: attest init --key openpgp:FINGERPRINT",
            )
    raise UsageError(
        f"{source}: gpg has no OpenPGP key {name!r}",
        "List yours: gpg --list-secret-keys. To use an SSH key: attest init --key FILE",
    )


def _primaries(lines: Sequence[Sequence[str]], kind: str) -> list[tuple[str, str]]:
    """Fingerprint and first user id of each primary key."""
    groups: list[list[str]] = []
    expects_fingerprint = False
    for line in lines:
        if line[0] in ("sec", "pub", "ssb", "sub"):
            expects_fingerprint = line[0] == kind
        elif line[0] == "fpr" and expects_fingerprint and len(line) > 9:
            groups.append([line[9], ""])
            expects_fingerprint = False
        elif line[0] == "uid" and groups and not groups[-1][1] and len(line) > 9:
            groups[-1][1] = line[9]
    return [(key, uid) for key, uid in groups]


def export(key: OpenPGPKey) -> bytes:
    """The public key, as `.attest/keys/` takes it."""
    return gpg.run([key.program, "--batch", "--armor", "--export", "--", key.fingerprint]).stdout


def sign(payloads: Sequence[bytes], key: OpenPGPKey) -> list[bytes]:
    """Make a detached binary signature of each payload; a passphrase is gpg's to ask
    for.

    Raises:
        EnvironmentFault: gpg is missing, refused, or made a signature that is not valid.
    """
    env = dict(os.environ)
    if sys.stdin is not None and sys.stdin.isatty() and hasattr(os, "ttyname"):
        env.setdefault("GPG_TTY", os.ttyname(sys.stdin.fileno()))
    command = [key.program, "--status-fd=2", "--detach-sign", f"--local-user={key.fingerprint}"]
    blobs = []
    with Keyring([(key.value, export(key))]) as ring:
        for payload in payloads:
            result = gpg.run(command, stdin=payload, env=env, patient=True)
            message = result.stderr.decode("utf-8", "replace").strip()
            if b"\n[GNUPG:] SIG_CREATED " not in b"\n" + result.stderr:
                raise _refusal(key, message)
            try:
                ring.verify(result.stdout, payload, key.fingerprint, [datetime.now(UTC)])
            except SignatureInvalid as error:
                raise _refusal(key, error.message) from None
            blobs.append(result.stdout)
    return blobs


def _refusal(key: OpenPGPKey, message: str) -> EnvironmentFault:
    words = [line for line in message.split("\n") if not line.startswith("[GNUPG:]")]
    return EnvironmentFault(
        f"{key.program} did not sign with {key.fingerprint}: {'; '.join(words) or message}",
        "Your answers are kept. Check git's gpg.program and gpg-agent, or choose another key: "
        "attest init --key FILE",
    )
