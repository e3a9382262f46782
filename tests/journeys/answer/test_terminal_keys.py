"""The keys of the interview, its review screen, and pastes, on a real terminal."""

from __future__ import annotations

import pytest

from support.repo import Repo
from support.terminal import (
    BREAKS,
    CTRL_Z,
    ENTER,
    INVARIANT,
    SIGN,
    Terminal,
    reply,
    stage,
)
from support.words import FILL, invariant, removal

PLAIN: dict[str, str | None] = {"TERM": "dumb"}
BOTH_WAYS = pytest.mark.parametrize("env", [{}, PLAIN], ids=["styled", "plain"])
KEYS = "[b]ack [s]kip [u]nsure [m]ore context [p]ager [e]ditor [q]uit [?] help"


def answers(repo: Repo) -> list[tuple[str, str]]:
    return [(hunk.invariant, hunk.breaks) for hunk in reply(repo)]


@BOTH_WAYS
def test_one_line_shows_the_keys(repo: Repo, env: dict[str, str | None]) -> None:
    stage(repo, 2)
    with Terminal.attest(repo, env=env) as terminal:
        terminal.asked(INVARIANT)
        assert KEYS in terminal.screen
        terminal.say("q")
        assert terminal.finish() == 130
        assert "kept" in terminal.output


def test_on_a_narrow_screen_the_keys_are_letters(repo: Repo) -> None:
    stage(repo, 2)
    with Terminal.attest(repo, columns=40) as terminal:
        terminal.asked(INVARIANT)
        assert "[b,s,u,m,p,e,q,?]" in terminal.screen
        terminal.say("q")
        assert terminal.finish() == 130


@BOTH_WAYS
def test_on_a_narrow_screen_no_word_of_a_question_is_cut(
    repo: Repo, env: dict[str, str | None]
) -> None:
    stage(repo, 2)
    with Terminal.attest(repo, columns=30, env=env) as terminal:
        terminal.asked(INVARIANT)
        words = " ".join(" ".join(terminal.screen).split())
        assert INVARIANT in words
        assert "type ? and the words where you are not sure" in words
        terminal.say("q")
        assert terminal.finish() == 130


@BOTH_WAYS
def test_back_shows_the_earlier_answer_to_be_changed(
    repo: Repo, env: dict[str, str | None]
) -> None:
    stage(repo, 2)
    with Terminal.attest(repo, env=env) as terminal:
        terminal.asked(INVARIANT)
        terminal.say(invariant(1))
        terminal.asked(BREAKS)
        terminal.say("b")
        terminal.asked(INVARIANT)
        terminal.say_instead(invariant(2))
        terminal.asked(BREAKS)
        terminal.say(removal())
        terminal.sign()
        assert terminal.finish() == 0
    repo.commit()
    assert answers(repo) == [(invariant(2), removal())]


def test_the_end_of_an_earlier_answer_can_be_changed_alone(repo: Repo) -> None:
    stage(repo, 2)
    with Terminal.attest(repo) as terminal:
        terminal.asked(INVARIANT)
        terminal.say(invariant())
        terminal.asked(BREAKS)
        terminal.send("\x1b[A")  # the Up key
        terminal.asked(INVARIANT)
        terminal.say(" and more")
        terminal.asked(BREAKS)
        terminal.say(removal())
        terminal.sign()
        assert terminal.finish() == 0
    repo.commit()
    assert answers(repo) == [(f"{invariant()} and more", removal())]


@BOTH_WAYS
def test_what_is_skipped_is_asked_at_the_end(repo: Repo, env: dict[str, str | None]) -> None:
    stage(repo, 2, 12)
    with Terminal.attest(repo, env=env) as terminal:
        terminal.asked(INVARIANT)
        terminal.say("s")
        terminal.asked(BREAKS)
        terminal.say(removal(1))
        terminal.expect("hunk 2 of 2")
        terminal.answer(invariant(2), removal(2))
        terminal.expect("What you skipped is left.")
        terminal.expect("hunk 1 of 2")
        terminal.asked(INVARIANT)
        terminal.say(invariant(1))
        terminal.sign()
        assert terminal.finish() == 0
    repo.commit()
    assert answers(repo) == [(invariant(1), removal(1)), (invariant(2), removal(2))]


@pytest.mark.parametrize(
    ("columns", "rows", "before", "after"), [(80, 24, 17, 13), (40, 24, 17, 14), (120, 60, 17, 10)]
)
def test_m_shows_as_much_more_of_the_file_as_the_screen_has_room_for(
    repo: Repo, columns: int, rows: int, before: int, after: int
) -> None:
    stage(repo, 20)
    with Terminal.attest(repo, columns=columns, rows=rows) as terminal:
        terminal.asked("?]")
        assert f" line {before}" in terminal.screen
        assert f" line {before - 1}" not in terminal.screen
        terminal.say("m")
        terminal.asked("?]")
        assert f" line {after}" in terminal.screen
        assert f" line {after - 1}" not in terminal.screen
        assert "hunk 1 of 1  a.py:20" in terminal.screen
        terminal.say("q")
        assert terminal.finish() == 130


def test_m_shows_more_in_the_pager_where_the_screen_has_no_room(repo: Repo) -> None:
    stage(repo, 20)
    repo.git("config", "core.pager", f"cat > '{repo.home}/paged'")
    with Terminal.attest(repo) as terminal:
        terminal.asked(INVARIANT)
        for _ in range(2):
            terminal.say("m")
            terminal.asked("?]")
        assert "hunk 1 of 1  a.py:20" in terminal.screen
        terminal.say("q")
        assert terminal.finish() == 130
    paged = (repo.home / "paged").read_text()
    assert " line \x1b[36m1\x1b[0m\n" in paged


def test_m_shows_all_of_it_where_lines_are_only_heard(repo: Repo) -> None:
    stage(repo, 20)
    with Terminal.attest(repo, env=PLAIN) as terminal:
        terminal.asked(INVARIANT)
        terminal.say("m")
        terminal.expect("\n line 10\n")
        terminal.expect("\n line 30\n")
        terminal.asked(INVARIANT)
        terminal.say("q")
        assert terminal.finish() == 130


def test_p_shows_the_whole_hunk_in_gits_pager(repo: Repo) -> None:
    repo.write("a.py", "".join(f"new {n}\n" for n in range(1, 61)))
    repo.git("config", "core.pager", f"cat > '{repo.home}/paged'")
    with Terminal.attest(repo) as terminal:
        terminal.expect("more lines: p shows all")
        terminal.asked("")
        terminal.say("p")
        terminal.asked("")
        terminal.say("q")
        assert terminal.finish() == 130
    paged = (repo.home / "paged").read_text()
    assert "hunk 1 of 1  a.py:1" in paged
    assert paged.count("\x1b[1;32m+") == 60


def test_e_opens_the_editor_with_all_questions(repo: Repo) -> None:
    stage(repo, 2, 12)
    script = repo.home / "editor.sh"
    script.write_text(FILL)
    with Terminal.attest(repo, env={"GIT_EDITOR": f"sh {script}"}) as terminal:
        terminal.asked(INVARIANT)
        terminal.say("e")
        terminal.expect("2  a.py:12")
        terminal.sign()
        assert terminal.finish() == 0
    repo.commit()
    assert answers(repo) == [(invariant(), removal())] * 2


@BOTH_WAYS
def test_the_review_shows_every_answer_and_a_number_opens_one(
    repo: Repo, env: dict[str, str | None]
) -> None:
    stage(repo, 2, 12)
    with Terminal.attest(repo, env=env) as terminal:
        terminal.answer(invariant(1), removal(1))
        terminal.answer(invariant(2), removal(2))
        terminal.asked(SIGN)
        for line in (
            " 1  a.py:2",
            f"    keeps: {invariant(1)}",
            " 2  a.py:12",
            f"    breaks: {removal(2)}",
            "You: A U Thor <author@example.com>",
        ):
            assert line in terminal.screen
        terminal.say("2")
        terminal.expect("hunk 2 of 2")
        terminal.asked(INVARIANT)
        terminal.say_instead(invariant(3))
        terminal.asked(BREAKS)
        terminal.send(ENTER)
        terminal.expect(f"keeps: {invariant(3)}")
        terminal.sign()
        assert terminal.finish() == 0
    repo.commit()
    assert answers(repo) == [(invariant(1), removal(1)), (invariant(3), removal(2))]


@BOTH_WAYS
def test_the_review_answers_what_is_none_of_its_choices(
    repo: Repo, env: dict[str, str | None]
) -> None:
    stage(repo, 2)
    with Terminal.attest(repo, env=env) as terminal:
        terminal.answer()
        terminal.asked(SIGN)
        terminal.say("git push")
        terminal.expect("Nothing is signed yet. Please choose one of these:")
        terminal.asked(SIGN)
        terminal.say("q")
        assert terminal.finish() == 1
    repo.commit()
    assert repo.codes() == ["unattested"]


def test_the_head_of_a_long_hunk_stays_above_each_of_its_questions(repo: Repo) -> None:
    repo.write("docs/long.md", "".join(f"Sentence {n} of it.\n" for n in range(1, 81)))
    with Terminal.attest(repo) as terminal:
        terminal.prompted()
        assert "hunk 1 of 1  docs/long.md:1" in terminal.screen
        terminal.say("? " + "what the reader of the eightieth sentence does " * 5)
        terminal.expect("eightieth sentence does what the reader")
        terminal.prompted()
        assert "hunk 1 of 1  docs/long.md:1" in terminal.screen
        terminal.say("q")
        assert terminal.finish() == 130


@BOTH_WAYS
def test_lines_that_are_pasted_together_are_one_answer(
    repo: Repo, env: dict[str, str | None]
) -> None:
    stage(repo, 2)
    with Terminal.attest(repo, env=env) as terminal:
        terminal.asked(INVARIANT)
        if env:
            terminal.send("first line of it\nsecond line\nthird")
        else:
            terminal.paste("first line of it\nsecond line\nthird")
        terminal.say(" line")
        terminal.answer_last()
    repo.commit()
    assert reply(repo)[0].invariant == "first line of it second line third line"


@BOTH_WAYS
def test_ctrl_z_suspends(repo: Repo, env: dict[str, str | None]) -> None:
    stage(repo, 2)
    script = "set -m; $attest; echo suspended; fg; echo ended $?"
    with Terminal.shell(repo, script, **env) as terminal:
        terminal.asked(INVARIANT)
        terminal.send(CTRL_Z)
        terminal.expect("suspended")
        terminal.say(invariant())
        terminal.asked(BREAKS)
        terminal.say(removal())
        terminal.sign()
        terminal.expect("ended 0")
        assert terminal.finish() == 0
    repo.commit()
    assert answers(repo) == [(invariant(), removal())]


def test_the_editor_points_out_a_weak_answer_and_opens_again(repo: Repo) -> None:
    stage(repo, 2)
    log = repo.home / "log"
    script = repo.home / "editor.sh"
    script.write_text(
        f"cat \"$1\" >> '{log}'\necho ---- >> '{log}'\n"
        "sed -i -e 's/^invariant:$/invariant: it works/' -e 's/^breaks:$/breaks: much/' \"$1\"\n"
    )
    with Terminal.attest(
        repo, "answer", "--editor", env={"GIT_EDITOR": f"sh {script}"}
    ) as terminal:
        terminal.expect("keeps: it works")
        terminal.sign()
        assert terminal.finish() == 0
    first, second, rest = log.read_text().split("----\n")
    assert "# !" not in first
    assert "# ! It is too short to explain anything (too-short)." in second
    assert rest == ""


@BOTH_WAYS
def test_answers_in_a_file_are_reviewed_too(repo: Repo, env: dict[str, str | None]) -> None:
    stage(repo, 2)
    file = repo.home / "answers.toml"
    repo.ok("answer", "--template", "--output", str(file))
    filled = file.read_text().replace('invariant = ""', f'invariant = "{invariant()}"')
    file.write_text("# my own note\n" + filled.replace('breaks = ""', 'breaks = "much"'))
    editor = repo.home / "editor.sh"
    editor.write_text(f"cp \"$1\" '{repo.home}/seen'\n")
    env = {**env, "GIT_EDITOR": f"sh {editor}"}
    with Terminal.attest(repo, "answer", "--answers", str(file), env=env) as terminal:
        terminal.expect("breaks: much  (too-short)")
        terminal.asked(SIGN)
        terminal.say("1")
        terminal.asked(INVARIANT)
        terminal.send(ENTER)
        terminal.asked(BREAKS)
        terminal.say_instead(removal())
        terminal.sign()
        assert terminal.finish() == 0
    seen = (repo.home / "seen").read_text()
    assert "# my own note" in seen
    assert "# ! breaks: It is too short to explain anything (too-short)." in seen
    repo.commit()
    assert answers(repo) == [(invariant(), removal())]
