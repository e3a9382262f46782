"""Signing with an SSH key, by ssh-keygen.

Sources: ssh-keygen(1), `-Y sign`; OpenSSH PROTOCOL.sshsig.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from attest import text
from attest.errors import EnvironmentFault
from attest.signatures import ssh_keygen, sshsig
from attest.signatures.ssh_key import LITERAL, SigningKey
from attest.signatures.wire import SignatureInvalid

_AT_ONCE = 500
"""Signatures for which ssh-keygen is started once: with names relative to our own folder
they fit into the 32,767 characters of a Windows command line (CreateProcess)."""


def sign(
    payloads: Sequence[bytes],
    key: SigningKey,
    *,
    program: str = "ssh-keygen",
    terminal: bool = False,
) -> list[bytes]:
    """Sign blocks with `ssh-keygen -Y sign`, which talks to the agent and asks for a
    passphrase or a touch itself; all in one run, so that it asks for a passphrase once.

    Args:
        payloads: the signed lines of each block.
        program: git's `gpg.ssh.program`.
        terminal: a person sits at a terminal, so a passphrase is asked for there,
            not by an askpass program.

    Returns:
        The SSHSIG blobs, already verified against *key*.

    Raises:
        EnvironmentFault: the program is missing, refused, or signed with
            something else; nothing was stored.
    """
    blobs = []
    namespace = sshsig.NAMESPACE.decode()
    value = LITERAL + key.public if key.value.startswith(LITERAL) else key.value
    armoured = armoured_signatures(
        payloads,
        value,
        namespace,
        program=program,
        terminal=terminal,
        name=key.fingerprint,
        kind=key.kind,
    )
    for payload, signature in zip(payloads, armoured, strict=True):
        blob = _unarmour(signature, program)
        try:
            sshsig.verify(blob, payload, key.fingerprint)
        except SignatureInvalid as error:
            raise EnvironmentFault(
                f"{program} wrote a signature that is not valid: {error.message}",
                "Your answers are kept. Check git's gpg.ssh.program and the key.",
            ) from None
        blobs.append(blob)
    return blobs


def armoured_signatures(
    payloads: Sequence[bytes],
    value: str,
    namespace: str,
    *,
    program: str,
    terminal: bool,
    name: str,
    kind: str = "",
) -> list[bytes]:
    """Sign with one run of `ssh-keygen -Y sign`; the armoured signatures.

    Args:
        value: the path of a key, or `key::` and a public key.
        name: what the key is called, for errors.
        kind: its type, where it is known.

    Raises:
        EnvironmentFault: the program is missing, or did not sign.
    """
    with tempfile.TemporaryDirectory(prefix="attest-", ignore_cleanup_errors=True) as folder:
        documents = [Path(folder) / f"payload{n}" for n in range(len(payloads))]
        for document, payload in zip(documents, payloads, strict=True):
            document.write_bytes(payload)
        file = value
        if file.startswith(LITERAL):
            file = str(Path(folder) / "key.pub")
            Path(file).write_text(value.removeprefix(LITERAL) + "\n", "utf-8")
        files_ = [document.with_name(f"{document.name}.sig") for document in documents]
        for at in range(0, len(documents), _AT_ONCE):
            names = [document.name for document in documents[at : at + _AT_ONCE]]
            args = ["-Y", "sign", "-n", namespace, "-f", file, *names]
            code, output = ssh_keygen.run(
                args, program, cwd=Path(folder), terminal=terminal, apart=not terminal
            )
            if code != 0 or not all(path.is_file() for path in files_[at : at + _AT_ONCE]):
                reason = output or f"exit code {code}"
                raise EnvironmentFault(
                    f"{program} did not sign with {name}: {reason}",
                    f"Your answers are kept.\n{ssh_keygen.remedy(program, kind, output)}",
                )
        return [path.read_bytes() for path in files_]


def _unarmour(data: bytes, program: str) -> bytes:
    """The blob between the lines of PROTOCOL.sshsig, "Armored format"."""
    lines = data.split()
    try:
        begin, end = lines.index(b"SIGNATURE-----"), lines.index(b"-----END")
        return text.from_base64(b"".join(lines[begin + 1 : end]))
    except ValueError:
        raise EnvironmentFault(
            f"{program} did not write an SSH signature",
            "Your answers are kept. Check git's gpg.ssh.program, and run the command again.",
        ) from None
