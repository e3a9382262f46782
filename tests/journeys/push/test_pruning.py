"""New commits beside `git gc --prune=now`, and undoing them where they are damaged."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from attest.system import locks
from support.faults import ATTEST
from support.pruning import DAMAGE, Point, at_points, collect, file_of, loose
from support.repo import Repo
from support.rewriting import (
    EXACT,
    answered,
    attest,
    backups,
    filled,
    heads,
    outcomes,
    records,
    state,
)


@pytest.fixture
def two(two: Repo) -> Repo:
    """Two unpushed commits, with a branch on the first, and a note on the second."""
    two.git("config", "notes.rewriteRef", "refs/notes/*")
    two.git("notes", "add", "-m", "a word")
    return two


def kept(repo: Repo) -> list[Path]:
    return list((repo.path / ".git/objects/pack").glob("*.keep"))


def test_git_collects_at_every_step_of_a_rewriting(two: Repo) -> None:
    answers = filled(two)
    seen: list[Point] = []

    def collecting(point: Point) -> None:
        # Before the new commits are written there is nothing to lose.
        if seen or (point[0] == "end" and "index-pack" in point[1]):
            seen.append(point)
            collect(two)

    with at_points(collecting):
        result = attest(two, "answer", "--unpushed", "--answers", "-", stdin=answers)
    assert result.returncode == 0, result.stderr
    commands = {word for _, command in seen for word in command}
    assert {"update-ref", "notes", "cat-file"} <= commands, "it collected around all of them"
    assert kept(two) == []
    collect(two)
    assert two.git("fsck", "--connectivity-only", "--no-dangling") == ""
    assert outcomes(two, "origin/main..main") == [EXACT, EXACT]
    assert two.git("notes", "show") == "a word"
    two.ok("undo", "--yes")


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_what_is_gone_as_soon_as_it_is_written_moves_nothing(two: Repo, damage: str) -> None:
    before, answers = state(two), filled(two)

    def destroying(point: Point) -> None:
        if point[0] == "end" and "update-ref" in point[1] and "-m" in point[1]:
            for keep in kept(two):
                pack = keep.with_suffix(".pack")
                os.truncate(pack, 30) if damage == "cut" else pack.unlink(missing_ok=True)

    with at_points(destroying):
        result = attest(two, "answer", "--unpushed", "--answers", "-", stdin=answers)
    assert result.returncode == 4, result.stderr
    assert b"Every branch is back where it was" in result.stderr
    assert state(two) == before
    assert (records(two), backups(two), kept(two)) == ([], {}, [])
    for file in (two.path / ".git/objects/pack").iterdir():
        file.unlink()  # what the disk damaged
    answered(two)
    assert outcomes(two, "origin/main..main") == [EXACT, EXACT]


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("which", ["the first", "the last", "all"])
def test_undo_needs_no_new_commit(two: Repo, damage: str, which: str) -> None:
    before = heads(two)
    answered(two)
    loose(two)
    new = [oid for _, oid in records(two)[-1]["commits"]]
    for oid in {"the first": new[:1], "the last": new[1:], "all": new}[which]:
        DAMAGE[damage](file_of(two, oid))
    result = attest(two, "undo", "--yes")
    assert result.returncode == 0, result.stderr
    assert heads(two) == before
    assert records(two) == []


def test_undo_of_whole_commits_still_asks_the_remotes(two: Repo) -> None:
    answered(two)
    two.git("update-ref", "refs/remotes/origin/topic", "main")
    assert b"a remote already has the new commits" in attest(two, "undo", "--yes").stderr
    # Where they are damaged, too: the remote's branch leads there.
    loose(two)
    (_, first), (_, last) = records(two)[-1]["commits"]
    for oid in (first, last):
        file_of(two, oid).unlink()
    assert b"a remote already has the new commits" in attest(two, "undo", "--yes").stderr


def test_copies_of_notes_of_another_run_stay(two: Repo) -> None:
    folder = two.path / ".git/attest/rewrites"
    folder.mkdir(parents=True)
    for number in ("0001", "0002"):
        two.git("update-ref", f"refs/notes/attest-rewrite/{number}-0", "refs/notes/commits")
        (folder / f"{number}.claim").touch()  # the second run was killed
    with (folder / "0001.claim").open("r+b") as claim:
        assert locks.take(claim)
        answered(two)
    assert list(heads(two, "refs/notes/attest-rewrite")) == ["refs/notes/attest-rewrite/0001-0"]


def waiting_signer(repo: Repo) -> tuple[dict[str, str], Path, Path]:
    """An environment in which signing says that it begins, and waits to be let go on:
    the two pipes for that."""
    begun, go = repo.path.parent / "begun", repo.path.parent / "go"
    os.mkfifo(begun)
    os.mkfifo(go)
    program = repo.path.parent / "signer"
    quoted = [shlex.quote(str(path)) for path in (begun, go)]
    program.write_text(f'#!/bin/sh\necho x > {quoted[0]}\nread x < {quoted[1]}\nssh-keygen "$@"\n')
    program.chmod(0o755)
    setting = {"KEY_0": "gpg.ssh.program", "VALUE_0": str(program), "COUNT": "1"}
    return {f"GIT_CONFIG_{k}": v for k, v in setting.items()}, begun, go


@pytest.mark.long
@pytest.mark.parametrize("same", [True, False], ids=["the same commits", "other commits"])
def test_of_two_runs_at_once_the_second_says_what_became_of_it(two: Repo, same: bool) -> None:
    answers = two.path.parent / "answers.toml"
    answers.write_bytes(filled(two))
    env, begun, go = waiting_signer(two)
    if not same:
        env["GIT_COMMITTER_DATE"] = "1700000000 +0000"
    command = [*ATTEST, "answer", "--unpushed", "--answers", str(answers)]
    slow = subprocess.Popen(
        command, cwd=two.path, env={**two.env, **env}, stderr=subprocess.PIPE, text=True
    )
    begun.read_text()  # it has planned, and signs now
    result = two.run(*command)
    assert result.returncode == 0, result.stderr
    after = state(two)
    go.write_text("\n")
    _, reply = slow.communicate()
    assert slow.returncode == 4, reply
    assert "lower, main" in reply or "main, lower" in reply, reply
    assert "meanwhile" in reply
    assert ("Nothing is left to do" in reply) == same
    assert ": :" not in reply
    assert "Traceback" not in reply
    assert state(two) == after
    assert len(records(two)) == 1
    assert outcomes(two, "origin/main..main") == [EXACT, EXACT]
    assert b"attested already" in two.run(*command).stderr
    two.ok("undo", "--yes")
