"""Whether a key can sign; asks nobody."""

from __future__ import annotations

import tempfile
from pathlib import Path

from attest.errors import EnvironmentFault
from attest.signatures import ssh_keygen
from attest.signatures.ssh_key import LITERAL, SigningKey


def try_out(key: SigningKey, *, program: str) -> None:
    """Sign a document without meaning, where nobody can be asked for a passphrase.

    Raises:
        EnvironmentFault: it cannot be done.
    """
    with tempfile.TemporaryDirectory(prefix="attest-", ignore_cleanup_errors=True) as folder:
        document = Path(folder) / "trial"
        document.write_bytes(b"attest doctor\n")
        file = Path(folder) / "key.pub"
        file.write_text(key.public + "\n", "utf-8")
        key_argument = str(file) if key.value.startswith(LITERAL) else key.value
        args = ["-Y", "sign", "-n", "attest-doctor", "-f", key_argument, document.name]
        code, output = ssh_keygen.run(args, program, cwd=Path(folder), alone=True)
    if code != 0:
        raise EnvironmentFault(
            f"{program} does not sign with {key.fingerprint}: {output or f'exit code {code}'}",
            ssh_keygen.remedy(program, key.kind, output),
        )


def has_passphrase(key: SigningKey) -> bool:
    """Whether the private key is in a file and needs a passphrase."""
    path = Path(key.value.removesuffix(".pub"))
    if key.value.startswith(LITERAL) or not path.is_file():
        return False
    code, output = ssh_keygen.run(["-y", "-P", "", "-f", str(path)], alone=True)
    return code != 0 and "passphrase" in output
