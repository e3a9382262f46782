"""Asking for what a person is not sure of, in the terminal."""

from __future__ import annotations

from attest import text
from attest.answers import quality
from attest.answers.requirements import AnswerLabel
from attest.interview.form import QuestionForm
from attest.interview.prompter import Keep
from attest.interview.screen import Screen

NOT_SURE = "What are you not sure of?"


class Doubts:
    """Takes doubts about a hunk, which may stand in for its answers.

    Args:
        screen: where.
        keep: called when a doubt is removed.
    """

    def __init__(self, screen: Screen, keep: Keep) -> None:
        self._screen, self._keep = screen, keep

    def offer(self, form: QuestionForm, label: AnswerLabel, answer: str) -> bool:
        """Offer to record an answer that is a doubt as `unsure`; whether it is settled now."""
        keep_key = "" if form.strict else ", k = keep it as the answer"
        self._screen.write(f"Record it as unsure? [Enter = yes, e = edit{keep_key}]", "yellow")
        line = self._screen.read()
        if line.lower() in ("", "y", "yes") and self.take(answer, form):
            form.set_answer(label, "")
            return True
        if line.lower() in ("k", "keep") and not form.strict:
            return True
        self._screen.write("Your answer:", "bold")
        return False

    def take(self, doubt: str, form: QuestionForm, *, replace: bool = False) -> bool:
        """Take what somebody is not sure of, if it is there and long enough."""
        if not text.has_words(doubt) or not self.is_long_enough(doubt, form):
            return False
        weakness = quality.assess_doubt(doubt, form.context)
        if weakness is not None:
            self._screen.write(f"{weakness.reason}: {weakness.remedy}", "yellow")
            if form.strict:
                return False
        answers = form.answers
        old_doubt = "" if replace else answers.unsure
        answers.unsure = f"{old_doubt}; {doubt}" if old_doubt else doubt
        return True

    def ask(self, form: QuestionForm) -> bool:
        """Ask for a doubt, or have the one that is there changed; whether there is one now."""
        self._screen.write(NOT_SURE, "yellow")
        line = self._screen.read(form.answers.unsure)
        if not line:
            form.answers.unsure = ""
            self._keep(form)
            return False
        return self.take(line.lstrip("? "), form, replace=True)

    def is_long_enough(self, answer: str, form: QuestionForm) -> bool:
        """Whether an answer has as many words as the project requires; says so where not."""
        objection = form.requirements.objection(answer)
        if objection:
            self._screen.write(f"The project requires more: {objection}.", "yellow")
        return not objection
