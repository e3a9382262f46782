"""Answers that say little, on a real terminal: they are told, and may stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ruled
from support.repo import Repo
from support.terminal import BREAKS, CTRL_C, ENTER, INVARIANT, Terminal, reply, stage
from support.words import invariant, removal

PLAIN: dict[str, str | None] = {"TERM": "dumb"}
BOTH_WAYS = pytest.mark.parametrize("env", [{}, PLAIN], ids=["questionary", "plain"])
KEEP = "Or press Enter to keep it."
OFFER = "Record it as unsure?"


@BOTH_WAYS
def test_another_answer_takes_the_place_of_a_weak_one(
    repo: Repo, env: dict[str, str | None]
) -> None:
    stage(repo, 2)
    with Terminal.attest(repo, env=env) as terminal:
        terminal.asked(INVARIANT)
        terminal.say("it holds")
        terminal.expect("(too-short)")
        terminal.asked(KEEP)
        terminal.say_instead("it makes the code work as expected")
        terminal.expect("(filler)")
        terminal.asked(KEEP)
        terminal.say_instead(invariant())
        terminal.asked(BREAKS)
        terminal.say(invariant())
        terminal.expect("(same-answer)")
        terminal.asked(KEEP)
        terminal.say_instead(removal())
        terminal.sign()
        assert terminal.finish() == 0
    repo.commit()
    assert [(h.invariant, h.breaks) for h in reply(repo)] == [(invariant(), removal())]


@BOTH_WAYS
def test_enter_keeps_a_weak_answer(repo: Repo, env: dict[str, str | None]) -> None:
    stage(repo, 2)
    with Terminal.attest(repo, env=env) as terminal:
        terminal.asked(INVARIANT)
        terminal.say("it holds")
        terminal.asked(KEEP)
        terminal.send(ENTER)
        terminal.answer_last()
    repo.commit()
    assert [(h.invariant, h.breaks) for h in reply(repo)] == [("it holds", removal())]
    assert repo.codes() == []


@BOTH_WAYS
def test_a_doubt_typed_as_an_answer_is_recorded_as_unsure(
    repo: Repo, env: dict[str, str | None]
) -> None:
    stage(repo, 2)
    with Terminal.attest(repo, env=env) as terminal:
        terminal.asked(INVARIANT)
        terminal.say("I don't know who reads it")
        terminal.expect("(doubt)")
        terminal.asked(OFFER)
        terminal.send(ENTER)
        terminal.asked(BREAKS)
        terminal.say(removal())
        terminal.sign()
        assert terminal.finish() == 0
    repo.commit()
    assert [(h.invariant, h.breaks, h.unsure) for h in reply(repo)] == [
        ("", removal(), "I don't know who reads it")
    ]


def test_a_doubt_can_be_edited_or_kept(repo: Repo) -> None:
    stage(repo, 2)
    with Terminal.attest(repo) as terminal:
        terminal.asked(INVARIANT)
        terminal.say("no idea")
        terminal.asked(OFFER)
        terminal.say("e")
        terminal.asked("Your answer:")
        terminal.say_instead(invariant())
        terminal.asked(BREAKS)
        terminal.say("Copilot wrote this")
        terminal.asked(OFFER)
        terminal.say("k")
        terminal.sign()
        assert terminal.finish() == 0
    repo.commit()
    assert [(h.invariant, h.breaks, h.unsure) for h in reply(repo)] == [
        (invariant(), "Copilot wrote this", "")
    ]


def test_a_doubt_takes_the_place_of_a_weak_answer(repo: Repo) -> None:
    stage(repo, 2)
    with Terminal.attest(repo) as terminal:
        terminal.asked(INVARIANT)
        terminal.say("it holds")
        terminal.asked(KEEP)
        terminal.say_instead("u")
        terminal.asked("What are you not sure of?")
        terminal.say("")
        terminal.asked(INVARIANT)
        terminal.say_instead("? who reads it")
        terminal.answer_last()
    repo.commit()
    assert [(h.invariant, h.breaks, h.unsure) for h in reply(repo)] == [
        ("", removal(), "who reads it")
    ]


def test_a_weak_answer_is_kept_where_the_interview_stops(repo: Repo) -> None:
    stage(repo, 2)
    with Terminal.attest(repo) as terminal:
        terminal.asked(INVARIANT)
        terminal.say("it holds")
        terminal.asked(KEEP)
        terminal.send(CTRL_C)
        assert terminal.finish() == 130
    (hunk,) = repo.template()["hunk"]
    assert (hunk["invariant"], hunk["breaks"]) == ("it holds", "")
    with Terminal.attest(repo) as terminal:
        # It was not final: it stands there again, and is pointed out again.
        terminal.asked(INVARIANT)
        terminal.send(ENTER)
        terminal.asked(KEEP)
        terminal.send(ENTER)
        terminal.answer_last()
    repo.commit()
    assert [(h.invariant, h.breaks) for h in reply(repo)] == [("it holds", removal())]


def test_a_doubt_in_its_place_needs_as_many_words(repo: Repo) -> None:
    ruled.begin(repo, None, "[questions]\nleast-words = 2\n")
    repo.git("config", "attest.base", "main")
    ruled.change(repo)
    with Terminal.attest(repo) as terminal:
        terminal.asked(INVARIANT)
        terminal.say("it holds")
        terminal.asked(KEEP)
        terminal.say_instead("? readers")
        terminal.expect("1 of at least 2 words")
        terminal.asked("Say it in words")
        terminal.say_instead("? its readers")
        terminal.answer_last()
    repo.commit()
    assert reply(repo)[0].unsure == "its readers"


@BOTH_WAYS
def test_where_the_project_takes_none_enter_does_not_keep_it(
    repo: Repo, key: Path, env: dict[str, str | None]
) -> None:
    ruled.begin(repo, key, '[findings]\nanswer-weak = "error"\n')
    stage(repo, 2)
    with Terminal.attest(repo, env=env) as terminal:
        terminal.asked(INVARIANT)
        terminal.say("it holds")
        terminal.asked("The project does not accept such an answer.")
        terminal.send(ENTER)
        terminal.asked("The project does not accept such an answer.")
        terminal.say_instead(invariant())
        terminal.answer_last()
    repo.commit()
    assert [(h.invariant, h.breaks) for h in reply(repo)] == [(invariant(), removal())]


@pytest.mark.long
def test_what_was_kept_is_asked_again_where_the_project_takes_it_no_more(
    repo: Repo, key: Path
) -> None:
    ruled.begin(repo, key)
    stage(repo, 2)
    with Terminal.attest(repo) as terminal:
        terminal.asked(INVARIANT)
        terminal.say("it holds")
        terminal.asked(KEEP)
        terminal.send(ENTER)
        terminal.asked(BREAKS)
        terminal.send(CTRL_C)
        terminal.finish()
    repo.git("stash", "-q")
    repo.git("checkout", "-q", "main")
    repo.write(".attest.toml", ruled.MINIMAL + '[findings]\nanswer-weak = "error"\n')
    repo.commit("stricter")
    repo.git("checkout", "-q", "topic")
    repo.git("config", "attest.base", "main")
    repo.git("stash", "pop", "-q", "--index")
    with Terminal.attest(repo) as terminal:
        terminal.asked(INVARIANT)
        terminal.say_instead(invariant())
        terminal.answer_last()
    repo.commit()
    assert [(h.invariant, h.breaks) for h in reply(repo)] == [(invariant(), removal())]
