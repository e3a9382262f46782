"""What a prompter is given, and what it must be able to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from attest import text
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.answers import quality
from attest.answers.quality import Context, Weakness
from attest.answers.requirements import DEFAULT, AnswerRequirements, Lacking
from attest.attestation.block import Mode
from attest.errors import Unanswered
from attest.git.diff import Hunk
from attest.questions.compose import HunkQuestions
from attest.questions.wording import QuestionTexts
from attest.state.store import Answers

SHOWN_COLUMNS = 300

Keep = Callable[["QuestionForm"], None]
"""Called after every answer, so that none is lost."""


@dataclass(slots=True)
class QuestionForm:
    """A hunk that is asked about.

    Args:
        number, total: its place among the hunks that are asked about, from 1.
        answers: what was said so far; prompters fill it in.
        commit: id and subject of the commit that it is in; empty for a staged change.
        standard: what counts as an answer.
        texts: the questions.
        analysis: what the hunk changes; None where the rules do not look.
        context: what an answer is about; None where that is not judged.
        strict: the project takes no answer that says nothing of its change.
    """

    number: int
    total: int
    hunk: Hunk
    answers: Answers = field(default_factory=Answers)
    commit: str = ""
    standard: AnswerRequirements = DEFAULT
    texts: QuestionTexts = field(default_factory=QuestionTexts)
    analysis: HunkAnalysis | None = None
    context: Context | None = None
    strict: bool = False

    @classmethod
    def of(
        cls,
        posed: HunkQuestions,
        number: int,
        total: int,
        answers: Answers,
        standard: AnswerRequirements = DEFAULT,
        commit: str = "",
        *,
        strict: bool = False,
    ) -> QuestionForm:
        """The item of a question."""
        return cls(
            number,
            total,
            posed.hunk,
            answers,
            commit,
            standard,
            posed.texts,
            posed.analysis,
            posed.context,
            strict,
        )

    @property
    def said_all(self) -> dict[Lacking, str]:
        """What was said so far, by label."""
        every = {label: self.said(label) for label, _ in self.questions}
        return {label: said for label, said in every.items() if said}

    def weakness(
        self, label: Lacking, said: str, others: Sequence[QuestionForm] = ()
    ) -> Weakness | None:
        """What is wrong with an answer, by docs/questions.md.

        Args:
            others: items whose answers are there too.
        """
        own = label == "answer" and self.texts.own
        if self.context is None or not said or own:
            return None
        found = quality.weakness(said, self.context)
        if found is not None:
            return found
        labels = [name for name, _ in self.questions]
        before = labels[: labels.index(label)] if label in labels else []
        mine = [answer for name, answer in self.said_all.items() if name in before]
        theirs = [given for one in others if one is not self for given in one.said_all.values()]
        same = any(quality.alike(said, answer) for answer in (*mine, *theirs))
        return quality.SAME if same else None

    @property
    def lacking(self) -> list[Lacking]:
        """The questions that have yet to be answered, or to be answered better."""
        own = self.answer if self.texts.third else None
        lacking = self.standard.lacking(self.answers, own)
        if not self.strict:
            return lacking
        weak = [label for label, said in self.said_all.items() if self.weakness(label, said)]
        return [*lacking, *(label for label in weak if label not in lacking)]

    @property
    def answer(self) -> str:
        """The answer to the third question; empty where there is none yet."""
        return dict(self.answers.questions).get(self.texts.third, "")

    @answer.setter
    def answer(self, said: str) -> None:
        others = [pair for pair in self.answers.questions if pair[0] != self.texts.third]
        self.answers.questions = [*others, (self.texts.third, said)] if said else others

    def said(self, label: Lacking) -> str:
        """The answer behind a label."""
        return self.answer if label == "answer" else str(getattr(self.answers, label))

    def answered(self, label: Lacking, said: str) -> None:
        """Take the answer behind a label."""
        if label == "answer":
            self.answer = said
        else:
            setattr(self.answers, label, said)

    @property
    def questions(self) -> list[tuple[Lacking, str]]:
        """What is asked: each label with its question."""
        posed: list[tuple[Lacking, str]] = [
            (label, self.texts.wording(label)) for label in self.standard.standing
        ]
        return [*posed, ("answer", self.texts.third)] if self.texts.third else posed

    @property
    def scope(self) -> str:
        """What is around the hunk, fit for a terminal."""
        if self.analysis is not None and self.analysis.scope:
            return text.showable(".".join(self.analysis.scope))
        return text.showable(self.hunk.heading)

    @property
    def complete(self) -> bool:
        return not self.lacking

    @property
    def whole(self) -> str:
        """The git command that shows the whole of it."""
        return f"git show {self.commit.split()[0]}" if self.commit else "git diff --staged"

    @property
    def place(self) -> str:
        """Path and line, fit for a terminal."""
        return place(self.hunk)

    @property
    def lines(self) -> list[str]:
        """The hunk as lines to show, control characters written out."""
        return hunk_lines(self.hunk)


@dataclass(slots=True)
class DisclosureQuestion:
    """The question how tools helped.

    Args:
        question: one or more lines.
        line: makes the line for the message out of what was said.
        said: None until it is said; empty for no tool.
        needed: the project wants it told, also that no tool helped.
    """

    question: str
    line: Callable[[str], str]
    said: str | None = None
    needed: bool = False

    @property
    def written(self) -> str:
        """The question as it stands in a file or an editor."""
        return self.question.replace("Press Enter if none did", "Write none if none did").replace(
            "Press Enter for no", "Leave it empty for no"
        )

    def take(self, said: str) -> None:
        """Take what was written down.

        Raises:
            Unanswered: nothing was, and the project wants it told.
        """
        if self.needed and not said:
            raise Unanswered(
                "`assistance` is empty: the project wants it told which tool helped",
                "Write none if none did. The other answers are kept.",
            )
        self.said = said


@dataclass(frozen=True, slots=True)
class Page:
    """A text to show, with its title."""

    title: str
    lines: list[str]


class Prompter(Protocol):
    """A way to be asked."""

    mode: Mode

    def ask(
        self, items: Sequence[QuestionForm], keep: Keep, telling: DisclosureQuestion | None = None
    ) -> None:
        """Ask about every item that is not complete, keeping each answer; and how
        tools helped, unless it is said already.

        Raises:
            KeyboardInterrupt: the person stopped; what was kept stays.
            AttestError: nobody could be asked, or what they wrote is no answer.
        """

    def show(self, pages: Sequence[Page], /) -> bool:
        """Show texts, a screen at a time, and have them confirmed. False where nobody
        sits at a terminal."""

    def confirm(self, summary: str, /) -> bool:
        """Whether to sign. Where a person already handed in a whole file or
        buffer, that was the confirmation."""


def place(hunk: Hunk) -> str:
    """`path:line`, or the path alone, fit for a terminal."""
    path = text.showable(hunk.path)
    return path if hunk.line is None else f"{path}:{hunk.line}"


def hunk_lines(hunk: Hunk) -> list[str]:
    """A hunk's body as lines to show."""
    if not hunk.textual:
        return [_opaque(hunk)]
    body = hunk.body.removesuffix(b"\n").split(b"\n")
    lines = [_line(text.showable(line.rstrip(b"\r")).replace("\\t", "    ")) for line in body]
    return [*lines, "… (cut: the hunk is very long)"] if hunk.cut else lines


def _line(line: str) -> str:
    more = len(line) - SHOWN_COLUMNS
    return f"{line[:SHOWN_COLUMNS]} … ({more} characters more)" if more > 0 else line


def _opaque(hunk: Hunk) -> str:
    row = hunk.row
    if row.status == "A":
        return f"new file, mode {row.new_mode}, without lines to show"
    if row.status == "D":
        return "file removed, without lines to show"
    if row.old_oid == row.new_oid:
        return f"mode changed from {row.old_mode} to {row.new_mode}"
    return "changed, without lines to show"
