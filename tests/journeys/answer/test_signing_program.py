"""What signs in a shell signs in a hook, although git puts other folders before PATH.

Git for Windows does so; here a `git` on PATH does, that is a script around the real one.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from support import forked, keys
from support.examined import doctor, examined
from support.faults import filled
from support.messages import blocks, hook
from support.pgp import gnupg
from support.pushing import UNHOOKED
from support.repo import EMAIL, Repo
from support.signers import NO_AGENT, init, recorded, where

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")


@pytest.fixture
def hooked(repo: Repo) -> Repo:
    """A clone whose hooks find an ssh-keygen that does not sign."""
    hook(repo, "ssh-keygen", NO_AGENT, repo.home / "usr/bin")
    script = f'PATH="{repo.home}/usr/bin:$PATH" exec {where("git")} "$@"'
    wrapper = hook(repo, "git", script, repo.home / "cmd")
    repo.env["PATH"] = f"{wrapper.parent}{os.pathsep}{repo.env['PATH']}"
    return repo


def attest_answer(*words: str) -> str:
    """A line of shell that runs `attest answer`."""
    return shlex.join([forked.program(), "-P", "-m", "attest", "answer", *words])


def signs_in_a_hook(repo: Repo) -> bool:
    """Whether attest signs with the PATH that git gives to what it starts."""
    repo.write("a.py", f"{os.urandom(8).hex()}\n")
    (repo.home / "answers").write_bytes(filled(repo))
    command = shlex.join(
        [forked.program(), "-P", "-m", "attest", "answer", "--answers", str(repo.home / "answers")]
    )
    return repo.run("git", "-c", f"alias.hooked=!{command}", "hooked").returncode == 0


@pytest.mark.long
def test_what_signed_is_recorded_and_signs_in_hooks(hooked: Repo) -> None:
    assert not signs_in_a_hook(hooked)
    reply = init(hooked)
    assert f"Signing program: {where('ssh-keygen')} (attest.sshProgram)" in reply
    assert f"A hook finds {hooked.home}/usr/bin/ssh-keygen" in reply
    assert recorded(hooked) == where("ssh-keygen")
    assert signs_in_a_hook(hooked)
    assert "Signing program" not in init(hooked)
    doctor(hooked).says("program", "ok", f"{where('ssh-keygen')} (attest.sshProgram)")


def test_a_signed_commit_is_signed_again_by_it(hooked: Repo, key: Path) -> None:
    init(hooked)
    hooked.git("config", "gpg.format", "ssh")
    hooked.git("config", "user.signingKey", str(key))
    hooked.write("a.py", "changed\n")
    unhooked = [where("git"), *UNHOOKED, "commit", "-q", "-S", "-m", "signed"]
    subprocess.run(unhooked, cwd=hooked.path, env=hooked.env, check=True)
    template = hooked.ok("answer", "HEAD", "--template").encode()
    (hooked.home / "answers").write_bytes(
        re.sub(rb'(invariant|breaks) = ""', rb'\1 = "callers wait for it"', template)
    )
    command = shlex.join(
        [
            forked.program(),
            "-P",
            "-m",
            "attest",
            "answer",
            "HEAD",
            "--answers",
            str(hooked.home / "answers"),
        ]
    )
    hooked.git("-c", f"alias.hooked=!{command}", "hooked")
    assert b"gpgsig " in hooked.raw()
    assert blocks(hooked.message())


def test_what_signs_in_hooks_alone_is_recorded_too(hooked: Repo) -> None:
    for folder in ("cmd", "usr/bin"):
        (hooked.home / folder / "ssh-keygen").unlink(missing_ok=True)
    hook(hooked, "ssh-keygen", NO_AGENT, hooked.home / "cmd")
    hook(hooked, "ssh-keygen", f'exec {where("ssh-keygen")} "$@"', hooked.home / "usr/bin")
    init(hooked)
    assert recorded(hooked) == f"{hooked.home}/usr/bin/ssh-keygen"


def test_where_both_find_the_same_nothing_is_recorded(hooked: Repo) -> None:
    (hooked.home / "usr/bin/ssh-keygen").unlink()
    (hooked.home / "usr/bin/ssh-keygen").symlink_to(where("ssh-keygen"))
    assert "Signing program" not in init(hooked)
    assert recorded(hooked) == ""
    result = doctor(hooked)
    assert "in hooks" not in result.lines
    assert "program" not in result.lines


def test_what_is_not_needed_any_more_is_taken_out(hooked: Repo) -> None:
    init(hooked)
    (hooked.home / "usr/bin/ssh-keygen").unlink()
    init(hooked)
    assert recorded(hooked) == ""


def test_it_stays_while_what_is_found_here_does_not_sign(hooked: Repo) -> None:
    """As in Git Bash, where a shell finds what a hook finds."""
    init(hooked)
    hooked.env["PATH"] = f"{hooked.home}/usr/bin{os.pathsep}{hooked.env['PATH']}"
    init(hooked)
    assert recorded(hooked) == where("ssh-keygen")


def test_without_a_record_doctor_warns_and_its_remedy_works(hooked: Repo) -> None:
    result = doctor(hooked)
    result.noted("in hooks", f"hooks find {hooked.home}/usr/bin/ssh-keygen")
    command = result.lines["in hooks"].remedy.partition(": ")[2]
    assert command == f"git config attest.sshProgram {where('ssh-keygen')}"
    hooked.run("sh", "-c", command, check=True)
    assert signs_in_a_hook(hooked)
    assert "in hooks" not in doctor(hooked).lines


def test_a_record_that_is_gone_is_passed_over(hooked: Repo) -> None:
    hooked.git("config", "attest.sshProgram", "/opt/gone/ssh-keygen")
    result = doctor(hooked)
    result.says(
        "program", "note", "/opt/gone/ssh-keygen (attest.sshProgram) is gone", "attest init"
    )
    result.says("signs", "ok", "a test signature is valid")
    hooked.write("a.py", "changed\n")
    hooked.answer()
    init(hooked)
    assert recorded(hooked) == where("ssh-keygen")


def test_a_record_that_is_gone_and_not_needed_is_taken_out(repo: Repo) -> None:
    repo.git("config", "attest.sshProgram", "/opt/gone/ssh-keygen")
    init(repo)
    assert recorded(repo) == ""


@pytest.mark.long
def test_gits_own_setting_goes_first(hooked: Repo) -> None:
    init(hooked)
    mine = hook(hooked, "signer", f'exec {where("ssh-keygen")} "$@"', hooked.home)
    hooked.git("config", "gpg.ssh.program", str(mine))
    doctor(hooked).says("program", "ok", f"{mine} (gpg.ssh.program)")
    init(hooked)
    assert recorded(hooked) == ""
    assert signs_in_a_hook(hooked)


@pytest.mark.long
def test_a_name_in_gits_own_setting_is_looked_up_and_compared(hooked: Repo) -> None:
    hooked.git("config", "gpg.ssh.program", "ssh-keygen")
    init(hooked)
    assert recorded(hooked) == ""
    remedy = f"git config gpg.ssh.program {where('ssh-keygen')}"
    doctor(hooked).noted("in hooks", "hooks find", remedy)


def test_a_key_that_nobody_can_try_records_nothing(hooked: Repo, key_folder: Path) -> None:
    locked = keys.make(key_folder, passphrase="secret words")
    init(hooked, "--key", str(locked))
    assert recorded(hooked) == ""


def test_uninstall_takes_it_out(hooked: Repo) -> None:
    init(hooked)
    hooked.git("config", "attest.gpgProgram", "/usr/bin/gpg")
    hooked.ok("uninstall")
    assert hooked.run("git", "config", "--get-regexp", "^attest\\.").stdout == b""


@pytest.mark.long
@pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is not installed")
def test_openpgp_the_gpg_that_has_the_key_is_recorded(repo: Repo) -> None:
    """Git for Windows has a gpg of its own, with another keyring than gpg4win."""
    with gnupg() as pgp, gnupg() as other:
        mine = pgp.make(f"A U Thor <{EMAIL}>")
        options = "--batch --pinentry-mode=loopback --passphrase ''"
        for folder, home in (("cmd", pgp.home), ("usr/bin", other.home)):
            script = f'exec {where("gpg")} --homedir="{home}" {options} "$@"'
            hook(repo, "gpg", script, repo.home / folder)
        script = f'PATH="{repo.home}/usr/bin:$PATH" exec {where("git")} "$@"'
        hook(repo, "git", script, repo.home / "cmd")
        repo.env["PATH"] = f"{repo.home}/cmd{os.pathsep}{repo.env['PATH']}"
        del repo.env["ATTEST_DATE"]
        init(repo, "--key", f"openpgp:{mine}")
        assert recorded(repo, "attest.gpgProgram") == f"{repo.home}/cmd/gpg"
        assert recorded(repo) == ""
        doctor(repo).says("program", "ok", f"{repo.home}/cmd/gpg (attest.gpgProgram)")
        assert "gone" not in examined(repo.attest("doctor")).lines["program"].reply
