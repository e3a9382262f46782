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

    def followed_by(self, later: Answers) -> Answers:
        """These answers and later ones about a part of the hunk, in one. A later doubt takes the
        place of an answer that was not given again; facts are left out."""
        questions = dict(self.questions)
        for question, answer in later.questions:
            questions[question] = _joined(questions.get(question, ""), answer)
        before = Answers(unsure=self.unsure) if later.unsure else self
        return Answers(
            _joined(self.invariant if later.invariant else before.invariant, later.invariant),
            _joined(self.breaks if later.breaks else before.breaks, later.breaks),
            _joined(self.unsure, later.unsure),
            list(questions.items()),
            flags=[*self.flags, *later.flags],
        )

    def __bool__(self) -> bool:
        return bool(self.invariant or self.breaks or self.unsure or self.questions)


def _joined(old: str, new: str) -> str:
    """Two texts as one, without repeating what one of them has from the other."""
    if old in new or new in old:
        return max(old, new, key=len)
    return f"{old} {new}" if old.endswith((".", "!", "?", "…")) else f"{old}; {new}"
