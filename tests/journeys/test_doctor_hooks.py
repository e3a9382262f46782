"""`attest doctor` on hooks that git does not run, and programs that are not there."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from attest import install
from support import inside
from support.examined import doctor, examined, nothing_off, programs
from support.messages import hook
from support.repo import Repo


@pytest.fixture
def fine(repo: Repo) -> Repo:
    return nothing_off(repo)


class TestHooks:
    @pytest.mark.parametrize("name", install.HOOKS)
    def test_not_executable(self, fine: Repo, name: str) -> None:
        (fine.path / ".git/hooks" / name).chmod(0o644)
        found = doctor(fine)
        found.missing(name, "cannot be run", "chmod +x")
        assert name not in found.lines["hooks"].said.split(", ")

    def test_its_python_is_gone(self, fine: Repo) -> None:
        for name in install.HOOKS:
            path = fine.path / ".git/hooks" / name
            lines = path.read_text().splitlines()
            at = next(n for n, line in enumerate(lines) if line.startswith("attest_python="))
            lines[at] = "attest_python='/gone/bin dir/python'"
            path.write_text("\n".join([*lines, ""]))
        found = doctor(fine)
        assert found.code == 4
        assert found.having("missing") == list(install.HOOKS)
        found.says("pre-push", "missing", "gone", "attest init")
        fine.ok("init")
        assert doctor(fine).code == 0

    def test_absent(self, fine: Repo, key: Path) -> None:
        fine.ok("uninstall")
        fine.git("config", "attest.signingKey", str(key))
        found = doctor(fine)
        for name in install.HOOKS:
            found.noted(name, "not there", "Run `attest init`.")
        assert "hooks" not in found.lines

    def test_one_is_absent(self, fine: Repo) -> None:
        (fine.path / ".git/hooks/pre-push").unlink()
        found = doctor(fine)
        found.noted("pre-push", "not there", "Run `attest init`.")
        assert found.lines["hooks"].said == "pre-commit, commit-msg, post-commit"

    def test_one_of_another_tool_that_took_its_place(self, fine: Repo) -> None:
        hook(fine, "pre-push", "exit 0")
        doctor(fine).noted("pre-push", "not there", "Run `attest init`.")

    def test_in_a_linked_worktree(self, fine: Repo) -> None:
        fine.git("worktree", "add", "-q", "--detach", str(fine.home / "linked"))
        found = examined(inside.run(["doctor"], fine.home / "linked", fine.env))
        found.says("hooks", "ok", ", ".join(install.HOOKS))


@pytest.fixture
def husky(fine: Repo) -> Repo:
    """The layout of husky 9: what git runs in `.husky/_` runs what lies in `.husky`."""
    inner = fine.path / ".husky/_"
    for name in install.HOOKS:
        hook(fine, name, '. "$(dirname "$0")/h"', inner)
    fine.git("config", "core.hooksPath", ".husky/_")
    return fine


class TestHooksOfOnesOwn:
    def test_without_a_line_for_attest(self, husky: Repo) -> None:
        found = doctor(husky)
        for name in install.HOOKS:
            found.noted(name, f"in {husky.path / '.husky/_'}", install.line_to_add(name))

    @pytest.mark.parametrize("reachable", [True, False])
    def test_with_a_line_for_attest(self, husky: Repo, reachable: bool) -> None:
        for name in install.HOOKS:
            (husky.path / ".husky" / name).write_text(f"{install.line_to_add(name)}\n")
        there = {"attest": "exit 0"} if reachable else {}
        found = doctor(husky, PATH=programs(husky, "git", "ssh", "ssh-keygen", "gpg", **there))
        if reachable:
            assert found.code == 0
            found.says("hooks", "ok", "called by your own")
        else:
            found.missing("hooks", "attest, which is not on PATH", "to PATH")

    def test_with_a_line_in_one_of_them(self, husky: Repo) -> None:
        (husky.path / ".husky/pre-push").write_text(install.line_to_add("pre-push"))
        found = doctor(husky, PATH=programs(husky, "git", "ssh", "ssh-keygen", attest="exit 0"))
        found.noted("commit-msg", ".husky/_", "attest hook commit-msg")
        found.says("hooks", "ok", "pre-push: called by your own")

    def test_a_line_in_a_hook_that_git_does_not_run(self, fine: Repo) -> None:
        path = hook(fine, "pre-push", install.line_to_add("pre-push"))
        path.chmod(path.stat().st_mode & ~(stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH))
        found = doctor(fine, PATH=programs(fine, "git", "ssh", "ssh-keygen", attest="exit 0"))
        found.missing("pre-push", "cannot be run", "chmod +x")

    def test_a_folder_for_all_clones(self, fine: Repo) -> None:
        fine.git("config", "--global", "core.hooksPath", str(fine.home / "all hooks"))
        doctor(fine).noted("pre-push", f"in {fine.home / 'all hooks'}", "attest hook pre-push")


class TestPrograms:
    def test_no_gpg(self, fine: Repo) -> None:
        found = doctor(fine, PATH=programs(fine, "git", "ssh", "ssh-keygen"))
        found.noted("gpg", "not installed")

    def test_no_ssh_keygen(self, fine: Repo) -> None:
        found = doctor(fine, PATH=programs(fine, "git"))
        assert found.code == 4
        assert found.having("missing") == ["ssh-keygen", "signs"]
        found.says("ssh-keygen", "missing", "not installed", "Install OpenSSH")

    def test_no_git(self, fine: Repo) -> None:
        found = examined(fine.attest("doctor", PATH=programs(fine, "ssh", "ssh-keygen")))
        found.missing("git", "not installed", "Install git")
        assert tuple(found.lines) == ("git", "ssh-keygen", "gpg", "grammars")

    def test_a_git_that_is_too_old(self, fine: Repo) -> None:
        real = f'exec "{shutil.which("git")}" "$@"'
        old = f'if [ "$1" = version ]; then echo git version 2.30.0; else {real}; fi'
        path = programs(fine, "ssh", "ssh-keygen", git=old)
        found = examined(fine.attest("doctor", PATH=path))
        found.missing("git", "'git version 2.30.0' is too old", "Install a newer git")
        assert tuple(found.lines) == ("git", "ssh-keygen", "gpg", "grammars")
