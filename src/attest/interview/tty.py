"""Asking in the terminal, a question at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from attest import text
from attest.attestation.block import Mode
from attest.errors import AttestError
from attest.git import editor
from attest.interview import review
from attest.interview.editor import EditorPrompter
from attest.interview.form import QuestionForm
from attest.interview.prompter import DisclosureQuestion, Keep, Page
from attest.interview.questioning import Questioning
from attest.interview.screen import Screen
from attest.interview.terminal import Terminal

_ANYWAY = ("y", "yes")


class TerminalPrompter:
    """Asks through *terminal*; see `prompter.Prompter`.

    Args:
        buffer: the file that the editor opens where the person wants to answer there; None to
            offer no editor.
    """

    mode: Mode = "tty"

    def __init__(self, terminal: Terminal, buffer: Path | None = None) -> None:
        self._terminal, self._buffer = terminal, buffer
        self._screen = Screen(terminal)
        self._forms: Sequence[QuestionForm] = ()
        self._keep: Keep = lambda _: None
        self._disclosure: DisclosureQuestion | None = None

    def ask(
        self,
        forms: Sequence[QuestionForm],
        keep: Keep,
        disclosure: DisclosureQuestion | None = None,
    ) -> None:
        self.take(forms, keep, disclosure)
        todo = [form for form in forms if form.open_labels]
        if todo:
            self._introduce(todo)
            self._questioning().ask_open()
        if disclosure is not None and (disclosure.answer is None or disclosure.objection):
            self._ask_disclosure(disclosure)

    def take(
        self, forms: Sequence[QuestionForm], keep: Keep, disclosure: DisclosureQuestion | None
    ) -> None:
        """Take forms that were filled in elsewhere, to be reviewed."""
        self._forms, self._keep, self._disclosure = forms, keep, disclosure

    def ask_when(self, action: str, preview: Sequence[str]) -> Literal["now", "editor", "later"]:
        """Ask when and how to do it.

        Args:
            action: `Answer`, or `Sign` where everything is answered.
            preview: lines about what would be asked.
        """
        preview_key = ", p = preview" if preview else ""
        while True:
            self._terminal.forget_typed()
            keys = f"Enter = yes{preview_key}, e = in the editor, l = later"
            self._screen.write(f"{action} now? [{keys}]", "bold")
            choice = self._screen.read().lower()
            if choice in ("", "now", *_ANYWAY):
                return "now"
            if choice in ("e", "editor"):
                return "editor"
            if choice in ("l", "later", "n", "no", "q"):
                return "later"
            if choice in ("p", "preview") and preview:
                for line in preview:
                    self._screen.write(line)

    def in_editor(self) -> EditorPrompter:
        """What asks in the editor, on this terminal; the answers are reviewed here."""
        assert self._buffer is not None
        terminal = (self._terminal.reader, self._terminal.writer)
        return EditorPrompter(self._buffer, partial(editor.edit, terminal=terminal), self)

    def show(self, pages: Sequence[Page], /) -> bool:
        """Show texts; see `prompter.Prompter`."""
        for page in pages:
            lines = [text.showable(line.replace("\t", "    ")) for line in page.lines]
            self._screen.write_pages(text.showable(page.title), lines)
        names = ", ".join(text.showable(page.title) for page in pages)
        self._screen.write(f"\nHave you read this: {names}? [Enter = yes, Ctrl-C = stop]", "bold")
        self._terminal.forget_typed()
        self._screen.read()
        return True

    def confirm(self, summary: str, /) -> bool:
        """Show the review until the person signs or stops; see `prompter.Prompter`."""
        *lines, signer, key = summary.split("\n")
        self._screen.write("")
        for line in lines:
            self._screen.write(text.showable(line))
        self._review(signer, key)
        while True:
            self._terminal.forget_typed()
            edits = ", e = editor" if self._buffer is not None else ""
            change = f", {review.choices(self._forms, self._disclosure)}{edits}"
            keys = f"Enter = yes{change if self._forms else ''}, q = cancel"
            self._screen.write(f"Sign? [{keys}]", "bold")
            choice = self._screen.read().lower()
            if choice in ("", *_ANYWAY) and not self._open():
                return True
            if choice in ("n", "no", "q"):
                return False
            if self._change(choice):
                self._review(signer, key)
            elif choice not in _ANYWAY:
                self._screen.write("Nothing is signed yet. Please choose one of these:", "yellow")

    def retry(self, reason: str, /) -> bool:
        """Ask whether to sign again; see `prompter.Prompter`."""
        for line in reason.split("\n"):
            self._screen.write(text.showable(line), "yellow")
        self._terminal.forget_typed()
        self._screen.write("Try again? [Enter = yes, q = stop; your answers are kept]", "bold")
        return self._screen.read().lower() in ("", *_ANYWAY)

    def agrees(self, question: str) -> bool:
        """Ask something that Enter agrees to.

        Args:
            question: one line.
        """
        self._terminal.forget_typed()
        self._screen.write(f"{question} [Enter = yes, n = no]", "bold")
        return self._screen.read().lower() in ("", *_ANYWAY)

    def _open(self) -> bool:
        """Ask what is left to ask, after the editor; whether something was."""
        todo = [form for form in self._forms if form.open_labels]
        if todo:
            self._questioning().ask_open()
        return bool(todo)

    def _review(self, *signer_lines: str) -> None:
        """Show the answers right above who signs them: what else is signed for may be long."""
        review.show(self._screen, self._forms, self._disclosure)
        for line in signer_lines:
            self._screen.write(text.showable(line))

    def _change(self, choice: str) -> bool:
        """Change what a key of the review names; whether it names something."""
        numbers = {str(form.number): form for form in self._forms}
        if choice in numbers:
            self._questioning().ask_again(numbers[choice])
        elif choice == "a" and self._disclosure is not None:
            self._ask_disclosure(self._disclosure)
        elif choice == "e" and self._buffer is not None:
            self._edit()
        else:
            return not choice  # what was open is answered then
        self._open()
        return True

    def _questioning(self) -> Questioning:
        edit = self._edit if self._buffer is not None else None
        return Questioning(self._screen, self._forms, self._keep, edit)

    def _edit(self) -> None:
        """Have everything answered in the editor; what is wrong there is shown here."""
        try:
            self.in_editor().ask(self._forms, self._keep, self._disclosure)
        except AttestError as error:
            for line in f"{error.message}\n{error.hint}".strip().split("\n"):
                self._screen.write(text.showable(line), "yellow")

    def _introduce(self, todo: Sequence[QuestionForm]) -> None:
        forms = self._forms
        count = len(forms) - len(todo)
        note = f" ({count} of {len(forms)} already answered)" if count else ""
        hunks = "1 hunk" if len(todo) == 1 else f"{len(todo)} hunks"
        requirements = forms[0].requirements
        least = requirements.least_words
        length = f", at least {least} words per answer" if least > 1 else ""
        self._screen.write(f"{hunks} to answer for{note}, {_count_questions(todo)}{length}.")
        doubt = "; type ? and the words where you are not sure" if requirements.unsure else ""
        self._screen.write(f"Answer in any language{doubt}.")
        self._screen.write("Ctrl-C stops; every answer is kept.")

    def _ask_disclosure(self, disclosure: DisclosureQuestion) -> None:
        """Ask which tools helped, until the answer can be written as a trailer."""
        self._screen.write("")
        default = disclosure.answer or ""
        while True:
            for line in disclosure.question_about(default).split("\n"):
                self._screen.write(line, "bold")
            typed = self._screen.read(default)
            if typed.strip("? ") == "" and typed:
                for line in disclosure.explanation.split("\n"):
                    self._screen.write(line)
                continue
            objection = disclosure.objection_to(typed)
            if not objection:
                disclosure.give(typed)
                return
            default = typed
            self._screen.write(text.showable(objection), "yellow")


def _count_questions(todo: Sequence[QuestionForm]) -> str:
    """How many questions of each hunk are left, in words."""
    counts = {len(form.open_labels) for form in todo}
    words = {1: "one question", 2: "two questions", 3: "three questions"}
    if len(counts) == 1:
        return words[counts.pop()] + (" each" if len(todo) > 1 else "")
    return f"{sum(len(form.open_labels) for form in todo)} questions"
