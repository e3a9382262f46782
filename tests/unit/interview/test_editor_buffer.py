"""The editor's buffer: what is rendered reads back, whatever the hunks hold."""

from __future__ import annotations

import copy
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest import text
from attest.answers.answers import Answers
from attest.answers.context import Context
from attest.errors import AnswersMissing, AttestError
from attest.git.diff import DiffEntry, Hunk
from attest.interview.editor import read, render
from attest.interview.form import QuestionForm

VALUES = st.one_of(
    st.text().map(text.normalise),
    st.sampled_from(["# note", "breaks:", "unsure: no", "== hunk 2 of 2", "== hunk 1 of 1 x"]),
)
ANSWERS = st.builds(Answers, invariant=VALUES, breaks=VALUES, unsure=VALUES)
BODIES = st.one_of(
    st.binary(max_size=200),
    st.sampled_from([b"+breaks: x\n", b"+\rbreaks: x\n", "+\u2028== hunk 1 of 9\n".encode()]),
)


def item(number: int, total: int, path: bytes, body: bytes, answers: Answers) -> QuestionForm:
    row = DiffEntry("100644", "100644", "0" * 40, "1" * 40, "M", path)
    return QuestionForm(number, total, Hunk(row, f"{number:056x}", 1, 1, 1, 1, b"", body), answers)


@st.composite
def changes(draw: st.DrawFn) -> list[QuestionForm]:
    total = draw(st.integers(1, 4))
    paths = st.binary(min_size=1, max_size=30)
    return [item(n, total, draw(paths), draw(BODIES), draw(ANSWERS)) for n in range(1, total + 1)]


def blank(items: list[QuestionForm]) -> list[QuestionForm]:
    """The same hunks without answers."""
    copied = copy.deepcopy(items)
    for one in copied:
        one.answers = Answers()
    return copied


@given(changes(), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"]))
def test_a_rendered_buffer_reads_back(items: list[QuestionForm], newline: str, mark: str) -> None:
    written = mark + render(items).replace("\n", newline)
    taken = blank(items)
    read(written, taken, "buffer")
    assert [one.answers for one in taken] == [one.answers for one in items]


def test_beside_a_kept_doubt_stands_a_note_that_is_no_answer() -> None:
    kept = Answers(invariant="I don't know", breaks="the readers stop at the end")
    one = item(1, 1, b"a.py", b"+read(packet)\n", kept)
    one.context = Context("read(packet)")
    written = render([one])
    assert written.count("(doubt)") == 1
    assert "`unsure`, which reviewers see first" in written.split("\ninvariant: ")[0]
    taken = blank([one])
    read(written, taken, "buffer")
    assert taken[0].answers == kept


@given(changes())
def test_an_unanswered_buffer_answers_nothing(items: list[QuestionForm]) -> None:
    taken = blank(items)
    read(render(blank(items)), taken, "buffer")
    assert not any(one.answers for one in taken)


LINES = st.lists(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))).filter(
        lambda line: not line.startswith(("#", "invariant:", "breaks:", "unsure:", "== hunk "))
    ),
    max_size=6,
)


@given(LINES)
def test_lines_below_a_label_are_one_answer(lines: list[str]) -> None:
    one = item(1, 1, b"a", b"+x\n", Answers(breaks="much"))
    typed = "\n".join(["invariant:", *lines])
    read(render([one]).replace("\ninvariant:", f"\n{typed}"), [one], "buffer")
    assert one.answers.invariant == text.normalise("\n".join(lines))
    assert one.answers.breaks == "much"


@given(st.text())
def test_any_buffer_is_read_or_refused_and_never_breaks(written: str) -> None:
    one = item(1, 1, b"a", b"+x\n", Answers())
    with suppress(AttestError):
        read(written, [one], "buffer")
    assert not text.CONTROL.search(one.answers.invariant + one.answers.breaks)


@pytest.mark.parametrize("written", ["", " \n\t\n", "#\n# x\n", "\ufeff", "\ufeff# x\n"])
def test_an_emptied_buffer_is_known(written: str) -> None:
    with pytest.raises(AnswersMissing):
        read(written, [item(1, 1, b"a", b"+x\n", Answers(invariant="kept"))], "buffer")
