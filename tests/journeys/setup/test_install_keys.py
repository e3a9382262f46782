"""Which key `attest init` chooses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli_w

from support import keys
from support.messages import edit, outcome
from support.repo import Repo
from support.rewriting import attest
from support.terminal import Terminal
from support.words import invariant, removal

EXACT = ("attested", "exact")


@pytest.fixture(scope="session")
def many(key_folder: Path) -> dict[str, Path]:
    """Five keys, one for each place where one can be found."""
    matches = {}
    for place in ("option", "git", "agent", "home", "other"):
        folder = key_folder / place
        folder.mkdir(exist_ok=True)
        matches[place] = keys.make(folder)
    return matches


@pytest.fixture
def agent(repo: Repo) -> Iterator[str]:
    """A real SSH agent without keys; its socket is in the repository's environment."""
    # A socket's path must be short, which pytest's folders are not.
    with tempfile.TemporaryDirectory(prefix="agent-") as folder:
        socket = str(Path(folder) / "s")
        started = subprocess.run(
            ["ssh-agent", "-s", "-a", socket], capture_output=True, text=True, check=True
        )
        pid = started.stdout.split("SSH_AGENT_PID=")[1].split(";")[0]
        repo.env["SSH_AUTH_SOCK"] = socket
        yield socket
        env = {**repo.env, "SSH_AGENT_PID": pid}
        subprocess.run(["ssh-agent", "-k"], env=env, capture_output=True, check=True)


@pytest.fixture
def fresh(repo: Repo) -> Repo:
    """The `repo` fixture before `attest init`."""
    repo.ok("uninstall")
    return repo


def fingerprint(path: Path) -> str:
    result = subprocess.run(["ssh-keygen", "-lf", str(path)], capture_output=True, check=True)
    return result.stdout.decode().split(" ")[1]


def chosen(repo: Repo, *options: str) -> str:
    """The fingerprint that `init` names; a commit is made with it and holds."""
    reply = repo.ok("init", *options)
    edit(repo, 3)
    repo.attested_by_git("Change")
    verdict = repo.verdict()
    assert (verdict["verdict"], verdict["level"]) == EXACT
    assert verdict["key"] in reply
    return str(verdict["key"])


def put(path: Path, home: Path, name: str = "id_ed25519") -> Path:
    """Copy a key to `~/.ssh`."""
    folder = home / ".ssh"
    folder.mkdir(mode=0o700, exist_ok=True)
    shutil.copy(path, folder / name)
    shutil.copy(f"{path}.pub", folder / f"{name}.pub")
    return folder / name


def snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        p.name: (p.stat().st_mode, p.stat().st_mtime_ns, p.read_bytes()) for p in folder.iterdir()
    }


ORDER = ("option", "git", "agent", "home")


@pytest.mark.parametrize("first", ORDER)
def test_the_places_are_tried_in_order(
    fresh: Repo, agent: str, many: dict[str, Path], first: str
) -> None:
    there = ORDER[ORDER.index(first) :]
    if "git" in there:
        fresh.git("config", "--global", "gpg.format", "ssh")
        fresh.git("config", "--global", "user.signingKey", str(many["git"]))
    if "agent" in there:
        fresh.run("ssh-add", "-q", str(many["agent"]), check=True)
    put(many["home"], fresh.home)
    before = snapshot(fresh.home / ".ssh")
    options = ("--key", str(many["option"])) if "option" in there else ()
    assert chosen(fresh, *options) == fingerprint(many[first])
    assert snapshot(fresh.home / ".ssh") == before


def test_the_choice_stays_when_better_places_appear(fresh: Repo, many: dict[str, Path]) -> None:
    put(many["home"], fresh.home)
    assert chosen(fresh) == fingerprint(many["home"])
    fresh.git("config", "--global", "gpg.format", "ssh")
    fresh.git("config", "--global", "user.signingKey", str(many["git"]))
    assert fingerprint(many["home"]) in fresh.ok("init")
    assert fingerprint(many["other"]) in fresh.ok("init", "--key", str(many["other"]))


@pytest.mark.parametrize("literal", ["key::", ""])
def test_gits_literal_key_signs_through_the_agent(
    fresh: Repo, agent: str, many: dict[str, Path], literal: str
) -> None:
    fresh.run("ssh-add", "-q", str(many["agent"]), check=True)
    fresh.run("ssh-add", "-q", str(many["other"]), check=True)
    public = Path(f"{many['other']}.pub").read_text().strip()
    fresh.git("config", "gpg.format", "ssh")
    fresh.git("config", "user.signingKey", literal + public)
    assert chosen(fresh) == fingerprint(many["other"])


def test_gits_key_may_be_a_public_file_whose_other_half_the_agent_has(
    fresh: Repo, agent: str, many: dict[str, Path], tmp_path: Path
) -> None:
    fresh.run("ssh-add", "-q", str(many["agent"]), check=True)
    public = tmp_path / "only public.pub"
    shutil.copy(f"{many['agent']}.pub", public)
    fresh.git("config", "gpg.format", "ssh")
    fresh.git("config", "user.signingKey", str(public))
    assert chosen(fresh) == fingerprint(many["agent"])


def test_gits_key_below_the_home_folder_is_found(fresh: Repo, many: dict[str, Path]) -> None:
    put(many["git"], fresh.home, "my own key")
    fresh.git("config", "gpg.format", "ssh")
    fresh.git("config", "user.signingKey", "~/.ssh/my own key.pub")
    assert chosen(fresh) == fingerprint(many["git"])


@pytest.mark.parametrize("option", ["private", "public", "quotes", "relative"])
def test_the_option_takes_either_half(
    fresh: Repo, many: dict[str, Path], tmp_path: Path, option: str
) -> None:
    key = many["option"]
    if option == "quotes":
        key = put(key, tmp_path, 'it\'s "mine" $HOME')
    if option == "relative":
        key = put(key, fresh.path, "key").relative_to(fresh.path)
    value = f"{key}.pub" if option == "public" else str(key)
    assert chosen(fresh, "--key", value) == fingerprint(many["option"])


def test_a_private_key_alone_is_enough(fresh: Repo, many: dict[str, Path], tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    shutil.copy(many["option"], alone)
    assert chosen(fresh, "--key", str(alone)) == fingerprint(many["option"])
    assert not alone.with_name("alone.pub").exists()


def test_a_locked_private_key_alone_is_refused_with_the_way_out(
    fresh: Repo, key_folder: Path, tmp_path: Path
) -> None:
    locked = keys.make(key_folder, passphrase="secret")
    shutil.copy(locked, tmp_path / "locked")
    result = fresh.attest("init", "--key", str(tmp_path / "locked"))
    assert result.returncode in (2, 4)
    assert b"ssh-keygen -y -f" in result.stderr
    assert b"Traceback" not in result.stderr


@pytest.mark.parametrize("kind", ["ecdsa", "rsa"])
def test_other_kinds_of_keys_sign(fresh: Repo, key_folder: Path, kind: str) -> None:
    key = keys.make(key_folder, kind, 3072 if kind == "rsa" else 0)
    assert chosen(fresh, "--key", str(key)) == fingerprint(key)


@pytest.mark.parametrize("place", ["option", "git", "home"])
def test_a_short_rsa_key_is_refused(fresh: Repo, key_folder: Path, place: str) -> None:
    short = keys.make(key_folder, "rsa", 2048)
    options = ("--key", str(short)) if place == "option" else ()
    if place == "git":
        fresh.git("config", "gpg.format", "ssh")
        fresh.git("config", "user.signingKey", str(short))
    if place == "home":
        put(short, fresh.home, "id_rsa")
    result = fresh.attest("init", *options)
    assert result.returncode in ((2, 4) if place == "option" else (4,))
    assert b"ssh-keygen -t ed25519" in result.stderr
    if place != "home":
        assert b"2048 bits" in result.stdout + result.stderr


def test_ed25519_is_preferred_among_those_at_home(
    fresh: Repo, many: dict[str, Path], key_folder: Path
) -> None:
    put(keys.make(key_folder, "ecdsa"), fresh.home, "id_ecdsa")
    put(many["home"], fresh.home)
    assert fingerprint(many["home"]) in fresh.ok("init")


BAD = {
    "missing": None,
    "empty": b"",
    "no key": b"just text\n",
    "binary": b"\xff\xfe\0",
    "cut": b"ssh-ed25519 AAAA x\n",
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_key_is_refused(fresh: Repo, tmp_path: Path, name: str) -> None:
    content = BAD[name]
    if content is not None:
        (tmp_path / "bad").write_bytes(content)
    result = fresh.attest("init", "--key", str(tmp_path / "bad"))
    assert result.returncode in (2, 4)
    assert str(tmp_path / "bad").encode() in result.stderr
    assert b"Traceback" not in result.stderr
    assert fresh.run("git", "config", "attest.signingKey").returncode == 1


def test_without_any_key_the_way_out_is_said(fresh: Repo) -> None:
    result = fresh.attest("init")
    assert result.returncode == 4
    assert b"ssh-keygen -t ed25519" in result.stderr
    assert b"attest init --yes" in result.stderr
    assert not (fresh.home / ".ssh").exists()
    edit(fresh, 3)
    result = fresh.attest("answer", "--answers", "-", stdin=b"hunk = []\n")
    assert result.returncode == 4
    assert b"attest init" in result.stderr


def test_yes_makes_a_key(fresh: Repo) -> None:
    made = fresh.home / ".ssh/id_ed25519"
    reply = fresh.ok("init", "--yes")
    assert str(made) in reply
    assert made.stat().st_mode & 0o777 == 0o600
    assert made.parent.stat().st_mode & 0o777 == 0o700
    assert fresh.git("config", "attest.signingKey") == str(made)
    before = snapshot(made.parent)
    assert chosen(fresh, "--yes") == fingerprint(made)
    assert snapshot(made.parent) == before


@pytest.mark.parametrize("there", ["id_ed25519", "id_ed25519.pub"])
def test_yes_never_writes_over_half_a_key(fresh: Repo, many: dict[str, Path], there: str) -> None:
    folder = fresh.home / ".ssh"
    folder.mkdir(mode=0o700)
    (folder / there).write_bytes(b"something that is not a key that can be used\n")
    (folder / there).chmod(0o600)
    before = snapshot(folder)
    fresh.attest("init", "--yes")
    assert snapshot(folder).items() >= before.items()


def test_a_private_key_at_home_without_its_public_half_is_used(
    fresh: Repo, many: dict[str, Path]
) -> None:
    path = put(many["home"], fresh.home)
    path.with_name("id_ed25519.pub").unlink()
    result = fresh.attest("init", "--yes")
    assert result.returncode == 0
    assert path.read_bytes() == many["home"].read_bytes()


def test_who_has_only_openpgp_is_told_what_to_do(fresh: Repo) -> None:
    fresh.git("config", "user.signingKey", "0123456789ABCDEF0123456789ABCDEF01234567")
    result = fresh.attest("init")
    assert result.returncode == 4
    assert b"OpenPGP" in result.stderr
    assert b"ssh-keygen -t ed25519" in result.stderr


def test_an_agent_that_is_gone_is_an_error_of_the_environment(
    repo: Repo, agent: str, many: dict[str, Path]
) -> None:
    public = Path(f"{many['agent']}.pub").read_text().strip()
    repo.git("config", "attest.signingKey", f"key::{public}")
    edit(repo, 3)
    with pytest.raises(AssertionError, match="ssh-add"):
        repo.answer()
    assert repo.template()["hunk"][0]["invariant"]
    repo.run("ssh-add", "-q", str(many["agent"]), check=True)
    repo.attested_by_git("Change")
    assert outcome(repo) == EXACT


def certificate(key: Path, folder: Path) -> Path:
    """The certificate that a CA made of a key."""
    folder.mkdir()
    shutil.copy(key, folder / "key")
    shutil.copy(f"{key}.pub", folder / "key.pub")
    sign = ("ssh-keygen", "-q", "-s", str(key), "-I", "me", "-n", "me", str(folder / "key.pub"))
    subprocess.run(sign, check=True)
    return folder / "key-cert.pub"


UNUSABLE = ["gone", "short", "certificate", "a folder", "a pipe"]


@pytest.fixture
def unusable(
    fresh: Repo, many: dict[str, Path], key_folder: Path, tmp_path: Path
) -> dict[str, str]:
    """What git's user.signingKey may name, and attest cannot sign with; another key is good."""
    put(many["home"], fresh.home)
    fresh.git("config", "--global", "gpg.format", "ssh")
    pipe = tmp_path / "pipe.pub"
    os.mkfifo(pipe)
    return {
        "gone": str(tmp_path / "gone.pub"),
        "short": str(keys.make(key_folder, "rsa", 2048)),
        "certificate": str(certificate(many["git"], tmp_path / "certified")),
        "a folder": str(tmp_path),
        "a pipe": str(pipe),
    }


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_key_of_git_that_cannot_sign_is_skipped(
    fresh: Repo, unusable: dict[str, str], many: dict[str, Path], name: str
) -> None:
    fresh.git("config", "--global", "user.signingKey", unusable[name])
    init = fresh.ok("init", "--yes").splitlines()
    skipped = [line for line in init if "git's user.signingKey is skipped: " in line]
    assert len(skipped) == 1
    assert fingerprint(many["home"]) in "".join(init)


@pytest.mark.parametrize("name", UNUSABLE)
def test_it_is_skipped_where_attest_chose_no_key_and_never_stops_a_push(
    fresh: Repo, unusable: dict[str, str], many: dict[str, Path], name: str, tmp_path: Path
) -> None:
    fresh.git("config", "--global", "user.signingKey", unusable[name])
    fresh.set_up(many["home"])
    fresh.git("config", "--unset", "attest.signingKey")
    edit(fresh, 3)
    data = fresh.template()
    for hunk in data["hunk"]:
        hunk["invariant"], hunk["breaks"] = invariant(1), removal(1)
    result = attest(fresh, "answer", "--answers", "-", stdin=tomli_w.dumps(data).encode())
    assert result.returncode == 0, result.stderr
    assert result.stderr.count(b"git's user.signingKey is skipped: ") == 1
    fresh.commit("Change")
    assert outcome(fresh) == EXACT
    fresh.git("init", "-q", "--bare", str(tmp_path / "up.git"))
    fresh.git("update-ref", "refs/attest/since/start", "HEAD^")
    (fresh.path / ".git/attest/settled").unlink()
    assert (
        b"skipped"
        not in fresh.run("git", "push", "-q", str(tmp_path / "up.git"), "main", check=True).stderr
    )


@pytest.mark.parametrize("source", ["a file", "a literal key", "at home"])
def test_a_public_key_whose_other_half_is_out_of_reach_gives_way(
    fresh: Repo, many: dict[str, Path], tmp_path: Path, source: str
) -> None:
    put(many["home"], fresh.home, "id_rsa")  # after the other name
    public = tmp_path / "only.pub"
    shutil.copy(f"{many['git']}.pub", public)
    if source == "at home":
        shutil.copy(public, fresh.home / ".ssh" / "id_ed25519.pub")
    else:
        fresh.git("config", "gpg.format", "ssh")
        value = str(public) if source == "a file" else f"key::{public.read_text().strip()}"
        fresh.git("config", "user.signingKey", value)
    init = fresh.ok("init", "--yes").splitlines()
    assert len([line for line in init if "a key is skipped: the private key of " in line]) == 1
    assert fingerprint(many["home"]) in "".join(init)
    assert chosen(fresh) == fingerprint(many["home"])


def test_where_no_other_key_is_there_it_stays_the_choice(
    fresh: Repo, agent: str, many: dict[str, Path]
) -> None:
    public = Path(f"{many['git']}.pub").read_text().strip()
    fresh.git("config", "gpg.format", "ssh")
    fresh.git("config", "user.signingKey", f"key::{public}")
    init = fresh.ok("init", "--yes")
    assert fingerprint(many["git"]) in init
    assert "skipped" not in init
    fresh.run("ssh-add", "-q", str(many["git"]), check=True)
    assert chosen(fresh) == fingerprint(many["git"])


def test_a_chosen_key_that_is_gone_is_replaced_by_init(fresh: Repo, many: dict[str, Path]) -> None:
    put(many["home"], fresh.home)
    fresh.git("config", "attest.signingKey", str(fresh.home / "gone"))
    assert fingerprint(many["home"]) in fresh.ok("init", "--yes")


@pytest.mark.parametrize("prefix", ["", "key::"])
def test_the_command_of_git_for_its_key_is_run(
    fresh: Repo, many: dict[str, Path], prefix: str
) -> None:
    public = prefix + many["git"].with_suffix(".pub").read_text()
    script = fresh.home / "my keys"
    script.write_text(f"#!/bin/sh\nprintf '%s\\n' '{public.strip()}' 'ssh-ed25519 second'\n")
    script.chmod(0o755)
    fresh.git("config", "gpg.format", "ssh")
    fresh.git("config", "gpg.ssh.defaultKeyCommand", f"'{script}' --list")
    put(many["home"], fresh.home)
    assert fingerprint(many["git"]) in fresh.ok("init", "--yes")
    fresh.git("config", "--unset", "attest.signingKey")
    fresh.git("config", "user.signingKey", str(many["other"]))  # goes first, as in git
    assert fingerprint(many["other"]) in fresh.ok("init", "--yes")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("false", "false failed: exit code 1"),
        ("true", "true printed no key"),
        ("no-such-program", "no-such-program: it is not on PATH"),
        ("./in-the-checkout", "relative path"),
        ("'", "quotation"),
    ],
)
def test_a_command_for_a_key_that_fails_is_skipped(
    fresh: Repo, many: dict[str, Path], command: str, reason: str
) -> None:
    put(many["home"], fresh.home)
    fresh.git("config", "gpg.format", "ssh")
    fresh.git("config", "gpg.ssh.defaultKeyCommand", command)
    init = fresh.ok("init", "--yes")
    assert "git's gpg.ssh.defaultKeyCommand is skipped: " in init
    assert reason in init
    assert fingerprint(many["home"]) in init


REGISTER = "Register this key once, so that others know whose it is"


def test_init_names_the_places_where_a_new_key_is_registered(
    fresh: Repo, many: dict[str, Path]
) -> None:
    written = fresh.ok("init", "--key", str(many["home"]))
    assert REGISTER in written
    assert "in your account at the forge, or in the project's" in written
    assert max(map(len, written.splitlines())) <= 80
    fresh.git("remote", "add", "origin", "git@github.com:owner/name.git")
    assert "    https://github.com/settings/ssh/new" in fresh.ok("init")


def test_init_shows_the_line_that_lists_the_key_until_it_is_listed(
    fresh: Repo, many: dict[str, Path]
) -> None:
    fresh.write(".attest.toml", "version = 1\n")
    fresh.write(".attest/allowed_signers", "# nobody yet\n")
    fresh.commit("rules")
    fresh.git("config", "attest.base", "main")
    written = fresh.ok("init", "--key", str(many["home"]))
    (line,) = [line for line in written.splitlines() if "namespaces=" in line]
    assert REGISTER in written
    fresh.write(".attest/allowed_signers", f"{line.strip()}\n")
    fresh.commit("list it")
    assert REGISTER not in fresh.ok("init")


def test_git_must_know_who_you_are_before_a_key_is_offered(bare_repo: Repo) -> None:
    """A question whose answer would be lost is not asked."""
    nobody = dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "EMAIL"))
    bare_repo.git("config", "user.useConfigOnly", "true")
    command = (sys.executable, "-P", "-m", "attest", "init")
    with Terminal(bare_repo, *command, env=nobody) as terminal:
        assert terminal.finish() == 4
        assert "git config --global user.name" in terminal.output
        assert "Create an Ed25519 key" not in terminal.output
