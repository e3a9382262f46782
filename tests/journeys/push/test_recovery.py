"""A rewriting that was cut off while refs moved is finished by the next command; its
records are kept for a while."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from support import rewriting
from support.faults import fails
from support.repo import Repo

BRANCHES = ("main", "left", "right")


@dataclass
class Cut:
    """A rewriting of three branches of which the first alone was moved.

    Args:
        old, new: the tips before and after it, by branch.
    """

    repo: Repo
    old: dict[str, str]
    new: dict[str, str]

    @property
    def tips(self) -> dict[str, str]:
        return tips(self.repo)

    @property
    def half(self) -> dict[str, str]:
        return {**self.old, "main": self.new["main"]}

    def attest(self, *args: str) -> CompletedProcess[bytes]:
        result = rewriting.attest(self.repo, *args)
        return CompletedProcess(args, result.returncode, result.stdout, result.stderr)

    @property
    def record(self) -> Path:
        return self.repo.path / ".git/attest/rewrites/0001.json"

    @property
    def state(self) -> str:
        return str(json.loads(self.record.read_bytes())["state"])


def tips(repo: Repo) -> dict[str, str]:
    return {k.removeprefix("refs/heads/"): v for k, v in rewriting.heads(repo).items()}


@pytest.fixture
def cut(repo: Repo) -> Cut:
    """As a machine leaves it that stopped between two refs of the transaction."""
    rewriting.published(repo)
    for name, line in zip(BRANCHES, (3, 20, 35), strict=True):
        repo.git("switch", "-q", "-C", name, "origin/main")
        rewriting.change(repo, line)
    old = tips(repo)
    repo.git("switch", "-q", "main")
    rewriting.answered(repo, "--unpushed", *BRANCHES)
    made = Cut(repo, old, tips(repo))
    assert not set(made.old.values()) & set(made.new.values())
    record = json.loads(made.record.read_bytes())
    made.record.write_text(json.dumps({**record, "state": "started"}))
    for name in BRANCHES[1:]:
        not_yet_moved(repo, name, made.old[name])
    (repo.path / ".git/attest/settled").unlink()
    return made


def not_yet_moved(repo: Repo, name: str, old: str) -> None:
    """Put a branch where it was, as if it had never been anywhere else."""
    repo.git("update-ref", f"refs/heads/{name}", old)
    (repo.path / ".git/logs/refs/heads" / name).unlink()


def by_answer(cut: Cut) -> None:
    assert cut.attest("answer", "--unpushed", "--answers", "/dev/null").returncode == 0


def by_template(cut: Cut) -> None:
    assert cut.attest("answer", "origin/main..main", "--template").returncode == 0


def by_push(cut: Cut) -> None:
    remote(cut.repo)
    assert cut.attest("push", "-q", "origin", "left").returncode == 0
    assert cut.repo.git("ls-remote", "origin", "left").startswith(cut.new["left"])


def by_hook(cut: Cut) -> None:
    """git has chosen the old commits before it calls the hook, which stops it."""
    remote(cut.repo)
    assert cut.repo.run("git", "push", "-q", "origin", "left").returncode == 1
    assert cut.repo.git("ls-remote", "origin") == ""


def remote(repo: Repo) -> None:
    repo.git("init", "-q", "--bare", str(repo.home / "bare.git"))
    repo.git("remote", "add", "origin", str(repo.home / "bare.git"))


WAYS = [by_answer, by_template, by_push, by_hook]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_refs_that_are_left_are_moved_by_the_next_command(
    cut: Cut, way: Callable[[Cut], None]
) -> None:
    assert cut.tips == cut.half
    way(cut)
    assert cut.tips == cut.new
    assert cut.state == "done"
    assert cut.repo.git("status", "--porcelain") == ""
    assert cut.attest("check", "origin/main..right").returncode == 0


def test_undo_finishes_it_first_and_brings_every_ref_back(cut: Cut) -> None:
    result = cut.attest("undo", "--yes")
    assert result.returncode == 0, result.stderr
    assert cut.tips == cut.old
    for name in BRANCHES:
        assert f"{name}: back at {cut.old[name][:10]}" in result.stdout.decode()
    assert not cut.record.exists()


def test_after_the_push_that_was_stopped_the_same_push_goes_through(cut: Cut) -> None:
    by_hook(cut)
    cut.repo.git("push", "-q", "origin", "left")
    assert cut.repo.git("ls-remote", "origin", "left").startswith(cut.new["left"])


def test_a_push_that_was_stopped_says_that_there_are_new_commits(cut: Cut) -> None:
    remote(cut.repo)
    reply = cut.repo.run("git", "push", "-q", "origin", "left").stderr.decode()
    assert "an interrupted rewrite is now complete. Push again:" in reply
    assert "git push -q origin left" in reply
    assert "no attestation" not in reply


def moved_on(repo: Repo) -> None:
    repo.git("update-ref", "refs/heads/left", "origin/main")


def deleted(repo: Repo) -> None:
    repo.git("branch", "-D", "-q", "left")


@pytest.mark.parametrize("meanwhile", [moved_on, deleted], ids=lambda way: way.__name__)
def test_a_ref_that_the_person_moved_meanwhile_is_left_alone(
    cut: Cut, meanwhile: Callable[[Repo], None]
) -> None:
    meanwhile(cut.repo)
    mine = cut.tips
    by_answer(cut)
    assert cut.tips == {**mine, "right": cut.new["right"]}
    assert cut.state == "done"


def test_a_record_of_which_nothing_moved_changes_nothing(cut: Cut) -> None:
    not_yet_moved(cut.repo, "main", cut.old["main"])
    by_template(cut)
    assert cut.tips == cut.old
    assert cut.state == "started", "whoever began it may be at work just now"
    assert cut.attest("undo", "--yes").returncode == 3
    reply = rewriting.again(cut.repo, "--unpushed", *BRANCHES)
    assert "all answered before" in reply
    assert cut.attest("check", "origin/main..right").returncode == 0


@pytest.mark.long
def test_a_lock_is_named_and_once_it_is_gone_the_next_command_finishes(cut: Cut) -> None:
    lock = cut.repo.path / ".git/refs/heads/left.lock"
    lock.touch()
    for command in (("answer", "--unpushed", "--answers", "/dev/null"), ("undo", "--yes")):
        result = cut.attest(*command)
        fails(result, 4, "left.lock", "interrupted", "remove the .lock file")
        assert cut.tips == cut.half
    lock.unlink()
    by_answer(cut)
    assert cut.tips == cut.new


def doctor(cut: Cut) -> str:
    """What doctor says is unfinished."""
    lines = cut.attest("doctor").stdout.decode().splitlines()
    at = next(n for n, line in enumerate(lines) if line[9:19] == "unfinished")
    return "\n".join(line[22:] for line in lines[at:])


def test_doctor_tells_of_it_and_its_remedy_works(cut: Cut) -> None:
    message = "attest was interrupted while it rewrote commits"
    assert doctor(cut) == f"{message}\nRun: attest answer --unpushed"
    rewriting.again(cut.repo, "--unpushed")
    assert doctor(cut) == "nothing"


def test_doctor_tells_nothing_of_a_rewriting_of_which_nothing_moved(cut: Cut) -> None:
    not_yet_moved(cut.repo, "main", cut.old["main"])
    assert doctor(cut) == "nothing", "there is nothing that a person could do"


def test_doctor_names_a_damaged_record(cut: Cut) -> None:
    cut.record.write_bytes(b"")
    result = cut.attest("doctor")
    assert result.returncode == 4
    assert f"{cut.record}" in (result.stdout + result.stderr).decode()
    assert "Move it away" in (result.stdout + result.stderr).decode()


DAMAGE = {
    "empty": b"",
    "cut off": b'{"number": 1, "state": "sta',
    "no UTF-8": b"\xff\xfe",
    "a list": b"[]",
    "without moves": b'{"number": 1, "state": "started", "commits": []}',
    "moves of another shape": b'{"number": 1, "state": "done", "moves": [{}], "commits": []}',
    "moves that are none": b'{"number": 1, "state": "done", "moves": 7, "commits": []}',
    "a number that is none": b'{"number": "x", "state": "done", "moves": [], "commits": []}',
    "deep": b'{"a":' + b"[" * 100_000,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_record_is_named_and_nothing_moves(cut: Cut, damage: str) -> None:
    cut.record.write_bytes(DAMAGE[damage])
    commands = (("answer", "--unpushed", "--template"), ("undo", "--yes"))
    for command in commands if damage == "empty" else commands[:1]:
        result = cut.attest(*command)
        fails(result, 4, str(cut.record), "Move it away", "refs/attest/backup")
        assert cut.tips == cut.half


def test_a_damaged_record_stops_a_push_with_its_name(cut: Cut) -> None:
    cut.record.write_bytes(b"")
    remote(cut.repo)
    result = cut.repo.run("git", "push", "-q", "origin", "left")
    fails(result, 1, str(cut.record), "Move it away", "--no-verify")


@pytest.mark.parametrize("away", ["0001.json.damaged", "0001-damaged.json", "1 damaged.json"])
def test_a_record_that_was_moved_away_is_out_of_the_way(cut: Cut, away: str) -> None:
    cut.record.write_bytes(b"")
    cut.record.rename(cut.record.with_name(away))
    rewriting.again(cut.repo, "--unpushed", *BRANCHES)
    assert cut.attest("check", "origin/main..right").returncode == 0
    assert [name[:4] for name in rewriting.backups(cut.repo)] == ["0001"] * 3 + ["0002"] * 2


def write_record(repo: Repo, number: int, state: str = "done") -> Path:
    """A record of a rewriting long ago, with one old tip that is kept."""
    repo.git("update-ref", f"refs/attest/backup/{number:04}/heads/gone", "origin/main")
    move = {"ref": "refs/heads/gone", "old": repo.git("rev-parse", "origin/main"), "new": "a" * 40}
    data: dict[str, Any] = {"number": number, "state": state, "moves": [move], "commits": []}
    path = repo.path / f".git/attest/rewrites/{number:04}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data))
    return path


def numbers(repo: Repo) -> tuple[list[int], list[int]]:
    """Those of the records, and of the backups."""
    kept = [record["number"] for record in rewriting.records(repo)]
    return sorted(kept), sorted({int(name[:4]) for name in rewriting.backups(repo)})


def test_the_newest_twenty_records_are_kept_with_their_old_tips(repo: Repo) -> None:
    rewriting.published(repo)
    for number in range(1, 23):
        write_record(repo, number)
    rewriting.change(repo, 3)
    rewriting.answered(repo)
    expected = list(range(4, 24))
    assert numbers(repo) == (expected, expected)


def test_a_record_that_moved_nothing_is_forgotten_after_an_hour(repo: Repo) -> None:
    rewriting.published(repo)
    for number in (1, 2):
        path = write_record(repo, number, "started")
        age = 3700 if number == 1 else 3500
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    rewriting.change(repo, 3)
    rewriting.answered(repo)
    assert numbers(repo) == ([2, 3], [2, 3])
