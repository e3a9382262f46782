"""`attest edit`: answers are corrected before and after the commit is made, in one way."""

from __future__ import annotations

import shlex
import tomllib
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import tomli_w

from support.messages import blocks
from support.repo import Repo
from support.rewriting import BARE, OTHER, attest, change, published
from support.terminal import SIGN, Terminal, reply, stage

CLEAR = "\x15"
BETTER = "the 12 lines above keep their numbers"


@pytest.fixture(scope="module")
def _topic(_start: Repo, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """What `topic` is a copy of."""
    repo = _start.copy(tmp_path_factory.mktemp("topic"))
    published(repo)
    repo.git("switch", "-q", "-c", "topic")
    for number in (1, 2, 3):
        repo.write(f"{number}.txt", f"text {number}\nof a file\n")
        repo.attested(f"Commit {number}")
    assert _passes(repo)
    return repo


@pytest.fixture
def topic(_topic: Repo, tmp_path: Path) -> Repo:
    """Three commits, each with its answers."""
    return _topic.copy(tmp_path)


def _passes(repo: Repo) -> bool:
    commits = repo.report("origin/main..HEAD")["commits"]
    return all((one["verdict"], one["level"]) == ("attested", "exact") for one in commits)


def _oids(repo: Repo) -> list[str]:
    return repo.git("rev-list", "--reverse", "origin/main..HEAD").split()


def _answers(repo: Repo, *words: str) -> dict[str, Any]:
    result = attest(repo, "edit", *words, "--template")
    assert result.returncode == 0, result.stderr
    return tomllib.loads(result.stdout.decode())


def _hand_in(repo: Repo, data: dict[str, Any], *words: str, code: int = 0) -> str:
    result = attest(repo, "edit", *words, "--answers", "-", stdin=tomli_w.dumps(data).encode())
    assert result.returncode == code, result.stderr
    return result.stderr.decode()


def _edited(repo: Repo, script: str, *words: str) -> CompletedProcess[bytes]:
    file = repo.home / "editor.sh"
    file.write_text(script)
    return repo.attest("edit", *words, "--editor", GIT_EDITOR=f"sh {shlex.quote(str(file))}")


def test_only_the_commit_whose_answer_changed_is_signed_again(topic: Repo) -> None:
    before = _oids(topic)
    data = _answers(topic, "origin/main..HEAD")
    assert [hunk["invariant"] for hunk in data["hunk"]] == [
        f"invariant 1 of {number}.txt:1" for number in (1, 2, 3)
    ]
    data["hunk"][1]["breaks"] = BETTER
    assert "Rewrote 1 commit message" in _hand_in(topic, data, "origin/main..HEAD")
    after = _oids(topic)
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, False]
    assert [reply(topic, oid)[0].breaks == BETTER for oid in after] == [False, True, False]
    assert all(len(blocks(topic.message(oid))) == 1 for oid in after)
    assert _passes(topic)
    topic.ok("undo", "--yes")
    assert _oids(topic) == before


def test_the_last_commit_is_meant_without_words(topic: Repo) -> None:
    data = _answers(topic)
    (hunk,) = data["hunk"]
    hunk["invariant"] = BETTER
    _hand_in(topic, data)
    assert reply(topic)[0].invariant == BETTER
    assert _passes(topic)


def test_nothing_is_written_where_nothing_differs(topic: Repo) -> None:
    before = topic.head
    stderr = _hand_in(topic, _answers(topic), code=1)
    assert "no answer differs from what is signed" in stderr
    assert topic.head == before


def test_answers_are_changed_before_the_commit(repo: Repo) -> None:
    stage(repo, 2)
    repo.answer()
    data = _answers(repo)
    data["hunk"][0]["breaks"] = BETTER
    assert "Now commit this change: git commit" in _hand_in(repo, data)
    repo.commit()
    assert reply(repo)[0].breaks == BETTER
    assert repo.codes() == []


def test_answers_for_an_amended_commit_are_changed_before_it(topic: Repo) -> None:
    topic.write("3.txt", "text 3\nof another file\n")
    topic.answer("--amend")
    data = _answers(topic)
    data["hunk"][0]["breaks"] = BETTER
    assert "git commit --amend --no-edit" in _hand_in(topic, data)
    topic.git("commit", "-q", "--amend", "--no-edit")
    assert reply(topic)[0].breaks == BETTER
    assert _passes(topic)


def test_a_staged_change_without_answers_is_not_meant(topic: Repo) -> None:
    topic.write("next.txt", "what comes next\n")
    (hunk,) = _answers(topic)["hunk"]
    assert hunk["path"] == "3.txt"


def test_an_answer_is_changed_in_the_terminal(topic: Repo) -> None:
    with Terminal.attest(topic, "edit", "HEAD~", "HEAD") as terminal:
        terminal.expect("invariant 1 of 2.txt:1")
        terminal.expect("invariant 1 of 3.txt:1")
        terminal.asked(SIGN)
        terminal.say("1")
        terminal.expect("> invariant 1 of 2.txt:1")
        terminal.say(CLEAR + BETTER)
        terminal.expect("> removal 1 breaks 2.txt:1")
        terminal.say("")
        terminal.expect(BETTER)
        terminal.sign()
        assert terminal.finish() == 0
    assert (reply(topic, "HEAD~")[0].invariant, reply(topic)[0].invariant) == (
        BETTER,
        "invariant 1 of 3.txt:1",
    )
    assert _passes(topic)


def test_a_change_that_was_interrupted_is_still_there(topic: Repo) -> None:
    with Terminal.attest(topic, "edit") as terminal:
        terminal.asked(SIGN)
        terminal.say("1")
        terminal.expect("> invariant 1 of 3.txt:1")
        terminal.say(CLEAR + BETTER)
        terminal.expect("> removal 1 breaks 3.txt:1")
        terminal.send("\x03")
        assert terminal.finish() == 130
    assert reply(topic)[0].invariant == "invariant 1 of 3.txt:1"
    with Terminal.attest(topic, "edit") as terminal:
        terminal.expect(BETTER)
        terminal.sign()
        assert terminal.finish() == 0
    assert reply(topic)[0].invariant == BETTER


def test_answers_are_changed_in_the_editor(topic: Repo) -> None:
    result = _edited(
        topic, f"sed -i 's/^breaks: .*2.txt:1$/breaks: {BETTER}/' \"$1\"", "main..HEAD"
    )
    assert result.returncode == 0, result.stderr
    assert [reply(topic, rev)[0].breaks == BETTER for rev in ("HEAD~2", "HEAD~", "HEAD")] == [
        False,
        True,
        False,
    ]
    assert _passes(topic)


def test_an_editor_that_changes_nothing_signs_nothing(topic: Repo) -> None:
    before = topic.head
    assert _edited(topic, "true").returncode != 0
    assert topic.head == before


def test_a_commit_without_answers_is_not_for_this(topic: Repo) -> None:
    change(topic, 3)
    result = attest(topic, "edit", "HEAD", "--template")
    assert result.returncode == 3
    assert b"To answer first: attest answer HEAD" in result.stderr
    data = _answers(topic, "origin/main..HEAD")
    assert len(data["hunk"]) == 3


def test_another_persons_commit_is_left_out_of_a_range(topic: Repo) -> None:
    change(topic, 3, env=OTHER)
    assert len(_answers(topic, "origin/main..HEAD")["hunk"]) == 3


def test_what_others_may_build_on_is_refused_unless_it_is_named(topic: Repo) -> None:
    published(topic, "HEAD~", "origin/release")
    before = _oids(topic)
    data = _answers(topic, "origin/main..HEAD")
    assert [hunk["path"] for hunk in data["hunk"]] == ["3.txt"]
    result = attest(topic, "edit", "HEAD~2..HEAD~1", "--template")
    assert result.returncode == 3
    assert f"attest edit {before[1][:10]}".encode() in result.stderr
    data = _answers(topic, before[1])
    data["hunk"][0]["breaks"] = BETTER
    stderr = _hand_in(topic, data, before[1])
    assert "a remote already has these commits" in stderr
    assert "git push --force-with-lease" in stderr
    assert reply(topic, "HEAD~")[0].breaks == BETTER


def test_ones_own_pushed_branch_may_be_corrected(topic: Repo) -> None:
    topic.git("remote", "add", "origin", "https://example.org/fork.git")
    published(topic, "HEAD", "origin/topic")
    data = _answers(topic, "origin/main..HEAD")
    data["hunk"][0]["breaks"] = BETTER
    stderr = _hand_in(topic, data, "origin/main..HEAD")
    assert "git push --force-with-lease" in stderr
    assert _passes(topic)


def test_the_disclosure_of_a_message_stays(topic: Repo) -> None:
    topic.git(*BARE, "commit", "-q", "--amend", "-m", f"{topic.message()}\nAssisted-by: Tool:x")
    data = _answers(topic)
    data["hunk"][0]["breaks"] = BETTER
    _hand_in(topic, data)
    assert topic.message().count("Assisted-by: Tool:x") == 1
    assert _passes(topic)


@pytest.mark.parametrize(
    "words", [["--template", "--editor"], ["--output", "f"], ["--answers", "f", "--editor"]]
)
def test_ways_that_exclude_each_other(topic: Repo, words: list[str]) -> None:
    assert attest(topic, "edit", *words).returncode == 2


def test_a_template_is_written_to_a_file(topic: Repo, tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    assert attest(topic, "edit", "--template", "--output", str(file)).returncode == 0
    assert "attest edit --answers FILE" in file.read_text()
