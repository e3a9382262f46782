"""A security key in a software agent: signed by ssh-keygen, judged by its flags."""

from __future__ import annotations

import base64
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import ruled
from support.agent import agent
from support.keys import SecurityKey
from support.repo import EMAIL, Repo

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the agent is a unix socket")

DEVICE = SecurityKey.fixed()
LINE = f"sk-ssh-ed25519@openssh.com {base64.b64encode(DEVICE.blob).decode()}"


@pytest.fixture
def socket() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="agent-") as folder:
        yield Path(folder) / "s"


@pytest.fixture
def guarded(repo: Repo, socket: Path) -> Repo:
    """A base that wants a touch for `crypto/`, and a clone that signs with the key."""
    policy = '[[require]]\npaths = ["crypto/"]\npresence = "touch"\n'
    ruled.begin(repo, None, policy, {".attest/allowed_signers": f"{EMAIL} {LINE}\n"})
    public = repo.home / "sk.pub"
    public.write_text(f"{LINE} soft\n", "utf-8")
    repo.env["SSH_AUTH_SOCK"] = str(socket)
    repo.set_up(public)
    return repo


@pytest.mark.parametrize(("flags", "errors"), [(0x01, []), (0x05, []), (0, ["presence-missing"])])
def test_the_flags_of_the_signature_decide(
    guarded: Repo, socket: Path, flags: int, errors: list[str]
) -> None:
    ruled.change(guarded, "crypto/a.py")
    with agent(socket, DEVICE, flags):
        guarded.attested("change")
    assert "Attest-Key: ssh SHA256:" in guarded.message()
    assert ruled.errors(guarded) == errors
    ruled.change(guarded, "other.py")
    with agent(socket, DEVICE, 0):
        guarded.attested("no touch is wanted here")
    assert ruled.errors(guarded) == errors


def test_ssh_keygen_alone_takes_a_signature_without_a_touch(guarded: Repo, socket: Path) -> None:
    """Why the flags must be read: the signature itself is good."""
    file = guarded.home / "data"
    file.write_bytes(b"data")
    signers = guarded.home / "signers"
    signers.write_text(f"{EMAIL} {LINE}\n", "utf-8")
    sign = ("ssh-keygen", "-Y", "sign", "-n", "file", "-f", str(guarded.home / "sk.pub"))
    with agent(socket, DEVICE, 0):
        guarded.run(*sign, str(file), check=True)
    verify = ("ssh-keygen", "-Y", "verify", "-n", "file", "-I", EMAIL, "-f", str(signers))
    result = guarded.run(*verify, "-s", f"{file}.sig", stdin=b"data")
    assert result.returncode == 0, result.stderr
