"""Real OpenPGP keys, made by gpg in a home of their own."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.repo import EPOCH


@dataclass(frozen=True)
class Gnupg:
    """A keyring with secret keys. Its clock stands at the tests' time.

    Args:
        home: GNUPGHOME; short, since gpg-agent puts a socket there.
    """

    home: Path

    def run(self, *args: str, stdin: bytes = b"", when: int = EPOCH) -> bytes:
        command = ["gpg", "--batch", "--quiet", "--no-tty", "--pinentry-mode=loopback"]
        command += ["--passphrase", "", f"--faked-system-time={when}!", *args]
        env = {"GNUPGHOME": str(self.home), "PATH": _path(), "LC_ALL": "C"}
        return subprocess.run(command, input=stdin, env=env, capture_output=True, check=True).stdout

    def make(self, uid: str, expires: str = "never", when: int = EPOCH - 1000) -> str:
        """Make an Ed25519 key; its fingerprint."""
        self.run("--quick-generate-key", uid, "ed25519", "sign", expires, when=when)
        listed = self.run("--with-colons", "--list-keys", f"={uid}", when=when).decode()
        return next(line.split(":")[9] for line in listed.split("\n") if line.startswith("fpr"))

    def export(self, fingerprint: str) -> bytes:
        return self.run("--armor", "--export", fingerprint)

    def sign(self, data: bytes, key: str, *options: str, when: int = EPOCH) -> bytes:
        """A detached binary signature."""
        chosen = options or ("--detach-sign",)
        return self.run(*chosen, f"--local-user={key}", stdin=data, when=when)

    def revoke(self, fingerprint: str) -> bytes:
        """The key with a revocation by its owner; the keyring keeps it as it was."""
        written = (self.home / f"openpgp-revocs.d/{fingerprint}.rev").read_bytes()
        revocation = written[written.index(b":-----BEGIN") + 1 :]
        with gnupg() as other:
            other.run("--import", stdin=self.export(fingerprint))
            other.run("--import", stdin=revocation)
            return other.export(fingerprint)


def _path() -> str:
    import os

    return os.environ["PATH"]


@contextmanager
def gnupg() -> Iterator[Gnupg]:
    """A keyring that is gone at the end, with its agent."""
    with tempfile.TemporaryDirectory(prefix="pgp-") as folder:
        home = Path(folder)
        home.chmod(0o700)
        try:
            yield Gnupg(home)
        finally:
            subprocess.run(
                ["gpgconf", "--kill", "all"],
                env={"GNUPGHOME": folder, "PATH": _path()},
                check=False,
                capture_output=True,
            )
