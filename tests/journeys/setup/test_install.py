"""`attest init` and `attest uninstall`: the hooks."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from support.messages import blocks, edit, hook, outcome
from support.repo import Repo

pytestmark = pytest.mark.usefixtures("hooks_as_written")

EXACT = ("attested", "exact")
HOOKS = ("pre-commit", "commit-msg", "post-commit")
Tree = dict[str, tuple[int, bytes]]


def tree(folder: Path) -> Tree:
    """Every path below a folder, with its mode and its bytes or link target."""
    matches: Tree = {}
    for path in sorted(folder.rglob("*")):
        name, mode = str(path.relative_to(folder)), path.lstat().st_mode
        if path.is_symlink():
            matches[name] = (mode, os.readlink(path).encode())
        else:
            matches[name] = (mode, path.read_bytes() if path.is_file() else b"")
    return matches


def changed(before: Tree, after: Tree) -> list[str]:
    return sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n))


def log_hook(repo: Repo, name: str, folder: Path | None = None) -> Path:
    """An own hook that writes down its arguments and its input."""
    log = repo.home / f"{name}.log"
    script = f'{{ printf "<%s>" "$@"; cat; }} >> "{log}"'
    hook(repo, name, script, folder)
    return log


def start(repo: Repo) -> Repo:
    repo.write("a.py", "".join(f"line {n}\n" for n in range(1, 41)))
    repo.commit("start")
    return repo


def test_a_second_init_changes_nothing(bare_repo: Repo, key: Path) -> None:
    hook(bare_repo, "pre-commit", "true")
    bare_repo.set_up(key)
    before, times = tree(bare_repo.path), [p.lstat().st_mtime_ns for p in _files(bare_repo)]
    bare_repo.set_up(key)
    bare_repo.ok("init")
    assert changed(before, tree(bare_repo.path)) == []
    assert [p.lstat().st_mtime_ns for p in _files(bare_repo)] == times


def _files(repo: Repo) -> list[Path]:
    return sorted(p for p in repo.path.rglob("*") if not p.is_dir())


def _nothing(repo: Repo) -> None:
    (repo.path / ".git/hooks").mkdir()


def _own_hooks(repo: Repo) -> None:
    for name in (*HOOKS, "pre-push"):
        hook(repo, name, f"echo {name}")
    (repo.path / ".git/hooks/commit-msg").chmod(0o700)


def _not_executable(repo: Repo) -> None:
    hook(repo, "commit-msg", "exit 1").chmod(0o640)


def _symlinks(repo: Repo) -> None:
    script = hook(repo, "check it", "true", repo.path / "scripts")
    (repo.path / ".git/hooks").mkdir()
    os.symlink("../../scripts/check it", repo.path / ".git/hooks/pre-commit")
    os.symlink(script, repo.path / ".git/hooks/commit-msg")
    os.symlink("nowhere", repo.path / ".git/hooks/post-commit")


def _no_folder(repo: Repo) -> None:
    assert not (repo.path / ".git/hooks").exists(), "tests have no template of git's"


def _settings(repo: Repo) -> None:
    with (repo.path / ".git/config").open("a") as file:
        file.write('# mine\n[attest]\n\task = never ; keep\n[user]\n\tname = "A U Thor"\n')


STATES = [_nothing, _own_hooks, _not_executable, _symlinks, _no_folder, _settings]


@pytest.mark.parametrize("state", STATES, ids=lambda s: s.__name__.strip("_"))
def test_uninstall_puts_back_exactly_what_was_there(
    bare_repo: Repo, key: Path, state: Callable[[Repo], None]
) -> None:
    state(bare_repo)
    before = tree(bare_repo.path)
    bare_repo.set_up(key)
    assert changed(before, tree(bare_repo.path))
    bare_repo.ok("uninstall")
    assert changed(before, tree(bare_repo.path)) == []
    bare_repo.ok("uninstall")
    assert changed(before, tree(bare_repo.path)) == []


def test_uninstall_keeps_the_answers_and_names_them(repo: Repo) -> None:
    edit(repo, 3)
    repo.answer()
    reply = repo.ok("uninstall")
    assert str(repo.path / ".git/attest") in reply
    assert repo.template()["hunk"][0]["invariant"]


def test_uninstall_leaves_a_hook_that_took_our_place(repo: Repo) -> None:
    mine = hook(repo, "pre-commit", "true").read_bytes()
    repo.ok("uninstall")
    assert (repo.path / ".git/hooks/pre-commit").read_bytes() == mine
    assert not (repo.path / ".git/hooks/commit-msg").exists()


@pytest.mark.long
def test_own_hooks_run_with_the_same_arguments_and_input(bare_repo: Repo, key: Path) -> None:
    repo = start(bare_repo)
    logs = [log_hook(repo, name) for name in HOOKS]
    command = ("git", "hook", "run", "--ignore-missing", "commit-msg", "--", "a b", "'c'", "*")
    edit(repo, 3)
    repo.commit("Without attest")
    repo.run(*command, check=True)
    expected = [log.read_bytes() for log in logs]
    repo.git("reset", "-q", "--soft", "HEAD^")
    for log in logs:
        log.unlink()
    repo.set_up(key)
    repo.answer()
    repo.commit("With attest")
    repo.run(*command, check=True)
    assert [log.read_bytes() for log in logs] == expected
    assert b"<a b><'c'><*>" in expected[1]
    assert outcome(repo) == EXACT


@pytest.mark.parametrize("name", ["pre-commit", "commit-msg"])
def test_an_own_hook_that_fails_stops_the_commit(bare_repo: Repo, key: Path, name: str) -> None:
    repo = start(bare_repo)
    before = repo.head
    hook(repo, name, "echo refused >&2; exit 7")
    repo.set_up(key)
    edit(repo, 3)
    repo.answer()
    result = repo.run("git", "commit", "-m", "Change")
    assert result.returncode == 1
    assert b"refused" in result.stderr
    assert repo.head == before


def test_an_own_hook_changes_the_message_first(bare_repo: Repo, key: Path) -> None:
    repo = start(bare_repo)
    hook(repo, "commit-msg", """sed -i '1s/^/[tag] /' "$1" """)
    repo.set_up(key)
    edit(repo, 3)
    repo.attested_by_git("Change")
    assert repo.message().startswith("[tag] Change\n\nAttest: ")
    assert outcome(repo) == EXACT


def test_an_own_hook_that_is_not_executable_stays_unused(bare_repo: Repo, key: Path) -> None:
    repo = start(bare_repo)
    hook(repo, "pre-commit", "exit 7").chmod(0o644)
    repo.set_up(key)
    edit(repo, 3)
    repo.attested_by_git("Change")
    assert outcome(repo) == EXACT


@pytest.mark.long
@pytest.mark.parametrize("absolute", [True, False])
def test_a_hooks_path_inside_the_git_directory_is_written_to(
    bare_repo: Repo, key: Path, absolute: bool
) -> None:
    repo = start(bare_repo)
    folder = repo.path / ".git/my hooks"
    repo.git("config", "core.hooksPath", str(folder) if absolute else ".git/my hooks")
    repo.set_up(key)
    assert {p.name for p in folder.iterdir()} >= set(HOOKS)
    assert not (repo.path / ".git/hooks/commit-msg").exists()
    edit(repo, 3)
    repo.attested_by_git("Change")
    assert outcome(repo) == EXACT


def _global(repo: Repo) -> Path:
    folder = repo.home / "all my hooks"
    repo.git("config", "--global", "core.hooksPath", str(folder))
    return folder


def _tracked(repo: Repo) -> Path:
    repo.git("config", "core.hooksPath", "scripts/hooks")
    return repo.path / "scripts/hooks"


@pytest.mark.parametrize("place", [_global, _tracked], ids=["global", "tracked"])
def test_a_hooks_folder_outside_is_not_written_to_and_its_lines_work(
    bare_repo: Repo, key: Path, place: Callable[[Repo], Path]
) -> None:
    repo = start(bare_repo)
    folder = place(repo)
    log_hook(repo, "pre-commit", folder)
    before, hooks = tree(folder), tree(repo.path / ".git/hooks")
    reply = repo.ok("init", "--key", str(key), "--yes")
    assert str(folder) in reply
    assert changed(before, tree(folder)) == []
    assert changed(hooks, tree(repo.path / ".git/hooks")) == []
    lines = {name: _line(reply, name) for name in HOOKS}
    for name, line in lines.items():
        hook(repo, name, line, folder)
    scripts = sysconfig.get_path("scripts")
    repo.env["PATH"] = f"{scripts}{os.pathsep}{repo.env['PATH']}"
    edit(repo, 3)
    repo.attested_by_git("Change")
    assert outcome(repo) == EXACT
    assert repo.attest("uninstall").returncode == 0
    assert (folder / "commit-msg").is_file()


def _line(reply: str, name: str) -> str:
    """The line that `init` printed for a hook, below its name."""
    lines = [line.strip() for line in reply.splitlines()]
    return lines[lines.index(f"{name}:") + 1]


@pytest.mark.long
def test_init_in_a_linked_worktree_serves_them_all(
    bare_repo: Repo, key: Path, tmp_path: Path
) -> None:
    repo = start(bare_repo)
    repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / 'it\'s a "tree"'))
    side = Repo(tmp_path / 'it\'s a "tree"', repo.home, repo.env)
    side.set_up(key)
    for one in (side, repo):
        edit(one, 3, f"in {one.path.name}")
        one.attested_by_git("Change")
        assert outcome(one) == EXACT
    repo.ok("uninstall")
    assert not (repo.path / ".git/hooks/commit-msg").exists()


@pytest.mark.long
def test_init_in_a_submodule_leaves_the_outer_repository_alone(
    bare_repo: Repo, key: Path, tmp_path: Path
) -> None:
    other = start(Repo.create(tmp_path, "other one"))
    repo = start(bare_repo)
    allow = ("-c", "protocol.file.allow=always")
    repo.git(*allow, "submodule", "--quiet", "add", str(other.path), "sub")
    inner = Repo(repo.path / "sub", repo.home, repo.env)
    outer = tree(repo.path / ".git/hooks")
    inner.set_up(key)
    assert changed(outer, tree(repo.path / ".git/hooks")) == []
    assert (repo.path / ".git/modules/sub/hooks/commit-msg").is_file()
    edit(inner, 3)
    inner.attested_by_git("Change")
    assert outcome(inner) == EXACT


@pytest.mark.parametrize("name", ["it's", 'a "b" c', "$HOME `x`", "ü\\n"])
def test_a_clone_may_be_called_anything(tmp_path: Path, key: Path, name: str) -> None:
    repo = start(Repo.create(tmp_path, name))
    log = log_hook(repo, "pre-commit")
    repo.set_up(key)
    edit(repo, 3)
    repo.attested_by_git("Change")
    assert outcome(repo) == EXACT
    assert log.exists()


def test_a_shim_whose_interpreter_is_gone_says_so_and_lets_the_commit_through(repo: Repo) -> None:
    for name in HOOKS:
        path = repo.path / ".git/hooks" / name
        assert sys.executable in path.read_text()
        path.write_text(path.read_text().replace(sys.executable, "/no/such/python"))
    edit(repo, 3)
    repo.answer()
    result = repo.run("git", "commit", "-m", "Change", check=True)
    assert b"/no/such/python" in result.stderr
    assert b"attest init" in result.stderr
    assert blocks(repo.message()) == []
    repo.ok("init")
    repo.git("commit", "-q", "--amend", "--no-edit")
    assert outcome(repo) == EXACT


def test_a_shim_whose_interpreter_is_gone_still_runs_the_own_hook(
    bare_repo: Repo, key: Path
) -> None:
    repo = start(bare_repo)
    hook(repo, "pre-commit", "echo refused >&2; exit 7")
    repo.set_up(key)
    path = repo.path / ".git/hooks/pre-commit"
    path.write_text(path.read_text().replace(sys.executable, "/no/such/python"))
    edit(repo, 3)
    result = repo.run("git", "commit", "-m", "Change")
    assert result.returncode == 1
    assert b"refused" in result.stderr


@pytest.mark.long
def test_the_interpreter_may_lie_anywhere(bare_repo: Repo, key: Path, tmp_path: Path) -> None:
    repo = start(bare_repo)
    home = tmp_path / 'it\'s my $HOME "venv"'
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = home / "bin" / "python"
    site = next(home.glob("lib/python*/site-packages"))
    source = Path(__file__).resolve().parents[3] / "src"
    (site / "paths.pth").write_text(f"{source}\n{sysconfig.get_path('purelib')}\n")
    command = (str(python), "-P", "-m", "attest", "init", "--key", str(key), "--yes")
    repo.run(*command, check=True)
    edit(repo, 3)
    repo.attested_by_git("Change")
    assert outcome(repo) == EXACT


def test_no_hooks_installs_none(bare_repo: Repo, key: Path) -> None:
    before = tree(bare_repo.path / ".git/hooks")
    reply = bare_repo.ok("init", "--key", str(key), "--yes", "--no-hooks")
    assert changed(before, tree(bare_repo.path / ".git/hooks")) == []
    assert "attest commit" in reply


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_git_directory_is_an_error_of_the_environment(
    bare_repo: Repo, key: Path
) -> None:
    folder = bare_repo.path / ".git/hooks"
    folder.chmod(0o500)
    try:
        result = bare_repo.attest("init", "--key", str(key), "--yes")
    finally:
        folder.chmod(0o700)
    assert result.returncode == 4
    assert b"Traceback" not in result.stderr


def test_outside_of_a_repository_init_says_so(bare_repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "nowhere").mkdir()
    result = bare_repo.attest("init", cwd=tmp_path / "nowhere")
    assert result.returncode == 4
    assert b"no git repository" in result.stderr
