"""Signing on systems that cannot be run here: what they differ in is simulated.

The agent of Windows, security keys on macOS, the length of a Windows command line, and
programs of MSYS2.
"""

from __future__ import annotations

import base64
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from attest.signatures import ssh_key_sources, ssh_keygen
from attest.signatures.openpgp import Keyring
from support import inside, keys
from support.examined import doctor, examined
from support.faults import filled
from support.messages import hook
from support.pgp import gnupg
from support.repo import EMAIL, Repo
from support.signers import NO_AGENT, init, recorded, where

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")

# Agents


@pytest.fixture
def piped(repo: Repo, key: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """As on Windows: the agent listens at a named pipe, and SSH_AUTH_SOCK is not set. An
    ssh-add that knows the key stands in for the one of Windows."""
    monkeypatch.setattr(ssh_key_sources, "_NAMED_PIPE", True)
    hook(repo, "ssh-add", f'cat "{key}.pub"', repo.home / "openssh")
    keygen_there = hook(
        repo, "ssh-keygen", f'exec {where("ssh-keygen")} "$@"', repo.home / "openssh"
    )
    repo.env.pop("SSH_AUTH_SOCK", None)
    repo.git("config", "--unset", "attest.signingKey")
    repo.git("config", "attest.sshProgram", str(keygen_there))
    return repo


def test_the_agent_of_windows_is_asked_without_a_variable(piped: Repo, key: Path) -> None:
    public = " ".join(key.with_suffix(".pub").read_text().split()[:2])
    init(piped)
    assert recorded(piped, "attest.signingKey") == f"key::{public}"


def test_elsewhere_no_agent_is_asked_without_one(
    piped: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_key_sources, "_NAMED_PIPE", False)
    result = inside.run(["init"], piped.path, piped.env)
    assert (result.returncode, b"no SSH key" in result.stderr) == (4, True)


def test_the_agent_is_asked_by_what_belongs_to_the_program_that_signs(
    piped: Repo, key: Path
) -> None:
    """Another ssh-add comes first on PATH, and knows of no agent."""
    hook(piped, "ssh-add", NO_AGENT, piped.home / "usr/bin")
    piped.env["PATH"] = f"{piped.home}/usr/bin{os.pathsep}{piped.env['PATH']}"
    assert "ssh-ed25519" in init(piped) + recorded(piped, "attest.signingKey")


# Security keys on macOS

SK = keys.SecurityKey.fixed()


@pytest.fixture
def apples(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """As on macOS: the ssh-keygen on PATH is Apple's, and has no provider."""
    program = hook(repo, "ssh-keygen", "echo 'No FIDO provider' >&2; exit 255", repo.home / "bin")
    monkeypatch.setattr(ssh_keygen, "_MACOS", True)
    monkeypatch.setattr(ssh_keygen, "_APPLES", str(program))
    repo.env["PATH"] = f"{program.parent}{os.pathsep}{repo.env['PATH']}"
    line = base64.b64encode(SK.blob).decode()
    (repo.home / "sk.pub").write_text(f"sk-ssh-ed25519@openssh.com {line} token\n")
    (repo.home / "sk").write_text("the handle\n")
    repo.git("config", "attest.signingKey", str(repo.home / "sk"))
    return repo


HOMEBREW = ("brew install openssh", "git config --global gpg.ssh.program", "SSH_SK_PROVIDER")


def answered(repo: Repo) -> str:
    repo.write("a.py", "changed\n")
    result = inside.run(["answer", "--answers", "-"], repo.path, repo.env, filled(repo))
    assert result.returncode == 4, result
    return result.stderr.decode()


def test_apples_ssh_keygen_and_a_security_key(apples: Repo) -> None:
    reply = answered(apples)
    assert all(words in reply for words in (*HOMEBREW, "answers are kept")), reply
    for words in HOMEBREW:
        doctor(apples).noted("signs", "not tested", words)


def test_homebrews_ssh_keygen_gets_the_usual_remedy(
    apples: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_keygen, "_APPLES", "/usr/bin/another")
    assert "brew" not in answered(apples)
    assert doctor(apples).lines["signs"].remedy == ""


def test_a_provider_gets_the_usual_remedy(apples: Repo) -> None:
    apples.env["SSH_SK_PROVIDER"] = "/usr/lib/ssh-keychain.dylib"
    assert "brew" not in answered(apples)


# Command lines


def test_a_command_line_fits_on_windows_however_many_are_signed(repo: Repo, key: Path) -> None:
    """32,767 characters (CreateProcess), and a long folder for what is temporary."""
    folder = repo.home / ("a long folder " * 15)
    folder.mkdir()
    script = f'printf "%s\\n" "$*" >>"{repo.home}/lines"; exec {where("ssh-keygen")} "$@"'
    program = hook(repo, "signer", script, repo.home)
    code = (
        "from attest.signatures import ssh_key, ssh_signer\n"
        f"key = ssh_key.load({str(key)!r}, source='key')\n"
        "made = ssh_signer.sign([b'%d' % n for n in range(1200)], key, program="
        f"{str(program)!r})\nprint(len(set(made)))"
    )
    result = repo.run(sys.executable, "-c", code, env={"TMPDIR": str(folder)}, check=True)
    assert result.stdout == b"1200\n"
    lines = (repo.home / "lines").read_text().splitlines()
    assert len(lines) == 3
    assert max(map(len, lines)) < 8_000
    assert not any(str(folder) in line for line in lines)


@pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is not installed")
def test_gpg_gets_names_that_every_gpg_understands(repo: Repo) -> None:
    """That of Git for Windows takes `C:\\…` for a relative path; gpg4win's knows no `/c/…`."""
    script = f'printf "%s\\n" "$*" >>"{repo.home}/lines"; exec {where("gpg")} "$@"'
    hook(repo, "gpg", script, repo.home / "bin")
    path = os.environ["PATH"]
    with gnupg() as pgp:
        mine = pgp.make(f"A U Thor <{EMAIL}>")
        made, public = pgp.sign(b"payload", mine), pgp.export(mine)
    os.environ["PATH"] = f"{repo.home}/bin{os.pathsep}{path}"
    try:
        with Keyring([("author.asc", public)]) as ring:
            ring.verify(made, b"payload", mine, [datetime.now(UTC)])
            home = ring._home
    finally:
        os.environ["PATH"] = path
    lines = (repo.home / "lines").read_text().splitlines()
    assert len(lines) == 3
    for line in lines:
        assert "--homedir=. " in line
        assert str(home) not in line
        assert not [word for word in line.split() if "/" in word]


def test_a_repository_that_git_names_as_python_does_not_know_it(repo: Repo) -> None:
    """git of MSYS2 prints `/c/…`. Nothing is made there."""
    prefix = repo.home / "c"
    script = f'{where("git")} "$@" | sed "s|^/|{prefix}/|"'
    dispatch = f'case "$*" in *-git-dir*) {script};; *) exec {where("git")} "$@";; esac'
    hook(repo, "git", dispatch, repo.home / "bin")
    env = {**repo.env, "PATH": f"{repo.home}/bin{os.pathsep}{repo.env['PATH']}"}
    for args in (["init", "--yes"], ["answer", "--template"], ["check", "HEAD"], ["uninstall"]):
        result = inside.run(args, repo.path, env)
        assert result.returncode == 4, (args, result)
        reply = result.stderr.decode()
        assert f"git names {prefix}{repo.path}/.git as its git directory" in reply
        assert "Git for Windows" in reply
    outcome = examined(inside.run(["doctor"], repo.path, env))
    outcome.missing("repository", "Python finds no such folder", "Git for Windows")
    assert not prefix.exists()
