"""From a change to answers, through a prompter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attest import text
from attest.answers.requirements import AnswerRequirements, Lacking
from attest.errors import AttestError, Unanswered
from attest.interview.form import DisclosureQuestion, Prompter, QuestionForm
from attest.questions.compose import HunkQuestions
from attest.state.store import Store


def items(
    posed: Sequence[HunkQuestions],
    store: Store,
    standard: AnswerRequirements,
    *,
    strict: bool = False,
) -> list[QuestionForm]:
    """What is asked, with the answers that are kept already.

    Args:
        strict: the project takes no answer that says nothing of its change.
    """
    return [
        QuestionForm.of(
            one, number, len(posed), store.answers(one.hunk.digest), standard, strict=strict
        )
        for number, one in enumerate(posed, 1)
    ]


def run(
    asked: Sequence[QuestionForm],
    prompter: Prompter,
    store: Store,
    telling: DisclosureQuestion | None = None,
    say: Callable[[str], None] | None = None,
) -> None:
    """Ask, keeping every answer at once.

    Args:
        telling: asks how tools helped.
        say: tells of answers that say little, where the prompter did not.

    Raises:
        Unanswered: questions are left; the answers that were given are kept.
        EnvironmentFault: an answer could not be kept; the error repeats it, so
            that it can be copied.
    """

    def keep(item: QuestionForm) -> None:
        if not item.answers:
            return
        try:
            store.keep(item.hunk.digest, text.showable(item.hunk.path), item.answers)
        except AttestError as error:
            said = item.answers
            error.hint += (
                f"\nNot kept, for {item.place}:"
                f"\n  invariant: {said.invariant}\n  breaks: {said.breaks}"
                + (f"\n  answer: {item.answer}" if item.texts.third else "")
                + f"\n  unsure: {said.unsure}"
            )
            raise

    prompter.ask(asked, keep, telling)
    missing = [item for item in asked if not item.complete]
    if missing:
        lines = [f"  {item.place}: {', '.join(_missing(item))}" for item in missing]
        raise Unanswered(
            f"{len(missing)} of {len(asked)} hunks are not answered yet:\n" + "\n".join(lines),
            "Answers that were given are kept. Run the command again for the rest"
            + ("; `unsure` may stand in for an answer." if missing[0].standard.unsure else "."),
        )
    if say is not None and prompter.mode != "tty":
        for item in asked:
            for label, said in item.said_all.items():
                found = item.weakness(label, said, asked)
                if found is not None:
                    say(f"{item.place}: {label}: {found.reason} ({found.rule}). {found.remedy}")


def _missing(item: QuestionForm) -> list[str]:
    short: dict[Lacking, str] = {}
    for label in item.lacking:
        said = item.said(label)
        found = item.weakness(label, said) if item.strict else None
        weak = f"{found.reason} ({found.rule})" if found else ""
        short[label] = item.standard.objection(said) or weak
    return [f"{label} ({why})" if why else label for label, why in short.items()]
