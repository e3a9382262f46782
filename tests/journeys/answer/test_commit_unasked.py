"""`attest commit` makes no commit unasked because git does not run its hooks."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from attest.hook import installed
from attest.setup import hooks
from support import inside
from support.messages import blocks, edit, hook, outcome
from support.repo import Repo

EXACT = ("attested", "exact")
ATTEST = f"{shlex.quote(sys.executable)} -P -m attest"


def not_executable(name: str) -> Callable[[Repo], None]:
    return lambda repo: (repo.path / ".git/hooks" / name).chmod(0o644)


def taken(repo: Repo) -> None:
    hook(repo, "pre-commit", "exit 0")


def gone(repo: Repo) -> None:
    (repo.path / ".git/hooks/commit-msg").unlink()


def overridden(repo: Repo) -> None:
    repo.env |= {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": "/dev/null",
    }


def overridden_by_an_option(repo: Repo) -> None:
    repo.env["GIT_CONFIG_PARAMETERS"] = "'core.hooksPath'='/dev/null'"


def not_reachable(repo: Repo) -> None:
    """The person's own hooks call an attest that is not on PATH."""
    for name in installed.HOOKS:
        hook(repo, name, hooks.line_to_add(name), repo.home / "own")
    repo.git("config", "core.hooksPath", str(repo.home / "own"))


WAYS: dict[str, Callable[[Repo], None]] = {
    **{f"{name} is not executable": not_executable(name) for name in installed.COMMIT_HOOKS},
    "another tool took its place": taken,
    "one is gone": gone,
    "the environment names another folder": overridden,
    "an option of git names another folder": overridden_by_an_option,
    "hooks of one's own do not find attest": not_reachable,
}


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
def test_where_the_installed_hooks_would_not_run_it_asks_all_the_same(repo: Repo, way: str) -> None:
    WAYS[way](repo)
    head = repo.head
    edit(repo, 3)
    result = repo.attest("commit", "-m", "Change")
    assert result.returncode == 1, result
    assert b"nobody can be asked" in result.stderr
    assert repo.head == head
    repo.answer()
    repo.ok("commit", "-q", "-m", "Change")
    assert (outcome(repo), len(blocks(repo.message()))) == (EXACT, 1)


@pytest.mark.long
def test_it_leaves_nothing_in_the_git_directory(repo: Repo) -> None:
    hook(repo, "pre-commit", "exit 0")
    edit(repo, 3)
    repo.answer()
    repo.ok("commit", "-q", "-m", "Change")
    assert list((repo.path / ".git/attest").glob("~*")) == []


def test_it_takes_no_temporary_folder_of_the_system(repo: Repo) -> None:
    """Which is mounted noexec on many servers."""
    repo.ok("uninstall")
    real, seen = shutil.which("git"), repo.home / "seen"
    hook(repo, "git", f'echo "$@" >>"{seen}"\nexec "{real}" "$@"', repo.home / "bin")
    edit(repo, 3)
    repo.attest("commit", "-m", "C", PATH=f"{repo.home / 'bin'}{os.pathsep}{repo.env['PATH']}")
    (line,) = [line for line in seen.read_text().splitlines() if " commit -m C" in line]
    assert f"core.hooksPath={repo.path / '.git/attest'}/" in line


def test_where_no_hook_can_run_it_refuses(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mount without programs is simulated by what the system says of files in it."""
    repo.ok("uninstall")
    head, access = repo.head, os.access
    edit(repo, 3)

    def noexec(path: str | Path, mode: int) -> bool:
        return access(path, mode) and not (mode == os.X_OK and ".git" in Path(path).parts)

    monkeypatch.setattr(os, "access", noexec)
    result = inside.run(["commit", "-m", "Change"], repo.path, repo.env)
    assert result.returncode == 4
    assert b"git would not run attest's pre-commit hook" in result.stderr
    assert b"attest answer HEAD" in result.stderr
    assert repo.head == head


MOUNT = 'mount -t tmpfs -o "$1" none "$2" && shift 2 && exec "$@"'


@pytest.fixture
def mounted(repo: Repo, tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Runs a line of shell with a folder mounted in a way that others do not see."""
    where = tmp_path / "mounted"
    where.mkdir()
    command = ("unshare", "-m", "sh", "-c", MOUNT, "sh")
    try:
        tried = repo.run(*command, "noexec", str(where), "true")
    except FileNotFoundError:
        pytest.skip("there is no unshare(1)")
    if tried.returncode != 0:
        pytest.skip("nothing can be mounted here")

    def run(script: str, **env: str) -> tuple[int, str]:
        words = (*command, "noexec", str(where), "sh", "-ec", script)
        result = repo.run(*words, env={"M": str(where), **env})
        return result.returncode, (result.stdout + result.stderr).decode()

    return run


@pytest.mark.parametrize("with_hooks", [True, False])
def test_in_a_clone_on_such_a_mount(
    repo: Repo, mounted: Callable[..., tuple[int, str]], with_hooks: bool
) -> None:
    if not with_hooks:
        repo.ok("uninstall")
    edit(repo, 3)
    script = f'cp -R . "$M/r" && cd "$M/r" && rc=0; {ATTEST} commit -m C || rc=$?; git log -1'
    code, reply = mounted(f"{script}; exit $rc")
    assert code == 4, reply
    assert "would not run attest's pre-commit hook" in reply
    assert "    start" in reply
    assert "    C" not in reply


def test_with_such_a_temporary_folder(repo: Repo, mounted: Callable[..., tuple[int, str]]) -> None:
    repo.ok("uninstall")
    edit(repo, 3)
    code, reply = mounted(f"{ATTEST} commit -m C", TMPDIR=str(repo.path.parent / "mounted"))
    assert (code, "nobody can be asked" in reply) == (1, True), reply


def test_a_commit_that_was_made_unasked_is_noticed(repo: Repo) -> None:
    """By a git that leaves hooks out: a wrapper on PATH that drops what we say."""
    repo.ok("uninstall")
    real = shutil.which("git")
    drop = 'if [ "$3" = commit ]; then shift 2; fi'
    hook(repo, "git", f'{drop}\nexec "{real}" "$@"', repo.home / "bin")
    edit(repo, 3)
    path = f"{repo.home / 'bin'}{os.pathsep}{repo.env['PATH']}"
    result = repo.attest("commit", "-q", "-m", "Change", PATH=path)
    assert result.returncode == 4
    assert b"nobody was asked" in result.stderr
    assert b"attest answer HEAD" in result.stderr
    result = repo.attest("commit", "--dry-run", PATH=path)
    assert b"nobody was asked" not in result.stderr
