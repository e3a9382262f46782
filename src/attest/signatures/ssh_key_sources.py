"""Where SSH keys to sign with come from: the agent, `~/.ssh`, or ssh-keygen, which makes
a new one.

Source: ssh-add(1), ssh-agent(1), ssh-keygen(1).
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from attest.errors import EnvironmentFault
from attest.signatures import ssh_key, ssh_keygen
from attest.signatures.ssh_key import LITERAL, SigningKey, read_usable
from attest.system import processes, programs

_NAMED_PIPE = sys.platform == "win32"
"""The agent of Windows listens at a named pipe; no variable says so, and SSH_AUTH_SOCK
need not be set (Win32-OpenSSH, issue 1136)."""


def agent_keys(program: str = "ssh-keygen") -> Iterator[SigningKey]:
    """The keys that the SSH agent offers and attest can sign with.

    Args:
        program: what will sign. The agent is asked by the ssh-add of the same
            installation: on Windows, each knows another agent.
    """
    if "SSH_AUTH_SOCK" not in os.environ and not _NAMED_PIPE:
        return
    ssh_add = programs.find_beside(programs.find(program) or program, "ssh-add")
    if ssh_add is None:
        return
    try:
        result = processes.run(
            [ssh_add, "-L"],
            stdin=processes.NOTHING,
            stdout=processes.PIPE,
            stderr=processes.PIPE,
        )
    except OSError:
        return  # it cannot be started: ssh-keygen will say what is wrong
    if result.returncode != 0:
        return
    for line in result.stdout.decode("utf-8", "replace").splitlines():
        key = read_usable(line, value=LITERAL + " ".join(line.split(" ")[:2]), source="the agent")
        if key is not None:
            yield key


def printed_key(command: str) -> str:
    """The first key that the command of `gpg.ssh.defaultKeyCommand` prints, as git reads it
    (gpg-interface.c, `get_default_ssh_signing_key`): words without a shell, and the first line.

    Raises:
        EnvironmentFault: it fails, or prints no public key.
    """
    try:
        result = processes.run(
            shlex.split(command),
            stdin=processes.NOTHING,
            stdout=processes.PIPE,
            stderr=processes.PIPE,
        )
    except (OSError, ValueError) as error:
        raise EnvironmentFault(f"{command}: {getattr(error, 'strerror', None) or error}") from None
    if result.returncode != 0:
        output = (
            result.stderr.decode("utf-8", "replace").strip() or f"exit code {result.returncode}"
        )
        raise EnvironmentFault(f"{command} failed: {output.splitlines()[-1]}")
    line = result.stdout.decode("utf-8", "replace").partition("\n")[0].strip()
    if not line.startswith((LITERAL, "ssh-")):
        raise EnvironmentFault(f"{command} printed no key")
    return line


def within_reach(key: SigningKey, program: str = "ssh-keygen") -> bool:
    """Whether the private key is in a file beside the public one, or in the agent that
    *program* asks."""
    if not key.value.startswith(LITERAL) and Path(key.value.removesuffix(".pub")).is_file():
        return True
    return any(agent_key.blob == key.blob for agent_key in agent_keys(program))


def home_keys(home: Path) -> Iterator[SigningKey]:
    """The keys in `~/.ssh/id_*.pub`, Ed25519 first."""
    order = ("ssh-ed25519", "ecdsa", "ssh-rsa", "sk-")
    keys = []
    for path in sorted((home / ".ssh").glob("id_*.pub")):
        try:
            line = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        key = read_usable(line, value=str(path), source=str(path))
        if key is not None:
            keys.append(key)
    yield from sorted(
        keys, key=lambda k: next(i for i, kind in enumerate(order) if k.kind.startswith(kind))
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
    path = next((folder / n for n in names if not _is_taken(folder / n)), None)
    if path is None:
        raise EnvironmentFault(
            f"{folder / names[0]} and {names[1]} exist, but attest cannot use them as keys",
            "Choose a key: attest init --key FILE",
        )
    args = ["-q", "-t", "ed25519", "-C", comment, "-f", str(path)]
    code, output = ssh_keygen.run(args if passphrase is None else [*args, "-N", passphrase])
    if code != 0:
        hint = ssh_keygen.UNKNOWN_USER if ssh_keygen.is_unknown_user(output) else ""
        raise EnvironmentFault(f"ssh-keygen created no key: {output or f'exit code {code}'}", hint)
    return ssh_key.load(str(path), source=str(path))


def _is_taken(path: Path) -> bool:
    return os.path.lexists(path) or os.path.lexists(f"{path}.pub")
