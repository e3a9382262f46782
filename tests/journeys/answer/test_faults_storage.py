"""Damaged, full and closed storage: named with its remedy, and nothing is half-written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import run

import pytest

from support.faults import ATTEST, fails, filled, half_written, hand_in, kept, waiting
from support.repo import Repo
from support.terminal import stage
from support.words import invariant, removal

JUNK = {
    "empty": b"",
    "cut": b'{"invariant": "x", "bre',
    "list": b"[]",
    "no-keys": b"{}",
    "numbers": b'{"path":"a","invariant":1,"breaks":2,"unsure":3,"questions":4}',
    "pairs": b'{"path":"a","invariant":"","breaks":"","unsure":"","questions":[["one"]]}',
    "not-utf8": b'{"invariant": "\xff"}',
    "zeros": b"\0" * 200,
}


@pytest.mark.parametrize("name", JUNK)
def test_damaged_answers_are_named(repo: Repo, name: str) -> None:
    stage(repo, 2)
    answers = filled(repo)
    assert hand_in(repo, answers).returncode == 0
    (file,) = (repo.path / ".git/attest/answers").iterdir()
    file.write_bytes(JUNK[name])
    for result in (repo.attest("answer", "--template"), hand_in(repo, answers)):
        fails(result, 4, str(file), "Move it away")
    assert file.read_bytes() == JUNK[name]


@pytest.mark.parametrize("name", JUNK)
def test_a_damaged_block_does_not_stop_a_commit(repo: Repo, name: str) -> None:
    stage(repo, 2)
    answers = filled(repo)
    assert hand_in(repo, answers).returncode == 0
    (file,) = waiting(repo)
    file.write_bytes(JUNK[name])
    result = repo.run("git", "commit", "-m", "change")
    fails(result, 0, str(file))
    assert repo.message() == "change\n"
    repo.git("reset", "--soft", "HEAD^")
    assert hand_in(repo, answers).returncode == 0
    repo.commit("again")
    assert repo.codes() == []


# The disk


@pytest.fixture
def small_disk(repo: Repo, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Makes the folder for attest's own files a full disk."""
    folder = repo.path / ".git/attest"
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)]
    if not shutil.which("mount") or run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a disk of its own needs the right to mount one")

    def fill() -> None:
        with (folder / "ballast").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 4096)
            except OSError:
                pass

    yield fill
    run(["umount", str(folder)], check=True)


def test_a_full_disk_keeps_what_was_kept(repo: Repo, small_disk: Callable[[], None]) -> None:
    stage(repo, 2)
    repo.answer()
    stage(repo, 2, 12)
    answers, before = filled(repo), waiting(repo)
    small_disk()
    result = hand_in(repo, answers)
    fails(result, 4, str(repo.path / ".git/attest"), "No space left", "Make room")
    # What could not be kept is repeated, so that it can be copied.
    assert invariant().encode() in result.stderr
    assert half_written(repo) == []
    assert waiting(repo) == before
    (repo.path / ".git/attest/ballast").unlink()
    assert all(kept(repo)[0])


def test_a_full_disk_stops_the_editor_before_it_opens(
    repo: Repo, small_disk: Callable[[], None]
) -> None:
    stage(repo, 2)
    small_disk()
    result = repo.attest("answer", "--editor", GIT_EDITOR="touch ../opened; true")
    fails(result, 4, str(repo.path / ".git/attest"), "Make room")
    assert not (repo.home / "opened").exists()


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="needs prlimit")
@pytest.mark.parametrize("room", [0, 100])
def test_files_that_cannot_grow(repo: Repo, room: int) -> None:
    # As a full quota does, for the temporary folder too.
    stage(repo, 2)
    answers = filled(repo)
    result = repo.run(
        "prlimit", f"--fsize={room}", *ATTEST, "answer", "--answers", "-", stdin=answers
    )
    fails(result, 4)
    assert waiting(repo) == []
    assert half_written(repo) == []


def test_a_temporary_folder_that_is_missing(repo: Repo) -> None:
    stage(repo, 2)
    answers = filled(repo)
    result = hand_in(repo, answers, TMPDIR="/nonexistent")
    assert b"Traceback" not in result.stderr
    assert result.returncode in (0, 4)


def as_anyone(*command: str) -> list[str]:
    """The command, without root's right to pass over file modes."""
    if os.geteuid() != 0:
        return list(command)
    drop = "-dac_override,-dac_read_search"
    if shutil.which("setpriv") is None:
        pytest.skip("root passes over file modes, and there is no setpriv to drop that right")
    return ["setpriv", f"--bounding-set={drop}", f"--inh-caps={drop}", *command]


@pytest.fixture
def closed(repo: Repo) -> Iterator[list[Path]]:
    """Folders that a test closed; they are opened again behind it."""
    folders: list[Path] = []
    yield folders
    for folder in folders:
        folder.chmod(0o755)


def test_a_git_directory_that_cannot_be_written(repo: Repo, closed: list[Path]) -> None:
    stage(repo, 2)
    answers = filled(repo)
    closed.append(repo.path / ".git")
    closed[0].chmod(0o555)
    result = repo.run(*as_anyone(*ATTEST, "answer", "--answers", "-"), stdin=answers)
    fails(result, 4, str(repo.path / ".git"), "Permission denied", "permissions")
    assert not (repo.path / ".git/attest").exists()


@pytest.mark.parametrize("name", ["", "refs/heads", "objects", "objects/pack", "attest/pending"])
def test_the_doctor_names_what_cannot_be_written(repo: Repo, closed: list[Path], name: str) -> None:
    stage(repo, 2)
    repo.answer()
    folder = repo.path / ".git" / name
    closed.append(folder)
    folder.chmod(0o555)
    reply = repo.run(*as_anyone(*ATTEST, "doctor"))
    assert reply.returncode == 4
    assert f"missing  writes       {folder} cannot be written\n".encode() in reply.stdout
    folder.chmod(0o755)
    assert b"writes" not in repo.attest("doctor").stdout


@pytest.mark.parametrize("name", ["answers", "pending"])
def test_a_store_that_cannot_be_written(repo: Repo, closed: list[Path], name: str) -> None:
    stage(repo, 2)
    repo.answer()
    stage(repo, 12)
    answers, before = filled(repo), waiting(repo)
    closed.append(repo.path / ".git/attest" / name)
    closed[0].chmod(0o555)
    result = repo.run(*as_anyone(*ATTEST, "answer", "--answers", "-"), stdin=answers)
    fails(result, 4, str(closed[0]), "permissions")
    assert b"Make room" not in result.stderr
    assert waiting(repo) == before
    assert half_written(repo) == []
    assert kept(repo) == [(invariant(), removal()) if name == "pending" else ("", "")]


@pytest.mark.parametrize("name", ["answers", "pending"])
def test_a_store_that_cannot_be_read(repo: Repo, closed: list[Path], name: str) -> None:
    stage(repo, 2)
    repo.answer()
    answers = filled(repo)
    closed.append(repo.path / ".git/attest" / name)
    closed[0].chmod(0)
    result = repo.run(*as_anyone(*ATTEST, "answer", "--answers", "-"), stdin=answers)
    fails(result, 4, str(closed[0]))
    result = repo.run(*as_anyone("git", "commit", "-m", "change"))
    assert b"Traceback" not in result.stderr
    assert result.returncode == 0


def test_hooks_that_cannot_be_written(bare_repo: Repo, key: Path) -> None:
    hooks = bare_repo.path / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    hooks.chmod(0o555)
    result = bare_repo.run(*as_anyone(*ATTEST, "init", "--key", str(key)))
    hooks.chmod(0o755)
    fails(result, 4, str(hooks), "permissions")


def test_configuration_that_cannot_be_written(bare_repo: Repo, key: Path) -> None:
    (bare_repo.path / ".git/config.lock").write_text("")
    fails(bare_repo.attest("init", "--key", str(key)), 4, "config")


def test_an_object_store_that_cannot_be_written(repo: Repo, closed: list[Path]) -> None:
    (repo.path / "a.py").write_text("other\n")
    repo.git("add", "a.py")
    closed += [repo.path / ".git/objects", *(repo.path / ".git/objects").iterdir()]
    for folder in closed:
        folder.chmod(0o555)
    result = repo.run(*as_anyone(*ATTEST, "answer", "--template"))
    # git's words for this hold those that it has for a conflict.
    fails(result, 4, str(repo.path / ".git/objects"), "permissions")
    assert b"conflict" not in result.stderr
