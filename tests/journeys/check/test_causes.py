"""Each failure of git is named by its cause, with a remedy that helps."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from support.faults import ATTEST, fails
from support.pruning import DAMAGE, file_of, loose
from support.repo import Repo
from support.rewriting import filled, state, two_commits
from support.terminal import stage

REFETCH = "git fetch --refetch"


@pytest.fixture(scope="module")
def _attested(_start: Repo, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    repo = _start.copy(tmp_path_factory.mktemp("attested"))
    repo.git("tag", "start")
    repo.write("folder/deep/b.py", "one\n")
    repo.answer()
    repo.commit("one")
    repo.write("folder/deep/b.py", "two\n")
    repo.answer()
    repo.commit("two")
    loose(repo)
    return repo


@pytest.fixture
def attested(_attested: Repo, tmp_path: Path) -> Repo:
    """Two attested commits; every object in a file of its own."""
    repo = _attested.copy(tmp_path)
    assert repo.attest("check", "start..HEAD").returncode == 0
    return repo


def cloned(repo: Repo, *options: str) -> Repo:
    path = repo.path.parent / "clone"
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", *options, f"file://{repo.path}", str(path))
    return Repo(path, repo.home, repo.env)


OBJECTS = {
    "commit": "HEAD^",
    "the last commit": "HEAD",
    "tree": "HEAD^{tree}",
    "the tree below": "HEAD:folder/deep",
    "file": "HEAD:folder/deep/b.py",
    "the file before": "HEAD^:folder/deep/b.py",
}


@pytest.mark.parametrize("damage", [name for name in DAMAGE if name != "missing"])
@pytest.mark.parametrize("which", OBJECTS)
def test_a_damaged_object_is_called_damaged(attested: Repo, which: str, damage: str) -> None:
    clone = cloned(attested)
    loose(clone)
    oid = clone.git("rev-parse", OBJECTS[which])
    DAMAGE[damage](file_of(clone, oid))
    result = clone.attest("check", f"{attested.git('rev-parse', 'start')}..HEAD")
    words = result.stderr.decode()
    assert "shallow" not in words
    assert b"not the hunk" not in result.stdout
    if which == "the last commit":  # git itself cannot resolve HEAD
        assert result.returncode in (3, 4)
        return
    fails(result, 4, oid, REFETCH)
    assert "damaged" in words or "not what its name says" in words
    # The remedy that is printed works.
    file_of(clone, oid).unlink()
    clone.git("fetch", "-q", "--refetch")
    assert clone.attest("check", f"{attested.git('rev-parse', 'start')}..HEAD").returncode == 0


@pytest.mark.parametrize("which", [name for name in OBJECTS if name != "the last commit"])
def test_a_missing_object_of_a_whole_clone(attested: Repo, which: str) -> None:
    oid = attested.git("rev-parse", OBJECTS[which])
    file_of(attested, oid).unlink()
    result = attested.attest("check", "start..HEAD")
    fails(result, 3 if which == "commit" else 4, oid, "missing", REFETCH)
    assert "unshallow" not in result.stderr.decode()
    assert b"not the hunk" not in result.stdout


def test_a_shallow_clone(attested: Repo) -> None:
    clone = cloned(attested, "--depth=1")
    for expected in ("HEAD", f"{attested.git('rev-parse', 'start')}..HEAD"):
        result = clone.attest("check", "--base", "HEAD", expected)
        fails(result, 3, "git fetch --unshallow")
        assert "fsck" not in result.stderr.decode()
    clone.git("fetch", "-q", "--unshallow")
    assert clone.attest("check", "--base", "HEAD", "HEAD").returncode == 0


@pytest.mark.parametrize("filtered", ["blob:none", "tree:0"])
def test_a_partial_clone(attested: Repo, filtered: str) -> None:
    clone = cloned(attested, f"--filter={filtered}", "--no-checkout")
    start = attested.git("rev-parse", "start")
    result = clone.attest("check", f"{start}..HEAD")
    fails(result, 3, "partial", "git fetch --refetch --no-filter")
    assert "unshallow" not in result.stderr.decode()
    clone.git("fetch", "-q", "--refetch", "--no-filter")
    assert clone.attest("check", f"{start}..HEAD").returncode == 0


def test_a_hunk_that_was_not_attested_is_still_called_so(attested: Repo) -> None:
    message = attested.message()
    attested.write("folder/deep/b.py", "three\n")
    attested.git("-c", "core.hooksPath=/dev/null", "commit", "-qam", message)
    result = attested.attest("check", "HEAD^..HEAD")
    assert result.returncode == 1
    assert b"hunk-not-covered" in result.stdout


@pytest.mark.parametrize(
    "command", ["rev-list", "cat-file", "diff-tree", "merge-tree", "rev-parse"]
)
@pytest.mark.parametrize("how", ["kill -KILL $$", "exit 137"], ids=["killed", "killed below"])
def test_a_git_that_is_killed(attested: Repo, command: str, how: str) -> None:
    # What the kernel does where memory runs out; below a wrapper, its shell says 128 more.
    folder = attested.path.parent / "bin"
    folder.mkdir()
    git = shutil.which("git")
    (folder / "git").write_text(
        f'#!/bin/sh\nfor word in "$@"; do [ "$word" = {command} ] && {how}; done\nexec {git} "$@"\n'
    )
    (folder / "git").chmod(0o755)
    if command == "merge-tree":
        attested.git("checkout", "-q", "-b", "side", "HEAD^")
        attested.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "--allow-empty", "-m", "s")
        attested.git("merge", "-q", "--no-ff", "--no-verify", "-m", "merge", "main")
    path = f"{folder}{os.pathsep}{attested.env['PATH']}"
    result = attested.attest("check", "start..HEAD", PATH=path)
    fails(result, 4, "SIGKILL", "memory")
    assert "damaged" not in result.stderr.decode()
    assert "shallow" not in result.stderr.decode()


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="needs prlimit")
def test_a_file_that_may_not_grow(repo: Repo) -> None:
    repo.write("large.bin", os.urandom(200_000).hex())
    repo.git("rm", "-q", "--cached", "a.py")
    (repo.path / "many").mkdir()
    for number in range(400):
        (repo.path / "many" / f"{number:040}").write_text("")
    repo.git("add", "many")
    result = repo.run("prlimit", "--fsize=2000", *ATTEST, "answer", "--template")
    fails(result, 4, "ulimit -f")
    assert "lock" not in result.stderr.decode().partition("\n")[2]


@pytest.fixture
def two(_start: Repo, tmp_path: Path) -> Repo:
    return two_commits(_start, tmp_path / "two")


@pytest.fixture
def full(two: Repo) -> Iterator[Repo]:
    """A repository whose objects are on a disk with hardly any room."""
    folder, kept = two.path / ".git/objects", two.path.parent / "objects"
    shutil.copytree(folder, kept)
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a disk of its own needs the right to mount one")
    shutil.copytree(kept, folder, dirs_exist_ok=True)
    yield two
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> None:
    with (folder / "ballast").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 1024)
        except OSError:
            pass


@pytest.mark.long
def test_a_disk_without_room_for_the_new_commits(full: Repo) -> None:
    answers, before = filled(full), state(full)
    fill(full.path / ".git/objects")
    result = answer(full, answers)
    fails(result, 4, "the disk is full", "Make room on the disk", "No branch was moved")
    assert b".lock" not in result.stderr
    assert state(full) == before
    (full.path / ".git/objects/ballast").unlink()
    assert answer(full, answers).returncode == 0


def answer(repo: Repo, answers: bytes) -> CompletedProcess[bytes]:
    return repo.run(*ATTEST, "answer", "--unpushed", "--answers", "-", stdin=answers)


def test_a_disk_without_room_for_what_is_staged(full: Repo) -> None:
    stage(full, 2)
    fill(full.path / ".git/objects")
    result = full.run(*ATTEST, "answer", "--template")
    fails(result, 4, "the disk is full", "Make room on the disk", str(full.path / ".git/objects"))


@pytest.mark.long
def test_a_lock_is_called_a_lock(two: Repo) -> None:
    answers, before = filled(two), state(two)
    lock = two.path / ".git/refs/heads/lower.lock"
    lock.touch()
    result = answer(two, answers)
    fails(result, 4, str(lock), "remove the .lock file", "answers are kept")
    lock.unlink()
    assert state(two) == before
    assert answer(two, answers).returncode == 0
