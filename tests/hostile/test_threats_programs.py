"""Attacks with programs: the checkout carries a git, an ssh-keygen or a gpg of its own.

Windows looks in the current directory for a program that is started by its name. POSIX
does so for an empty or relative entry of PATH, which stands in for Windows here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import inside, ruled
from support.faults import ATTEST, filled
from support.messages import blocks, hook
from support.pgp import gnupg
from support.pushing import UNHOOKED, add_remote
from support.repo import EMAIL, Repo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")

NAMES = (
    "git", "git-push", "git-commit", "git-rev-list", "git-remote-https", "ssh-keygen", "ssh-add",
    "ssh", "gpg", "gpg2", "gpgsm", "ps", "attest", "git-attest", "python", "python3", "sh", "vi",
    "editor", "less", "cat", "dirname", "grep",
)  # fmt: skip
LEADING_THERE = {
    "empty, first": ":{path}",
    "empty, last": "{path}:",
    "empty, between": "/nowhere::{path}",
    "a dot": ".:{path}",
    "a folder": "bin:{path}",
    "a folder, by a dot": "./bin/:{path}",
    "from below": "../repo:{path}",
}


@pytest.fixture
def hostile(repo: Repo) -> Repo:
    """A checkout full of programs; each leaves its name in the home when it runs."""
    for folder in (repo.path, repo.path / "bin"):
        for name in NAMES:
            hook(repo, name, f'echo {name} >>"{repo.home}/ran"', folder)
    repo.git("add", "--all")
    repo.git(*UNHOOKED, "commit", "-q", "-m", "Programs")
    repo.git("update-ref", "refs/attest/since/start", "HEAD")
    return repo


def ran(repo: Repo) -> set[str]:
    """The programs of the checkout that ran."""
    file = repo.home / "ran"
    return set(file.read_text().split()) if file.exists() else set()


def led(repo: Repo, way: str, path: str = "") -> dict[str, str]:
    """An environment whose PATH leads into the checkout."""
    return {**repo.env, "PATH": LEADING_THERE[way].format(path=path or repo.env["PATH"])}


@pytest.mark.parametrize("way", ["empty, first", "a dot", "a folder", "from below"])
def test_such_a_path_does_lead_there(hostile: Repo, way: str) -> None:
    """What a program does that starts git by its name."""
    code = "import subprocess; subprocess.run(['git', 'version'])"
    subprocess.run(
        [sys.executable, "-c", code], cwd=hostile.path, env=led(hostile, way), check=True
    )
    assert ran(hostile) == {"git"}


@pytest.mark.long
@pytest.mark.parametrize("way", LEADING_THERE)
def test_no_program_of_the_checkout_runs(hostile: Repo, way: str) -> None:
    repo = hostile
    repo.write("a.py", "changed\n")
    answers = filled(repo)
    env = led(repo, way)
    for args in (["doctor"], ["init", "--yes"], ["questions"], ["policy", "explain", "a.py"]):
        result = inside.run(args, repo.path, env)
        assert result.returncode == 0, (args, result)
    result = inside.run(["answer", "--answers", "-"], repo.path, env, answers)
    assert result.returncode == 0, result
    result = inside.run(["commit", "-q", "-m", "change"], repo.path, env)
    assert result.returncode == 0, result
    assert blocks(repo.message())
    for args in (["check", "HEAD"], ["show", "HEAD"], ["check", "--format", "json", "HEAD"]):
        result = inside.run(args, repo.path, env)
        assert result.returncode == 0, (args, result)
    assert ran(repo) == set()


def test_a_push_that_has_nothing_to_ask_runs_none(hostile: Repo) -> None:
    """The fast path, which starts git in its own way."""
    repo = hostile
    add_remote(repo)
    given = f"refs/heads/main {repo.head} refs/heads/main {'0' * 40}\n".encode()
    for way in LEADING_THERE:
        env = led(repo, way)
        result = repo.run(*ATTEST, "hook", "pre-push", "origin", "url", stdin=given, env=env)
        assert (result.returncode, result.stderr) == (0, b"")
    assert ran(repo) == set()


def test_an_attest_push_runs_none(hostile: Repo) -> None:
    repo = hostile
    add_remote(repo, "origin", "main")
    repo.write("a.py", "changed\n")
    repo.attested("change")
    env = led(repo, "empty, first")
    result = repo.run(*ATTEST, "push", "-q", "origin", "main", env=env)
    assert result.returncode == 0, result
    assert ran(repo) == set()


def test_what_git_starts_for_us_is_none_of_them_either(hostile: Repo, key: Path) -> None:
    """git looks its programs up in PATH, too: here, what signs the commit and pushes."""
    repo = hostile
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingKey", str(key))
    repo.git("config", "commit.gpgSign", "true")
    repo.git("remote", "add", "far", "ssh://nobody@localhost:1/repo.git")
    repo.write("a.py", "changed\n")
    repo.answer()
    env = led(repo, "empty, first")
    result = repo.run(*ATTEST, "commit", "-q", "-m", "change", env=env)
    assert result.returncode == 0, result
    assert b"gpgsig " in repo.raw()
    repo.run(*ATTEST, "push", "far", "main", env=env)
    assert ran(repo) == set()


@pytest.mark.parametrize("setting", ["gpg.ssh.program", "gpg.program", "gpg.openpgp.program"])
def test_a_configured_name_leads_to_none(hostile: Repo, setting: str) -> None:
    repo = hostile
    repo.write("a.py", "changed\n")
    answers = filled(repo)
    repo.git("config", setting, "gpg2" if "ssh" not in setting else "attest")
    env = led(repo, "empty, first", "/usr/bin:/bin")
    inside.run(["answer", "--answers", "-"], repo.path, env, answers)
    inside.run(["doctor"], repo.path, env)
    inside.run(["init", "--key", f"openpgp:{EMAIL}"], repo.path, env)
    assert ran(repo) == set()


@pytest.mark.parametrize("value", ["./ssh-keygen", "bin/ssh-keygen", "../repo/ssh-keygen"])
def test_a_configured_relative_path_is_refused(hostile: Repo, value: str) -> None:
    """git runs it from the root of the work tree; what is there, a branch decides."""
    repo = hostile
    repo.write("a.py", "changed\n")
    answers = filled(repo)
    repo.git("config", "gpg.ssh.program", value)
    result = inside.run(["answer", "--answers", "-"], repo.path, repo.env, answers)
    assert result.returncode == 4
    reply = result.stderr.decode()
    assert f"{value} cannot be started: a relative path leads into the checkout" in reply
    assert ran(repo) == set()
    repo.git("config", "gpg.ssh.program", "ssh-keygen")
    result = inside.run(["answer", "--answers", "-"], repo.path, repo.env, answers)
    assert result.returncode == 0, result


def test_openpgp_keys_are_judged_by_no_gpg_of_the_checkout(hostile: Repo) -> None:
    """Nor by the one that the checkout's configuration names."""
    repo = hostile
    with gnupg() as pgp:
        mine = pgp.make(f"A U Thor <{EMAIL}>")
        ruled.begin(repo, None, files={".attest/keys/author.asc": pgp.export(mine)})
    ruled.change(repo).attested("change")
    marker = hook(repo, "configured", f'echo configured >>"{repo.home}/ran"', repo.home)
    for setting in ("gpg.program", "gpg.openpgp.program", "gpg.ssh.program"):
        repo.git("config", setting, str(marker))
    for way in LEADING_THERE:
        result = inside.run(["check", ruled.RANGE], repo.path, led(repo, way))
        assert (result.returncode, b"signer-unknown" in result.stdout) == (1, True), result
    assert ran(repo) == set()
