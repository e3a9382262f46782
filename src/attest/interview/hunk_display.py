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
        self._commit = ""

    def show(self, form: QuestionForm) -> None:
        """Show a hunk, with its place and its fact; of a long one as much as leaves room for the
        questions.
        """
        if form is not self._current_form:
            self._context = CONTEXT
        self._current_form = form
        self._screen.write("")
        if form.commit != self._commit:
            self._screen.write(f"commit {form.commit}", "bold")
        self._commit = form.commit
        self._screen.rows = 0
        self._screen.write(f"hunk {form.number} of {form.total}  {form.place}", "bold")
        if form.shown_scope:
            self._screen.write(f"in {form.shown_scope}", "dim")
        self._screen.get_ready(form.hunk_path)  # while the fact is looked for
        form.look_up_fact()
        self._show_lines(form, self._room(form))
        if form.shown_fact:
            self._screen.write(form.shown_fact, "cyan")

    def keep_in_sight(self, form: QuestionForm, lines: Sequence[str]) -> None:
        """Show the head of a hunk again if it would leave the screen above what is written next.

        Args:
            lines: a question, and what goes with it.
        """
        rows = sum(map(self._screen.height, lines)) + _PER_QUESTION
        is_too_far = self._screen.rows + rows > self._screen.size.lines
        if form is not self._current_form or (is_too_far and not self._screen.plain):
            self.show(form)

    def widen(self, form: QuestionForm) -> None:
        """Show more of the file around a hunk."""
        self._context = next((n for n in _STEPS if n > self._context), _STEPS[-1])
        lines, _ = form.lines_in_context(self._context)
        self._screen.write("")
        self._screen.rows = 0
        self._screen.write(f"hunk {form.number} of {form.total}  {form.place}", "bold")
        self._screen.write_code(lines[: 4 * MOST_LINES], form.hunk_path)
        if len(lines) > 4 * MOST_LINES:
            self._write_rest(form, len(lines) - 4 * MOST_LINES)

    def page(self, form: QuestionForm) -> None:
        """Show the whole hunk, in its file, in the pager."""
        lines, _ = form.lines_in_context(max(self._context, _STEPS[0]))
        title = f"hunk {form.number} of {form.total}  {form.place}"
        self._screen.page(title, lines, form.hunk_path)

    def _room(self, form: QuestionForm) -> int:
        """Rows that the questions leave for the hunk's lines."""
        if self._screen.plain:
            return MOST_LINES
        question_rows = sum(
            self._screen.height(question) + _PER_QUESTION for _, question in form.questions
        )
        fact = self._screen.height(form.shown_fact) if form.shown_fact else 0
        room = self._screen.size.lines - self._screen.rows - question_rows - fact
        return min(max(room, LEAST_LINES), MOST_LINES)

    def _show_lines(self, form: QuestionForm, room: int) -> None:
        context = self._context
        lines, _ = form.lines_in_context(context)
        while context > 1 and self._rows(lines) > room:
            context -= 1
            lines, _ = form.lines_in_context(context)
        count = len(lines)
        while count > 1 and self._rows(lines[:count]) + (count < len(lines)) > room:
            count -= 1
        self._screen.write_code(lines[:count], form.hunk_path)
        if count < len(lines):
            self._write_rest(form, max(form.hunk.size, len(lines)) - count)

    def _rows(self, lines: list[str]) -> int:
        return sum(map(self._screen.height, lines[: MOST_LINES + 1])) + max(
            len(lines) - MOST_LINES - 1, 0
        )

    def _write_rest(self, form: QuestionForm, count: int) -> None:
        lines = f"{count} more line{'' if count == 1 else 's'}"
        self._screen.write(f"… {lines}: p shows all, or {form.show_command}", "dim")
