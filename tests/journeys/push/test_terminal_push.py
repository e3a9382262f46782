"""Being asked inside `git push`, on a real terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import keys
from support.messages import edit, editor
from support.pushing import (
    UNHOOKED,
    add_remote,
    answered,
    branch,
    holds,
    passes,
    refs,
    template,
)
from support.pushing_terminal import (
    MENU,
    PLAIN,
    WIDE,
    Env,
    begin,
    everything,
    printed,
    pushing,
    then_push,
)
from support.repo import Repo
from support.terminal import BREAKS, CTRL_C, INVARIANT, SIGN, Terminal, reply
from support.words import FILL, invariant, removal

BOTH_WAYS = pytest.mark.parametrize("env", [{}, PLAIN], ids=["questionary", "plain"])


@pytest.fixture
def topic(_open_topic: Repo, tmp_path: Path) -> Repo:
    """A clone with a remote, on a branch with two commits that nobody answered for."""
    return _open_topic.copy(tmp_path)


@BOTH_WAYS
def test_a_push_is_asked_about_and_then_made_again(topic: Repo, env: Env) -> None:
    (topic.path / "a.py").write_text("not committed\n")
    trees = topic.git("log", "--format=%T %an %ad %s", "main..")
    with pushing(topic, env=env) as terminal:
        terminal.expect("2 of your commits have no attestation:")
        terminal.expect("2 commits, 2 hunks, 4 questions: about 2 minutes")
        begin(terminal)
        terminal.expect("2 hunks to answer for, two questions each.")
        terminal.expect("topic 3")
        terminal.expect("hunk 1 of 2  a.py:3")
        terminal.answer(invariant(1), removal(1))
        terminal.expect("topic 9")
        terminal.expect("hunk 2 of 2  a.py:9")
        terminal.answer(invariant(2), removal(2))
        terminal.expect("Rewrites 2 commit messages on topic.")
        terminal.sign()
        terminal.expect("answered: 2 commits, 2 hunks, 4 questions")
        then_push(terminal)
        terminal.expect("this push was stopped. Push again:")
        terminal.expect("git push origin topic")
        assert terminal.finish() == 1
        assert printed(terminal) == ["git", "push", "origin", "topic"]
    assert "topic" not in refs(topic, topic.path.parent / "origin.git")
    assert [(h.invariant, h.breaks) for h in reply(topic, "topic~1")] == [
        (invariant(1), removal(1))
    ]
    assert reply(topic)[0].invariant == invariant(2)
    assert "; mode=tty; asked=1/1;" in topic.message()
    assert topic.git("log", "--format=%T %an %ad %s", "main..") == trees
    assert (topic.path / "a.py").read_text() == "not committed\n"
    passes(topic, "origin", "topic")
    assert f"refs/heads/topic {topic.head}" in refs(topic, topic.path.parent / "origin.git")
    assert holds(topic, "origin/main..topic") == ["exact", "exact"]


@pytest.mark.parametrize(("word", "env"), [("l", {}), ("Later", PLAIN)])
def test_later_stops_the_push_and_says_how(topic: Repo, word: str, env: Env) -> None:
    before = everything(topic)
    with pushing(topic, env=env) as terminal:
        begin(terminal, word)
        terminal.expect("nothing was pushed. To answer, and then push:")
        terminal.expect("attest answer --unpushed topic")
        terminal.expect("git push --no-verify skips this, but not the check in the project's CI")
        assert terminal.finish() == 1
        assert "hunk 1" not in terminal.output
    assert everything(topic) == before


def test_a_word_that_is_none_is_asked_again(topic: Repo) -> None:
    with pushing(topic, env=PLAIN) as terminal:
        begin(terminal, "what?")
        begin(terminal, "l")
        assert terminal.finish() == 1
        assert "hunk 1" not in terminal.output


ON_TERMINAL = f"""[ -t 0 ] && [ -t 1 ]
grep -c '^# commit .* topic' "$1" > "$HOME/commits"
{FILL}"""


@BOTH_WAYS
def test_the_editor_is_opened_on_the_terminal(topic: Repo, tmp_path: Path, env: Env) -> None:
    with pushing(topic, env={**env, "GIT_EDITOR": editor(tmp_path, ON_TERMINAL)}) as terminal:
        begin(terminal, "e" if env else "editor")
        terminal.expect("1  a.py:3")
        terminal.sign()
        then_push(terminal)
        terminal.expect("Push again:")
        assert terminal.finish() == 1
    assert (topic.home / "commits").read_text() == "2\n"
    assert [reply(topic, rev)[0].invariant for rev in ("topic", "topic~1")] == [invariant()] * 2
    assert "; mode=editor; " in topic.message()
    passes(topic, "origin", "topic")


@pytest.mark.parametrize("script", [': > "$1"', "exit 1"])
def test_an_editor_that_is_left_without_answers_moves_nothing(
    topic: Repo, tmp_path: Path, script: str
) -> None:
    before = everything(topic)
    with pushing(topic, env={**PLAIN, "GIT_EDITOR": editor(tmp_path, script)}) as terminal:
        begin(terminal, "e")
        terminal.expect("nothing is signed")
        assert terminal.finish() == 1
        assert "Push again" not in terminal.output
    assert everything(topic) == before


@pytest.mark.parametrize("place", ["menu", "second question", "sign"])
def test_ctrl_c_keeps_every_answer_and_the_next_push_goes_on(topic: Repo, place: str) -> None:
    before = everything(topic)
    with pushing(topic) as terminal:
        if place != "menu":
            begin(terminal)
            terminal.asked(INVARIANT)
            terminal.say(invariant(1))
        if place == "sign":
            terminal.asked(BREAKS)
            terminal.say(removal(1))
            terminal.answer(invariant(2), removal(2))
        terminal.asked({"menu": MENU, "second question": BREAKS, "sign": SIGN}[place])
        terminal.send(CTRL_C)
        terminal.expect("stopped; every answer so far is kept")
        assert terminal.finish() == 1
        assert "Traceback" not in terminal.output
    assert everything(topic) == before
    with pushing(topic) as terminal:
        begin(terminal)
        if place == "sign":
            terminal.expect("1  a.py:3")
            terminal.expect("2  a.py:9")
        elif place == "second question":
            terminal.asked(BREAKS)
            terminal.say(removal(1))
        else:
            terminal.answer(invariant(1), removal(1))
        if place != "sign":
            terminal.answer(invariant(2), removal(2))
        terminal.sign()
        then_push(terminal)
        assert terminal.finish() == 1
    assert reply(topic, "topic~1")[0].invariant == invariant(1)
    passes(topic, "origin", "topic")


def test_ctrl_c_in_a_plain_terminal_keeps_every_answer(topic: Repo) -> None:
    """It ends git before us; a shell keeps the terminal meanwhile."""
    before = everything(topic)
    script = "trap : INT; git push origin topic; read end"
    with Terminal.shell(topic, script, COLUMNS=f"{WIDE}", **PLAIN) as terminal:
        begin(terminal)
        terminal.answer(invariant(1), removal(1))
        terminal.asked(INVARIANT)
        terminal.send(CTRL_C)
        terminal.expect("stopped; every answer so far is kept")
        terminal.say("")
        terminal.finish()
        assert "Traceback" not in terminal.output
    assert everything(topic) == before
    assert [hunk["invariant"] for hunk in template(topic, "--unpushed")] == [invariant(1), ""]


def test_whoever_does_not_sign_keeps_the_old_commits(topic: Repo) -> None:
    before = everything(topic)
    with pushing(topic) as terminal:
        begin(terminal)
        terminal.answer(invariant(1), removal(1))
        terminal.answer(invariant(2), removal(2))
        terminal.asked(SIGN)
        terminal.say("no")
        terminal.expect("not signed, so nothing was pushed; your answers are kept")
        assert terminal.finish() == 1
        assert "Push again" not in terminal.output
    assert everything(topic) == before
    assert [hunk["breaks"] for hunk in template(topic, "--unpushed")] == [removal(1), removal(2)]


@pytest.mark.parametrize("agree", [False, True])
def test_a_stale_block_is_made_anew_only_with_a_word(topic: Repo, agree: bool) -> None:
    topic.git("checkout", "--quiet", "-b", "stale", "main")
    answered(topic, 3, "Answered")
    edit(topic, 20)
    topic.answer()
    topic.git(*UNHOOKED, "commit", "--quiet", "--amend", "--no-edit")
    before, old = everything(topic), topic.message()
    with pushing(topic, "origin", "stale", env=PLAIN) as terminal:
        terminal.expect("1 commit, 2 hunks, all answered before")
        begin(terminal)
        terminal.expect("1  a.py:3")
        terminal.expect("2  a.py:20")
        terminal.asked(SIGN)
        terminal.say("" if agree else "no")
        if agree:
            then_push(terminal)
        assert terminal.finish() == 1
        assert not terminal.wrote(INVARIANT)
    if not agree:
        assert (everything(topic), topic.message()) == (before, old)
        return
    assert len(reply(topic)) == 2
    passes(topic, "origin", "stale")


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({"CI": "1"}, "this is a CI job (CI is set)"),
        ({"GIT_TERMINAL_PROMPT": "0"}, "GIT_TERMINAL_PROMPT=0 forbids prompts"),
        ({"CLAUDECODE": "1"}, "Claude Code runs this command (CLAUDECODE is set)"),
    ],
    ids=["CI", "GIT_TERMINAL_PROMPT", "an agent"],
)
def test_nobody_is_asked_where_the_environment_says_so(topic: Repo, env: Env, why: str) -> None:
    before = everything(topic)
    with pushing(topic, env=env) as terminal:
        terminal.expect(why)
        assert terminal.finish() == 1
        assert MENU not in terminal.output
    assert everything(topic) == before


def test_a_passphrase_is_asked_once_for_all_commits(bare_repo: Repo, key_folder: Path) -> None:
    bare_repo.write("a.py", "".join(f"line {n}\n" for n in range(1, 41)))
    bare_repo.commit("start")
    bare_repo.set_up(keys.make(key_folder, passphrase="open sesame"))
    add_remote(bare_repo, "origin", "main")
    branch(bare_repo, "topic", 3, 9)
    with pushing(bare_repo) as terminal:
        begin(terminal)
        terminal.answer()
        terminal.answer()
        terminal.sign()
        terminal.expect("Enter passphrase")
        terminal.send("open barley\r")
        terminal.expect("incorrect passphrase")
        terminal.asked("Try again?")
        terminal.say("")
        terminal.expect("Enter passphrase")
        terminal.send("open sesame\r")
        then_push(terminal)
        assert terminal.finish() == 1
        assert terminal.output.count("Enter passphrase") == 2
        assert "open sesame" not in terminal.output
    passes(bare_repo, "origin", "topic")
