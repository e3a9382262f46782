"""Hostile messages, author lines and git directories meet the hooks."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from support.repo import EPOCH, Repo

ESCAPES = ("\x1b", "\x07", "\u202e", "\x9b")


def test_prose_and_quoted_examples_stay_in_a_message(repo: Repo) -> None:
    prose = (
        "Lawyers say:\nAttest: I saw the defendant sign.\nAttest-ation of witnesses.\n\n"
        "    Attest: v1; at=…; mode=tty; asked=2/9; rules=1\n    Attested-by: A U Thor <a@b>\n"
    )
    repo.write("a.py", "line 1\n")
    repo.answer()
    repo.git("commit", "-q", "-F", "-", stdin=f"Subject\n\n{prose}".encode())
    assert prose.strip() in repo.message()
    assert "Attest-Sig: " in repo.message()


def test_an_author_cannot_steer_the_terminal_of_who_picks_the_commit(repo: Repo) -> None:
    repo.write("b.py", "x\n")
    repo.attested("one")
    repo.write("c.py", "x\n")
    repo.attested("two")
    evil = repo.raw().replace(b"author A U Thor <author@", "author A <m\x1b[2J\u202e@".encode())
    picked = repo.rewrite(evil)
    repo.git("reset", "-q", "--hard", "HEAD~1")
    result = repo.run("git", "cherry-pick", picked, check=True)
    reply = [line for line in result.stderr.decode().splitlines() if line.startswith("attest: ")]
    assert any("attester-mismatch" in line for line in reply)
    assert not any(escape in line for line in reply for escape in ESCAPES)


def test_a_name_in_an_error_cannot_steer_the_terminal(repo: Repo) -> None:
    name = "x\u009b31m\u202e"
    repo.git("branch", name)
    result = repo.attest("check", f"HEAD..{name}")
    assert result.returncode == 3
    assert not any(escape in result.stderr.decode() for escape in ESCAPES)


def test_a_subject_that_the_output_cannot_write_is_written_out(repo: Repo) -> None:
    repo.write("a.py", "line 1\n")
    repo.attested("日本")
    for command in (["check", "HEAD"], ["show"]):
        result = repo.attest(*command, PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
        assert (result.returncode, result.stderr) == (0, b"")
        assert b"\\u65e5\\u672c" in result.stdout


def test_a_cdpath_does_not_turn_an_earlier_hook_off(bare_repo: Repo, key: Path) -> None:
    hook = bare_repo.path / ".git/hooks/pre-commit"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    bare_repo.set_up(key)
    bare_repo.write("a", "x")
    for extra in ({}, {"CDPATH": "."}):
        assert bare_repo.run("git", "commit", "-qm", "x", env=extra).returncode == 1


@pytest.mark.parametrize("part", ["attest", "attest/pending", "attest/answers"])
def test_a_symlink_in_the_git_directory_is_not_written_through(
    repo: Repo, tmp_path: Path, part: str
) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    for number in range(250):
        (precious / f"{number}.json").write_text("{}")
    link = repo.path / ".git" / part
    link.parent.mkdir(exist_ok=True)
    os.symlink(precious, link)
    repo.write("a.py", "line 1\n")
    template = repo.attest("answer", "--template").stdout.decode()
    filled = template.replace('invariant = ""', 'invariant = "x y"').replace(
        'breaks = ""', 'breaks = "z w"'
    )
    result = repo.attest("answer", "--answers", "-", stdin=filled.encode())
    assert result.returncode == 4
    assert b"symbolic link" in result.stderr
    assert len(list(precious.iterdir())) == 250


def test_old_blocks_are_pruned_and_nothing_else(repo: Repo) -> None:
    folder = repo.path / ".git/attest/pending"
    folder.mkdir(parents=True)
    (folder / "notes.json").write_text("mine")
    for number in range(205):
        path = folder / f"{number:056x}.json"
        path.write_text("{}")
        os.utime(path, (EPOCH + number, EPOCH + number))
    repo.write("a.py", "line 1\n")
    repo.answer()
    names = {path.name for path in folder.iterdir()}
    assert len(names) == 201
    assert "notes.json" in names
    assert f"{0:056x}.json" not in names


@pytest.mark.parametrize(
    "change",
    [
        {"trailers": ["Signed-off-by: V <v@e>\nEvil: x"]},
        {"trailers": ["\x1b[2J"]},
        {"block": ["Subject", "", "Signed-off-by: Victim <v@example.com>"]},
        {"block": []},
    ],
)
def test_a_planted_block_does_not_enter_a_message(repo: Repo, change: dict[str, object]) -> None:
    repo.write("a.py", "line 1\n")
    repo.answer()
    [path] = (repo.path / ".git/attest/pending").iterdir()
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    result = repo.run("git", "commit", "-qm", "Subject", check=True)
    assert repo.message() == "Subject\n"
    assert b"is not what attest wrote" in result.stderr


def test_a_forged_word_in_a_waiting_block_is_noticed(repo: Repo) -> None:
    repo.write("a.py", "line 1\n")
    repo.answer()
    [path] = (repo.path / ".git/attest/pending").iterdir()
    path.write_text(path.read_text().replace("invariant 1 of", "invariant 7 of"))
    repo.commit("Subject")
    assert repo.message() == "Subject\n"
