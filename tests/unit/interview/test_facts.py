"""The fact below a hunk: when it is looked up, where it is shown, and what is asked with it."""

from __future__ import annotations

import io
import os
import tomllib

import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from attest import text
from attest.answers.answers import Answers
from attest.facts.fact import Fact
from attest.git.diff import DiffEntry, Hunk
from attest.interview import editor, file
from attest.interview.fact_source import NO_FACTS, FactSource
from attest.interview.form import QuestionForm
from attest.interview.terminal import Terminal
from attest.interview.tty import TerminalPrompter
from attest.questions.wording import BREAKS, INVARIANT
from support.values import TYPED

FACT = Fact("tests", "No test mentions `apply_options`.", "What would fail?")
OTHER = Fact("users", "`apply_options` is used in `cli.py`.", "Does it get another result?")
ROW = DiffEntry("100644", "100644", "0" * 40, "1" * 40, "M", b"a.py")
HUNK = Hunk(ROW, "c" * 56, 1, 1, 1, 1, b"", b"-old\n+new\n")


class Source:
    """Knows these facts, one for each call, and then none."""

    def __init__(self, *facts: Fact | None) -> None:
        self.facts = list(facts)
        self.calls = 0

    def get(self, hunk: Hunk, /) -> Fact | None:
        assert hunk is HUNK
        self.calls += 1
        return self.facts.pop(0) if self.facts else None


def form(
    facts: FactSource = NO_FACTS,
    *,
    invariant: str = "",
    breaks: str = "",
    fact: str = "",
    fact_question: str = "",
) -> QuestionForm:
    """A form with these answers, and the fact that they were given with."""
    answers = Answers(invariant, breaks, fact=fact, fact_question=fact_question)
    return QuestionForm(1, 1, HUNK, answers, facts=facts)


def answered(one: QuestionForm, *typed: str) -> str:
    """What a plain terminal shows while a person types these lines."""
    reading, writing = os.pipe()
    os.write(writing, "".join(f"{line}\n" for line in typed).encode())
    os.close(writing)
    shown = io.StringIO()
    with os.fdopen(reading, encoding="utf-8") as reader:
        TerminalPrompter(Terminal(reader, shown, plain=True)).ask([one], lambda _: None)
    return shown.getvalue()


def test_a_source_that_has_none_changes_nothing() -> None:
    one = form()
    one.look_up_fact()
    assert (one.answers, one.shown_fact) == (Answers(), "")
    assert [question for _, question in one.questions] == [INVARIANT, BREAKS]


def test_a_fact_is_shown_and_asks_the_second_question() -> None:
    one = form(Source(FACT))
    one.look_up_fact()
    assert one.shown_fact == "Fact: No test mentions `apply_options`."
    assert one.questions == [("invariant", INVARIANT), ("breaks", "What would fail?")]


def test_a_fact_without_a_question_leaves_the_second_one() -> None:
    one = form(Source(Fact("issue", "It is about #123.", "")))
    one.look_up_fact()
    assert one.questions == [("invariant", INVARIANT), ("breaks", BREAKS)]


def test_a_late_fact_is_looked_up_when_the_hunk_is_shown_again() -> None:
    source = Source(None, FACT)
    one = form(source)
    one.look_up_fact()
    assert one.shown_fact == ""
    one.look_up_fact()
    one.look_up_fact()
    assert (one.answers.fact, source.calls) == (FACT.text, 2)


def test_what_was_shown_before_stays() -> None:
    source = Source(OTHER)
    one = form(source, invariant="as the fact says", fact=FACT.text, fact_question=FACT.question)
    one.look_up_fact()
    assert (one.answers.fact, source.calls) == (FACT.text, 0)
    assert one.questions[1] == ("breaks", "What would fail?")


def test_answers_that_were_given_without_a_fact_get_none() -> None:
    source = Source(FACT)
    one = form(source, invariant="all of it", breaks="the rest")
    one.look_up_fact()
    assert (one.answers.fact, source.calls) == ("", 0)


def test_a_fact_alone_is_no_answer() -> None:
    assert not Answers(fact=FACT.text, fact_question=FACT.question)
    assert form(fact=FACT.text).missing_labels == ["invariant", "breaks"]


@given(TYPED, TYPED)
def test_any_text_is_taken_as_the_block_may_have_it(result: str, question: str) -> None:
    one = form(Source(Fact("relation", result * 20, question)))
    one.look_up_fact()
    assert len(one.answers.fact) <= 200
    assert not text.CONTROL.search(one.shown_fact + one.questions[1][1])
    assert "\n" not in one.shown_fact


def test_the_plain_terminal_shows_it_between_the_hunk_and_the_questions() -> None:
    one = form(Source(FACT))
    shown = answered(one, "the first answer is this", "nothing would fail")
    below = shown.split("+new\n")[1]
    keys = "[b]ack [s]kip [u]nsure [m]ore context [p]ager [q]uit [?] help"
    assert below == f"{one.shown_fact}\n\n{INVARIANT}\n{keys}\n> \nWhat would fail?\n> "
    assert one.answers.breaks == "nothing would fail"


def test_the_buffer_shows_it_between_the_hunk_and_the_questions() -> None:
    one = form(Source(FACT))
    rendered = editor.render([one])
    assert f"#   +new\n# {one.shown_fact}\n# {INVARIANT}\ninvariant:" in rendered
    assert "# What would fail?\nbreaks:" in rendered
    editor.read(rendered.replace("\nbreaks:", "\nbreaks: nothing"), [one], "buffer")
    assert one.answers == Answers("", "nothing", fact=FACT.text, fact_question=FACT.question)


def test_the_file_shows_it_and_brings_it_back() -> None:
    """Whoever reads the answers may know other facts by then, or none."""
    (table,) = tomllib.loads(file.template([form(Source(FACT))]))["hunk"]
    assert list(table)[3:7] == ["text", "fact", "invariant-question", "invariant"]
    assert (table["fact"], table["breaks-question"]) == (FACT.text, FACT.question)
    table |= {"invariant": "all of it", "breaks": "nothing"}
    one = form(Source(OTHER))
    filled = tomli_w.dumps({"hunk": [table]}).encode()
    file.FilePrompter(filled, "file", print).ask([one], lambda _: None)
    assert one.answers == Answers(
        "all of it", "nothing", fact=FACT.text, fact_question=FACT.question
    )


def test_a_file_without_facts_takes_none_away() -> None:
    (table,) = tomllib.loads(file.template([form()]))["hunk"]
    assert "fact" not in table
    filled = tomli_w.dumps({"hunk": [{**table, "breaks": "nothing"}]}).encode()
    one = form(fact=FACT.text, fact_question=FACT.question)
    file.FilePrompter(filled, "file", print).ask([one], lambda _: None)
    assert one.answers == Answers("", "nothing", fact=FACT.text, fact_question=FACT.question)


HOSTILE = st.sampled_from(["# breaks:", "breaks: x", "== hunk 1 of 1", "'''", "##[error]x", "\\"])


@given(st.lists(st.one_of(HOSTILE, TYPED), max_size=4).map(" ".join))
def test_no_fact_answers_or_steers(result: str) -> None:
    one = form(Source(Fact("origin", result, result)))
    rendered = editor.render([one])
    written = file.template([one])
    assert not text.CONTROL.search((rendered + written).replace("\n", ""))
    blank = form()
    editor.read(rendered, [blank], "buffer")
    assert blank.answers == Answers()
    file.FilePrompter(written.encode(), "file", print).ask([blank], lambda _: None)
    assert (blank.answers.fact, bool(blank.answers)) == (one.answers.fact, False)


def test_a_fact_that_was_made_longer_in_the_file_is_cut() -> None:
    (table,) = tomllib.loads(file.template([form()]))["hunk"]
    filled = tomli_w.dumps({"hunk": [{**table, "fact": "x" * 5_000}]}).encode()
    one = form()
    file.FilePrompter(filled, "file", print).ask([one], lambda _: None)
    assert one.answers.fact == "x" * 199 + "…"
