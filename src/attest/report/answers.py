"""What a report says about single hunks and about a commit's message, as plain data."""

from __future__ import annotations

from typing import Literal, NamedTuple

HunkState = Literal["answered", "missing", "not-covered", "unasked", "ignored"]
"""What is known of a hunk: it is answered for; the base's rules want answers that are not there;
no valid block covers it; the signature covers it and nobody was asked; or the policy wants
nothing of it."""

Side = Literal["old", "new"]
"""Which version of a file a line is in."""

AnswerLabel = Literal["invariant", "breaks", "answer"]
"""The lines of a block that answer a question (docs/format.md)."""


UnaskedGroup = Literal[
    "tests",
    "prose",
    "low",
    "repeats",
    "related",
    "limit",
    "trivial",
    "covered-kinds",
    "covered-paths",
    "ignored-paths",
]
"""Why nobody is asked about a hunk (docs/questions.md, "What nobody is asked about"); reports
have them in this order."""


class WeakAnswer(NamedTuple):
    """Why an answer says nothing about its change (docs/questions.md, "Answers").

    Args:
        rule: the name of the rule.
        reason: in words.
    """

    rule: str
    reason: str


class Answer(NamedTuple):
    """A question and what the contributor answered.

    Args:
        question: empty where nobody knows its words: it was about a fact that only the
            contributor's clone could compute, or another version of the rules worded it.
        text: empty where there is none.
        weakness: None where no rule objects, or where no answers were judged.
    """

    label: AnswerLabel
    question: str
    text: str
    weakness: WeakAnswer | None = None


class HunkReport(NamedTuple):
    """A hunk, what was asked about it, and what the contributor answered.

    All texts are as the commit has them, but the path, the heading and the lines, which are
    escaped for a terminal. Each format escapes them once more, for itself.

    Args:
        path: of the file.
        line: None where there are no lines.
        side: the file that has that line: the old one for a deletion, else the new one.
        state: see `HunkState`.
        kind: what it changes (docs/questions.md); empty where that is not known.
        risk: what it is ranked by (docs/questions.md); 0 where that is not known.
        group: why nobody is asked about it; None where somebody is, or nothing is known.
        answers: those that are there, or that the base's rules want.
        unsure: what the contributor does not know, in their words; empty where nothing.
        fact: what was shown with the questions, by the contributor's claim; empty where nothing.
        heading: the scope that git names; empty where none.
        lines: of the hunk and around it, each with its sign; none where nobody wants to see them.
        first_old, first_new: the numbers of the first of these lines in the old and the new file,
            or of the one that would stand there; 0 where they are not known.
    """

    path: str
    line: int | None
    state: HunkState
    side: Side = "new"
    kind: str = ""
    risk: int = 0
    group: UnaskedGroup | None = None
    answers: tuple[Answer, ...] = ()
    unsure: str = ""
    fact: str = ""
    heading: str = ""
    lines: tuple[str, ...] = ()
    first_old: int = 0
    first_new: int = 0

    @property
    def place(self) -> str:
        """The path and the line, as far as they are known."""
        return self.path if self.line is None else f"{self.path}:{self.line}"

    @property
    def is_weak(self) -> bool:
        """Whether a rule objects to one of its answers."""
        return any(answer.weakness is not None for answer in self.answers)

    @property
    def is_asked(self) -> bool:
        """Whether somebody was asked, has answered or must; a report lists the others only where
        it shows every hunk."""
        return bool(self.answers or self.unsure or self.is_failed)

    @property
    def is_failed(self) -> bool:
        """Whether something that must be there is not."""
        return self.state in ("missing", "not-covered")


class Disclosed(NamedTuple):
    """A line of the message that discloses assistance, by the contributor's word.

    Args:
        trailer: its name.
        tool: its value; what the project writes where no tool helped, too.
    """

    trailer: str
    tool: str

    @property
    def line(self) -> str:
        """The line as the message has it."""
        return f"{self.trailer}: {self.tool}"
