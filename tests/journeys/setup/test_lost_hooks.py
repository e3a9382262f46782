"""Another program puts its hooks in the place of attest's: attest says so as soon as it runs."""

from __future__ import annotations

import shutil

import pytest

from attest.hook import installed
from support import forked
from support.examined import doctor, examined, nothing_off, programs
from support.messages import edit, hook
from support.repo import Repo
from support.rewriting import attest, change, published

LOST = "git no longer runs attest's hooks ({}). To set them up again: attest init"


def line(*names: str) -> str:
    return f"attest: {LOST.format(', '.join(names))}\n"


def husky(repo: Repo) -> None:
    """husky 9 is installed later: git runs the stubs of its folder from now on."""
    for name in installed.HOOKS:
        hook(repo, name, "exit 0", repo.path / ".husky/_")
    repo.git("config", "core.hooksPath", ".husky/_")


def replace(repo: Repo) -> None:
    """lefthook installs itself: it moves what it finds."""
    for name in ("commit-msg", "pre-push"):
        (repo.path / f".git/hooks/{name}").rename(repo.path / f".git/hooks/{name}.old")
        hook(repo, name, "exit 0")


def test_the_hook_after_the_commit_says_so(repo: Repo) -> None:
    replace(repo)
    edit(repo, 3)
    result = repo.run("git", "commit", "-q", "-m", "Change", check=True)
    assert result.stderr.decode() == line("commit-msg", "pre-push")
    repo.ok("init", "--yes")
    edit(repo, 9)
    assert repo.run("git", "commit", "-q", "-m", "Change", check=True).stderr == b""


def test_it_says_so_before_it_judges(repo: Repo) -> None:
    replace(repo)
    edit(repo, 3)
    repo.answer()
    result = repo.run("git", "commit", "-q", "-m", "Change", check=True)
    lines = result.stderr.decode().splitlines(keepends=True)
    assert lines[0] == line("commit-msg", "pre-push")
    assert lines[-1] == "attest:   attest answer HEAD\n"


@pytest.mark.parametrize("install", [husky, replace])
@pytest.mark.parametrize("words", [["answer", "--unpushed", "--template"], ["edit"]])
def test_a_command_says_so(repo: Repo, install: object, words: list[str]) -> None:
    published(repo)
    change(repo, 3)
    assert callable(install)
    install(repo)
    names = installed.HOOKS if install is husky else ("commit-msg", "pre-push")
    assert line(*names) in attest(repo, *words).stderr.decode()
    repo.ok("init", "--yes")
    assert "no longer" not in attest(repo, *words).stderr.decode()


def test_attest_push_says_so(repo: Repo) -> None:
    replace(repo)
    remote = repo.home / "up.git"
    repo.git("init", "-q", "--bare", str(remote))
    result = attest(repo, "push", str(remote), "HEAD:refs/heads/topic")
    assert line("commit-msg", "pre-push") in result.stderr.decode()


def test_the_answers_are_said_to_need_another_command(repo: Repo) -> None:
    """Here the one line is about the commit that comes next."""
    replace(repo)
    edit(repo, 3)
    repo.answer()
    reply = attest(repo, "answer", "--answers", "-", stdin=b"hunk = []\n").stderr.decode()
    assert reply.count("attest init") == 1
    assert reply.endswith("run `attest init`, or use `attest commit`\n")


def test_a_hook_that_is_lost_for_the_push_alone(repo: Repo) -> None:
    hook(repo, "pre-push", "exit 0")
    edit(repo, 3)
    repo.answer()
    reply = attest(repo, "answer", "--answers", "-", stdin=b"hunk = []\n").stderr.decode()
    assert reply.endswith(line("pre-push"))


def test_the_doctor_names_it(repo: Repo) -> None:
    fine = nothing_off(repo)
    replace(fine)
    result = doctor(fine)
    result.noted("pre-push", "another program's is in its place", "Run `attest init`.")
    (fine.path / ".git/hooks/pre-push").unlink()
    assert "another" not in doctor(fine).lines["pre-push"].reply


def test_attest_commit_needs_no_hooks_and_its_own_are_not_taken_for_others(repo: Repo) -> None:
    husky(repo)
    repo.ok("init", "--yes")
    edit(repo, 3)
    repo.answer()
    result = repo.attest("commit", "-q", "-m", "Change")
    assert result.returncode == 0
    assert b"no longer" not in result.stderr


def _uninstall(repo: Repo) -> None:
    replace(repo)
    repo.ok("uninstall")


def _delete(repo: Repo) -> None:
    (repo.path / ".git/hooks/pre-push").unlink()


@pytest.mark.parametrize("give_up", [_uninstall, _delete])
def test_a_commit_says_nothing_of_hooks_that_a_person_gave_up(repo: Repo, give_up: object) -> None:
    assert callable(give_up)
    give_up(repo)
    edit(repo, 3)
    assert repo.run("git", "commit", "-q", "-m", "Change", check=True).stderr == b""


CALL = "commit-msg:\n  jobs:\n    - run: attest hook commit-msg {1}\n"


@pytest.mark.parametrize("name", ["lefthook.yml", "lefthook-local.yml", ".config/lefthook.toml"])
def test_a_hook_manager_whose_configuration_calls_attest(repo: Repo, name: str) -> None:
    hook(repo, "commit-msg", "exit 0")
    repo.save(name, CALL)
    edit(repo, 3)
    assert repo.run("git", "commit", "-q", "-m", "Change", check=True).stderr == b""
    edit(repo, 9)
    repo.answer()
    reply = attest(repo, "answer", "--answers", "-", stdin=b"hunk = []\n").stderr.decode()
    assert "attest init" not in reply


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lefthook.yml", CALL.replace("    - run", "    # - run")),
        ("lefthook.yml", CALL.replace("commit-msg {1}", "pre-push")),
        ("NOTES.md", CALL),
        ("deeper/lefthook.yml", CALL),
        ("large.json", CALL + " " * 100_000),
    ],
)
def test_a_file_that_does_not_call_it(repo: Repo, name: str, text: str) -> None:
    hook(repo, "commit-msg", "exit 0")
    repo.save(name, text)
    edit(repo, 3)
    result = repo.run("git", "commit", "-q", "-m", "Change", check=True)
    assert result.stderr.decode() == line("commit-msg")


@pytest.mark.parametrize(
    ("version", "event", "state"),
    [
        ("2.54.0", "commit-msg", "ok"),
        ("2.53.2", "commit-msg", "note"),
        ("2.54.0", "pre-commit", "note"),
    ],
)
def test_settings_of_git_that_run_attest(repo: Repo, version: str, event: str, state: str) -> None:
    fine = nothing_off(repo)
    (fine.path / ".git/hooks/commit-msg").unlink()
    fine.git("config", "hook.mine.command", "attest hook commit-msg")
    fine.git("config", "hook.mine.event", event)
    real = f'exec "{shutil.which("git")}" "$@"'
    git = f'if [ "$*" = version ]; then echo git version {version}; else {real}; fi'
    attest_on_path = f'exec {forked.program()} -P -m attest "$@"'
    path = programs(fine, "ssh", "ssh-keygen", "gpg", git=git, attest=attest_on_path)
    result = examined(fine.attest("doctor", PATH=path))
    assert result.lines["commit-msg"].state == state
