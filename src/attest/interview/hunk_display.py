"""A hunk on the screen, above its questions."""

from __future__ import annotations

from collections.abc import Sequence

from attest.git.hunk_view import CONTEXT
from attest.interview.form import QuestionForm
from attest.interview.screen import Screen

LEAST_LINES = 6
"""Lines of a hunk that are shown at least, however small the screen is."""
MOST_LINES = 40
"""Lines that are shown at most before the first question, however large it is."""
_PER_QUESTION = 5
"""Rows of a question besides its own: an empty one, the keys, an answer of two, and one more."""
_STEPS = (10, 30, 100)


class HunkDisplay:
    """Shows hunks so that their heads stay on the screen while a question is asked.

    Args:
        screen: where.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._current_form: QuestionForm | None = None
        self._context = CONTEXT
        self._shown_context = CONTEXT
        self._commit = ""

    def show(self, form: QuestionForm) -> None:
        """Show a hunk, with its place and its fact; of a long one as much as leaves room for the
        questions.
        """
        if form is not self._current_form:
            self._context = CONTEXT
        self._current_form = form
        questions = [question for _, question in form.questions]
        rows = sum(self._question_rows([question]) for question in questions)
        self._write_hunk(form, rows, MOST_LINES)

    def keep_in_sight(self, form: QuestionForm, lines: Sequence[str]) -> None:
        """Show the head of a hunk again if it would leave the screen above what is written next.

        Args:
            lines: a question, and what goes with it.
        """
        is_too_far = self._screen.rows + self._question_rows(lines) > self._screen.size.lines
        if form is not self._current_form or (is_too_far and not self._screen.plain):
            self.show(form)

    def widen(self, form: QuestionForm, lines: Sequence[str]) -> None:
        """Show more of the file around a hunk: on the screen where there is room for more between
        the hunk's head and the question, and in the pager where there is none.

        Args:
            lines: the question, and what goes with it.
        """
        self._context = next((n for n in _STEPS if n > self._context), _STEPS[-1])
        rows = self._question_rows(lines)
        room = self._room(form, rows, 4 * MOST_LINES)
        if self._screen.plain or self._fitting_context(form, room) > self._shown_context:
            self._write_hunk(form, rows, 4 * MOST_LINES)
        else:
            self.page(form)

    def page(self, form: QuestionForm) -> None:
        """Show the whole hunk, in its file, in the pager."""
        lines, _ = form.lines_in_context(max(self._context, _STEPS[0]))
        self._screen.page(_title(form), lines, form.hunk_path)

    def _write_hunk(self, form: QuestionForm, rows: int, most: int) -> None:
        """Write a hunk with its place and its fact.

        Args:
            rows: what is written next needs them.
            most: lines of the hunk that are shown at most.
        """
        self._screen.write("")
        if form.commit != self._commit:
            self._screen.write(f"commit {form.commit}", "bold")
        self._commit = form.commit
        self._screen.rows = 0
        self._screen.write(_title(form), "bold")
        if form.shown_scope:
            self._screen.write(_scope_line(form), "dim")
        self._screen.get_ready(form.hunk_path)  # while the fact is looked for
        form.look_up_fact()
        self._show_lines(form, self._room(form, rows, most))
        if form.shown_fact:
            self._screen.write(form.shown_fact, "cyan")

    def _room(self, form: QuestionForm, rows: int, most: int) -> int:
        """Rows that the head of a hunk, its fact and what is written next leave for its lines."""
        if self._screen.plain:
            return most
        others = [_title(form), _scope_line(form), form.shown_fact]
        rows += sum(self._screen.height(line) for line in others if line)
        room = self._screen.size.lines - rows
        return min(max(room, LEAST_LINES), most)

    def _question_rows(self, lines: Sequence[str]) -> int:
        """Rows of a question with its notes, and of what comes with it."""
        return sum(map(self._screen.height, lines)) + _PER_QUESTION

    def _fitting_context(self, form: QuestionForm, room: int) -> int:
        """How many of the lines around a hunk have room on either side: one at least."""
        context = self._context
        while context > 1 and self._rows(form.lines_in_context(context)[0], room) > room:
            context -= 1
        return context

    def _show_lines(self, form: QuestionForm, room: int) -> None:
        self._shown_context = self._fitting_context(form, room)
        lines, _ = form.lines_in_context(self._shown_context)
        count = len(lines)
        while count > 1 and self._rows(lines[:count], room) + (count < len(lines)) > room:
            count -= 1
        self._screen.write_code(lines[:count], form.hunk_path)
        if count < len(lines):
            self._write_rest(form, max(form.hunk.size, len(lines)) - count)

    def _rows(self, lines: list[str], enough: int) -> int:
        """Rows of lines; where there are far too many, at least their number."""
        return sum(map(self._screen.height, lines[: enough + 1])) + max(len(lines) - enough - 1, 0)

    def _write_rest(self, form: QuestionForm, count: int) -> None:
        lines = f"{count} more line{'' if count == 1 else 's'}"
        self._screen.write(f"… {lines}: p shows all, or {form.show_command}", "dim")


def _title(form: QuestionForm) -> str:
    return f"hunk {form.number} of {form.total}  {form.place}"


def _scope_line(form: QuestionForm) -> str:
    return f"in {form.shown_scope}" if form.shown_scope else ""
