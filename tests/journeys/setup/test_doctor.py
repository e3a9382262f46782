"""`attest doctor` names each thing that is off, with its remedy."""

from __future__ import annotations

import base64
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from attest.hook import installed
from support import forked, inside, keys
from support.examined import Examined, doctor, examined, nothing_off
from support.messages import edit, hook
from support.repo import Repo, environment
from support.rewriting import BARE
from support.terminal import Terminal

ALL = (
    "git", "ssh-keygen", "gpg", "grammars", "you", "key", "signs", "hooks", "policy", "upstream",
    "agent", "terminal", "unfinished",
)  # fmt: skip
NEEDS_GPG = pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is not installed")


@pytest.fixture
def fine(repo: Repo) -> Repo:
    return nothing_off(repo)


@NEEDS_GPG
def test_all_is_fine(fine: Repo) -> None:
    with Terminal.attest(fine, "doctor") as terminal:
        code = terminal.finish()
    outcome = Examined.of(code, terminal.output)
    assert tuple(outcome.lines) == ALL
    assert outcome.having("ok") == list(ALL)
    assert code == 0
    reply = {what: line.reply for what, line in outcome.lines.items()}
    assert reply["git"] in fine.git("version")
    assert reply["ssh-keygen"].startswith("OpenSSH")
    assert reply["you"] == "A U Thor <author@example.com>"
    assert "(ssh-ed25519, test key)" in reply["key"]
    assert reply["key"].startswith("SHA256:")
    assert reply["hooks"] == f"{', '.join(installed.HOOKS)}: {forked.program()}"
    assert reply["upstream"] == "origin/main"
    assert all(line.remedy == "" for line in outcome.lines.values())


def test_without_a_terminal_that_is_noted(fine: Repo) -> None:
    examined(fine.attest("doctor")).noted(
        "terminal", "there is no terminal", "Answer in a file (attest answer --template)"
    )
    doctor(fine, CI="true").noted("terminal", "CI", "Answer in a file")


def test_nothing_is_changed(fine: Repo) -> None:
    def everything() -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in fine.path.rglob("*") if p.is_file()}

    before = everything()
    doctor(fine)
    assert everything() == before


def test_outside_of_a_repository(fine: Repo) -> None:
    outcome = examined(inside.run(["doctor"], fine.home, fine.env))
    outcome.missing("repository", f"no git repository in {fine.home}", "git init")
    assert tuple(outcome.lines) == ("git", "ssh-keygen", "gpg", "grammars", "repository")


def test_a_repository_that_git_refuses(fine: Repo) -> None:
    (fine.path / ".git/config").write_text("[core\n")
    outcome = doctor(fine)
    assert outcome.code == 4
    outcome.says("repository", "missing", "config")


def test_nobody_is_known(fine: Repo) -> None:
    fine.git("config", "--global", "user.useConfigOnly", "true")
    outcome = doctor(fine, "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL")
    outcome.missing("you", "does not know who you are", "git config --global user.email")


def test_no_address(fine: Repo) -> None:
    doctor(fine, GIT_AUTHOR_EMAIL="").missing("you", "A U Thor <>", "user.email")


class TestKey:
    def test_none(self, fine: Repo) -> None:
        fine.git("config", "--unset", "attest.signingKey")
        doctor(fine).missing("key", "no SSH key", "attest init --key FILE")

    def test_none_beside_openpgp(self, fine: Repo) -> None:
        fine.git("config", "--unset", "attest.signingKey")
        fine.git("config", "user.signingKey", "0123456789ABCDEF")
        doctor(fine).missing("key", "OpenPGP", "attest init --key FILE")

    def test_found_by_itself(self, fine: Repo, key: Path) -> None:
        fine.git("config", "--unset", "attest.signingKey")
        (fine.home / ".ssh").mkdir()
        for suffix in ("", ".pub"):
            shutil.copy(f"{key}{suffix}", fine.home / f".ssh/id_ed25519{suffix}")
        outcome = doctor(fine)
        outcome.noted("key", "found automatically", "attest init")
        outcome.says("signs", "ok", "valid")

    def test_its_file_is_gone(self, fine: Repo) -> None:
        fine.git("config", "attest.signingKey", str(fine.home / "gone"))
        doctor(fine).missing("key", str(fine.home / "gone"), "attest init --key FILE")

    def test_it_is_no_key(self, fine: Repo) -> None:
        (fine.home / "key").write_text("no key\n")
        fine.git("config", "attest.signingKey", str(fine.home / "key"))
        doctor(fine).missing("key", str(fine.home / "key"), "ssh-keygen")

    def test_its_private_half_is_gone(self, fine: Repo, key: Path) -> None:
        shutil.copy(f"{key}.pub", fine.home / "key.pub")
        fine.git("config", "attest.signingKey", str(fine.home / "key.pub"))
        doctor(fine).missing("signs", "does not sign with SHA256:", "ssh-add")

    def test_the_program_that_signs_is_gone(self, fine: Repo) -> None:
        fine.git("config", "gpg.ssh.program", "/gone/ssh-sign")
        doctor(fine).missing("signs", "/gone/ssh-sign", "gpg.ssh.program")


@pytest.fixture
def locked(fine: Repo, key_folder: Path, tmp_path: Path) -> Repo:
    """With a key that has a passphrase, and a program that would be asked for it."""
    path = keys.make(key_folder, passphrase="secret words")
    fine.git("config", "attest.signingKey", str(path))
    asked = hook(fine, "askpass", f'touch "{fine.home}/asked"; echo "secret words"', fine.home)
    fine.env |= {"SSH_ASKPASS": str(asked), "DISPLAY": ":0", "KEY": str(path)}
    return fine


def test_a_passphrase_is_noted_and_nobody_is_asked_for_it(locked: Repo) -> None:
    examined(locked.attest("doctor")).noted("signs", "passphrase")
    with Terminal.attest(locked, "doctor") as terminal:
        code = terminal.finish()
    outcome = Examined.of(code, terminal.output)
    outcome.noted("signs", "ssh-add")
    assert outcome.having("note") == ["signs"]
    assert not (locked.home / "asked").exists()


def test_a_passphrase_that_the_agent_knows_is_no_matter(locked: Repo) -> None:
    script = 'ssh-add -q "$KEY" && rm "$HOME/asked" && exec "$0" -P -m attest doctor'
    result = locked.run(
        "ssh-agent", "sh", "-c", script, sys.executable, env={"SSH_ASKPASS_REQUIRE": "force"}
    )
    outcome = Examined.of(result.returncode, result.stdout.decode())
    outcome.says("signs", "ok", "a test signature is valid")
    assert not (locked.home / "asked").exists()


def test_a_security_key_is_not_tried(fine: Repo) -> None:
    line = base64.b64encode(keys.SecurityKey.fixed().blob).decode()
    (fine.home / "sk.pub").write_text(f"sk-ssh-ed25519@openssh.com {line} token\n")
    program = hook(fine, "sign", f'touch "{fine.home}/tried"', fine.home)
    fine.git("config", "attest.signingKey", str(fine.home / "sk.pub"))
    fine.git("config", "gpg.ssh.program", str(program))
    outcome = doctor(fine)
    outcome.noted("signs", "touch")
    outcome.says("key", "ok", "(sk-ssh-ed25519@openssh.com, token)")
    assert not (fine.home / "tried").exists()


class TestUpstream:
    def test_none(self, fine: Repo) -> None:
        fine.git("remote", "remove", "origin")
        doctor(fine).noted("upstream", "no upstream", "git branch --set-upstream-to")

    def test_the_default_branch_of_a_remote_stands_in(self, fine: Repo) -> None:
        fine.git("branch", "--unset-upstream")
        fine.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
        outcome = doctor(fine)
        outcome.says("upstream", "ok", "origin/")
        assert outcome.code == 0


def rebase(repo: Repo) -> None:
    repo.run("git", "rebase", "-q", "--exec", "false", "HEAD^")


def merge(repo: Repo) -> None:
    repo.git("merge", "-q", "--no-ff", "--no-commit", "side")


def cherry_pick(repo: Repo) -> None:
    repo.run("git", "cherry-pick", "conflict")


def revert(repo: Repo) -> None:
    repo.git("revert", "--no-commit", "HEAD")


def bisect(repo: Repo) -> None:
    repo.git("bisect", "start")


WAYS = [rebase, merge, cherry_pick, revert, bisect]


@pytest.mark.parametrize("begin", WAYS, ids=lambda way: way.__name__)
def test_what_is_under_way_is_noted_with_its_end(fine: Repo, begin: Callable[[Repo], None]) -> None:
    fine.git("switch", "-q", "-c", "side")
    fine.git(*BARE, "commit", "-q", "--allow-empty", "-m", "On a side branch")
    edit(fine, 3, "conflict")
    fine.git(*BARE, "commit", "-q", "-m", "Conflict")
    fine.git("branch", "-q", "conflict")
    fine.git("switch", "-q", "main")
    edit(fine, 3, "on main")
    fine.git(*BARE, "commit", "-q", "-m", "On main")
    fine.git("branch", "-q", "-f", "side", "conflict^")
    begin(fine)
    name = begin.__name__.replace("_", "-")
    end = "git bisect reset" if name == "bisect" else f"git {name} --continue, or --abort"
    doctor(fine).noted("unfinished", f"a {name}", end)


def test_a_coding_agent_is_noted(fine: Repo) -> None:
    outcome = doctor(fine, CLAUDECODE="1")
    outcome.noted("agent", "Claude Code (CLAUDECODE is set)", "unset CLAUDECODE")


def test_the_policy_of_the_base_is_named(fine: Repo) -> None:
    fine.write(".attest.toml", "version = 1\n")
    fine.commit("Policy")
    doctor(fine).says("policy", "ok", "none in the base")
    fine.git("config", "attest.base", "HEAD")
    doctor(fine).says("policy", "ok", f".attest.toml of {fine.head[:10]}")


def test_a_policy_with_a_mistake_is_missing(fine: Repo) -> None:
    fine.write(".attest.toml", "version = 1\nlevle = 3\n")
    fine.commit("Policy")
    fine.git("config", "attest.base", "HEAD")
    doctor(fine).missing("policy", ".attest.toml:2: levle: unknown key", "attest policy schema")


def test_a_base_that_is_not_there(fine: Repo) -> None:
    fine.git("config", "attest.base", "nowhere")
    doctor(fine).missing("policy", "attest.base is 'nowhere'", "git config attest.base")


def test_a_bare_repository(fine: Repo) -> None:
    fine.git("clone", "-q", "--bare", str(fine.path), str(fine.home / "bare.git"))
    result = inside.run(["doctor"], fine.home / "bare.git", environment(fine.home))
    outcome = examined(result)
    outcome.says("hooks", "note", "bare")
    assert not set(outcome.lines) & set(installed.HOOKS)
    outcome.missing("key", "no SSH key", "attest init")


def test_a_repository_without_a_commit(bare_repo: Repo, key: Path) -> None:
    bare_repo.set_up(key)
    doctor(bare_repo).noted("upstream", "no upstream")
