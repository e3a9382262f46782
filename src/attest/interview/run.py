"""From chosen questions to answers, through a prompter."""

from __future__ import annotations

from collections.abc import Sequence

from attest import text
from attest.answers.requirements import AnswerLabel
from attest.errors import AnswersMissing, AttestError
from attest.git.hunk_view import NO_SURROUNDINGS, Surroundings
from attest.interview.fact_source import NO_FACTS, FactSource
from attest.interview.form import QuestionForm
from attest.interview.prompter import DisclosureQuestion, Prompter
from attest.questions.compose import HunkQuestions
from attest.state.hunk_index import AnsweredHunk
from attest.state.store import Store


def forms(
    questions: Sequence[HunkQuestions],
    store: Store,
    *,
    strict: bool = False,
    facts: FactSource = NO_FACTS,
    around: Surroundings = NO_SURROUNDINGS,
) -> list[QuestionForm]:
    """The forms to fill in, with the answers that are kept already.

    Args:
        strict: the project refuses answers that say nothing about the change.
        facts: knows what to show below the hunks.
        around: knows the lines around them.
    """
    return [
        QuestionForm.of(
            one,
            number,
            len(questions),
            store.answers(one.hunk.digest),
            one.requirements,
            strict=strict,
            facts=facts,
            around=around,
        )
        for number, one in enumerate(questions, 1)
    ]


def run(
    forms: Sequence[QuestionForm],
    prompter: Prompter,
    store: Store,
    disclosure: DisclosureQuestion | None = None,
) -> None:
    """Ask, keeping every answer at once.

    Args:
        disclosure: asks which tools assisted.

    Raises:
        AnswersMissing: questions are left; the answers that were given are kept.
        UsageError: the answer about tools does not meet the project's policy.
        EnvironmentFault: an answer could not be kept; the error repeats it, so
            that the person can copy it.
    """
    prompter.ask(forms, lambda form: _keep(form, store), disclosure)
    unfinished = [form for form in forms if not form.complete]
    if unfinished:
        lines = [f"  {form.place}: {', '.join(_problems(form))}" for form in unfinished]
        hunks = "1 hunk is" if len(forms) == 1 else f"{len(forms)} hunks are"
        unsure = unfinished[0].requirements.unsure
        raise AnswersMissing(
            f"{len(unfinished)} of {hunks} not answered yet:\n" + "\n".join(lines),
            "The answers so far are kept. Run the command again to answer the rest"
            + ("; where you cannot, say in `unsure` what you are not sure of." if unsure else "."),
        )
    if disclosure is not None:
        disclosure.trailer(disclosure.answer or "")


def _keep(form: QuestionForm, store: Store) -> None:
    if not form.answers:
        return
    try:
        store.keep(form.hunk.digest, text.showable(form.hunk.path), form.answers)
        store.keep_answered(form.hunk.path, AnsweredHunk.of(form.hunk, form.scope))
    except AttestError as error:
        answers = form.answers
        error.hint += (
            f"\nNot kept, for {form.place}:"
            f"\n  invariant: {answers.invariant}\n  breaks: {answers.breaks}"
            + (f"\n  answer: {form.answer}" if form.texts.third else "")
            + f"\n  unsure: {answers.unsure}"
        )
        raise


def _problems(form: QuestionForm) -> list[str]:
    """The labels that still need an answer, each with what is wrong with the one there."""
    reasons: dict[AnswerLabel, str] = {}
    for label in form.missing_labels:
        answer = form.answer_to(label)
        weakness = form.find_weakness(label, answer) if form.strict else None
        objection = f"{weakness.reason} ({weakness.rule})" if weakness else ""
        reasons[label] = form.requirements.objection(answer) or objection
    return [f"{label} ({reason})" if reason else label for label, reason in reasons.items()]
