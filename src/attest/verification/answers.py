"""Whether the right hunks were answered for, and whether the answers say anything.

The check does not believe the block about that: it chooses hunks and questions itself,
from the diff and the base's policy (docs/format.md, "What a valid block proves").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal

from attest import text
from attest.answers import quality
from attest.answers.quality import HunkAnswers
from attest.answers.requirements import AnswerLabel
from attest.attestation.block import AttestedHunk, Block
from attest.git.diff import Hunk
from attest.questions import wording
from attest.questions.compose import HunkQuestions
from attest.report.findings import MAX_LISTED, Finding, UnaskedHunks
from attest.verification import pairing
from attest.verification.coverage import Coverage
from attest.verification.task import ChangeTask


def find_unanswered(
    task: ChangeTask, coverage: Coverage, blocks: Sequence[Block]
) -> Iterator[Finding]:
    """Findings about hunks that the base's rules choose and that lack an answer.

    Args:
        coverage: how far the blocks reach.
        blocks: those that count.

    Raises:
        NothingToJudge: a file is missing in this clone.
        GrammarsUnavailable: what reads code is not here.
    """
    rules = task.rules
    hint = "Its author must answer the rest."
    if any(block.policy != rules.digest for block in blocks):
        hint += " (The answers were given under another policy than the base's, or under none.)"
    selected = rules.chooser.choose(task.change)
    for hunk, lack in islice(_gaps(selected, coverage), MAX_LISTED):
        place = text.showable(hunk.path)
        yield Finding("answer-missing", lack, hint, path=place, line=hunk.line, answer_again=True)
    # Those that no block covers are counted here, since a policy may make `hunk-not-covered`
    # a warning.
    chosen_hunks = {questions.hunk for questions in selected}
    bare = sum(
        e.hunk in chosen_hunks and e.answers is None and not e.covered for e in coverage.hunks
    )
    if bare:
        yield Finding(
            "answer-missing",
            f"{bare} of the {len(selected)} hunks that must be answered are not even covered",
            hint,
            answer_again=True,
        )


def find_unasked(task: ChangeTask, blocks: Sequence[Block]) -> UnaskedHunks | None:
    """What the base's rules ask nobody about, whatever the blocks claim; None where there
    are none.

    Args, Raises: see `find_unanswered`.
    """
    return task.rules.chooser.unasked(task.change) if blocks else None


def _gaps(selected: Sequence[HunkQuestions], coverage: Coverage) -> Iterator[tuple[Hunk, str]]:
    """Chosen hunks that lack something, each with what it lacks, in words. A hunk that is
    not covered has its own finding."""
    answers_of = pairing.answers_of(selected, coverage, describe_lack)
    questions_of = {questions.hunk: questions for questions in selected}
    for entry in coverage.hunks:
        questions = questions_of.get(entry.hunk)
        if questions is None or (entry.answers is None and not entry.covered):
            continue
        lack = describe_lack(questions, answers_of.get(entry.hunk))
        if lack:
            yield entry.hunk, lack


def describe_lack(questions: HunkQuestions, answers: AttestedHunk | None) -> str:
    """What a chosen hunk's answers lack, in words; empty where nothing."""
    if answers is None:
        return f"this hunk needs an answer: {questions.analysis.kind}"
    requirements = questions.requirements
    third = questions.texts.third
    by_question = {wording.without_code(pair.text): pair.answer for pair in answers.questions}
    answer = by_question.get(wording.without_code(third), "")
    labels = requirements.missing_labels(answers, answer if third else None)
    if not labels:
        return ""
    texts = {"invariant": answers.invariant, "breaks": answers.breaks, "answer": answer}
    short = [
        f"`{label}` has {objection}"
        for label in labels
        if (objection := requirements.objection(texts[label]))
    ]
    if short:
        return f"the answer to {' and '.join(short)}"
    label_names = " and ".join(f"`{label}`" for label in labels)
    question = f" ({text.showable(third)})" if "answer" in labels else ""
    if requirements.unsure:
        return f"no answer to {label_names}{question}, and no `unsure` instead"
    return f"no answer to {label_names}{question}; the policy does not accept `unsure` instead"


def find_weak(task: ChangeTask, coverage: Coverage) -> Iterator[Finding]:
    """Findings about answers that say nothing about their change (docs/questions.md,
    "Answers").

    Args, Raises: see `find_unanswered`.
    """
    rules = task.rules
    each = find_weaknesses(rules.chooser.choose(task.change), coverage)
    for hunk, label, weakness in islice(each, MAX_LISTED):
        yield Finding(
            "answer-weak",
            f"the answer to `{label}`: {weakness.reason} ({weakness.rule})",
            weakness.remedy,
            path=text.showable(hunk.path),
            line=hunk.line,
            answer_again=True,
        )


def find_weaknesses(
    selected: Sequence[HunkQuestions], coverage: Coverage
) -> Iterator[tuple[Hunk, AnswerLabel | Literal["unsure"], quality.Weakness]]:
    """The answers that say nothing about their change: the hunk, the label, and what is wrong.

    Args:
        selected: the hunks that the base's rules choose.
        coverage: how far the blocks reach.
    """
    answers_of = pairing.answers_of(selected, coverage, describe_lack)
    earlier: list[HunkAnswers] = []
    for questions in selected:
        answers = answers_of.get(questions.hunk)
        if answers is None:
            continue
        hunk_answers = _hunk_answers(questions, answers, questions.requirements.unsure)
        for label, answer in hunk_answers.texts:
            weakness = quality.assess(label, answer, hunk_answers, earlier)
            if weakness is not None:
                yield questions.hunk, label, weakness
        if answers.unsure and len(hunk_answers.texts) < len(hunk_answers.answers):
            weakness = quality.assess_doubt(answers.unsure, questions.context)
            if weakness is not None:
                yield questions.hunk, "unsure", weakness
        earlier.append(hunk_answers)


def _hunk_answers(questions: HunkQuestions, attested: AttestedHunk, unsure: bool) -> HunkAnswers:
    """What a block answers to the questions about a hunk; *unsure*: whether the policy accepts
    `unsure` instead."""
    third = questions.texts.third
    answers: list[tuple[AnswerLabel, str]] = [
        ("invariant", attested.invariant),
        ("breaks", attested.breaks),
    ]
    if third:
        by_question = {text.normalise(pair.text): pair.answer for pair in attested.questions}
        answers.append(("answer", by_question.get(third, "")))
    return HunkAnswers(questions.context, answers, questions.texts.own, unsure)
