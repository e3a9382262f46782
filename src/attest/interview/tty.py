"""Being asked in the terminal, a question at a time."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from typing import Literal

from attest import text
from attest.answers.requirements import Lacking
from attest.attestation.block import Mode
from attest.errors import UsageError
from attest.interview.form import DisclosureQuestion, Keep, Page, QuestionForm
from attest.interview.line_editor import read_line
from attest.interview.terminal import Terminal

SHOWN_LINES = 40
_STYLES = {"+": "green", "-": "red", "\\": "dim", "…": "dim"}


class TerminalPrompter:
    """Asks through *terminal*; see `item.Prompter`."""

    mode: Mode = "tty"

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._out: Callable[..., None] = _console(terminal)

    def ask(
        self, items: Sequence[QuestionForm], keep: Keep, telling: DisclosureQuestion | None = None
    ) -> None:
        todo = [item for item in items if not item.complete]
        for before, item in zip([None, *items], items, strict=False):
            if item.complete:
                self._name_commit(item, before)
                self._recall(item)
        if todo:
            self._introduce(items, todo)
        for before, item in zip([None, *todo], todo, strict=False):
            self._name_commit(item, before)
            self._show(item)
            self._ask_one(item, items, keep)
        if telling is not None:
            self._ask_help(telling)

    def when(self, what: str) -> Literal["now", "editor", "later"]:
        """Ask when and how to do it.

        Args:
            what: `Answer`, or `Sign` where all is answered.
        """
        while True:
            self._terminal.forget_typed()
            self._out(
                f"{what} now? Press Enter. Or type e for the editor, l for later.", style="bold"
            )
            said = self._read().strip().lower()
            if said in ("", "now", "y", "yes"):
                return "now"
            if said in ("e", "editor"):
                return "editor"
            if said in ("l", "later", "n", "no"):
                return "later"

    def _name_commit(self, item: QuestionForm, before: QuestionForm | None) -> None:
        if item.commit and (before is None or before.commit != item.commit):
            self._out(f"\ncommit {item.commit}", style="bold")

    def show(self, pages: Sequence[Page], /) -> bool:
        """Show texts; see `item.Prompter`."""
        height = max(shutil.get_terminal_size().lines - 3, 10)
        for page in pages:
            self._out("")
            self._out(text.showable(page.title), style="bold")
            for number, line in enumerate(page.lines, 1):
                self._out(text.showable(line.replace("\t", "    ")))
                if number % height == 0 and number < len(page.lines):
                    left = len(page.lines) - number
                    self._out(f"{left} more lines. Press Enter to go on, or type s to skip.")
                    if self._read().strip().lower() in ("s", "skip", "q"):
                        break
        names = ", ".join(text.showable(page.title) for page in pages)
        self._out(f"\nHave you read this: {names}? Press Enter; Ctrl-C stops.", style="bold")
        self._terminal.forget_typed()
        self._read()
        return True

    def confirm(self, summary: str, /) -> bool:
        self._out("")
        for line in summary.split("\n"):
            self._out(text.showable(line))
        while True:
            self._terminal.forget_typed()
            self._out("Sign? Press Enter, or type no.", style="bold")
            said = self._read().strip().lower()
            if said in ("", "y", "yes", "n", "no"):
                return not said.startswith("n")

    def _introduce(self, items: Sequence[QuestionForm], todo: Sequence[QuestionForm]) -> None:
        done = len(items) - len(todo)
        kept = f" ({done} of {len(items)} answered before)" if done else ""
        hunks = "1 hunk" if len(todo) == 1 else f"{len(todo)} hunks"
        standard = items[0].standard
        questions = _each(todo)
        least = f", {standard.least_words} words or more" if standard.least_words > 1 else ""
        self._out(f"{hunks} to answer for{kept}, {questions}{least}.")
        doubt = " Begin an answer with ? to say what you are not sure of."
        self._out("Any language." + (doubt if standard.unsure else ""))
        self._out("Ctrl-C stops; every answer is kept.")

    def _recall(self, item: QuestionForm) -> None:
        """Show what was answered before: nobody signs words they do not see."""
        self._out(f"answered before: {item.place}", style="dim")
        for name in ("invariant", "breaks", "unsure"):
            said = getattr(item.answers, name)
            if said:
                self._out(f"  {name}: {text.showable(said)}", style="dim")
        if item.answer:
            asked, answer = text.showable(item.texts.third), text.showable(item.answer)
            self._out(f"  {asked}\n  {answer}", style="dim")

    def _show(self, item: QuestionForm) -> None:
        self._out("")
        self._out(f"hunk {item.number} of {item.total}  {item.place}", style="bold")
        if item.scope:
            self._out(f"in {item.scope}", style="dim")
        lines = item.lines
        for line in lines[:SHOWN_LINES]:
            self._out(line, style=_STYLES.get(line[:1], ""), code=True)
        if len(lines) > SHOWN_LINES:
            more = max(item.hunk.size, len(lines)) - SHOWN_LINES
            self._out(f"… {more} more lines (see {item.whole})", style="dim")

    def _ask_one(self, item: QuestionForm, items: Sequence[QuestionForm], keep: Keep) -> None:
        for label, question in item.questions:
            kept, shown = item.said(label), text.showable(question)
            if kept and label not in item.lacking:
                self._out(f"{shown}\n  {text.showable(kept)} (kept from before)")
                continue
            said = self._question(shown, item)
            item.answered(label, said)
            keep(item)
            again = self._insist(label, said, item, items)
            if again != said:
                item.answered(label, again)
                keep(item)

    def _question(self, question: str, item: QuestionForm) -> str:
        """Ask until there is an answer, or something unsure that stands in."""
        self._out(question, style="bold")
        doubts, standard = False, item.standard
        while True:
            said = text.normalise(self._read())
            if standard.unsure and (said.startswith("?") or (doubts and text.words(said))):
                if self._doubted(said, item):
                    return ""
                doubts = True
                self._out("What are you not sure of?", style="yellow")
            elif not said and standard.unsure and item.answers.unsure:
                return said
            elif not text.says_something(said):
                doubt = ", or begin with ? and say what you do not know" if standard.unsure else ""
                self._out(f"Please answer{doubt}.", style="yellow")
            elif self._long_enough(said, item):
                return said

    def _insist(
        self, label: Lacking, said: str, item: QuestionForm, items: Sequence[QuestionForm]
    ) -> str:
        """Tell of an answer that says little, until another is given or it is kept."""
        while said and (found := item.weakness(label, said, items)) is not None:
            self._out(
                f"{found.reason[0].upper()}{found.reason[1:]} ({found.rule}).", style="yellow"
            )
            more = "The project takes no such answer." if item.strict else _KEEP
            self._out(f"{found.remedy} {more}", style="yellow")
            again = text.normalise(self._read())
            if not again and not item.strict:
                return said
            if not again:
                continue
            if again.startswith("?") and item.standard.unsure:
                if self._doubted(again, item):
                    return ""
                self._out("Begin with ? and say what you are not sure of.", style="yellow")
                continue
            said = again if self._long_enough(again, item) else said
        return said

    def _doubted(self, said: str, item: QuestionForm) -> bool:
        """Take what somebody is not sure of, if it is there and long enough."""
        unsure = said.lstrip("? ")
        if not unsure or not self._long_enough(unsure, item):
            return False
        answers = item.answers
        answers.unsure = f"{answers.unsure}; {unsure}" if answers.unsure else unsure
        return True

    def _long_enough(self, said: str, item: QuestionForm) -> bool:
        short = item.standard.objection(said)
        if short:
            self._out(f"The project wants more: {short}.", style="yellow")
        return not short

    def _ask_help(self, telling: DisclosureQuestion) -> None:
        """Ask how tools helped, until it can be written down."""
        self._out("")
        if telling.said is not None:
            self._out(f"{telling.question}\n  {text.showable(telling.said) or 'none'} (kept)")
            return
        while telling.said is None:
            self._out(telling.question, style="bold")
            said = text.normalise(self._read())
            try:
                telling.line(said)
            except UsageError as error:
                self._out(text.showable(error.message), style="yellow")
                if error.hint != telling.question:
                    for line in error.hint.split("\n"):
                        self._out(text.showable(line), style="yellow")
            else:
                telling.said = said

    def _read(self) -> str:
        return read_line(self._terminal)


_KEEP = "Or press Enter to keep it as it is."


def _each(todo: Sequence[QuestionForm]) -> str:
    """How many questions a hunk has, in words."""
    counts = {len(item.questions) for item in todo}
    words = {1: "one question each", 2: "two questions each", 3: "three questions each"}
    return words[counts.pop()] if len(counts) == 1 else f"{sum(map(_count, todo))} questions"


def _count(item: QuestionForm) -> int:
    return len(item.questions)


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
