"""`attest doctor` on hooks that git does not run, and programs that are not there."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path

import pytest

from attest import __version__
from attest.hook import installed
from attest.setup import hooks
from support import forked, inside
from support.examined import doctor, examined, nothing_off, programs
from support.messages import hook
from support.repo import Repo

ATTEST = f'exec {forked.program()} -P -m attest "$@"'


@pytest.fixture
def fine(repo: Repo) -> Repo:
    return nothing_off(repo)


class TestHooks:
    @pytest.mark.parametrize("name", installed.HOOKS)
    def test_not_executable(self, fine: Repo, name: str) -> None:
        (fine.path / ".git/hooks" / name).chmod(0o644)
        result = doctor(fine)
        result.missing(name, "not executable", "chmod +x")
        assert name not in result.lines["hooks"].reply.partition(":")[0].split(", ")

    def test_its_python_is_gone(self, fine: Repo) -> None:
        for name in installed.HOOKS:
            path = fine.path / ".git/hooks" / name
            lines = path.read_text().splitlines()
            at = next(n for n, line in enumerate(lines) if line.startswith("attest_python="))
            lines[at] = "attest_python='/gone/bin dir/python'"
            path.write_text("\n".join([*lines, ""]))
        result = doctor(fine)
        assert result.code == 4
        assert result.having("missing") == list(installed.HOOKS)
        result.says("pre-push", "missing", "gone", "attest init")
        fine.ok("init")
        assert doctor(fine).code == 0

    def test_the_program_on_path_is_the_one_that_is_named(self, fine: Repo) -> None:
        script = "import sys; from attest.__main__ import main; sys.exit(main())"
        command = f"exec {sys.executable} -P -c '{script}' \"$@\""
        hook(fine, "git-attest", command, fine.home / "first")
        path = f"{fine.home / 'first'}{os.pathsep}{fine.env['PATH']}"
        result = doctor(fine, PATH=path)
        result.says("hooks", "ok", f"pre-push: {fine.home / 'first/git-attest'}")

    def test_another_version_is_noted(self, fine: Repo) -> None:
        script = "echo 'attest-hook 1'; echo 99.1 >&2"
        hook(fine, "git-attest", script, fine.home / "first")
        path = f"{fine.home / 'first'}{os.pathsep}{fine.env['PATH']}"
        result = doctor(fine, PATH=path)
        result.noted("hooks", f"first/git-attest is attest 99.1; this is {__version__}", "PATH")

    def test_its_python_has_no_attest(self, fine: Repo) -> None:
        for name in installed.HOOKS:
            path = fine.path / ".git/hooks" / name
            python = hook(fine, "python", f'exec {sys.executable} -S "$@"', fine.home)
            path.write_text(path.read_text().replace(forked.program(), str(python)))
        result = doctor(fine)
        assert result.having("missing") == list(installed.HOOKS)
        result.says("commit-msg", "missing", "No module named 'attest'", "attest init")

    def test_no_hook_of_others_is_run(self, bare_repo: Repo, key: Path) -> None:
        for name in installed.HOOKS:
            hook(bare_repo, name, f'touch "{bare_repo.home}/ran"')
        bare_repo.set_up(key)
        doctor(bare_repo).says("hooks", "ok", ", ".join(installed.HOOKS))
        assert not (bare_repo.home / "ran").exists()

    def test_of_another_version(self, fine: Repo) -> None:
        path = fine.path / ".git/hooks/pre-push"
        path.write_text(path.read_text().replace("attest-shim 3:", "attest-shim 2:"))
        doctor(fine).missing("pre-push", "another version", "attest init")

    def test_absent(self, fine: Repo, key: Path) -> None:
        fine.ok("uninstall")
        fine.git("config", "attest.signingKey", str(key))
        result = doctor(fine)
        for name in installed.HOOKS:
            result.noted(name, "not installed", "Run `attest init`.")
        assert "hooks" not in result.lines

    def test_one_is_absent(self, fine: Repo) -> None:
        (fine.path / ".git/hooks/pre-push").unlink()
        result = doctor(fine)
        result.noted("pre-push", "not installed", "Run `attest init`.")
        reply = result.lines["hooks"].reply
        assert reply == f"pre-commit, commit-msg, post-commit: {forked.program()}"

    def test_one_of_another_tool_that_took_its_place(self, fine: Repo) -> None:
        hook(fine, "pre-push", "exit 0")
        doctor(fine).noted("pre-push", "not installed", "Run `attest init`.")

    def test_in_a_linked_worktree(self, fine: Repo) -> None:
        fine.git("worktree", "add", "-q", "--detach", str(fine.home / "linked"))
        result = examined(inside.run(["doctor"], fine.home / "linked", fine.env))
        result.says("hooks", "ok", ", ".join(installed.HOOKS))


@pytest.fixture
def husky(fine: Repo) -> Repo:
    """The layout of husky 9: what git runs in `.husky/_` runs what lies in `.husky`."""
    inner = fine.path / ".husky/_"
    for name in installed.HOOKS:
        hook(fine, name, '. "$(dirname "$0")/h"', inner)
    fine.git("config", "core.hooksPath", ".husky/_")
    return fine


class TestHooksOfOnesOwn:
    def test_without_a_line_for_attest(self, husky: Repo) -> None:
        result = doctor(husky)
        for name in installed.HOOKS:
            result.noted(name, f"in {husky.path / '.husky/_'}", hooks.line_to_add(name))

    @pytest.mark.parametrize("reachable", [True, False])
    def test_with_a_line_for_attest(self, husky: Repo, reachable: bool) -> None:
        for name in installed.HOOKS:
            (husky.path / ".husky" / name).write_text(f"{hooks.line_to_add(name)}\n")
        there = {"attest": ATTEST} if reachable else {}
        result = doctor(husky, PATH=programs(husky, "git", "ssh", "ssh-keygen", "gpg", **there))
        if reachable:
            assert result.code == 0
            result.says("hooks", "ok", f"pre-push: {husky.home / 'programs/attest'}")
        else:
            result.missing("hooks", "attest, which is not on PATH", "to PATH")

    def test_whose_attest_does_not_run(self, husky: Repo) -> None:
        (husky.path / ".husky/pre-push").write_text(hooks.line_to_add("pre-push"))
        broken = "echo no module named attest >&2; exit 1"
        result = doctor(husky, PATH=programs(husky, "git", "ssh", "ssh-keygen", attest=broken))
        result.missing("pre-push", "no module named attest", "Reinstall attest")

    def test_with_a_line_in_one_of_them(self, husky: Repo) -> None:
        (husky.path / ".husky/pre-push").write_text(hooks.line_to_add("pre-push"))
        result = doctor(husky, PATH=programs(husky, "git", "ssh", "ssh-keygen", attest=ATTEST))
        result.noted("commit-msg", ".husky/_", "attest hook commit-msg")
        result.says("hooks", "ok", f"pre-push: {husky.home / 'programs/attest'}")

    def test_a_line_in_a_hook_that_git_does_not_run(self, fine: Repo) -> None:
        path = hook(fine, "pre-push", hooks.line_to_add("pre-push"))
        path.chmod(path.stat().st_mode & ~(stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH))
        result = doctor(fine, PATH=programs(fine, "git", "ssh", "ssh-keygen", attest="exit 0"))
        result.missing("pre-push", "not executable", "chmod +x")

    def test_a_folder_for_all_clones(self, fine: Repo) -> None:
        fine.git("config", "--global", "core.hooksPath", str(fine.home / "all hooks"))
        doctor(fine).noted("pre-push", f"in {fine.home / 'all hooks'}", "attest hook pre-push")


class TestPrograms:
    def test_no_gpg(self, fine: Repo) -> None:
        result = doctor(fine, PATH=programs(fine, "git", "ssh", "ssh-keygen"))
        result.noted("gpg", "not installed")

    def test_no_ssh_keygen(self, fine: Repo) -> None:
        result = doctor(fine, PATH=programs(fine, "git"))
        assert result.code == 4
        assert result.having("missing") == ["ssh-keygen", "signs"]
        result.says("ssh-keygen", "missing", "not installed", "Install OpenSSH")

    @pytest.mark.parametrize(
        "reply",
        [
            "OpenSSH_7.4p1, OpenSSL 1.0.2k-fips",
            "OpenSSH_8.1p1, LibreSSL 2.7.3",
            "OpenSSH_for_Windows_8.1p1, LibreSSL 3.0.2",
            "OpenSSH_for_Windows_7.7p1",
        ],
    )
    def test_an_openssh_that_is_too_old(self, fine: Repo, reply: str) -> None:
        result = doctor(fine, PATH=programs(fine, "git", "ssh-keygen", ssh=f"echo '{reply}' >&2"))
        result.missing("ssh-keygen", f"{reply} is too old", "Install OpenSSH 8.2 or newer")
        assert str(fine.home / "programs/ssh-keygen") in result.lines["ssh-keygen"].reply

    @pytest.mark.parametrize(
        "reply",
        ["OpenSSH_8.2p1", "OpenSSH_10.0p2 Debian-7, OpenSSL 3.5.1", "OpenSSH_for_Windows_9.5p2"],
    )
    def test_an_openssh_that_will_do(self, fine: Repo, reply: str) -> None:
        result = doctor(fine, PATH=programs(fine, "git", "ssh-keygen", ssh=f"echo '{reply}' >&2"))
        result.says("ssh-keygen", "ok", f"{reply} ({fine.home / 'programs/ssh-keygen'})")

    def test_the_version_is_that_of_the_ssh_beside_it(self, fine: Repo) -> None:
        """Not of another one that comes first on PATH."""
        path = programs(fine, "git", "ssh-keygen", ssh="echo OpenSSH_9.9p1 >&2")
        other = hook(fine, "ssh", "echo OpenSSH_7.4p1 >&2", fine.home / "other").parent
        result = doctor(fine, PATH=f"{other}{os.pathsep}{path}")
        result.says("ssh-keygen", "ok", "OpenSSH_9.9p1")

    def test_an_ssh_keygen_without_an_ssh(self, fine: Repo) -> None:
        result = doctor(fine, PATH=programs(fine, "git", "ssh-keygen"))
        result.says("ssh-keygen", "ok", "unknown version")

    @pytest.mark.parametrize(
        ("reply", "good"),
        [
            ("gpg (GnuPG) 1.4.23", False),
            ("gpg (GnuPG) 2.0.22", False),
            ("gpg (GnuPG) 2.2.4", False),
            ("gpg (GnuPG) 2.2.20", True),
            ("gpg (GnuPG/MacGPG2) 2.2.41", True),
            ("gpg (GnuPG) 2.4.7-unknown", True),
            ("gpg (GnuPG) 2.5.0", True),
        ],
    )
    def test_the_version_of_gpg(self, fine: Repo, reply: str, good: bool) -> None:
        path = programs(fine, "git", "ssh", "ssh-keygen", gpg=f"echo '{reply}'")
        result = doctor(fine, PATH=path)
        version = reply.removeprefix("gpg ")
        if good:
            result.says("gpg", "ok", f"{version} ({fine.home / 'programs/gpg'})")
            assert result.code == 0
        else:
            result.missing("gpg", f"{version} is too old", "Install GnuPG 2.2.20 or newer")

    def test_no_git(self, fine: Repo) -> None:
        result = examined(fine.attest("doctor", PATH=programs(fine, "ssh", "ssh-keygen")))
        result.missing("git", "not installed", "Install git")
        assert tuple(result.lines) == ("git", "ssh-keygen", "gpg", "grammars")

    def test_a_git_that_is_too_old(self, fine: Repo) -> None:
        real = f'exec "{shutil.which("git")}" "$@"'
        old = f'if [ "$1" = version ]; then echo git version 2.30.0; else {real}; fi'
        path = programs(fine, "ssh", "ssh-keygen", git=old)
        result = examined(fine.attest("doctor", PATH=path))
        result.missing("git", "'git version 2.30.0' is too old", "Install a newer git")
        assert tuple(result.lines) == ("git", "ssh-keygen", "gpg", "grammars")
