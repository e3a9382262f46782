"""The interview on a real terminal: what is asked, stopped, kept and signed."""

from __future__ import annotations

import signal
import sys

import pytest

from support import forked
from support.repo import Repo
from support.terminal import (
    BREAKS,
    CTRL_C,
    CTRL_D,
    INVARIANT,
    SIGN,
    Terminal,
    changed,
    reply,
    stage,
)
from support.words import invariant, removal

PLAIN: dict[str, str | None] = {"TERM": "dumb"}
BOTH_WAYS = pytest.mark.parametrize("env", [{}, PLAIN], ids=["questionary", "plain"])


def waiting(repo: Repo) -> int:
    """How many signed blocks wait in the git directory."""
    return len(list((repo.path / ".git/attest/pending").glob("*.json")))


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_the_whole_interview_is_signed_and_committed(repo: Repo, columns: int, rows: int) -> None:
    stage(repo, 2, 7, 12)
    with Terminal.attest(repo, columns=columns, rows=rows) as terminal:
        for number in range(1, 4):
            terminal.expect(f"hunk {number} of 3  a.py:{number * 5 - 3}")
            terminal.expect(f"-line {number * 5 - 3}")
            terminal.expect(f"+new{number * 5 - 3} {number * 5 - 3}")
            terminal.answer(invariant(number), removal(number))
        terminal.asked(SIGN)
        shown = " ".join(terminal.screen)
        for what in ("3 of 3 hunks", "A U Thor <author@example.com>", "SHA256:"):
            assert what in shown
        terminal.say("")
        assert terminal.finish() == 0
    repo.commit("Three places")
    assert [(h.invariant, h.breaks) for h in reply(repo)] == [
        (invariant(n), removal(n)) for n in range(1, 4)
    ]
    assert "; mode=tty; asked=3/3;" in repo.message()
    assert (repo.verdict()["verdict"], repo.verdict()["level"]) == ("attested", "exact")


@BOTH_WAYS
def test_a_question_mark_says_what_is_unsure(repo: Repo, env: dict[str, str | None]) -> None:
    stage(repo, 2)
    with Terminal.attest(repo, "answer", env=env) as terminal:
        terminal.answer("? what a proxy does", "")
        terminal.sign()
        assert terminal.finish() == 0
    repo.commit()
    (hunk,) = reply(repo)
    assert (hunk.invariant, hunk.breaks, hunk.unsure) == ("", "", "what a proxy does")
    assert repo.codes() == []


def test_both_questions_may_be_unsure(repo: Repo) -> None:
    stage(repo, 2)
    with Terminal.attest(repo) as terminal:
        terminal.answer("? the order", "?the callers")
        terminal.sign()
        assert terminal.finish() == 0
    repo.commit()
    (hunk,) = reply(repo)
    assert "the order" in hunk.unsure
    assert "the callers" in hunk.unsure


@BOTH_WAYS
@pytest.mark.parametrize("nothing", ["", "   "])
def test_no_answer_is_asked_again(repo: Repo, env: dict[str, str | None], nothing: str) -> None:
    stage(repo, 2)
    with Terminal.attest(repo, env=env) as terminal:
        terminal.asked(INVARIANT)
        terminal.say(nothing)
        terminal.expect("Please answer")
        terminal.asked("")
        terminal.say(invariant())
        terminal.answer_last()
    repo.commit()
    assert reply(repo)[0].invariant == invariant()


@BOTH_WAYS
@pytest.mark.parametrize("mark", ["?", " ? "])
def test_a_lone_question_mark_shows_help_and_u_asks_for_the_doubt(
    repo: Repo, env: dict[str, str | None], mark: str
) -> None:
    stage(repo, 2)
    with Terminal.attest(repo, env=env) as terminal:
        terminal.asked(INVARIANT)
        terminal.say(mark)
        terminal.expect("s  skip this question for now")
        terminal.asked(INVARIANT)
        terminal.say("u")
        terminal.asked("What are you not sure of?")
        terminal.say("who calls it")
        terminal.answer_last()
    repo.commit()
    assert (reply(repo)[0].unsure, reply(repo)[0].invariant) == ("who calls it", "")


@pytest.mark.long
def test_a_long_answer_wraps_and_is_whole(repo: Repo) -> None:
    stage(repo, 2)
    long = " ".join(f"word{n}" for n in range(200))
    with Terminal.attest(repo) as terminal:
        terminal.answer(long, f"{removal()} {'x' * 1200}")
        terminal.sign()
        assert terminal.finish() == 0
    repo.commit()
    assert reply(repo)[0].invariant == long
    assert reply(repo)[0].breaks.removeprefix(removal()).replace(" ", "") == "x" * 1200
    assert repo.codes() == []


def test_pasted_lines_are_one_answer(repo: Repo) -> None:
    stage(repo, 2)
    with Terminal.attest(repo) as terminal:
        terminal.asked(INVARIANT)
        terminal.paste("first line\nsecond\r\n\n\tthird")
        terminal.say("")
        terminal.answer_last()
    repo.commit()
    assert reply(repo)[0].invariant == "first line second third"


@BOTH_WAYS
@pytest.mark.parametrize(
    "answer",
    [
        "长度在切片之前已经检查过",
        "يتم التحقق من الطول قبل القراءة",
        "👩‍💻 checks it for empty lines 🔒",
        "é — Ж: première ligne vide",
    ],
    ids=["cjk", "arabic", "emoji", "accents"],
)
def test_any_language_is_kept_as_typed(repo: Repo, env: dict[str, str | None], answer: str) -> None:
    stage(repo, 2)
    with Terminal.attest(repo, env=env) as terminal:
        terminal.answer(answer, f"{answer} (2)")
        terminal.sign()
        assert terminal.finish() == 0
    repo.commit()
    assert (reply(repo)[0].invariant, reply(repo)[0].breaks) == (answer, f"{answer} (2)")
    assert repo.codes() == []


@BOTH_WAYS
@pytest.mark.parametrize("keys", [CTRL_C, CTRL_D], ids=["ctrl-c", "ctrl-d"])
def test_a_stopped_interview_goes_on_where_it_stopped(
    repo: Repo, env: dict[str, str | None], keys: str
) -> None:
    stage(repo, 2, 12, 22)
    with Terminal.attest(repo, env=env) as terminal:
        terminal.answer(invariant(1), removal(1))
        terminal.expect("hunk 2 of 3")
        terminal.asked(INVARIANT)
        terminal.say(invariant(2))
        terminal.asked(BREAKS)
        terminal.send(keys)
        assert terminal.finish() == 130
        assert "kept" in terminal.output
        assert "Traceback" not in terminal.output
    assert waiting(repo) == 0
    goes_on(repo, env)


def test_a_killed_interview_goes_on_where_it_stopped(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is killed must be attest itself, not the client of a server that forked it.
    monkeypatch.setattr(forked, "on_terminal", lambda *command: command)
    stage(repo, 2, 12, 22)
    with Terminal(repo, sys.executable, "-P", "-m", "attest") as terminal:
        terminal.answer(invariant(1), removal(1))
        terminal.expect("hunk 2 of 3")
        terminal.asked(INVARIANT)
        terminal.say(invariant(2))
        terminal.asked(BREAKS)
        terminal.child.kill(signal.SIGKILL)
        assert terminal.finish() == -signal.SIGKILL
    goes_on(repo, {})


def goes_on(repo: Repo, env: dict[str, str | None]) -> None:
    """The run after one that stopped at the second question of hunk 2 of 3."""
    with Terminal.attest(repo, env=env) as terminal:
        terminal.expect("hunk 2 of 3")
        terminal.asked(BREAKS)
        terminal.say(removal(2))
        terminal.expect("hunk 3 of 3")
        terminal.answer(invariant(3), removal(3))
        terminal.sign()
        assert terminal.finish() == 0
        assert "hunk 1 of 3" not in terminal.output
    repo.commit()
    assert [(h.invariant, h.breaks) for h in reply(repo)] == [
        (invariant(1), removal(1)),
        (invariant(2), removal(2)),
        (invariant(3), removal(3)),
    ]


@BOTH_WAYS
def test_no_means_nothing_is_signed_and_answers_are_kept(
    repo: Repo, env: dict[str, str | None]
) -> None:
    stage(repo, 2)
    with Terminal.attest(repo, env=env) as terminal:
        terminal.answer()
        terminal.asked(SIGN)
        terminal.say("no")
        assert terminal.finish() == 1
        assert "not signed" in terminal.output
    assert waiting(repo) == 0
    (hunk,) = repo.template()["hunk"]
    assert (hunk["invariant"], hunk["breaks"]) == (invariant(), removal())


def test_something_else_than_yes_or_no_is_asked_again(repo: Repo) -> None:
    stage(repo, 2)
    with Terminal.attest(repo) as terminal:
        terminal.answer()
        terminal.asked(SIGN)
        terminal.say("perhaps")
        terminal.asked(SIGN)
        terminal.say("yes")
        assert terminal.finish() == 0
    assert waiting(repo) == 1


def test_ctrl_c_at_the_signing_question_signs_nothing(repo: Repo) -> None:
    stage(repo, 2)
    with Terminal.attest(repo) as terminal:
        terminal.answer()
        terminal.asked(SIGN)
        terminal.send(CTRL_C)
        assert terminal.finish() == 130
    assert waiting(repo) == 0


def test_where_every_answer_is_known_only_signing_is_asked(repo: Repo) -> None:
    stage(repo, 2, 12)
    repo.answer()
    with Terminal.attest(repo) as terminal:
        terminal.sign()
        assert terminal.finish() == 0
        assert not terminal.wrote(INVARIANT)
        assert "hunk 1 of 2" not in terminal.output


def test_only_what_changed_is_asked_again(repo: Repo) -> None:
    stage(repo, 2, 12)
    repo.answer()
    stage(repo, 2, 12, 22)
    with Terminal.attest(repo) as terminal:
        terminal.expect("hunk 3 of 3")
        terminal.answer(invariant(3), removal(3))
        terminal.sign()
        assert terminal.finish() == 0
        assert "hunk 1 of 3" not in terminal.output
    repo.commit()
    assert [h.invariant for h in reply(repo)][1:] == ["invariant 2 of a.py:12", invariant(3)]


@pytest.mark.parametrize(
    "line",
    [
        "$attest answer < /dev/null",
        "printf 'no\\nno\\nno\\n' | $attest answer",
        "$attest answer > out.txt",
        "$attest answer < /dev/null > out.txt 2> err.txt",
    ],
)
def test_redirections_do_not_keep_it_from_asking(repo: Repo, line: str) -> None:
    stage(repo, 2)
    with Terminal.shell(repo, line) as terminal:
        terminal.answer()
        terminal.sign()
        assert terminal.finish() == 0
    if "out.txt" in line:
        assert (repo.path / "out.txt").read_bytes() == b""
    repo.commit()
    assert reply(repo)[0].invariant == invariant()


def test_a_change_made_while_it_asks_is_not_signed_over(repo: Repo) -> None:
    # What is signed is what was shown; the commit then differs, and says so.
    stage(repo, 2)
    with Terminal.attest(repo) as terminal:
        terminal.asked(INVARIANT)
        repo.write("a.py", changed(2, 12))
        terminal.say(invariant())
        terminal.answer_last()
    repo.commit()
    assert "Attest-Sig" not in repo.message()
