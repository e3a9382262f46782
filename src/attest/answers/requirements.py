"""What an answer must meet: the standing questions, the least words, and whether
doubt may stand in for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from attest import text

Label = Literal["invariant", "breaks"]
Lacking = Literal["invariant", "breaks", "answer"]
STANDING: tuple[Label, ...] = ("invariant", "breaks")


class AnswerTexts(Protocol):
    """The texts of one hunk's answers."""

    @property
    def invariant(self) -> str: ...
    @property
    def breaks(self) -> str: ...
    @property
    def unsure(self) -> str: ...


@dataclass(frozen=True, slots=True)
class AnswerRequirements:
    """What is asked of each hunk, and what counts as an answer.

    Args:
        standing: the standing questions that must be answered.
        least_words: in each answer; see `text.words`.
        unsure: whether `unsure` may stand in for missing answers.
    """

    standing: tuple[Label, ...] = STANDING
    least_words: int = 1
    unsure: bool = True

    def lacking(self, said: AnswerTexts, answer: str | None = None) -> list[Lacking]:
        """The questions that have yet to be answered.

        Args:
            answer: to the question of the hunk's own; None where it has none.
        """
        if self.unsure and self._counts(said.unsure):
            return []
        left: list[Lacking] = [
            label for label in self.standing if not self._counts(getattr(said, label))
        ]
        return left if answer is None or self._counts(answer) else [*left, "answer"]

    def objection(self, answer: str) -> str:
        """What is wrong with an answer, in words; empty where nothing is."""
        if not text.says_something(answer) or self._counts(answer):
            return ""
        return f"{text.words(answer)} of at least {self.least_words} words"

    def _counts(self, answer: str) -> bool:
        return text.says_something(answer) and text.words(answer) >= self.least_words


DEFAULT = AnswerRequirements()
"""What is asked where no policy says otherwise."""
