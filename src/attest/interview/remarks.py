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
    _remarks: dict[tuple[str, AnswerLabel], tuple[str, str]] = field(default_factory=dict)
    _new_places: set[tuple[str, AnswerLabel]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self._new_places or self.disclosure)

    @property
    def title(self) -> str:
        """What stands above a buffer with remarks."""
        count = len(self._new_places) + bool(self.disclosure)
        answers = "1 answer is" if count == 1 else f"{count} answers are"
        return (
            f"{answers} pointed out below, after `{MARK.strip()}`. Change them, or save the file "
            "as it is to keep them."
        )

    def add(self, forms: Sequence[QuestionForm], disclosure: DisclosureQuestion | None) -> bool:
        """Look at the answers once more; whether there is something new to point out."""
        self._new_places = set()
        for form in forms:
            for label, answer in form.answers_by_label.items():
                self._judge(form, label, answer, forms)
        old_objection, objection = self.disclosure, disclosure.objection if disclosure else ""
        self.disclosure = "" if objection == old_objection else objection
        return bool(self)

    def _judge(
        self, form: QuestionForm, label: AnswerLabel, answer: str, forms: Sequence[QuestionForm]
    ) -> None:
        weakness = form.find_weakness(label, answer, forms)
        place = (form.hunk.digest, label)
        if weakness is None or self._remarks.get(place, ("", ""))[0] == answer:
            form.settle(label)
            return
        reason = f"{weakness.reason[0].upper()}{weakness.reason[1:]} ({weakness.rule})."
        self._remarks[place] = (answer, f"{reason} {weakness.remedy}")
        self._new_places.add(place)
        form.flag(label)

    def of(self, form: QuestionForm, label: AnswerLabel) -> str:
        """The remark about an answer, marked; empty where there is none."""
        place = (form.hunk.digest, label)
        return f"! {self._remarks[place][1]}" if place in self._new_places else ""

    def by_hunk(self) -> dict[str, list[str]]:
        """The new remarks about each hunk, by its digest."""
        remarks: dict[str, list[str]] = {}
        for digest, label in sorted(self._new_places):
            remarks.setdefault(digest, []).append(f"{label}: {self._remarks[digest, label][1]}")
        return remarks

    def settle(self, forms: Sequence[QuestionForm]) -> None:
        """Take what was pointed out as it is."""
        for form in forms:
            for label, _ in form.questions:
                form.settle(label)

    def lines(self, forms: Sequence[QuestionForm]) -> list[str]:
        """The new remarks about answers, each with the place of its hunk."""
        return [
            f"{form.place}: {label}: {self._remarks[form.hunk.digest, label][1]}"
            for form in forms
            for label, _ in form.questions
            if (form.hunk.digest, label) in self._new_places
        ]
