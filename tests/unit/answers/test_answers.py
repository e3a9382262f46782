"""Answers about a hunk and about a fixup of it, in one."""

from __future__ import annotations

import pytest

from attest.answers.answers import Answers

OLD = Answers("keeps order", "two runs differ", questions=[("Why?", "it is stable")])


@pytest.mark.parametrize(
    ("later", "joined"),
    [
        (
            Answers("sorts once", "it is slow"),
            ("keeps order; sorts once", "two runs differ; it is slow", ""),
        ),
        (Answers("keeps order"), ("keeps order", "two runs differ", "")),
        (Answers("keeps order", "runs"), ("keeps order", "two runs differ", "")),
        (Answers(unsure="the locale"), ("", "", "the locale")),
        (Answers("sorts once", unsure="why"), ("keeps order; sorts once", "", "why")),
        (Answers(), ("keeps order", "two runs differ", "")),
    ],
)
def test_later_answers_stand_behind(later: Answers, joined: tuple[str, str, str]) -> None:
    both = OLD.followed_by(later)
    assert (both.invariant, both.breaks, both.unsure) == joined
    assert both.questions == OLD.questions


def test_a_sentence_is_followed_by_a_sentence() -> None:
    assert (
        Answers("It sorts.").followed_by(Answers("It is fast.")).invariant
        == "It sorts. It is fast."
    )


def test_doubts_facts_and_flags() -> None:
    first = Answers("a", "b", "the locale", [("Why?", "so")], "a fact", "Who?", ["breaks"])
    both = first.followed_by(Answers("c", "d", "the zone", [("Why?", "no"), ("How?", "x")], "fact"))
    assert both == Answers(
        "a; c",
        "b; d",
        "the locale; the zone",
        [("Why?", "so; no"), ("How?", "x")],
        flags=["breaks"],
    )
