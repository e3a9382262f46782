"""The answers about a hunk, before they are signed."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Answers:
    """The answers about one hunk, as they were typed, normalised (`text.normalise`).

    Args:
        invariant, breaks: to the standing questions; empty where there is none yet.
        unsure: what the person does not know; it may stand in for an answer.
        questions: (question, answer) pairs of questions made for this hunk.
        fact: the fact that was shown with the questions, as the block may have it; empty where
            none was. It goes with the answers wherever they are used again, since they may
            refer to it.
        fact_question: the question that was asked with the fact, in place of the second
            standing one; empty where none was, or where it is not known any more.
        flags: labels of answers that were pointed out as weak, and that the person has neither
            changed nor kept since.
    """

    invariant: str = ""
    breaks: str = ""
    unsure: str = ""
    questions: list[tuple[str, str]] = field(default_factory=list)
    fact: str = ""
    fact_question: str = ""
    flags: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.invariant or self.breaks or self.unsure or self.questions)
