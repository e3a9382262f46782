"""A program that answers what it is asked is ended by the end of its input."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from attest.git.isolated import Isolated
from attest.system import processes
from support.messages import hook
from support.repo import Repo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")


def start(folder: Path, script: str) -> processes.RunningProcess:
    with (folder / "errors").open("wb") as errors:
        return processes.start(["sh", "-c", script], cwd=folder, env=os.environ, errors=errors)


def test_it_may_end_by_itself(tmp_path: Path) -> None:
    running = start(tmp_path, "cat >/dev/null; echo ended >marker; echo said >&2; exit 3")
    processes.end(running)
    assert running.returncode == 3
    assert (tmp_path / "marker").read_text() == "ended\n"
    assert (tmp_path / "errors").read_text() == "said\n"


def test_one_that_writes_on_is_ended_by_the_closed_pipe(tmp_path: Path) -> None:
    running = start(tmp_path, "while echo more; do :; done 2>/dev/null")
    assert running.stdout is not None
    assert running.stdout.readline() == b"more\n"
    processes.end(running)
    assert running.returncode is not None


def test_one_that_does_not_end_is_killed(tmp_path: Path) -> None:
    running = start(tmp_path, "exec tail -f /dev/null")
    processes.end(running, patience=0)
    assert running.returncode == -9


def test_one_that_has_ended_already(tmp_path: Path) -> None:
    running = start(tmp_path, "exit 0")
    assert running.stdin is not None
    running.wait()
    running.stdin.write(b"nobody reads this")
    processes.end(running)
    assert running.returncode == 0


class TestIsolated:
    """As with `cmd\\git.exe` of Git for Windows, git on PATH is a wrapper here that waits
    for the real one. Killed, it would leave that one behind."""

    @pytest.fixture
    def isolated(self, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Isolated:
        repo.write("a.py", "changed\n")
        repo.commit("change")
        real = repo.run("sh", "-c", "command -v git").stdout.decode().strip()
        script = f'pwd >>"{repo.home}/where"\n{real} "$@"; echo "$?" >>"{repo.home}/ended"'
        wrapper = hook(repo, "git", script, repo.home / "bin")
        monkeypatch.setenv("PATH", f"{wrapper.parent}{os.pathsep}{repo.env['PATH']}")
        return Isolated([repo.path / ".git/objects"], "sha1")

    def test_the_real_git_ends_and_its_wrapper_with_it(
        self, repo: Repo, isolated: Isolated
    ) -> None:
        with isolated:
            trees = [repo.git("rev-parse", f"{name}^{{tree}}") for name in ("HEAD^", "HEAD")]
            assert isolated.change(*trees).files
            isolated.commit(repo.head)
            (repo.home / "ended").unlink(missing_ok=True)
        ended = (repo.home / "ended").read_text().split()
        assert ended == ["0"] * 3  # diff-tree twice, and cat-file

    def test_none_works_in_the_folder_that_is_deleted(self, repo: Repo, isolated: Isolated) -> None:
        with isolated:
            isolated.commit(repo.head)
            isolated.run("ls-tree", "-r", repo.git("rev-parse", "HEAD^{tree}"))
            folder = isolated._dir
        places = {Path(line) for line in (repo.home / "where").read_text().splitlines()}
        assert not any(place.is_relative_to(folder) for place in places), places
        assert not any(place.is_relative_to(repo.path) for place in places), places
        assert not folder.exists()

    def test_a_folder_that_cannot_be_deleted_spoils_no_run(
        self, repo: Repo, isolated: Isolated, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """On Windows a file that is open cannot be deleted; simulated at os.unlink."""

        def refuse(*_args: object, **_options: object) -> None:
            raise PermissionError(13, "in use by another process")

        with tempfile.TemporaryDirectory() as outer:
            monkeypatch.setattr(tempfile, "tempdir", outer)
            with isolated:
                isolated.commit(repo.head)
                monkeypatch.setattr(os, "unlink", refuse)
            assert isolated._dir.exists()
            monkeypatch.undo()
