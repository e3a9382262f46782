"""What a report says about single hunks: what was asked, what was answered, what is missing.

The questions are those that the base's rules ask; a block's own words about them are shown only
where no rule of ours can word them (docs/format.md, "What a valid block proves").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from attest import text
from attest.attestation.block import AttestedHunk, Block
from attest.git.diff import Hunk
from attest.git.hunk_view import CONTEXT, with_context
from attest.questions import selection, unasked, wording
from attest.questions.compose import HunkQuestions
from attest.questions.selection import Choice
from attest.report.answers import Answer, AnswerLabel, HunkReport, HunkState, Side, WeakAnswer
from attest.verification import answers, pairing
from attest.verification.coverage import Coverage, HunkCoverage
from attest.verification.task import ChangeTask

_NO_ANSWERS = AttestedHunk("", "")


def find(
    task: ChangeTask, coverage: Coverage, blocks: Sequence[Block], *, every: bool
) -> tuple[HunkReport, ...]:
    """What a report says about the hunks of a change, in the order of the diff.

    Args:
        coverage: how far the blocks reach.
        blocks: those that count.
        every: all hunks, with their lines; else those that were asked about, were answered
            for, or fail.

    Raises:
        NothingToJudge: a file is missing in this clone.
        GrammarsUnavailable: answers are judged, and what reads code is not here.
    """
    rules = task.rules
    if not coverage.has_hunks:
        return ()
    chooses = rules.answers and rules.chooses
    chosen = rules.chooser.choose(task.change) if chooses else []
    choices = rules.chooser.choices(task.change) if chooses else []
    weak: dict[Hunk, dict[str, WeakAnswer]] = defaultdict(dict)
    for hunk, label, weakness in answers.find_weaknesses(chosen, coverage):
        weak[hunk][label] = WeakAnswer(weakness.rule, weakness.reason)
    context = _Context(
        task=task,
        questions={questions.hunk: questions for questions in chosen},
        choices={choice.analysis.hunk: choice for choice in choices},
        answers=pairing.answers_of(chosen, coverage, answers.describe_lack),
        weak=weak,
        worded=any(block.rules == selection.RULES for block in blocks),
    )
    entries = [entry for entry in coverage.hunks if every or context.may_be_asked(entry)]
    reports = (context.report(entry, every=every) for entry in entries)
    return tuple(one for one in reports if every or one.is_asked)


def without_blocks(task: ChangeTask) -> tuple[HunkReport, ...]:
    """All hunks of a change that needs no attestation, with their lines."""
    return tuple(
        _with_lines(
            task,
            hunk,
            HunkReport(
                path=text.showable(hunk.path), line=hunk.line, side=_side(hunk), state="ignored"
            ),
        )
        for hunk in task.change.hunks
    )


def _side(hunk: Hunk) -> Side:
    is_gone = hunk.row.status == "D"
    return "old" if is_gone or (hunk.textual and not hunk.new_lines) else "new"


def _with_lines(task: ChangeTask, hunk: Hunk, report: HunkReport) -> HunkReport:
    """What is said about a hunk, with its lines between those around it."""
    lines, count = with_context(hunk, task.surroundings.lines(hunk), CONTEXT)
    # A side without lines of the hunk is named by the line before it (diff -u, `@@`).
    return report._replace(
        heading=text.showable(hunk.heading),
        lines=tuple(lines),
        first_old=hunk.old_start + (hunk.old_lines == 0) - count,
        first_new=hunk.new_start + (hunk.new_lines == 0) - count,
    )


class _Context:
    """What is known of a commit's hunks.

    Args:
        questions: what the base's rules ask about each hunk that they choose.
        choices: what becomes of each hunk that can be asked about.
        answers: to the questions; see `pairing`.
        weak: the answers that a rule objects to, by their label.
        worded: whether this version worded the questions that a block answers.
    """

    def __init__(
        self,
        *,
        task: ChangeTask,
        questions: Mapping[Hunk, HunkQuestions],
        choices: Mapping[Hunk, Choice],
        answers: Mapping[Hunk, AttestedHunk],
        weak: Mapping[Hunk, Mapping[str, WeakAnswer]],
        worded: bool,
    ) -> None:
        self._task = task
        self._questions = questions
        self._choices = choices
        self._answers = answers
        self._weak = weak
        self._worded = worded

    def may_be_asked(self, entry: HunkCoverage) -> bool:
        """Whether a report about a hunk may be one of `is_asked`; about most it cannot."""
        is_open = entry.answers is not None or (entry.needed and not entry.covered)
        return is_open or (bool(self._questions) and entry.hunk in self._questions)

    def report(self, entry: HunkCoverage, *, every: bool) -> HunkReport:
        hunk = entry.hunk
        attested = self._answers.get(hunk, entry.answers)
        choice = self._choices.get(hunk)
        report = HunkReport(
            path=text.showable(hunk.path),
            line=hunk.line,
            state=self._state(entry, attested),
            side=_side(hunk),
            kind=choice.analysis.kind if choice else "",
            risk=choice.risk if choice else 0,
            group=unasked.group_of(choice) if choice else None,
            answers=tuple(self._answers_of(hunk, attested or _NO_ANSWERS)),
            unsure=attested.unsure if attested else "",
            fact=attested.fact if attested else "",
        )
        return _with_lines(self._task, hunk, report) if every else report

    def _state(self, entry: HunkCoverage, attested: AttestedHunk | None) -> HunkState:
        if not entry.covered:
            return "not-covered" if entry.needed else "ignored"
        questions = self._questions.get(entry.hunk)
        if questions is not None and answers.describe_lack(questions, attested):
            return "missing"
        is_answered = attested is not None and (
            attested.invariant or attested.breaks or attested.questions or attested.unsure
        )
        return "answered" if is_answered else "unasked"

    def _answers_of(self, hunk: Hunk, attested: AttestedHunk) -> Iterator[Answer]:
        """The questions about a hunk, each with its answer; nothing where there is neither."""
        questions = self._questions.get(hunk)
        texts = questions.texts if questions else None
        weak = self._weak.get(hunk, {})
        standing: tuple[tuple[AnswerLabel, str], ...] = (
            ("invariant", attested.invariant),
            ("breaks", attested.breaks),
        )
        for label, answer_text in standing:
            # With a fact, the second question was about the fact, and its words are not
            # recorded.
            is_known = texts and (self._worded or not answer_text)
            is_known = is_known and not (attested.fact and label == "breaks")
            question = texts.wording(label) if texts and is_known else ""
            if answer_text or question:
                yield Answer(label, question, answer_text, weak.get(label))
        third = texts.third if texts else ""
        is_given = False
        for pair in attested.questions:
            is_third = bool(third) and wording.without_code(pair.text) == wording.without_code(
                third
            )
            is_given = is_given or is_third
            yield Answer("answer", pair.text, pair.answer, weak.get("answer") if is_third else None)
        if third and not is_given:
            yield Answer("answer", third, "")
