"""Every hunk and answer on one screen, before they are signed."""

from __future__ import annotations

from collections.abc import Sequence

from attest import text
from attest.interview.form import QuestionForm
from attest.interview.prompter import DisclosureQuestion
from attest.interview.screen import Screen

_LABELS = {"invariant": "keeps", "breaks": "breaks", "answer": "answer", "unsure": "unsure"}
_INDENT = 4


def show(
    screen: Screen, forms: Sequence[QuestionForm], disclosure: DisclosureQuestion | None
) -> None:
    """Show hunks by number, each with its answers: whole where that fits on the screen, and
    else a row for each.

    Args:
        disclosure: which tools helped; None where that is not asked.
    """
    lines = _lines(forms, disclosure)
    room = screen.size.lines - _REST
    crop = not screen.plain and sum(screen.height(line) for line, _ in lines) > room
    columns = screen.size.columns
    screen.write("")
    for line, style in lines:
        screen.write(_crop(line, columns) if crop else line, style, code=crop)
    if crop:
        screen.write("Long answers are cut here; a number shows them whole.", "dim")
    screen.write("")


_REST = 6
"""Rows of the summary and of the question below it."""


def choices(forms: Sequence[QuestionForm], disclosure: DisclosureQuestion | None) -> str:
    """The keys that change an answer, in words."""
    numbers = "1 = change it" if len(forms) == 1 else f"1-{len(forms)} = change one"
    return numbers + (", a = AI tools" if disclosure is not None else "")


def _lines(
    forms: Sequence[QuestionForm], disclosure: DisclosureQuestion | None
) -> list[tuple[str, str]]:
    lines = []
    commit = ""
    for form in forms:
        if form.commit and form.commit != commit:
            lines.append((f"commit {form.commit}", "bold"))
            commit = form.commit
        scope = f"  {form.shown_scope}" if form.scope else ""
        lines.append((f"{form.number:2}  {form.place}{scope}", "bold"))
        if form.shown_fact:
            lines.append((f"{'':{_INDENT}}{form.shown_fact}", "dim"))
        answers = [*form.answers_by_label.items(), ("unsure", form.answers.unsure)]
        for label, answer in answers:
            if not answer:
                continue
            weakness = None if label == "unsure" else form.find_weakness(label, answer, forms)  # type: ignore[arg-type]
            mark = f"  ({weakness.rule})" if weakness else ""
            style = "yellow" if weakness or label == "unsure" else ""
            entry = f"{_LABELS[label]}: {text.showable(answer)}{mark}"
            lines.append((f"{'':{_INDENT}}{entry}", style))
    if disclosure is not None and disclosure.answer is not None:
        lines.append((f" a  AI tools: {text.showable(disclosure.answer) or 'none'}", "bold"))
    return lines


def _crop(line: str, columns: int) -> str:
    if text.columns(line) <= columns:
        return line
    while text.columns(line) > columns - 1:
        line = line[:-1]
    return f"{line}…"
