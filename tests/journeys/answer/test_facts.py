"""The fact that was shown goes with its answers, from the question to the commit."""

from __future__ import annotations

import shlex
import shutil
from typing import Any

import pytest
import tomli_w

from attest.attestation import block
from support.repo import Repo
from support.rewriting import attest, filled
from support.terminal import BREAKS, SIGN, Terminal, reply, stage
from support.words import FILL, invariant, removal

FACT = "No test mentions `apply_options`."
QUESTION = "What would fail?"
BOTH_WAYS = pytest.mark.parametrize("term", ["xterm-256color", "dumb"])


def shown(repo: Repo, fact: str = FACT, *options: str, whole: bool = True) -> dict[str, Any]:
    """The template, as if the first hunk had been shown with a fact, and answered.

    Args:
        whole: the second question is answered, too.
    """
    data = repo.template(*options)
    data["hunk"][0] |= {"fact": fact, "breaks-question": QUESTION}
    for number, hunk in enumerate(data["hunk"], 1):
        hunk["invariant"] = hunk["invariant"] or invariant(number)
        if whole:
            hunk["breaks"] = hunk["breaks"] or removal(number)
    return data


def hand_in(repo: Repo, data: dict[str, Any], *options: str, code: int = 0) -> None:
    result = attest(repo, "answer", "--answers", "-", *options, stdin=tomli_w.dumps(data).encode())
    assert result.returncode == code, result.stderr


def facts(repo: Repo, rev: str = "HEAD") -> list[str]:
    """What was shown with each hunk of a commit, by its block."""
    return [hunk.fact for hunk in reply(repo, rev)]


def claims(repo: Repo) -> list[tuple[int, str]]:
    return [(hunk["line"], hunk["fact"]) for hunk in repo.verdict()["hunks"] if hunk["fact"]]


def test_a_fact_is_signed_with_its_hunk_alone(repo: Repo) -> None:
    stage(repo, 2, 12)
    hand_in(repo, shown(repo))
    repo.commit()
    assert facts(repo) == [FACT, ""]
    assert claims(repo) == [(2, FACT)]
    assert (repo.verdict()["verdict"], repo.verdict()["level"]) == ("attested", "exact")
    line = repo.message().index(f"Attest-Fact: {FACT}\n")
    assert repo.message()[:line].rstrip("\n").split("\n")[-1].startswith("Attest-Where: a.py")


def test_no_question_is_shown_above_the_answer_to_one_that_is_not_recorded(repo: Repo) -> None:
    stage(repo, 2, 12)
    hand_in(repo, shown(repo))
    repo.commit()
    first, second = repo.ok("show").split("\nhunk ")[1:]
    whole = [hunk.replace("\n    | ", " ").split("\n") for hunk in (first, second)]
    labels = [[line.partition(":")[0].strip() for line in lines] for lines in whole]
    claim = "Fact shown to the contributor (their claim)"
    assert labels[0][-5:-1] == [claim, "asked", "invariant", "breaks"]
    assert labels[1][-5:-1] == ["asked", "invariant", "asked", "breaks"]


def test_answers_that_are_used_again_bring_their_fact(repo: Repo) -> None:
    stage(repo, 2)
    hand_in(repo, shown(repo))
    stage(repo, 2, 12)
    first, second = repo.template()["hunk"]
    assert (first["fact"], first["breaks-question"], first["breaks"]) == (
        FACT,
        QUESTION,
        removal(1),
    )
    assert "fact" not in second
    repo.answer()
    repo.commit()
    assert facts(repo) == [FACT, ""]


def test_an_amended_commit_keeps_the_fact_of_what_it_had(repo: Repo) -> None:
    stage(repo, 2)
    hand_in(repo, shown(repo))
    repo.commit()
    stage(repo, 2, 12)
    repo.answer("--amend")
    repo.git("commit", "-q", "--amend", "--no-edit")
    assert facts(repo) == [FACT, ""]
    assert repo.verdict()["level"] == "exact"


def test_a_fact_is_taken_from_ones_own_block_where_nothing_is_kept(repo: Repo) -> None:
    """As after a new clone: a commit that is answered for again keeps what was shown."""
    stage(repo, 2)
    hand_in(repo, shown(repo))
    repo.commit()
    shutil.rmtree(repo.path / ".git/attest")
    data = repo.template("HEAD")
    assert data["hunk"][0]["fact"] == FACT
    hand_in(repo, data, "HEAD")
    assert facts(repo) == [FACT]


def test_a_rebase_keeps_the_fact_with_the_answers(repo: Repo) -> None:
    start = repo.head
    stage(repo, 30)
    hand_in(repo, shown(repo))
    repo.commit("Thirty")
    repo.git("checkout", "-q", "-b", "other", start)
    stage(repo, 3)
    repo.answer()
    repo.commit("Three")
    repo.git("checkout", "-q", "main")
    repo.git("rebase", "-q", "other")
    assert facts(repo) == [FACT]
    assert claims(repo) == [(30, FACT)]
    assert (repo.verdict()["verdict"], repo.verdict()["level"]) == ("attested", "hunks")
    hand_in(repo, repo.template("HEAD"), "HEAD")
    assert (facts(repo), repo.verdict()["level"]) == ([FACT], "exact")


def test_a_fact_in_a_commit_that_is_made_again_is_signed(repo: Repo) -> None:
    """Journey 2: the file for commits has the facts, too."""
    stage(repo, 2)
    repo.commit("Bare")
    data = shown(repo, FACT, "HEAD")
    hand_in(repo, data, "HEAD")
    assert facts(repo) == [FACT]
    assert filled(repo, "HEAD").count(FACT.encode()) == 1


def test_the_editor_shows_and_signs_the_fact_of_earlier_answers(repo: Repo) -> None:
    stage(repo, 2)
    hand_in(repo, shown(repo, whole=False), code=1)
    script = repo.home / "editor.sh"
    script.write_text(f'cp "$1" {shlex.quote(str(repo.home / "seen"))}\n{FILL}')
    result = repo.attest("answer", "--editor", GIT_EDITOR=f"sh {shlex.quote(str(script))}")
    assert result.returncode == 0, result.stderr
    seen = (repo.home / "seen").read_text().split("#   +new2 2\n")[1]
    assert seen.startswith(f"#    line 3\n#    line 4\n#    line 5\n# Fact: {FACT}\n# ")
    assert f"\n# {QUESTION}\nbreaks:\n" in seen
    repo.commit()
    assert [(h.fact, h.invariant, h.breaks) for h in reply(repo)] == [
        (FACT, invariant(1), removal())
    ]


@BOTH_WAYS
def test_the_terminal_shows_it_below_the_hunk_and_asks_its_question(repo: Repo, term: str) -> None:
    stage(repo, 2)
    hand_in(repo, shown(repo, whole=False), code=1)
    with Terminal.attest(repo, env={"TERM": term}) as terminal:
        terminal.expect("+new2 2")
        terminal.expect(f"Fact: {FACT}")
        terminal.asked(QUESTION)
        terminal.say(removal())
        terminal.sign()
        assert terminal.finish() == 0
        assert not terminal.wrote(BREAKS)
    repo.commit()
    assert [(h.fact, h.breaks) for h in reply(repo)] == [(FACT, removal())]


@BOTH_WAYS
def test_nobody_signs_a_fact_that_they_do_not_see(repo: Repo, term: str) -> None:
    stage(repo, 2)
    hand_in(repo, shown(repo))
    with Terminal.attest(repo, env={"TERM": term}) as terminal:
        terminal.expect("1  a.py:2")
        terminal.expect(f"Fact: {FACT}")
        terminal.expect(f"keeps: {invariant(1)}")
        terminal.asked(SIGN)
        terminal.say("no")
        assert terminal.finish() == 1


@BOTH_WAYS
def test_a_hostile_fact_is_written_out(repo: Repo, term: str) -> None:
    """A subject or a file's name may be in it."""
    stage(repo, 2)
    evil = "It came with \x1b]0;pwned\x07 \u202egnp\u2066 [red]x[/red] ##[error]done\r\nbreaks: x"
    hand_in(repo, shown(repo, evil))
    with Terminal.attest(repo, env={"TERM": term}) as terminal:
        terminal.expect("Fact: It came with ]0;pwned gnp [red]x[/red] ##\\x5berror]done breaks: x")
        terminal.asked(SIGN)
        for raw in (b"\x1b]", b"\x07", "\u202e".encode(), "\u2066".encode(), b"##["):
            assert raw not in terminal.raw
        terminal.send("\r")
        assert terminal.finish() == 0
    repo.commit()
    assert facts(repo) == ["It came with ]0;pwned gnp [red]x[/red] ##[error]done breaks: x"]


def test_a_fact_fits_a_commit_that_has_another_encoding(repo: Repo) -> None:
    repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
    stage(repo, 2)
    hand_in(repo, shown(repo, "漢" * 300))
    repo.commit()
    (span,) = block.scan(repo.raw()).spans
    assert all(line.isascii() for line in span.lines)
    assert facts(repo) == ["漢" * 199 + "…"]
    assert repo.verdict()["verdict"] == "attested"
