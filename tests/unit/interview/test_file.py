"""The TOML template: whatever a hunk holds, it parses back and reads in again."""

from __future__ import annotations

import copy
import tomllib

from hypothesis import given
from hypothesis import strategies as st

from attest import text
from attest.answers.answers import Answers
from attest.answers.context import Context
from attest.git.diff import DiffEntry, Hunk
from attest.interview.file import FilePrompter, template
from attest.interview.form import QuestionForm
from attest.questions.wording import QuestionTexts

NASTY = ["'''", '"""', "\\", "\\'''", '\\"""', "\r", "\r\n", "\0", "\x1b[31m", "'", '"', "\x85"]
NASTY += ["\u2028", "\u202e", "\ufeff", "\x7f", "\\u0041", "#", "]]", "é", "长", "👩‍💻", "\n"]
PIECES = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=8)), max_size=12)
TEXTS = PIECES.map("".join)
BYTES = st.one_of(
    st.binary(max_size=60), TEXTS.map(lambda value: value.encode("utf-8", "surrogatepass"))
)
VALUES = TEXTS.map(text.normalise)
ANSWERS = st.builds(Answers, invariant=VALUES, breaks=VALUES, unsure=VALUES)
ASKED = st.builds(QuestionTexts, VALUES, VALUES, VALUES)

FIRST = ["digest", "path", "where", "text"]
FIRST += ["invariant-question", "invariant", "breaks-question", "breaks"]


@st.composite
def changes(draw: st.DrawFn) -> list[QuestionForm]:
    total = draw(st.integers(1, 3))
    items = []
    for number in range(1, total + 1):
        path = draw(BYTES.filter(bool))
        row = DiffEntry("100644", "100644", "0" * 40, "1" * 40, "M", path)
        body = b"".join(b"+" + line + b"\n" for line in draw(BYTES).split(b"\n"))
        hunk = Hunk(row, f"{number:056x}", 1, 1, number, 1, draw(BYTES), body)
        items.append(QuestionForm(number, total, hunk, draw(ANSWERS), texts=draw(ASKED)))
        if items[-1].texts.third:
            items[-1].answer = draw(VALUES)
    return items


@given(changes())
def test_a_template_parses_back(items: list[QuestionForm]) -> None:
    tables = tomllib.loads(template(items))["hunk"]
    for table, item in zip(tables, items, strict=True):
        third = ["asked", "answer"] if item.texts.third else []
        assert list(table) == [*FIRST, *third, "unsure"]
        assert table["digest"] == item.hunk.digest
        assert table["path"] == text.showable(item.hunk.path)
        assert table["where"] == item.place
        assert table["text"].splitlines() == item.lines
        assert table["invariant-question"] == text.showable(item.texts.invariant)
        assert table["invariant"] == item.answers.invariant
        assert table["breaks-question"] == text.showable(item.texts.breaks)
        assert table["breaks"] == item.answers.breaks
        assert table.get("asked", "") == text.showable(item.texts.third)
        assert table.get("answer", "") == item.answer
        assert table["unsure"] == item.answers.unsure


def test_beside_a_kept_doubt_stands_a_note_that_is_no_answer() -> None:
    row = DiffEntry("100644", "100644", "0" * 40, "1" * 40, "M", b"a.py")
    hunk = Hunk(row, "0" * 56, 1, 1, 1, 1, b"", b"+read(packet)\n")
    kept = Answers(invariant="I don't know", breaks="the readers stop at the end")
    form = QuestionForm(1, 1, hunk, copy.copy(kept), context=Context("read(packet)"))
    written = template([form])
    (table,) = tomllib.loads(written)["hunk"]
    assert "`unsure`" in table["invariant-note"]
    assert "breaks-note" not in table
    FilePrompter(written.encode(), "file", print).ask([form], lambda _: None)
    assert form.answers == kept


@given(changes())
def test_a_template_steers_no_terminal(items: list[QuestionForm]) -> None:
    written = template(items)
    assert not text.CONTROL.search(written.replace("\n", ""))
    written.encode("utf-8")


@given(changes(), st.booleans(), st.booleans())
def test_a_filled_in_template_reads_in_again(
    items: list[QuestionForm], crlf: bool, mark: bool
) -> None:
    written = ("\ufeff" if mark else "") + template(items)
    written = written.replace("\n", "\r\n") if crlf else written
    blank = [QuestionForm(item.number, item.total, item.hunk, texts=item.texts) for item in items]
    kept: list[str] = []
    FilePrompter(written.encode(), "file", print).ask(
        blank, lambda item: kept.append(item.hunk.digest)
    )
    assert [item.answers for item in blank] == [item.answers for item in items]
    assert kept == [item.hunk.digest for item in items]
