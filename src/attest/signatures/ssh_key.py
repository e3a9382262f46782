"""Finding a signing key and having ssh-keygen sign with it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from attest import text
from attest.errors import EnvironmentFault, UsageError
from attest.signatures import ssh_keygen, sshsig
from attest.signatures.wire import Reader, SignatureInvalid, fingerprint
from attest.system import processes, programs

LITERAL = "key::"
_NAMED_PIPE = sys.platform == "win32"
"""The agent of Windows listens at a named pipe; no variable says so, and SSH_AUTH_SOCK
need not be set (Win32-OpenSSH, issue 1136)."""
_AT_ONCE = 500
"""Signatures for which ssh-keygen is started once: with names relative to our own folder
they fit into the 32,767 characters of a Windows command line (CreateProcess)."""


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
        UsageError: it is no SSH key that can be used, with the reason.
    """
    literal = value.removeprefix(LITERAL)
    if literal.split(" ")[0] in sshsig.KEY_TYPES:
        return public_key(literal, value=LITERAL + literal, source=source)
    path = _expanded(value, source)
    candidates = (path,) if path.suffix == ".pub" else (path.with_name(path.name + ".pub"), path)
    for candidate in candidates:
        try:
            line = candidate.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if line.split(" ")[0] in sshsig.KEY_TYPES or candidate.suffix == ".pub":
            return public_key(line, value=str(path.absolute()), source=str(candidate))
    if path.is_file():
        return public_key(_derive(path), value=str(path.absolute()), source=str(path))
    raise UsageError(
        f"{source}: there is no SSH key at {path}",
        "Name a key file with `attest init --key FILE`, or make one: ssh-keygen -t ed25519",
    )


def _expanded(value: str, source: str) -> Path:
    """A path as git reads it, with `~` for the home folder."""
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise UsageError(
            f"{source}: {value}: there is no home folder for ~ here",
            "Name the file by its whole path, or set HOME.",
        ) from None


def public_key(line: str, *, value: str, source: str) -> SigningKey:
    """Read a public key line (`ssh-ed25519 AAAA… comment`).

    Raises:
        UsageError: it is damaged, of an unknown type, or too short.
    """
    kind, _, rest = line.strip().partition(" ")
    encoded, _, comment = rest.strip().partition(" ")
    if kind not in sshsig.KEY_TYPES:
        raise UsageError(
            f"{source} is not an SSH key that attest can sign with: {kind[:40]!r}",
            "Use an ed25519, ecdsa, rsa (3072 bits or more) or sk- key; "
            "make one with: ssh-keygen -t ed25519",
        )
    try:
        blob = text.from_base64(encoded)
        bits = sshsig.key_bits(blob)
        damaged = Reader(blob).string() != kind.encode()
    except ValueError:
        damaged, bits = True, None
    if damaged:
        raise UsageError(f"{source}: the public key is damaged", "Make it again: ssh-keygen -y")
    if bits is not None and bits < sshsig.RSA_BITS:
        raise UsageError(
            f"{source}: an RSA key of {bits} bits is too short",
            f"Use one of {sshsig.RSA_BITS} bits or more, or: ssh-keygen -t ed25519",
        )
    return SigningKey(value, f"{kind} {encoded}", comment)


def agent_keys(program: str = "ssh-keygen") -> Iterator[SigningKey]:
    """The keys that the SSH agent offers and attest can sign with.

    Args:
        program: what will sign. The agent is asked by the ssh-add of the same
            installation: on Windows, each knows another agent.
    """
    if "SSH_AUTH_SOCK" not in os.environ and not _NAMED_PIPE:
        return
    ssh_add = programs.beside(programs.find(program) or program, "ssh-add")
    if ssh_add is None:
        return
    try:
        done = processes.run(
            [ssh_add, "-L"],
            stdin=processes.NOTHING,
            stdout=processes.PIPE,
            stderr=processes.PIPE,
        )
    except OSError:
        return  # it cannot be run: then ssh-keygen says what is wrong
    if done.returncode != 0:
        return
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        key = usable(line, value=LITERAL + " ".join(line.split(" ")[:2]), source="the agent")
        if key is not None:
            yield key


def usable(line: str, *, value: str, source: str) -> SigningKey | None:
    """`public_key`, but None for a key that cannot be used."""
    try:
        return public_key(line, value=value, source=source)
    except UsageError:
        return None


def within_reach(key: SigningKey, program: str = "ssh-keygen") -> bool:
    """Whether the private half lies beside the public one, or in the agent that
    *program* asks."""
    if not key.value.startswith(LITERAL) and Path(key.value.removesuffix(".pub")).is_file():
        return True
    return any(found.blob == key.blob for found in agent_keys(program))


def home_keys(home: Path) -> Iterator[SigningKey]:
    """The keys in `~/.ssh/id_*.pub`, Ed25519 first."""
    order = ("ssh-ed25519", "ecdsa", "ssh-rsa", "sk-")
    found = []
    for path in sorted((home / ".ssh").glob("id_*.pub")):
        try:
            line = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        key = usable(line, value=str(path), source=str(path))
        if key is not None:
            found.append(key)
    yield from sorted(
        found, key=lambda k: next(i for i, kind in enumerate(order) if k.kind.startswith(kind))
    )


def make_key(home: Path, comment: str, *, passphrase: str | None) -> SigningKey:
    """Make a new Ed25519 key; never over an existing file.

    Args:
        passphrase: None to have ssh-keygen ask on the terminal.

    Raises:
        EnvironmentFault: ssh-keygen is missing or failed.
    """
    folder = home / ".ssh"
    folder.mkdir(mode=0o700, exist_ok=True)
    names = ("id_ed25519", "id_ed25519_attest")
    path = next((folder / n for n in names if not _taken(folder / n)), None)
    if path is None:
        raise EnvironmentFault(
            f"{folder / names[0]} and {names[1]} exist, but not as keys that can be used",
            "Name the key to use with `attest init --key FILE`.",
        )
    args = ["-q", "-t", "ed25519", "-C", comment, "-f", str(path)]
    code, said = ssh_keygen.run(args if passphrase is None else [*args, "-N", passphrase])
    if code != 0:
        hint = ssh_keygen.UNKNOWN_USER if ssh_keygen.is_unknown_user(said) else ""
        raise EnvironmentFault(f"ssh-keygen made no key: {said or f'exit code {code}'}", hint)
    return load(str(path), source=str(path))


def sign(
    payloads: Sequence[bytes],
    key: SigningKey,
    *,
    program: str = "ssh-keygen",
    terminal: bool = False,
) -> list[bytes]:
    """Sign blocks with `ssh-keygen -Y sign` (agent, passphrase and touch are its
    own); all with one run of it, so that a passphrase is asked for once.

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
    armoured = ssh_signatures(payloads, key, namespace, program=program, terminal=terminal)
    for payload, signature in zip(payloads, armoured, strict=True):
        blob = _unarmoured(signature, program)
        try:
            sshsig.verify(blob, payload, key.fingerprint)
        except SignatureInvalid as error:
            raise EnvironmentFault(
                f"{program} wrote a signature that does not hold: {error.message}",
                "Your answers are kept. Check git's gpg.ssh.program and the key.",
            ) from None
        blobs.append(blob)
    return blobs


def ssh_signatures(
    payloads: Sequence[bytes], key: SigningKey, namespace: str, *, program: str, terminal: bool
) -> list[bytes]:
    """Sign with one run of `ssh-keygen -Y sign`; the armoured signatures.

    Raises:
        EnvironmentFault: the program is missing, or did not sign.
    """
    with tempfile.TemporaryDirectory(prefix="attest-", ignore_cleanup_errors=True) as folder:
        documents = [Path(folder) / f"payload{n}" for n in range(len(payloads))]
        for document, payload in zip(documents, payloads, strict=True):
            document.write_bytes(payload)
        file = key.value
        if file.startswith(LITERAL):
            file = str(Path(folder) / "key.pub")
            Path(file).write_text(key.public + "\n", "utf-8")
        signed = [document.with_name(f"{document.name}.sig") for document in documents]
        for at in range(0, len(documents), _AT_ONCE):
            names = [document.name for document in documents[at : at + _AT_ONCE]]
            args = ["-Y", "sign", "-n", namespace, "-f", file, *names]
            code, said = ssh_keygen.run(
                args, program, cwd=Path(folder), terminal=terminal, apart=not terminal
            )
            if code != 0 or not all(path.is_file() for path in signed[at : at + _AT_ONCE]):
                raise EnvironmentFault(
                    f"{program} did not sign with {key.fingerprint}: {said or f'exit code {code}'}",
                    f"Your answers are kept.\n{ssh_keygen.remedy(program, key.kind, said)}",
                )
        return [path.read_bytes() for path in signed]


def _unarmoured(data: bytes, program: str) -> bytes:
    lines = data.split()
    try:
        begin, end = lines.index(b"SIGNATURE-----"), lines.index(b"-----END")
        return text.from_base64(b"".join(lines[begin + 1 : end]))
    except ValueError:
        raise EnvironmentFault(
            f"{program} wrote no SSH signature",
            "Your answers are kept. Check git's gpg.ssh.program, and run the command again.",
        ) from None


def _derive(path: Path) -> str:
    """The public half of a private key file that has no `.pub` beside it."""
    code, said = ssh_keygen.run(["-y", "-f", str(path)], stdout=True)
    if ssh_keygen.is_unknown_user(said):
        raise EnvironmentFault(f"ssh-keygen does not read {path}: {said}", ssh_keygen.UNKNOWN_USER)
    if code != 0:
        raise UsageError(
            f"{path} is not an SSH key that ssh-keygen can read",
            f"Put its public half beside it: ssh-keygen -y -f {path} > {path}.pub",
        )
    return said


def _taken(path: Path) -> bool:
    return os.path.lexists(path) or os.path.lexists(f"{path}.pub")
