"""What a check of one commit starts and loads: most of its time is that."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from attest.git.diff import DiffEntry, FileChange
from attest.git.diff_tree import DiffTree
from attest.system import processes
from attest.verification import commit_range
from support import inside
from support.repo import EMAIL, Repo

POLICY = 'version = 1\nproject = "sample"\n'
GIT = '#!/bin/sh\necho "$@" >> {log}\nexec {git} "$@"\n'
PROBE = """
import atexit, gc, sys
seen = []
gc.callbacks.append(lambda phase, about: seen.append(phase))
def tell():  # registered first, and so called last
    print(gc.get_freeze_count() > 40_000, len(seen), *sys.modules, file=sys.stderr)
atexit.register(tell)
from attest.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
UNUSED = {
    "attest.analysis.syntax.tree",
    "attest.analysis.syntax.worker",
    "attest.forge.ci_event",
    "attest.git.range_reader",
    "attest.verification.landed",
    "attest.verification.unit_check",
    "pydantic",
    "typer",
}


@pytest.fixture
def attested(bare_repo: Repo, key: Path) -> Repo:
    """A commit with rules, and one that is attested."""
    repo = bare_repo
    repo.write("code.py", "".join(f"line_{number} = {number}\n" for number in range(20)))
    repo.write(".attest.toml", POLICY)
    public = " ".join(key.with_suffix(".pub").read_text("utf-8").split()[:2])
    repo.write(".attest/allowed_signers", f'{EMAIL} namespaces="git-attest-v1" {public}\n')
    repo.commit("start")
    repo.set_up(key)
    repo.git("remote", "add", "origin", "https://example.com/sample.git")
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repo.write("code.py", "".join(f"line_{number} = {number}\n" for number in range(1, 20)))
    repo.attested("change")
    return repo


@pytest.mark.skipif(sys.platform == "win32", reason="needs a program in sh")
def test_no_git_answers_what_another_has_answered(attested: Repo, tmp_path: Path) -> None:
    log, folder = tmp_path / "log", tmp_path / "programs"
    folder.mkdir()
    (folder / "git").write_text(GIT.format(log=log, git=shutil.which("git")))
    (folder / "git").chmod(0o755)
    path = f"{folder}:{attested.env['PATH']}"
    attested.run(
        *(sys.executable, "-P", "-m", "attest", "check", "HEAD~1..HEAD"),
        env={"PATH": path},
        check=True,
    )
    started = [line.split("--no-replace-objects ")[-1] for line in log.read_text().splitlines()]
    # One goes on while the next ones are started.
    assert sorted(" ".join(line.split(" ")[:2]) for line in started) == [
        "cat-file --batch-check=%(objectname)",
        "cat-file --batch-command",
        "config --list",
        "diff-tree --stdin",
        "diff-tree --stdin",
        "for-each-ref --format=%(refname)",
        "rev-list --topo-order",
        "rev-parse --absolute-git-dir",
        "version",
    ]


def test_no_hunk_is_read_where_the_whole_change_was_attested(
    attested: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without answers, that is four fifths of the time that a check of a range takes."""
    trees: list[str] = []
    files = DiffTree.files

    def noted(
        reader: DiffTree, old: str, new: str, entries: Sequence[DiffEntry], *, keep: bool = False
    ) -> tuple[FileChange, ...]:
        trees.append(new)
        return files(reader, old, new, entries, keep=keep)

    monkeypatch.setattr(DiffTree, "files", noted)
    monkeypatch.setattr(commit_range, "_AHEAD", 1)
    attested.ok("check", "HEAD~1..HEAD", "--no-answers")
    assert trees == []
    attested.ok("check", "HEAD~1..HEAD")
    assert len(trees) == 1


def test_a_list_that_nobody_reads_is_not_waited_for(
    attested: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a long history, git walks all of it before it writes the first line."""
    end = processes.end

    def noted(running: processes.RunningProcess, *, patience: float = 5) -> None:
        waits[str(running.args)] = patience
        end(running, patience=patience)

    waits: dict[str, float] = {}
    monkeypatch.setattr(processes, "end", noted)
    attested.commit("another", "--no-verify")
    result = inside.run(
        ["check", "HEAD~2..HEAD", "--signers", "missing"], attested.path, attested.env, b""
    )
    assert result.returncode == 2
    assert [wait for words, wait in waits.items() if "rev-list" in words] == [0]


def test_what_is_not_needed_is_not_loaded(attested: Repo) -> None:
    """And nobody looks for cycles among all that is."""
    result = attested.run(sys.executable, "-P", "-c", PROBE, "check", "HEAD~1..HEAD", check=True)
    are_frozen, looks, *modules = result.stderr.decode().split()
    assert (are_frozen, looks) == ("True", "0")
    assert "attest.verification.commit_check" in modules
    assert UNUSED.isdisjoint(modules)
