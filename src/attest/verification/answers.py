"""Whether the right hunks were answered for, and whether the answers say anything.

The check does not believe the block about that: it chooses hunks and questions itself,
from the diff and the base's policy (docs/format.md, "What a valid block proves").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from attest import text
from attest.answers import quality
from attest.answers.quality import HunkAnswers
from attest.answers.requirements import Lacking
from attest.attestation.block import AttestedHunk, Block
from attest.git.diff import Hunk
from attest.project.rules import ProjectRules
from attest.questions import selection
from attest.questions.compose import HunkQuestions
from attest.report.findings import MAX_LISTED, Finding, Unasked
from attest.verification.coverage import Coverage, HunkCoverage
from attest.verification.task import CommitTask


def unanswered(task: CommitTask, coverage: Coverage, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Findings about hunks that the base's rules choose and that lack an answer.

    Args:
        coverage: how far the blocks reach.
        blocks: those that count.

    Raises:
        NothingToJudge: a file is missing in this clone.
        GrammarsUnavailable: what reads code is not here.
    """
    rules = task.rules
    version = _newest_version(blocks, rules)
    if version is None:
        return  # each block has its finding `rules-unsupported`
    hint = "Its author must answer the rest."
    if any(block.policy != rules.digest for block in blocks):
        hint += " (The answers were given under another policy than the base's, or under none.)"
    chosen = rules.chooser.choose(task.change, version)
    squash = _Squash(task, blocks, version)
    for hunk, lacking in islice(_gaps(chosen, coverage, squash, rules), MAX_LISTED):
        place = text.showable(hunk.path)
        yield Finding(
            "answer-missing", lacking, hint, path=place, line=hunk.line, answer_again=True
        )
    # The count holds whatever excuses single hunks: with several blocks, each could claim
    # that its own change was small and called for nothing.
    answered = _answered(task, coverage, version)
    if answered < len(chosen):
        yield Finding(
            "answer-missing",
            f"{answered} of {coverage.needed} hunks are answered; {len(chosen)} must be",
            hint,
            answer_again=True,
        )


def unasked(task: CommitTask, blocks: Sequence[Block]) -> Unasked | None:
    """What the base's rules ask nobody about, whatever the blocks claim; None where none of
    them counts, and so nothing was chosen.

    Args, Raises: see `unanswered`.
    """
    if _newest_version(blocks, task.rules) is None:
        return None
    return task.rules.chooser.unasked(task.change)


def _newest_version(blocks: Sequence[Block], rules: ProjectRules) -> int | None:
    """The newest version of the selection rules by which one of the blocks was made, of
    those that the policy accepts and this attest knows. With several blocks the newest
    counts, so that an old one cannot lower what is asked."""
    usable = rules.chooser.usable
    return max((block.rules for block in blocks if block.rules in usable), default=None)


def _gaps(
    chosen: Sequence[HunkQuestions], coverage: Coverage, squash: _Squash, rules: ProjectRules
) -> Iterator[tuple[Hunk, str]]:
    """Chosen hunks that lack something, each with what it lacks, in words. A hunk that is
    not covered has its own finding."""
    questions_of = {questions.hunk: questions for questions in chosen}
    for entry in coverage.hunks:
        questions = questions_of.get(entry.hunk)
        if questions is None or (entry.answers is None and not entry.covered):
            continue
        if entry.answers is None and squash.excuses(entry):
            continue
        lacking = _lacking(rules, questions, entry.answers)
        if lacking:
            yield entry.hunk, lacking


def _lacking(rules: ProjectRules, questions: HunkQuestions, answers: AttestedHunk | None) -> str:
    """What a chosen hunk's answers lack, in words; empty where nothing."""
    if answers is None:
        why: str = "it is one of the largest"
        if questions.analysis is not None:
            why = questions.analysis.kind
        return f"this hunk needs an answer: {why}"
    requirements = rules.standard
    third = questions.texts.third
    by_question = {_without_code(pair.asked): pair.answer for pair in answers.questions}
    answer = by_question.get(_without_code(third), "")
    labels = requirements.lacking(answers, answer if third else None)
    if not labels:
        return ""
    texts = {"invariant": answers.invariant, "breaks": answers.breaks, "answer": answer}
    short = [
        f"`{label}` has {why}" for label in labels if (why := requirements.objection(texts[label]))
    ]
    if short:
        return f"the answer to {' and '.join(short)}"
    named = " and ".join(f"`{label}`" for label in labels)
    question = f" ({text.showable(third)})" if "answer" in labels else ""
    if requirements.unsure:
        return f"no answer to {named}{question}, and no `unsure` instead"
    return f"no answer to {named}{question}; the policy does not accept `unsure` instead"


def _without_code(question: str) -> str:
    """A question without the code that it quotes. A rebase may change what is around a hunk
    and hence the quotation, though the hunk and its answer stay what they were."""
    return re.sub(r"`[^`]*`|«[^«»]*»", "`…`", text.normalise(question))


def _answered(task: CommitTask, coverage: Coverage, version: int) -> int:
    """How many hunks are answered that could have been chosen. Answers about other files,
    such as lock files, do not count: they are easy to give."""
    hunks = task.change.hunks
    by_size = min(version, selection.BY_SYNTAX - 1)
    able = set(selection.choose_by_size(hunks, task.treatments, len(hunks), by_size))
    return sum(entry.hunk in able and coverage.is_answered(entry) for entry in coverage.hunks)


class _Squash:
    """What excuses a chosen hunk of a squashed commit from having an answer of its own.

    A squash keeps the block of each commit that went into it. The check chooses from the
    hunks of all of them together, and so may choose one that nobody was asked about: in its
    own commit others came first, or one of them stood in for it. Such a squash should not
    fail. docs/format.md, "What a valid block proves", therefore excuses the hunk if one of
    the blocks

    - covers it by its file digest: all hunks of that file are what they were; and
    - answered as many hunks as its own change called for, so that a block that covers
      everything and answers nothing excuses nothing; and
    - answered for no hunk that is less risky in its place, so that nobody answers for
      the harmless hunks of a commit and leaves out the dangerous one.

    Nothing is excused where one block, alone or among others, was made for this very change
    or covers all of it: its author was asked about the commit as it is.
    """

    def __init__(self, task: CommitTask, blocks: Sequence[Block], version: int) -> None:
        alone = len(blocks) < 2 or any(
            block.change == task.change.digest or task.covers_alone(block) for block in blocks
        )
        self._blocks = () if alone else tuple(blocks)
        self._requirements = task.rules.standard
        self._most = task.rules.policy.questions.most
        # By digest, since what a block answered for is known by its digest alone.
        self._ranks = task.rules.chooser.ranks(task.change, version) if self._blocks else {}

    def excuses(self, entry: HunkCoverage) -> bool:
        """Whether a hunk that is covered without answers needs none."""
        rank = self._ranks.get(entry.hunk.digest, 0)
        return any(
            entry.file in block.files and self._answered_enough(block, rank)
            for block in self._blocks
        )

    def _answered_enough(self, block: Block, rank: int) -> bool:
        """Whether a block answered as much as its change called for, and for nothing that is
        less risky than a hunk of this rank. `asked` is the attester's claim; one that
        is too small is caught by the count of answers in `unanswered`."""
        answered = [hunk.digest for hunk in block.hunks if not self._requirements.lacking(hunk)]
        called_for = min(self._most, block.asked[1])
        return len(answered) >= called_for and all(
            self._ranks[digest] <= rank for digest in answered if digest in self._ranks
        )


def weak(task: CommitTask, coverage: Coverage, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Findings about answers that say nothing about their change (docs/questions.md,
    "Answers").

    Args, Raises: see `unanswered`.
    """
    version = _newest_version(blocks, task.rules)
    if version is None:
        return
    weaknesses = _weaknesses(task.rules.chooser.choose(task.change, version), coverage)
    for hunk, label, weakness in islice(weaknesses, MAX_LISTED):
        yield Finding(
            "answer-weak",
            f"the answer to `{label}`: {weakness.reason} ({weakness.rule})",
            weakness.remedy,
            path=text.showable(hunk.path),
            line=hunk.line,
            answer_again=True,
        )


def _weaknesses(
    chosen: Sequence[HunkQuestions], coverage: Coverage
) -> Iterator[tuple[Hunk, Lacking, quality.Weakness]]:
    attested = {entry.hunk: entry.answers for entry in coverage.hunks if entry.answers is not None}
    earlier: list[HunkAnswers] = []
    for questions in chosen:
        answers = attested.get(questions.hunk)
        if answers is None:
            continue
        given = _given(questions, answers)
        for label, answer in given.given:
            weakness = quality.assess(label, answer, given, earlier)
            if weakness is not None:
                yield questions.hunk, label, weakness
        earlier.append(given)


def _given(questions: HunkQuestions, attested: AttestedHunk) -> HunkAnswers:
    """What a block answers to the questions about a hunk."""
    third = questions.texts.third
    answers: list[tuple[Lacking, str]] = [
        ("invariant", attested.invariant),
        ("breaks", attested.breaks),
    ]
    if third:
        by_question = {text.normalise(pair.asked): pair.answer for pair in attested.questions}
        answers.append(("answer", by_question.get(third, "")))
    return HunkAnswers(questions.context, answers, questions.texts.own)
