"""attest is in the repository that git is in, wherever it is started, and git decides which."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path
from unittest import mock

import git as gitpython
import pytest

from attest.errors import EnvironmentFault
from attest.git import process
from attest.git.repository import Repository
from support.repo import Repo

POSIX = pytest.mark.skipif(os.name == "nt", reason="needs POSIX paths or users")


@contextmanager
def standing(folder: Path, repo: Repo, env: Mapping[str, str] | None = None) -> Iterator[None]:
    """In a folder, with the environment of *repo* and more."""
    with mock.patch.dict(os.environ, {**repo.env, **(env or {})}, clear=True), chdir(folder):
        yield


def asked(folder: Path, repo: Repo, env: Mapping[str, str] | None, *words: str) -> str | None:
    """What git itself answers there; None where it fails."""
    result = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", *words],
        cwd=folder,
        env={**repo.env, **(env or {})},
        capture_output=True,
        check=False,
    )
    return os.fsdecode(result.stdout).rstrip("\n") if result.returncode == 0 else None


def assert_as_git(folder: Path, repo: Repo, env: Mapping[str, str] | None = None) -> Repository:
    """attest finds there what git finds."""
    with standing(folder, repo, env):
        outcome = Repository.find()
        top = None if outcome.bare else outcome.top
        tree = asked(folder, repo, env, "--show-toplevel")
        assert (str(top()) if top and tree else None) == tree
        assert outcome.head() == asked(folder, repo, env, "--verify", "HEAD^{commit}")
    answers = {
        str(outcome.git_dir): "--absolute-git-dir",
        str(outcome.common_dir): "--git-common-dir",
        outcome.object_format: "--show-object-format",
        str(outcome.bare).lower(): "--is-bare-repository",
    }
    for answer, word in answers.items():
        assert answer == asked(folder, repo, env, word), word
    return outcome


@pytest.fixture
def plain(tmp_path: Path) -> Repo:
    """A repository with a commit and a folder."""
    repo = Repo.create(tmp_path)
    repo.write("below/code.py", "a = 1\n")
    repo.commit("start")
    return repo


def test_in_the_root_and_in_a_folder(plain: Repo) -> None:
    assert_as_git(plain.path, plain)
    assert_as_git(plain.path / "below", plain)


def test_in_the_git_directory(plain: Repo) -> None:
    """GitPython takes the folder above for the work tree; git sees none."""
    assert_as_git(plain.path / ".git", plain)
    assert_as_git(plain.path / ".git/refs", plain)


def test_in_a_linked_worktree(plain: Repo, tmp_path: Path) -> None:
    plain.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    outcome = assert_as_git(tmp_path / "linked/below", plain)
    assert outcome.git_dir != outcome.common_dir
    assert_as_git(outcome.git_dir, plain)


def test_in_a_worktree_of_a_bare_repository(plain: Repo, tmp_path: Path) -> None:
    plain.git("clone", "--quiet", "--bare", str(plain.path), str(tmp_path / "bare.git"))
    assert assert_as_git(tmp_path / "bare.git", plain).bare
    plain.git("-C", str(tmp_path / "bare.git"), "worktree", "add", "--quiet", str(tmp_path / "w"))
    assert not assert_as_git(tmp_path / "w", plain).bare


def test_in_a_submodule(plain: Repo, tmp_path: Path) -> None:
    other = Repo.create(tmp_path, "other")
    other.write("inner/code.py", "b = 1\n")
    other.commit("other")
    allowed = ("-c", "protocol.file.allow=always")
    plain.git(*allowed, "submodule", "--quiet", "add", str(other.path), "module")
    outcome = assert_as_git(plain.path / "module/inner", plain)
    assert outcome.git_dir == plain.path / ".git/modules/module"


def test_with_git_dir_of_a_hook(plain: Repo, tmp_path: Path) -> None:
    """`GIT_DIR` is relative in most hooks; without `GIT_WORK_TREE`, the folder where one
    is counts as the root of the work tree, where GitPython takes that of `GIT_DIR`."""
    assert_as_git(plain.path, plain, {"GIT_DIR": ".git"})
    assert_as_git(plain.path, plain, {"GIT_DIR": ".git", "GIT_INDEX_FILE": ".git/index"})
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert_as_git(elsewhere, plain, {"GIT_DIR": str(plain.path / ".git")})
    both = {"GIT_DIR": str(plain.path / ".git"), "GIT_WORK_TREE": str(plain.path)}
    assert_as_git(elsewhere, plain, both)


def test_with_a_work_tree_elsewhere(plain: Repo, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    plain.git("config", "core.worktree", str(tmp_path / "tree"))
    assert_as_git(plain.path / ".git", plain)


def test_the_inner_one_of_two(plain: Repo) -> None:
    inner = plain.path / "below/inner"
    plain.git("init", "--quiet", str(inner))
    assert assert_as_git(inner, plain).git_dir == inner / ".git"
    assert assert_as_git(inner.parent, plain).git_dir == plain.path / ".git"


@POSIX
def test_by_a_symbolic_link(plain: Repo, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(plain.path / "below")
    assert_as_git(tmp_path / "link", plain)
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/.git").symlink_to(plain.path / ".git")
    assert_as_git(tmp_path / "tree", plain)


def test_sha256(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path, "repo", "--object-format=sha256")
    repo.write("code.py", "a = 1\n")
    repo.commit("start")
    assert assert_as_git(repo.path, repo).object_format == "sha256"


def test_reftable(tmp_path: Path) -> None:
    if process.version() < (2, 45):
        pytest.skip("this git has no reftable")
    repo = Repo.create(tmp_path, "repo", "--ref-format=reftable")
    repo.write("code.py", "a = 1\n")
    repo.commit("start")
    assert_as_git(repo.path, repo)


@pytest.mark.skipif(sys.platform != "linux", reason="macOS and Windows have no such names")
def test_a_path_that_is_not_utf_8(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path, os.fsdecode(b"caf\xe9"))
    repo.write("code.py", "a = 1\n")
    repo.commit("start")
    assert_as_git(repo.path, repo)


@pytest.mark.parametrize("name", ["$HOME", "${PATH}", "~", "~root", "a b", "%PATH%"])
def test_a_path_that_looks_like_a_variable(tmp_path: Path, name: str) -> None:
    """GitPython would put the variable in."""
    repo = Repo.create(tmp_path, name)
    repo.write("below/code.py", "a = 1\n")
    repo.commit("start")
    assert_as_git(repo.path / "below", repo)


def test_git_does_not_look_above_a_ceiling(plain: Repo) -> None:
    """GitPython does."""
    ceiling = {"GIT_CEILING_DIRECTORIES": str(plain.path)}
    with (
        standing(plain.path / "below", plain, ceiling),
        pytest.raises(EnvironmentFault, match="no git repository"),
    ):
        Repository.find()


def test_git_takes_no_bare_repository_that_it_came_upon(plain: Repo) -> None:
    """safe.bareRepository: somebody may have committed one. GitPython takes it."""
    plain.git("init", "--quiet", "--bare", str(plain.path / "below/bare"))
    plain.git("config", "--global", "safe.bareRepository", "explicit")
    with (
        standing(plain.path / "below/bare", plain),
        pytest.raises(EnvironmentFault, match=r"safe\.bareRepository|cannot use bare"),
    ):
        Repository.find()


def test_there_is_none(tmp_path: Path, plain: Repo) -> None:
    with standing(tmp_path, plain), pytest.raises(EnvironmentFault, match="no git repository"):
        Repository.find()
    nowhere = {"GIT_DIR": str(tmp_path / "nowhere")}
    with (
        standing(plain.path, plain, nowhere),
        pytest.raises(EnvironmentFault, match="no git repository"),
    ):
        Repository.find()


def test_a_broken_configuration_is_for_git_to_report(plain: Repo) -> None:
    (plain.path / ".git/config").write_text("[core\n")
    with standing(plain.path, plain), pytest.raises(EnvironmentFault, match="bad config line 1"):
        Repository.find()


@pytest.fixture
def of_somebody_else() -> Iterator[Path]:
    """A repository of root's, in a folder that everybody may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    yield folder
    shutil.rmtree(folder)


FIND = "from attest.git.repository import Repository; print(Repository.find())"
AS_SOMEBODY_ELSE = """
import os, sys
from attest.errors import EnvironmentFault
from attest.git.repository import Repository
Repository.find()  # loads all that it needs: the other user may not read this Python
os.setgroups([]), os.setgid(65534), os.setuid(65534)
os.chdir(sys.argv[1])
try:
    print(Repository.find())
except EnvironmentFault as fault:
    print(fault.message)
"""


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can be somebody else")
def test_the_repository_of_another_user_is_refused(plain: Repo, of_somebody_else: Path) -> None:
    """And its configuration is not read before: this one would hang whoever reads it."""
    os.mkfifo(of_somebody_else / "pipe")
    (of_somebody_else / "pipe").chmod(0o666)
    with (of_somebody_else / ".git/config").open("a") as file:
        file.write(f"[include]\n\tpath = {of_somebody_else}/pipe\n")
    for folder in (of_somebody_else, of_somebody_else / ".git"):
        result = plain.run(
            *("timeout", "60", sys.executable, "-c", AS_SOMEBODY_ELSE, str(folder)),
            env={"HOME": os.devnull, "GIT_CONFIG_GLOBAL": os.devnull},
            check=True,
        )
        assert b"git refuses this repository: fatal: detected dubious ownership" in result.stdout


class TestTheRunner:
    def test_the_same_git_as_everywhere(self, plain: Repo, tmp_path: Path) -> None:
        """Not what GitPython's variables name, and never one in the checkout."""
        evil = plain.path / ("git.exe" if os.name == "nt" else "git")
        evil.write_text(f"#!/bin/sh\necho started >> {tmp_path}/started\nexit 1\n")
        evil.chmod(0o755)
        settings = {
            "GIT_PYTHON_GIT_EXECUTABLE": str(evil),
            "GIT_PYTHON_REFRESH": "no such mode",
            "PATH": f".{os.pathsep}{os.environ['PATH']}",
        }
        code = f"{FIND}; import os; print(os.environ['GIT_PYTHON_REFRESH'])"
        result = plain.run(sys.executable, "-c", code, env=settings, check=True)
        assert b"no such mode" in result.stdout  # what is started later sees it as it was
        assert not (tmp_path / "started").exists()

    def test_gitpython_starts_no_git_by_itself(self, plain: Repo, tmp_path: Path) -> None:
        """It would ask for the version twice, each time it is imported."""
        trace = tmp_path / "trace"
        code = f"{FIND}; from git import Git; print(Git.GIT_PYTHON_GIT_EXECUTABLE)"
        settings = {"GIT_TRACE2_EVENT": str(trace)}
        result = plain.run(sys.executable, "-c", code, env=settings, check=True)
        assert Path(os.fsdecode(result.stdout.splitlines()[-1])).is_absolute()
        events = [json.loads(line) for line in trace.read_text("utf-8").splitlines()]
        started = [event["argv"][1] for event in events if event["event"] == "start"]
        assert started == ["version", "rev-parse"]

    def test_nothing_of_ours_asks_gitpython_for_a_shell(self) -> None:
        assert gitpython.Git.__dict__["USE_SHELL"] is False

    def test_git_runs_where_the_person_is(self, plain: Repo) -> None:
        with standing(plain.path / "below", plain):
            prefix = Repository.find().git("rev-parse", "--show-prefix")
        assert prefix == b"below/\n"

    def test_its_input_ends(self, plain: Repo) -> None:
        with standing(plain.path, plain):
            outcome = Repository.find()
            assert outcome.git("stripspace") == b""
            assert outcome.git("stripspace", stdin=b"\xff\0 \n") == b"\xff\0\n"

    def test_output_is_left_as_it_is(self, plain: Repo) -> None:
        with standing(plain.path, plain):
            outcome = Repository.find()
            assert outcome.git("stripspace", stdin=b"a\n\n\n") == b"a\n"
            assert outcome.git("stripspace", stdin=b"b" * (1 << 20)) == b"b" * (1 << 20) + b"\n"

    def test_a_failure_is_an_error_of_ours(self, plain: Repo) -> None:
        with standing(plain.path, plain):
            outcome = Repository.find()
            with pytest.raises(process.GitError) as caught:
                outcome.git("cat-file", "-p", "nothing")
        assert caught.value.code == 128
        assert "Not a valid object name nothing" in caught.value.stderr

    def test_without_git(self, plain: Repo) -> None:
        with standing(plain.path, plain):
            outcome = Repository.find()
            os.environ["PATH"] = str(plain.path / "below")
            with pytest.raises(EnvironmentFault, match="git is not installed"):
                outcome.git("version")

    @POSIX
    def test_no_child_outlives_an_interruption(self, plain: Repo) -> None:
        with standing(plain.path, plain):
            outcome = Repository.find()
            children = []

            def interrupt(child: subprocess.Popen[bytes], *_: object) -> None:
                children.append(child)
                raise KeyboardInterrupt

            with (
                mock.patch("subprocess.Popen.communicate", interrupt),
                pytest.raises(KeyboardInterrupt),
            ):
                outcome.git("cat-file", "--batch")  # waits for its input
        assert [child.returncode for child in children] == [-signal.SIGKILL]
