"""Faults of the machine: each has its exit code and its remedy, and costs no answer."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

import pytest

from support import keys
from support.faults import ATTEST, fails, filled, hand_in, kept, waiting
from support.repo import Repo
from support.rewriting import again
from support.terminal import stage
from support.words import invariant, removal


def program(folder: Path, name: str, script: str) -> Path:
    """A shell script that can be run."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def only(folder: Path, *names: str) -> str:
    """A PATH on which there are just these programs."""
    folder.mkdir()
    for name in names:
        outcome = shutil.which(name)
        assert outcome is not None
        (folder / name).symlink_to(outcome)
    return str(folder)


# Nobody to ask


def test_without_a_terminal_the_other_ways_are_named(repo: Repo) -> None:
    stage(repo, 2)
    result = repo.attest()
    fails(result, 4, "no terminal", "attest answer --template", "--answers", "--editor")


@pytest.mark.parametrize(
    ("name", "value"), [("CI", "true"), ("CI", "1"), ("GIT_TERMINAL_PROMPT", "0")]
)
def test_where_nobody_sits_nobody_is_asked(repo: Repo, name: str, value: str) -> None:
    stage(repo, 2)
    fails(repo.run(*ATTEST, env={name: value}), 4, name, "--answers")


def test_a_commit_that_must_ask_fails_without_a_terminal(repo: Repo) -> None:
    stage(repo, 2)
    before = repo.head
    result = repo.attest("commit", "-m", "change")
    assert result.returncode != 0
    assert b"nobody can be asked" in result.stderr
    assert b"--answers" in result.stderr
    assert repo.head == before


def test_a_commit_asks_nobody_unless_told_to(repo: Repo) -> None:
    stage(repo, 2)
    repo.commit("change")
    assert "Attest" not in repo.message()


# Keys


def test_without_a_key_nothing_is_asked(bare_repo: Repo) -> None:
    bare_repo.write("a.py", "one\n")
    fails(hand_in(bare_repo, filled(bare_repo)), 4, "no SSH key", "attest init")


def test_init_without_a_key_or_a_person_names_what_to_do(bare_repo: Repo) -> None:
    fails(bare_repo.attest("init"), 4, "no SSH key", "ssh-keygen -t ed25519")


def test_openpgp_users_are_told_what_to_do(bare_repo: Repo) -> None:
    bare_repo.git("config", "user.signingKey", "0123456789ABCDEF")
    bare_repo.write("a.py", "one\n")
    fails(hand_in(bare_repo, filled(bare_repo)), 4, "OpenPGP", "attest init")


@pytest.fixture
def own_key(bare_repo: Repo, key: Path, tmp_path: Path) -> Path:
    """A key that only this test has, chosen in its repository."""
    for suffix in ("", ".pub"):
        shutil.copy2(f"{key}{suffix}", tmp_path / f"own{suffix}")
    bare_repo.set_up(tmp_path / "own")
    bare_repo.write("a.py", "one\n")
    return tmp_path / "own"


@pytest.mark.parametrize("gone", [("", ".pub"), ("",)], ids=["both", "private"])
def test_a_key_that_is_gone_is_named(bare_repo: Repo, own_key: Path, gone: tuple[str, ...]) -> None:
    answers = filled(bare_repo)
    for suffix in gone:
        Path(f"{own_key}{suffix}").unlink()
    result = hand_in(bare_repo, answers)
    # The clone's setting names what is not there, or the key does not sign.
    assert result.returncode in (2, 4)
    named = str(own_key) if len(gone) == 2 else "SHA256:"
    fails(result, result.returncode, named, "attest init --key")
    assert waiting(bare_repo) == []


def test_a_damaged_key_is_named(bare_repo: Repo, own_key: Path) -> None:
    answers = filled(bare_repo)
    own_key.write_text("junk\n")
    fails(hand_in(bare_repo, answers), 4, "SHA256:", "attest init --key")
    assert kept(bare_repo) == [(invariant(), removal())]


def test_an_agent_that_is_gone_keeps_the_answers(
    bare_repo: Repo, own_key: Path, tmp_path: Path
) -> None:
    # The public half alone, as with a key that only the agent holds.
    answers = filled(bare_repo)
    own_key.unlink()
    bare_repo.git("config", "attest.signingKey", f"{own_key}.pub")
    result = hand_in(bare_repo, answers, SSH_AUTH_SOCK=str(tmp_path / "gone.sock"))
    fails(result, 4, "SHA256:", "ssh-add", "answers are kept")
    assert kept(bare_repo) == [(invariant(), removal())]
    assert waiting(bare_repo) == []


def test_a_passphrase_without_a_terminal_keeps_the_answers(
    bare_repo: Repo, key_folder: Path
) -> None:
    bare_repo.set_up(keys.make(key_folder, passphrase="open sesame"))
    bare_repo.write("a.py", "one\n")
    fails(hand_in(bare_repo, filled(bare_repo)), 4, "passphrase", "ssh-add", "answers are kept")
    assert kept(bare_repo) == [(invariant(), removal())]
    assert waiting(bare_repo) == []


# The program that signs


ARMOUR = (
    'for f; do :; done; echo "-----BEGIN SSH SIGNATURE-----\n{}\n'
    '-----END SSH SIGNATURE-----" > "$f.sig"'
)
BROKEN: dict[str, tuple[str, str]] = {
    "fails": ("echo 'the token is locked' >&2; exit 3", "the token is locked"),
    "silent": ("exit 1", "exit code 1"),
    "writes-nothing": ("exit 0", ""),
    "junk": ('for f; do :; done; echo junk > "$f.sig"', "did not write an SSH signature"),
    "empty": ('for f; do :; done; : > "$f.sig"', "did not write an SSH signature"),
    "binary": ('for f; do :; done; head -c 500 /dev/zero > "$f.sig"', ""),
    "not-base64": (
        ARMOUR.format("!!!!"),
        "",
    ),
    "not-a-signature": (
        ARMOUR.format("AAAA"),
        "",
    ),
    "signs-with-another": ('exec ssh-keygen -q -Y sign -n git-attest-v1 -f {other} "$7"', ""),
    "signs-for-another": ('exec ssh-keygen -q -Y sign -n file -f {key} "$7"', ""),
    "signs-something-else": (
        'cp /dev/null "$7" && ssh-keygen -q -Y sign -n git-attest-v1 -f {key} "$7"',
        "",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_signing_program_that_is_wrong(
    repo: Repo, key: Path, key_folder: Path, tmp_path: Path, name: str
) -> None:
    stage(repo, 2)
    script, named = BROKEN[name]
    script = script.replace("{key}", shlex.quote(str(key)))
    script = script.replace("{other}", shlex.quote(str(keys.make(key_folder, "ecdsa"))))
    signer = program(tmp_path / "bin", "signer", script)
    repo.git("config", "gpg.ssh.program", str(signer))
    fails(hand_in(repo, filled(repo)), 4, str(signer), named, "answers are kept")
    assert kept(repo) == [(invariant(), removal())]
    assert waiting(repo) == []


@pytest.mark.parametrize("value", ["/nonexistent/signer", "no-such-signer"])
def test_a_signing_program_that_is_missing(repo: Repo, value: str) -> None:
    stage(repo, 2)
    repo.git("config", "gpg.ssh.program", value)
    fails(hand_in(repo, filled(repo)), 4, value, "gpg.ssh.program")
    assert kept(repo) == [(invariant(), removal())]
    assert waiting(repo) == []


def test_a_signing_program_may_be_in_the_home(repo: Repo, key: Path) -> None:
    stage(repo, 2)
    program(repo.home, "signer", 'exec ssh-keygen "$@"')
    repo.git("config", "gpg.ssh.program", "~/signer")
    assert hand_in(repo, filled(repo)).returncode == 0


def test_ssh_keygen_missing(repo: Repo, tmp_path: Path) -> None:
    stage(repo, 2)
    answers = filled(repo)
    result = hand_in(repo, answers, PATH=only(tmp_path / "bin", "git"))
    fails(result, 4, "ssh-keygen", "OpenSSH")
    assert kept(repo) == [(invariant(), removal())]


# git


@pytest.mark.parametrize(
    "args", [("answer", "--template"), ("check", "HEAD"), ("show",), ("init",)]
)
def test_git_missing(repo: Repo, tmp_path: Path, args: tuple[str, ...]) -> None:
    stage(repo, 2)
    fails(repo.attest(*args, PATH=only(tmp_path / "bin")), 4, "git is not installed", "2.38")


# 2.30 knows no --path-format, and rev-parse repeats what it does not know.
OLD = """\
case "$*" in *version*) echo "git version 2.30.0"; exit;; esac
case "$*" in *--path-format*) echo --path-format=absolute;; esac
exec "{git}" "$@"
"""
LESS_OLD = """\
case "$*" in version|--version) echo "git version 2.37.9"; exit;; esac
exec "{git}" "$@"
"""


@pytest.mark.parametrize(
    "script",
    ["echo 'git version 2.30.0'", OLD, LESS_OLD],
    ids=["says-only-that", "2.30", "2.37"],
)
@pytest.mark.parametrize("args", [("answer", "--template"), ("check", "HEAD")])
def test_git_too_old(repo: Repo, tmp_path: Path, script: str, args: tuple[str, ...]) -> None:
    stage(repo, 2)
    folder = program(tmp_path / "bin", "git", script.replace("{git}", shutil.which("git") or ""))
    result = repo.attest(*args, PATH=f"{folder.parent}{os.pathsep}{repo.env['PATH']}")
    fails(result, 4, "too old", "2.38")


def test_outside_of_a_repository(repo: Repo, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    fails(repo.attest("answer", cwd=folder), 4, str(folder), "git init")


def test_nothing_staged(repo: Repo) -> None:
    (repo.path / "a.py").write_text("not staged\n")
    fails(repo.attest("answer", "--template"), 3, "nothing is staged", "git add")


def test_an_unborn_branch(bare_repo: Repo, key: Path) -> None:
    bare_repo.set_up(key)
    result = bare_repo.attest("answer", "--template")
    fails(result, 3, "nothing is staged", "git add")
    assert b"--amend" not in result.stderr  # which would fail
    bare_repo.write("a.py", "one\n")
    fails(bare_repo.attest("answer", "--amend", "--template"), 2, "no commit to amend")
    bare_repo.attested("root")
    assert bare_repo.codes() == []


def test_a_bare_repository_can_only_be_checked(repo: Repo, tmp_path: Path) -> None:
    stage(repo, 2)
    repo.attested()
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    bare = Repo(tmp_path / "bare.git", repo.home, repo.env)
    fails(bare.attest("answer"), 2, "bare")
    assert bare.codes() == []


def test_conflicts_in_the_index(repo: Repo) -> None:
    conflict(repo, "merge")
    fails(repo.attest("answer", "--template"), 2, "conflicts", "git add")


def conflict(repo: Repo, command: str) -> None:
    """Stop a merge, a rebase or a cherry-pick at a conflict in `a.py`."""
    repo.git("checkout", "-q", "-b", "side")
    repo.write("a.py", "side\n")
    repo.commit("side", "--no-verify")
    repo.git("checkout", "-q", "-b", "other", "main")
    repo.write("a.py", "other\n")
    repo.commit("other", "--no-verify")
    repo.git("checkout", "-q", "side" if command == "rebase" else "other")
    result = repo.run("git", command, "other" if command == "rebase" else "side")
    assert result.returncode == 1, result.stderr


@pytest.mark.parametrize(
    ("command", "onward"),
    [
        ("merge", ("commit", "--no-edit")),
        ("cherry-pick", ("commit", "--no-edit")),
        ("cherry-pick", ("cherry-pick", "--continue")),
    ],
)
def test_what_is_in_progress_can_be_answered_for(
    repo: Repo, command: str, onward: tuple[str, ...]
) -> None:
    conflict(repo, command)
    repo.write("a.py", "both\n")
    repo.answer()
    repo.git(*onward)
    assert repo.codes() == []
    assert (repo.verdict()["verdict"], repo.verdict()["level"]) == ("attested", "exact")


def test_a_rebase_that_goes_on_says_how_to_add_the_block(repo: Repo) -> None:
    # `git rebase --continue` commits with -n: it runs no commit-msg hook.
    conflict(repo, "rebase")
    repo.write("a.py", "both\n")
    repo.answer()
    result = repo.run("git", "rebase", "--continue", check=True)
    if repo.codes():
        assert (
            b"To answer for such commits, once the rebase has ended (git rebase --" in result.stderr
        )
        assert b"\nattest:   attest answer --unpushed\n" in result.stderr
        again(repo, "HEAD")
    assert repo.codes() == []
    assert (repo.verdict()["verdict"], repo.verdict()["level"]) == ("attested", "exact")


@pytest.mark.parametrize("missing", ["user.name", "both"])
def test_git_not_knowing_who_you_are(repo: Repo, missing: str) -> None:
    stage(repo, 2)
    answers = filled(repo)
    for name in list(repo.env):
        if name.startswith(("GIT_AUTHOR_", "GIT_COMMITTER_")):
            del repo.env[name]
    repo.git("config", "user.useConfigOnly", "true")
    if missing == "user.name":
        repo.git("config", "user.name", "")
        repo.git("config", "user.email", "author@example.com")
    fails(hand_in(repo, answers), 4, "user.name", "user.email")
    assert waiting(repo) == []


@pytest.mark.parametrize("email", ["a\x1b]0;x\x07@example.com", "a\u202eb@example.com"])
def test_an_address_with_controls_is_refused(repo: Repo, email: str) -> None:
    stage(repo, 2)
    result = hand_in(repo, filled(repo), GIT_AUTHOR_EMAIL=email)
    fails(result, 4, "user.email")
    assert b"\x1b" not in result.stderr
    assert waiting(repo) == []
