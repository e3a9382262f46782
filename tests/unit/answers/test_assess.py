"""Whether an answer is weak, by its own words and by the other answers of its change."""

from __future__ import annotations

import pytest

from attest.answers.context import Context
from attest.answers.quality import HunkAnswers, assess
from attest.answers.requirements import AnswerLabel

ABOUT = Context("    if len(buf) <= 8:\n        raise ShortRead(offset)\n", "src/packet.py")
REAL = "a packet is at least a header and one byte long"
OTHER = "test_short_packet in test_packet.py fails"


def hunk(
    *answers: tuple[AnswerLabel, str], context: Context | None = ABOUT, own: bool = False
) -> HunkAnswers:
    return HunkAnswers(context, answers, own)


def rule(
    label: AnswerLabel, answer: str, about: HunkAnswers, others: tuple[HunkAnswers, ...] = ()
) -> str | None:
    result = assess(label, answer, about, others)
    return result.rule if result else None


def test_an_answer_that_says_something_is_not_weak() -> None:
    assert rule("breaks", OTHER, hunk(("invariant", REAL), ("breaks", OTHER))) is None


def test_an_answer_is_judged_by_its_own_words_first() -> None:
    twice = hunk(("invariant", "works now"), ("breaks", "works now"))
    assert rule("breaks", "works now", twice) == "filler"


def test_the_later_of_two_equal_answers_of_a_hunk_is_weak() -> None:
    twice = hunk(("invariant", REAL), ("breaks", f"{REAL.capitalize()}!"))
    assert rule("invariant", REAL, twice) is None
    assert rule("breaks", f"{REAL.capitalize()}!", twice) == "same-answer"


def test_an_answer_is_compared_before_it_is_taken() -> None:
    empty = hunk(("invariant", REAL), ("breaks", ""))
    assert rule("breaks", REAL, empty) == "same-answer"


def test_a_label_that_is_not_asked_for_is_compared_with_other_hunks_alone() -> None:
    asked = hunk(("breaks", REAL))
    assert rule("invariant", REAL, asked) is None
    assert rule("invariant", REAL, asked, (hunk(("invariant", REAL)),)) == "same-answer"


@pytest.mark.parametrize("label", ["invariant", "breaks", "answer"])
def test_the_answer_of_another_hunk_is_weak_under_any_label(label: AnswerLabel) -> None:
    assert rule("breaks", REAL, hunk(("breaks", REAL)), (hunk((label, REAL)),)) == "same-answer"


def test_nothing_is_judged_without_a_context_or_an_answer() -> None:
    assert rule("breaks", "works now", hunk(("breaks", "works now"), context=None)) is None
    assert rule("breaks", "", hunk(("breaks", ""))) is None


def test_an_answer_to_the_projects_own_question_is_not_judged() -> None:
    own = hunk(("invariant", REAL), ("answer", "yes"), own=True)
    assert rule("answer", "yes", own) is None
    assert rule("invariant", "works now", own) == "filler"
    assert rule("answer", "yes", hunk(("answer", "yes"))) is not None


def test_another_answer_may_not_repeat_that_of_an_own_question() -> None:
    own = hunk(("answer", REAL), own=True)
    assert rule("breaks", REAL, hunk(("breaks", REAL)), (own,)) == "same-answer"


def test_a_doubt_is_sent_where_the_project_takes_doubts() -> None:
    taken = assess("breaks", "I don't know", hunk(("breaks", "")))
    refused = assess("breaks", "I don't know", HunkAnswers(ABOUT, (), unsure=False))
    assert taken is not None
    assert refused is not None
    assert taken.rule == refused.rule == "doubt"
    assert "Say it in `unsure`" in taken.remedy
    assert "does not accept `unsure`" in refused.remedy
