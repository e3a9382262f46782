"""What is pointed out about answers that stand in a buffer or in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from attest.answers.requirements import AnswerLabel
from attest.interview.form import QuestionForm
from attest.interview.prompter import DisclosureQuestion

MARK = "# ! "
"""How a remark begins, in a file in which lines that start with # are comments."""


@dataclass(slots=True)
class Remarks:
    """Remarks about answers, each made once: an answer that stands there as it was is kept.

    Args:
        disclosure: what is wrong with the answer about tools; empty where nothing is.
    """

    disclosure: str = ""
    _made: dict[tuple[str, AnswerLabel], tuple[str, str]] = field(default_factory=dict)
    _new: set[tuple[str, AnswerLabel]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self._new or self.disclosure)

    @property
    def title(self) -> str:
        """What stands above a buffer with remarks."""
        count = len(self._new) + bool(self.disclosure)
        answers = "1 answer is" if count == 1 else f"{count} answers are"
        return (
            f"{answers} pointed out below, after `{MARK.strip()}`. Change them, or save the file "
            "as it is to keep them."
        )

    def add(self, forms: Sequence[QuestionForm], disclosure: DisclosureQuestion | None) -> bool:
        """Look at the answers once more; whether there is something new to point out."""
        self._new = set()
        for form in forms:
            for label, answer in form.answers_by_label.items():
                self._judge(form, label, answer, forms)
        before, objection = self.disclosure, disclosure.objection if disclosure else ""
        self.disclosure = "" if objection == before else objection
        return bool(self)

    def _judge(
        self, form: QuestionForm, label: AnswerLabel, answer: str, forms: Sequence[QuestionForm]
    ) -> None:
        weakness = form.weakness(label, answer, forms)
        place = (form.hunk.digest, label)
        if weakness is None or self._made.get(place, ("", ""))[0] == answer:
            form.settle(label)
            return
        reason = f"{weakness.reason[0].upper()}{weakness.reason[1:]} ({weakness.rule})."
        self._made[place] = (answer, f"{reason} {weakness.remedy}")
        self._new.add(place)
        form.flag(label)

    def of(self, form: QuestionForm, label: AnswerLabel) -> str:
        """The remark about an answer, marked; empty where there is none."""
        place = (form.hunk.digest, label)
        return f"! {self._made[place][1]}" if place in self._new else ""

    def by_hunk(self) -> dict[str, list[str]]:
        """The new remarks about each hunk, by its digest."""
        found: dict[str, list[str]] = {}
        for digest, label in sorted(self._new):
            found.setdefault(digest, []).append(f"{label}: {self._made[digest, label][1]}")
        return found

    def settle(self, forms: Sequence[QuestionForm]) -> None:
        """Take what was pointed out as it is."""
        for form in forms:
            for label, _ in form.questions:
                form.settle(label)

    def lines(self, forms: Sequence[QuestionForm]) -> list[str]:
        """The new remarks about answers, each with the place of its hunk."""
        return [
            f"{form.place}: {label}: {self._made[form.hunk.digest, label][1]}"
            for form in forms
            for label, _ in form.questions
            if (form.hunk.digest, label) in self._new
        ]
