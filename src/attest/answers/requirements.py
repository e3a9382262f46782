"""What a policy requires of answers: which standing questions, how many words, and whether
`unsure` may stand in for one (docs/policy.md)."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol

from attest import text

Label = Literal["invariant", "breaks"]
AnswerLabel = Literal["invariant", "breaks", "answer"]
STANDING_LABELS: tuple[Label, ...] = ("invariant", "breaks")


class AnswerTexts(Protocol):
    """The texts of one hunk's answers, signed (`AttestedHunk`) or not yet (`Answers`)."""

    @property
    def invariant(self) -> str: ...
    @property
    def breaks(self) -> str: ...
    @property
    def unsure(self) -> str: ...


class AnswerRequirements(NamedTuple):
    """What is asked about each hunk, and what counts as an answer.

    Args:
        standing: the standing questions that must be answered.
        least_words: the fewest words of an answer, as `text.words` counts them.
        unsure: whether `unsure` may stand in for missing answers.
    """

    standing: tuple[Label, ...] = STANDING_LABELS
    least_words: int = 1
    unsure: bool = True

    def missing_labels(self, answers: AnswerTexts, answer: str | None = None) -> list[AnswerLabel]:
        """The labels of the questions about a hunk that have no answer which counts.

        Args:
            answers: those to the standing questions.
            answer: the one to the hunk's third question; None where it has none.
        """
        if self.unsure and self._suffices(answers.unsure):
            return []
        labels: list[AnswerLabel] = [
            label for label in self.standing if not self._suffices(getattr(answers, label))
        ]
        return labels if answer is None or self._suffices(answer) else [*labels, "answer"]

    def objection(self, answer: str) -> str:
        """What is wrong with an answer that is there, in words; empty where nothing is, or
        where nothing is there that a reader could see."""
        if not text.says_something(answer) or self._suffices(answer):
            return ""
        if not text.has_words(answer):
            return "no words"
        return f"{text.words(answer)} of at least {self.least_words} words"

    def _suffices(self, answer: str) -> bool:
        return text.has_words(answer) and text.words(answer) >= self.least_words


DEFAULT = AnswerRequirements()
"""What is required without a policy."""
