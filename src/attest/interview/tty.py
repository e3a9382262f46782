"""Asking in the terminal, a question at a time."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from typing import Literal

from attest import text
from attest.answers.requirements import Lacking
from attest.attestation.block import Mode
from attest.errors import UsageError
from attest.interview.form import QuestionForm
from attest.interview.line_editor import read_line
from attest.interview.prompter import DisclosureQuestion, Keep, Page
from attest.interview.terminal import Terminal

SHOWN_LINES = 40
_STYLES = {"+": "green", "-": "red", "\\": "dim", "…": "dim"}


class TerminalPrompter:
    """Asks through *terminal*; see `prompter.Prompter`."""

    mode: Mode = "tty"

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._write: Callable[..., None] = _console(terminal)

    def ask(
        self,
        forms: Sequence[QuestionForm],
        keep: Keep,
        disclosure: DisclosureQuestion | None = None,
    ) -> None:
        todo = [form for form in forms if not form.complete]
        for before, form in zip([None, *forms], forms, strict=False):
            if form.complete:
                self._name_commit(form, before)
                self._recall(form)
        if todo:
            self._introduce(forms, todo)
        for before, form in zip([None, *todo], todo, strict=False):
            self._name_commit(form, before)
            self._show_hunk(form)
            self._fill_in(form, forms, keep)
        if disclosure is not None:
            self._ask_disclosure(disclosure)

    def when(self, action: str) -> Literal["now", "editor", "later"]:
        """Ask when and how to do it.

        Args:
            action: `Answer`, or `Sign` where everything is answered.
        """
        while True:
            self._terminal.forget_typed()
            self._write(f"{action} now? [Enter = yes, e = in the editor, l = later]", style="bold")
            choice = self._read().strip().lower()
            if choice in ("", "now", "y", "yes"):
                return "now"
            if choice in ("e", "editor"):
                return "editor"
            if choice in ("l", "later", "n", "no"):
                return "later"

    def show(self, pages: Sequence[Page], /) -> bool:
        """Show texts; see `prompter.Prompter`."""
        for page in pages:
            self._show_page(page)
        names = ", ".join(text.showable(page.title) for page in pages)
        self._write(f"\nHave you read this: {names}? [Enter = yes, Ctrl-C = stop]", style="bold")
        self._terminal.forget_typed()
        self._read()
        return True

    def confirm(self, summary: str, /) -> bool:
        self._write("")
        for line in summary.split("\n"):
            self._write(text.showable(line))
        while True:
            self._terminal.forget_typed()
            self._write('Sign? [Enter = yes, "no" = cancel]', style="bold")
            choice = self._read().strip().lower()
            if choice in ("", "y", "yes", "n", "no"):
                return not choice.startswith("n")

    def _show_page(self, page: Page) -> None:
        height = max(shutil.get_terminal_size().lines - 3, 10)
        self._write("")
        self._write(text.showable(page.title), style="bold")
        for number, line in enumerate(page.lines, 1):
            self._write(text.showable(line.replace("\t", "    ")))
            if number % height == 0 and number < len(page.lines):
                left = len(page.lines) - number
                self._write(f"{left} more lines. [Enter = go on, s = skip]")
                if self._read().strip().lower() in ("s", "skip", "q"):
                    return

    def _name_commit(self, form: QuestionForm, before: QuestionForm | None) -> None:
        if form.commit and (before is None or before.commit != form.commit):
            self._write(f"\ncommit {form.commit}", style="bold")

    def _introduce(self, forms: Sequence[QuestionForm], todo: Sequence[QuestionForm]) -> None:
        done = len(forms) - len(todo)
        kept = f" ({done} of {len(forms)} already answered)" if done else ""
        hunks = "1 hunk" if len(todo) == 1 else f"{len(todo)} hunks"
        requirements = forms[0].requirements
        least = requirements.least_words
        length = f", at least {least} words per answer" if least > 1 else ""
        self._write(f"{hunks} to answer for{kept}, {_count_questions(todo)}{length}.")
        doubt = " Start an answer with ? to say what you are not sure of."
        self._write("Answer in any language." + (doubt if requirements.unsure else ""))
        self._write("Ctrl-C stops; every answer is kept.")

    def _recall(self, form: QuestionForm) -> None:
        """Show what was answered before: nobody signs words they do not see."""
        self._write(f"already answered: {form.place}", style="dim")
        if form.shown_fact:
            self._write(f"  {form.shown_fact}", style="dim")
        for name in ("invariant", "breaks", "unsure"):
            answer = getattr(form.answers, name)
            if answer:
                self._write(f"  {name}: {text.showable(answer)}", style="dim")
        if form.answer:
            question, answer = text.showable(form.texts.third), text.showable(form.answer)
            self._write(f"  {question}\n  {answer}", style="dim")

    def _show_hunk(self, form: QuestionForm) -> None:
        self._write("")
        self._write(f"hunk {form.number} of {form.total}  {form.place}", style="bold")
        if form.shown_scope:
            self._write(f"in {form.shown_scope}", style="dim")
        lines = form.lines
        for line in lines[:SHOWN_LINES]:
            self._write(line, style=_STYLES.get(line[:1], ""), code=True)
        if len(lines) > SHOWN_LINES:
            more = max(form.hunk.size, len(lines)) - SHOWN_LINES
            lines_left = f"{more} more line{'' if more == 1 else 's'}"
            self._write(f"… {lines_left} (see {form.show_command})", style="dim")
        form.look_up_fact()
        if form.shown_fact:
            self._write(form.shown_fact, style="cyan")

    def _fill_in(self, form: QuestionForm, forms: Sequence[QuestionForm], keep: Keep) -> None:
        for label, question in form.questions:
            kept, shown = form.answer_to(label), text.showable(question)
            if kept and label not in form.lacking:
                self._write(f"{shown}\n  {text.showable(kept)} (already answered)")
                continue
            answer = self._ask_question(shown, form, form.offered(label))
            form.set_answer(label, answer)
            keep(form)
            better = self._improve(label, answer, form, forms)
            if better != answer:
                form.set_answer(label, better)
                keep(form)

    def _ask_question(self, question: str, form: QuestionForm, offered: str = "") -> str:
        """Ask until there is an answer, or a doubt that counts as one.

        Args:
            offered: what was answered about an earlier version of the hunk.
        """
        self._write(question, style="bold")
        if offered:
            self._write(f"  {text.showable(offered)}", style="cyan")
            self._write(OFFER, style="dim")
        doubts, requirements = False, form.requirements
        while True:
            answer = text.normalise(self._read_or_keep(offered))
            if requirements.unsure and (answer.startswith("?") or (doubts and text.words(answer))):
                if self._take_doubt(answer, form):
                    return ""
                doubts = True
                self._write("What are you not sure of?", style="yellow")
            elif not answer and requirements.unsure and form.answers.unsure:
                return answer
            elif not text.has_words(answer):
                doubt = ", or type ? and what you do not know" if requirements.unsure else ""
                self._write(f"Please answer{doubt}.", style="yellow")
            elif self._is_long_enough(answer, form):
                return answer

    def _improve(
        self, label: Lacking, answer: str, form: QuestionForm, forms: Sequence[QuestionForm]
    ) -> str:
        """Point out a weak answer, until a better one is given or the person keeps it."""
        while answer and (weakness := form.weakness(label, answer, forms)) is not None:
            reason = f"{weakness.reason[0].upper()}{weakness.reason[1:]} ({weakness.rule})."
            self._write(reason, style="yellow")
            if weakness.rule == "doubt" and form.requirements.unsure:
                again = self._offer_unsure(answer, form)
            else:
                more = _REFUSED if form.strict else _KEEP
                self._write(f"{weakness.remedy} {more}", style="yellow")
                again = text.normalise(self._read())
            if not again and not form.strict:
                return answer
            if not again:
                continue
            if again.startswith("?") and form.requirements.unsure:
                if self._take_doubt(again, form) or self._ask_doubt(form):
                    return ""
                continue
            answer = again if self._is_long_enough(again, form) else answer
        return answer

    def _offer_unsure(self, answer: str, form: QuestionForm) -> str:
        """Offer to record an answer that is a doubt as `unsure`.

        Returns:
            What else the person could have typed: the doubt behind a question mark, a better
            answer, or nothing, to keep the answer as it is.
        """
        keep = "" if form.strict else ", k = keep it as the answer"
        self._write(f"Record it as unsure? [Enter = yes, e = edit{keep}]", style="yellow")
        typed = text.normalise(self._read())
        if typed.lower() in ("", "y", "yes"):
            return f"?{answer}"
        if typed.lower() in ("k", "keep"):
            return ""
        while typed.lower() in ("", "e", "edit"):
            self._write("Your answer:", style="bold")
            typed = text.normalise(self._read())
        return typed

    def _take_doubt(self, written: str, form: QuestionForm) -> bool:
        """Take what somebody is not sure of, if it is there and long enough."""
        unsure = written.lstrip("? ")
        if not text.has_words(unsure) or not self._is_long_enough(unsure, form):
            return False
        answers = form.answers
        answers.unsure = f"{answers.unsure}; {unsure}" if answers.unsure else unsure
        return True

    def _ask_doubt(self, form: QuestionForm) -> bool:
        """Ask for the doubt behind a lone question mark; whether one was given."""
        self._write("What are you not sure of?", style="yellow")
        return self._take_doubt(text.normalise(self._read()), form)

    def _is_long_enough(self, answer: str, form: QuestionForm) -> bool:
        objection = form.requirements.objection(answer)
        if objection:
            self._write(f"The project requires more: {objection}.", style="yellow")
        return not objection

    def _ask_disclosure(self, disclosure: DisclosureQuestion) -> None:
        """Ask which tools assisted, until the answer can be written as a trailer."""
        self._write("")
        if disclosure.answer is not None:
            answer = text.showable(disclosure.answer) or "none"
            self._write(f"{disclosure.question}\n  {answer} (already answered)")
            return
        while disclosure.answer is None:
            self._write(disclosure.question, style="bold")
            answer = text.normalise(self._read())
            try:
                disclosure.trailer(answer)
            except UsageError as error:
                self._write(text.showable(error.message), style="yellow")
                if error.hint != disclosure.question:
                    for line in error.hint.split("\n"):
                        self._write(text.showable(line), style="yellow")
            else:
                disclosure.answer = answer

    def _read_or_keep(self, offered: str) -> str:
        """What is typed; the answer that was offered, where it is nothing."""
        typed = self._read()
        if offered and typed.strip().lower() in ("e", "edit"):
            return read_line(self._terminal, offered)
        return typed or offered

    def _read(self) -> str:
        return read_line(self._terminal)


OFFER = "Your answer to an earlier version of this hunk. [Enter = keep it, e = edit it]"
_KEEP = "Or press Enter to keep it."
_REFUSED = "The project does not accept such an answer."


def _count_questions(todo: Sequence[QuestionForm]) -> str:
    """How many questions a hunk has, in words."""
    counts = {len(form.questions) for form in todo}
    words = {1: "one question", 2: "two questions", 3: "three questions"}
    if len(counts) == 1:
        return words[counts.pop()] + (" each" if len(todo) > 1 else "")
    return f"{sum(len(form.questions) for form in todo)} questions"


def _console(terminal: Terminal) -> Callable[..., None]:
    """A function that writes a line to the terminal."""
    if terminal.plain or not terminal.coloured:

        def write(line: str, **_style: object) -> None:
            print(line, file=terminal.writer, flush=True)

        return write
    from rich.console import Console
    from rich.text import Text

    # rich would ask Windows about standard output, and we write to the console itself.
    console = Console(
        file=terminal.writer, force_terminal=True, highlight=False, legacy_windows=False
    )

    def write_styled(line: str, style: str = "", *, code: bool = False) -> None:
        console.print(Text(line, style=style), soft_wrap=code)

    return write_styled
