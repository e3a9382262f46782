"""Being asked inside `git commit`, by the demo, and by ssh-keygen for a passphrase."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import keys
from support.repo import Repo
from support.terminal import ADDED, CTRL_C, ENTER, SIGN, Terminal, changed, reply, stage
from support.words import invariant, removal

COMMITS = pytest.mark.parametrize("command", ["$attest commit", "git commit"])


def asking(repo: Repo, command: str) -> None:
    """Have a plain `git commit` ask, as a clone can be set up to do."""
    if command == "git commit":
        repo.git("config", "attest.ask", "commit")


@COMMITS
@pytest.mark.parametrize("options", ["-m change", "-a -m change", "-m change -- a.py"])
def test_a_commit_asks_about_its_own_change(repo: Repo, command: str, options: str) -> None:
    asking(repo, command)
    if options == "-m change":
        stage(repo, 2)
    else:
        (repo.path / "a.py").write_text(changed(2))
    with Terminal.shell(repo, f"{command} {options}") as terminal:
        terminal.expect("hunk 1 of 1  a.py:2")
        terminal.answer()
        terminal.sign()
        assert terminal.finish() == 0
    assert reply(repo)[0].invariant == invariant()
    assert (repo.verdict()["level"], repo.codes()) == ("exact", [])
    assert repo.git("status", "--porcelain") == ""


@COMMITS
def test_a_commit_by_patch_asks_about_what_was_picked(repo: Repo, command: str) -> None:
    asking(repo, command)
    (repo.path / "a.py").write_text(changed(2, 30))
    with Terminal.shell(repo, f"{command} -p -m picked") as terminal:
        terminal.expect("Stage this hunk")
        terminal.say("n")
        terminal.expect("Stage this hunk")
        terminal.say("y")
        terminal.expect("hunk 1 of 1  a.py:30")
        terminal.answer()
        terminal.sign()
        assert terminal.finish() == 0
    assert reply(repo)[0].place.startswith("a.py")
    assert (repo.verdict()["level"], repo.codes()) == ("exact", [])
    assert "new2 2" in repo.git("diff")


@COMMITS
def test_an_amended_commit_is_asked_about_as_a_whole(repo: Repo, command: str) -> None:
    asking(repo, command)
    stage(repo, 2)
    repo.commit("first", "--no-verify")
    stage(repo, 2, 30)
    with Terminal.shell(repo, f"{command} --amend --no-edit") as terminal:
        terminal.expect("hunk 1 of 2  a.py:2")
        terminal.answer(invariant(1), removal(1))
        terminal.expect("hunk 2 of 2  a.py:30")
        terminal.answer(invariant(2), removal(2))
        terminal.sign()
        assert terminal.finish() == 0
    assert [hunk.invariant for hunk in reply(repo)] == [invariant(1), invariant(2)]
    assert (repo.verdict()["level"], repo.codes()) == ("exact", [])


@COMMITS
@pytest.mark.parametrize("way", ["no", "ctrl-c"])
def test_a_commit_that_is_not_signed_is_not_made(repo: Repo, command: str, way: str) -> None:
    asking(repo, command)
    stage(repo, 2)
    before = repo.head
    with Terminal.shell(repo, f"{command} -m change") as terminal:
        terminal.answer()
        terminal.asked(SIGN)
        terminal.send("no\r" if way == "no" else CTRL_C)
        assert terminal.finish() != 0
        assert "Traceback" not in terminal.output
        assert "kept" in terminal.output
    assert repo.head == before
    (hunk,) = repo.template()["hunk"]
    assert (hunk["invariant"], hunk["breaks"]) == (invariant(), removal())


def test_a_commit_without_any_hook_installed_asks_too(bare_repo: Repo, key: Path) -> None:
    bare_repo.ok("init", "--key", str(key), "--no-hooks")
    bare_repo.write("a.py", "one\n")
    with Terminal.shell(bare_repo, "$attest commit -m root") as terminal:
        terminal.answer(questions=ADDED)
        terminal.sign()
        assert terminal.finish() == 0
    assert bare_repo.codes() == []


def test_a_commit_of_nothing_asks_nothing(repo: Repo) -> None:
    with Terminal.shell(repo, "$attest commit --allow-empty -m empty") as terminal:
        assert terminal.finish() == 0
        assert "Sign?" not in terminal.output
    assert repo.message() == "empty\n"


def test_the_demo_asks_and_leaves_nothing_behind(bare_repo: Repo, tmp_path: Path) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    with Terminal.attest(bare_repo, "demo", env={"TMPDIR": str(folder)}) as terminal:
        terminal.expect("hunk 1 of 2")
        terminal.answer(
            "callers can tell",
            "feed() would crash",
            questions=("What does `ShortRead` promise", "Without `ShortRead`"),
        )
        terminal.expect("hunk 2 of 2")
        terminal.answer(
            "parse is never short",
            "the stream loses step",
            questions=("there for in `Packet.parse`", "Without `"),
        )
        terminal.sign()
        terminal.expect("Attest-Invariant: callers can tell")
        terminal.expect("exact")
        terminal.expect("hunk-not-covered")
        assert terminal.finish() == 0
    assert list(folder.iterdir()) == []
    assert [path.name for path in bare_repo.home.iterdir()] == [".gitconfig"]  # the tests' own


@pytest.mark.long
def test_a_demo_that_is_stopped_leaves_nothing_behind(bare_repo: Repo, tmp_path: Path) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    with Terminal.attest(bare_repo, "demo", env={"TMPDIR": str(folder)}) as terminal:
        terminal.asked("What does `ShortRead` promise")
        terminal.send(CTRL_C)
        assert terminal.finish() == 130
        assert "Traceback" not in terminal.output
    assert list(folder.iterdir()) == []


@pytest.fixture
def locked(bare_repo: Repo, key_folder: Path) -> Repo:
    """A repository that signs with a key that has the passphrase `open sesame`."""
    bare_repo.set_up(keys.make(key_folder, passphrase="open sesame"))
    bare_repo.write("a.py", "one\n")
    return bare_repo


# A desktop without an askpass program: ssh-keygen must still ask on the terminal.
@pytest.mark.parametrize("display", [None, ":99"])
@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_a_passphrase_is_asked_on_the_terminal(
    locked: Repo, term: str, display: str | None
) -> None:
    env = {"TERM": term, "DISPLAY": display, "SSH_ASKPASS": "/nonexistent/askpass"}
    with Terminal.attest(locked, env=env if display else {"TERM": term}) as terminal:
        terminal.answer(questions=ADDED)
        terminal.sign()
        terminal.expect("Enter passphrase")
        terminal.send("open sesame\r")
        assert terminal.finish() == 0
        assert "open sesame" not in terminal.output
    locked.commit()
    assert locked.codes() == []


def test_a_wrong_passphrase_keeps_the_answers(locked: Repo) -> None:
    with Terminal.attest(locked) as terminal:
        terminal.answer(questions=ADDED)
        terminal.sign()
        terminal.expect("Enter passphrase")
        terminal.send("wrong\r")
        terminal.asked("Try again?")
        terminal.send(ENTER)
        terminal.expect("Enter passphrase")
        terminal.send("wrong again\r")
        terminal.asked("Try again?")
        terminal.say("q")
        assert terminal.finish() == 4
        assert "answers are kept" in terminal.output
        assert "incorrect passphrase" in terminal.output
    with Terminal.attest(locked) as terminal:
        terminal.sign()
        terminal.expect("Enter passphrase")
        terminal.send("open sesame\r")
        assert terminal.finish() == 0
    locked.commit()
    assert reply(locked)[0].invariant == invariant()


def test_a_passphrase_is_asked_inside_a_commit(locked: Repo) -> None:
    with Terminal.shell(locked, "$attest commit -m change") as terminal:
        terminal.answer(questions=ADDED)
        terminal.sign()
        terminal.expect("Enter passphrase")
        terminal.send("open sesame\r")
        assert terminal.finish() == 0
    assert locked.codes() == []
