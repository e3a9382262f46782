"""The form that a person fills in: a hunk, its questions, the answers so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from attest import text
from attest.answers import quality
from attest.answers.answers import Answers
from attest.answers.context import Context
from attest.answers.quality import HunkAnswers, Weakness
from attest.answers.requirements import DEFAULT, AnswerLabel, AnswerRequirements
from attest.attestation import encoding
from attest.git import hunk_view
from attest.git.diff import Hunk
from attest.git.hunk_view import CONTEXT, NO_SURROUNDINGS, Surroundings
from attest.interview.fact_source import NO_FACTS, FactSource
from attest.questions import wording
from attest.questions.compose import HunkQuestions
from attest.questions.wording import QuestionTexts

EARLIER_ANSWER = "Your answer to an earlier version of this hunk. Change it, or keep it."


@dataclass(slots=True)
class QuestionForm:
    """The questions about one hunk, and the answers so far.

    Args:
        number, total: its place among the hunks that are asked about, from 1.
        answers: those given so far; prompters fill them in.
        commit: id and subject of the commit that has the hunk; empty for a staged change.
        requirements: what counts as an answer.
        texts: the questions.
        scope: what encloses the hunk, outermost first.
        parsed: the scope is known, also where nothing encloses the hunk; git's guess may name
            what ends above it.
        context: what an answer is about; None where its quality is not judged.
        strict: the project refuses answers that say nothing about the change.
        facts: knows what to show below the hunk; see `look_up_fact`.
        earlier: answers to a hunk that this one resembles: they are offered, and count for
            nothing until the person takes them.
        around: knows the lines around the hunk.
    """

    number: int
    total: int
    hunk: Hunk
    answers: Answers = field(default_factory=Answers)
    commit: str = ""
    requirements: AnswerRequirements = DEFAULT
    texts: QuestionTexts = field(default_factory=QuestionTexts)
    scope: tuple[str, ...] = ()
    parsed: bool = False
    context: Context | None = None
    strict: bool = False
    facts: FactSource = NO_FACTS
    earlier: Answers | None = None
    around: Surroundings = NO_SURROUNDINGS

    @classmethod
    def of(
        cls,
        questions: HunkQuestions,
        number: int,
        total: int,
        answers: Answers,
        requirements: AnswerRequirements = DEFAULT,
        commit: str = "",
        *,
        strict: bool = False,
        facts: FactSource = NO_FACTS,
        around: Surroundings = NO_SURROUNDINGS,
    ) -> QuestionForm:
        """The form for the questions that were chosen for a hunk."""
        return cls(
            number,
            total,
            questions.hunk,
            answers=answers,
            commit=commit,
            requirements=requirements,
            texts=questions.texts,
            scope=questions.analysis.scope,
            parsed=questions.analysis.parsed,
            context=questions.context,
            strict=strict,
            facts=facts,
            around=around,
        )

    def look_up_fact(self) -> None:
        """Take the fact about the hunk; called when the hunk is about to be shown. A fact that
        was shown before stays, and so does its absence where every answer is given: the block
        has the fact that the answers were given with."""
        if self.answers.fact or self.complete:
            return
        fact = self.facts.get(self.hunk)
        if fact is not None:
            self.take_fact(fact.text, fact.question)

    def take_fact(self, fact: str, question: str) -> None:
        """Keep the fact that is shown with the questions, and what is asked with it.

        Args:
            fact: its text.
            question: in place of the second standing question; empty to ask that one.
        """
        self.answers.fact = encoding.as_fact(fact)
        self.answers.fact_question = text.normalise(question) if self.answers.fact else ""

    @property
    def shown_fact(self) -> str:
        """The fact as a line to show below the hunk; empty where there is none."""
        return f"Fact: {text.showable(self.answers.fact)}" if self.answers.fact else ""

    @property
    def questions(self) -> list[tuple[AnswerLabel, str]]:
        """Each label with its question: the fact's own in place of the second standing one."""
        with_fact = {"breaks": self.answers.fact_question}
        standing: list[tuple[AnswerLabel, str]] = [
            (label, with_fact.get(label) or self.texts.wording(label))
            for label in self.requirements.standing
        ]
        return [*standing, ("answer", self.texts.third)] if self.texts.third else standing

    @property
    def answer(self) -> str:
        """The answer to the third question; empty where there is none yet."""
        return dict(self.answers.questions).get(self.texts.third, "")

    @answer.setter
    def answer(self, written: str) -> None:
        others = [pair for pair in self.answers.questions if pair[0] != self.texts.third]
        self.answers.questions = [*others, (self.texts.third, written)] if written else others

    def answer_to(self, label: AnswerLabel) -> str:
        """The answer behind a label."""
        return self.answer if label == "answer" else str(getattr(self.answers, label))

    def set_answer(self, label: AnswerLabel, value: str) -> None:
        """Take the answer behind a label."""
        if label == "answer":
            self.answer = value
        else:
            setattr(self.answers, label, value)

    def earlier_text(self, label: AnswerLabel) -> str:
        """What the person answered to this question about a hunk that this one resembles; a
        doubt begins with `?`. Empty where there is nothing, or where the question has an answer
        already."""
        if self.earlier is None or self.answer_to(label):
            return ""
        if label == "answer":
            third = wording.without_code(self.texts.third)
            pairs = [
                (wording.without_code(question), value)
                for question, value in self.earlier.questions
            ]
            answer = dict(pairs).get(third, "")
        else:
            answer = str(getattr(self.earlier, label))
        doubt = self.earlier.unsure if self.requirements.unsure and not self.answers.unsure else ""
        return answer or (f"? {doubt}" if doubt else "")

    @property
    def answers_by_label(self) -> dict[AnswerLabel, str]:
        """The answers given so far, by label."""
        every = {label: self.answer_to(label) for label, _ in self.questions}
        return {label: answer for label, answer in every.items() if answer}

    def find_weakness(
        self, label: AnswerLabel, answer: str, others: Sequence[QuestionForm] = ()
    ) -> Weakness | None:
        """What is wrong with an answer: see `quality.assess`.

        Args:
            others: items whose answers are there too.
        """
        other_answers = [one.hunk_answers for one in others if one is not self]
        return quality.assess(label, answer, self.hunk_answers, other_answers)

    @property
    def hunk_answers(self) -> HunkAnswers:
        """The answers so far, to be judged."""
        answers = [(label, self.answer_to(label)) for label, _ in self.questions]
        return HunkAnswers(self.context, answers, self.texts.own, self.requirements.unsure)

    def note(self, label: AnswerLabel) -> str:
        """What to write beside an answer that is offered, or is a doubt; empty beside any
        other."""
        if self.earlier_text(label):
            return EARLIER_ANSWER
        weakness = self.find_weakness(label, self.answer_to(label))
        if weakness is None or weakness.rule != "doubt":
            return ""
        reason = f"{weakness.reason[0].upper()}{weakness.reason[1:]}"
        return f"{reason} ({weakness.rule}). {weakness.remedy}"

    def prefilled(self, label: AnswerLabel) -> str:
        """What stands behind a label in a file or an editor: the answer, or the one offered."""
        earlier_text = self.earlier_text(label)
        return self.answer_to(label) or ("" if earlier_text.startswith("?") else earlier_text)

    @property
    def prefilled_doubt(self) -> str:
        """The same for what the person is not sure of."""
        if self.answers.unsure or self.earlier is None or self.complete:
            return self.answers.unsure
        return self.earlier.unsure

    @property
    def missing_labels(self) -> list[AnswerLabel]:
        """The questions that still need an answer, or a better one."""
        third = self.answer if self.texts.third else None
        labels = self.requirements.missing_labels(self.answers, third)
        if not self.strict:
            return labels
        if not labels and quality.assess_doubt(self.answers.unsure, self.context):
            labels = [label for label, _ in self.questions if not self.answer_to(label)]
        weak_labels = [
            label
            for label, answer in self.answers_by_label.items()
            if self.find_weakness(label, answer)
        ]
        return [*labels, *(label for label in weak_labels if label not in labels)]

    @property
    def complete(self) -> bool:
        return not self.missing_labels

    @property
    def open_labels(self) -> list[AnswerLabel]:
        """The questions to ask: those that still need an answer, and those whose answer was
        pointed out as weak and not kept since."""
        flags = self.answers.flags
        return [
            label
            for label, _ in self.questions
            if label in self.missing_labels or (label in flags and self.answer_to(label))
        ]

    def flag(self, label: AnswerLabel) -> None:
        """Note that the answer behind a label was pointed out as weak."""
        self.answers.flags = [*(one for one in self.answers.flags if one != label), label]

    def settle(self, label: AnswerLabel) -> None:
        """Note that the person changed the answer behind a label, or keeps it as it is."""
        self.answers.flags = [one for one in self.answers.flags if one != label]

    @property
    def place(self) -> str:
        """Path and line, fit for a terminal."""
        return hunk_view.place(self.hunk)

    @property
    def hunk_path(self) -> str:
        """The path of the hunk's file, fit for a terminal."""
        return text.showable(self.hunk.path)

    @property
    def lines(self) -> list[str]:
        """The hunk as lines to show, between three lines of its file, control characters
        written out."""
        return self.lines_in_context(CONTEXT)[0]

    def lines_in_context(self, context: int) -> tuple[list[str], int]:
        """The hunk as lines to show, and how many of them come before it.

        Args:
            context: lines of the file that are shown on either side.
        """
        return hunk_view.with_context(self.hunk, self.around.lines(self.hunk), context)

    @property
    def shown_scope(self) -> str:
        """What is around the hunk, fit for a terminal."""
        if self.scope:
            return text.showable(".".join(self.scope))
        return "" if self.parsed else text.showable(self.hunk.heading)

    @property
    def show_command(self) -> str:
        """The git command that shows the whole change."""
        return f"git show {self.commit.split()[0]}" if self.commit else "git diff --staged"
