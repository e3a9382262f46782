"""What every way of asking (terminal, editor, file) has in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from attest.attestation.block import Mode
from attest.errors import AnswersMissing, UsageError
from attest.interview.form import QuestionForm

Keep = Callable[[QuestionForm], None]
"""Called after every answer, so that none is lost."""


def _forget(_answer: str) -> None:
    """Keep nothing."""


@dataclass(slots=True)
class DisclosureQuestion:
    """The question which tools assisted.

    Args:
        question: one or more lines.
        trailer: makes the trailer for the message from an answer.
        answer: None until it is given; empty where no tool assisted.
        required: the project wants an answer also where no tool assisted.
        explanation: what is meant, and what becomes of the answer; lines.
        keep: keeps an answer, so that it is not asked for again.
    """

    question: str
    trailer: Callable[[str], str]
    answer: str | None = None
    required: bool = False
    explanation: str = ""
    keep: Callable[[str], None] = _forget

    @property
    def question_in_file(self) -> str:
        """The question as a file or an editor shows it, where nobody presses Enter."""
        question = self.question.replace(" (? explains)", "").replace("(? explains)", "")
        question = question.replace("Press Enter if none did", "Write none if none did")
        return question.replace("Press Enter for no", "Leave it empty for no").strip()

    def question_about(self, answer: str) -> str:
        """The question with an answer that stands there and that Enter keeps; empty for none."""
        if not answer:
            return self.question
        question = self.question.replace("Press Enter if none did", "Type none if none did")
        return question.replace("Press Enter for no", "Type no")

    @property
    def objection(self) -> str:
        """Why the answer cannot be written as a trailer, in words; empty where it can."""
        return self.objection_to(self.answer or "")

    def objection_to(self, answer: str) -> str:
        """Why an answer cannot be written as a trailer, in words; empty where it can."""
        try:
            self.trailer(answer)
        except UsageError as error:
            hint = error.hint if error.hint != self.question else ""
            return f"{error.message}. {hint}".rstrip()
        return ""

    def give(self, answer: str) -> None:
        """Take an answer, and keep it if it can be written as a trailer."""
        self.answer = answer
        if not self.objection:
            self.keep(answer)

    def take(self, answer: str) -> None:
        """Take the answer from a file or an editor.

        Raises:
            AnswersMissing: it is empty, and the project requires an answer.
        """
        if self.required and not answer:
            raise AnswersMissing(
                "`assistance` is empty: the project requires an answer",
                "Name the tool that assisted, or write none. The other answers are kept.",
            )
        self.give(answer)


@dataclass(frozen=True, slots=True)
class Page:
    """A text to show, with its title."""

    title: str
    lines: list[str]


class Prompter(Protocol):
    """A way to ask a person."""

    mode: Mode

    def ask(
        self,
        forms: Sequence[QuestionForm],
        keep: Keep,
        disclosure: DisclosureQuestion | None = None,
    ) -> None:
        """Ask about every form that is not complete, keeping each answer; and which
        tools assisted, unless that is answered already.

        Raises:
            KeyboardInterrupt: the person stopped; the answers so far are kept.
            AttestError: nobody could be asked, or the answers cannot be read.
        """

    def show(self, pages: Sequence[Page], /) -> bool:
        """Show texts, a screen at a time, and have the person confirm them.

        Returns:
            False where nobody sits at a terminal.
        """

    def confirm(self, summary: str, /) -> bool:
        """Show the answers and the summary, and ask whether to sign; the person may change
        answers there. Where nobody sits at a terminal, whoever hands in a whole file or buffer
        has agreed by that, and the summary is only shown.

        Args:
            summary: lines; the last two say who signs, and with which key.

        Returns:
            Whether to sign. Every question is answered then.
        """

    def retry(self, reason: str, /) -> bool:
        """Ask whether to sign again, after it failed.

        Args:
            reason: why it did.
        """
