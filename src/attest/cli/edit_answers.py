"""What `attest edit` does with its options. Without Typer; see `cli.main`."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from attest.cli import answering, common
from attest.console import say

if TYPE_CHECKING:
    from attest.attesting.staged import StagedChange
    from attest.interview.prompter import Prompter
    from attest.project.session import Session
    from attest.rewrite.review import OutgoingReview


@dataclass(frozen=True, slots=True, kw_only=True)
class EditOptions:
    """The options of `attest edit`, under their names."""

    revisions: list[str] = field(default_factory=list)
    template: bool = False
    output: str | None = None
    answers: str | None = None
    editor: bool = False

    @property
    def command(self) -> str:
        """The attest command for the same answers, with none of the ways to change them."""
        return " ".join(["edit", *map(shlex.quote, self.revisions)])

    def prompter(self, session: Session, stack: ExitStack) -> Prompter:
        """What shows the answers; see `common.prompter`."""
        return common.prompter(
            session, stack, program=self.command, answers=self.answers, editor=self.editor
        )


def run(options: EditOptions) -> int:
    """Show the answers, and sign those again that were changed; the exit code.

    Raises:
        AttestError: the options do not fit together, or there are no answers to change.
    """
    from attest.git.repository import Repository

    answering.assert_options(
        template=options.template,
        output=options.output,
        answers=options.answers,
        editor=options.editor,
    )
    repository = Repository.find(at_once=True)
    common.assert_person(repository, "attest edit")
    common.recover(repository)
    from attest.project.session import Session

    with Session.open(repository) as session:
        if not options.revisions:
            change = _of_staged(session)
            if change is not None:
                return _staged(session, change, options)
        return _commits(session, options)


def _of_staged(session: Session) -> StagedChange | None:
    """The staged change, or the one that amends, whichever has answers."""
    from attest.attesting import staged, waiting
    from attest.errors import NothingToJudge, UsageError
    from attest.git import in_progress

    store = session.store
    try:
        change = staged.read(session)
        amends = False if in_progress.cannot_amend(session.repository) else None
        blocks = waiting.find(session.repository, session.isolated, store, amends)
        if len(blocks) == 1 and blocks[0].amends:
            change = staged.read(session, amend=True)
    except (NothingToJudge, UsageError):
        return None
    answered = any(store.answers(hunk.digest) for hunk in change.change.hunks)
    return change if blocks or answered else None


def _staged(session: Session, change: StagedChange, options: EditOptions) -> int:
    """Change the answers about a staged change."""
    from attest.attesting import staged as journey

    amends = change.amends
    subject = "of the commit that git commit --amend makes" if amends else "of the staged change"
    say(f"the answers {subject}")
    if options.template:
        disclosure = journey.assistance_of(session, change, None)
        forms = journey.questions(session, change, at_once=True)
        return answering.template(forms, disclosure.question, options.command, options.output)
    with ExitStack() as stack:
        prompter = options.prompter(session, stack)
        pending = journey.attest(session, change, prompter)
    if pending is None:
        return answering.not_signed()
    answering.report(session.repository, pending, prompter.mode, amends=amends)
    return 0


def _commits(session: Session, options: EditOptions) -> int:
    """Change the answers in commits, and sign those again that differ."""
    common.mention_lost_hooks(session.repository)
    from attest.rewrite import answer as journey
    from attest.rewrite import plan, summary

    review = _review(session, options)
    if options.template:
        disclosure = journey.assistance_of(session, review, None, again=True)
        review.wait_for_facts()
        forms = review.forms
        return answering.template(forms, disclosure.question, options.command, options.output)
    rewrite_plan = plan.plan(session, review)
    for line in [*summary.edit_lines(review), *summary.warnings(rewrite_plan)]:
        say(line)
    with ExitStack() as stack:
        prompter = options.prompter(session, stack)
        record = journey.attest(session, review, rewrite_plan, prompter, again=True)
    if record is None:
        say("nothing was signed, and no commit is changed; your answers are kept")
        return 1
    return 0


def _review(session: Session, options: EditOptions) -> OutgoingReview:
    """The commits with answers to change; says which are left out, and why.

    Raises:
        NothingToJudge: none has any.
    """
    from attest.errors import NothingToJudge
    from attest.rewrite import outgoing, selection, summary

    words = options.revisions or ["HEAD"]
    commits = selection.of_range(session, words)
    for line in commits.notes:
        say(line)
    session.rules.chooser.assert_available()
    review = outgoing.review(session, commits, again=True)
    summary.assert_fixable(review)
    skipped = summary.skip_lines(review)
    if not review.todo:
        skipped_oids = [*review.published_oids, *review.others]
        oids = (
            [oid[:10] for oid in skipped_oids]
            if len(skipped_oids) <= summary.MAX_NAMED
            else ["COMMIT..."]
        )
        command = f"To change them anyway, name the commit: attest edit {' '.join(oids)}"
        answer = " ".join(["To answer first: attest answer", *map(shlex.quote, words)])
        raise NothingToJudge(
            "\n".join(["there are no answers of yours to change", *skipped]),
            answer if review.unanswered_oids or not skipped_oids else command,
        )
    for line in skipped:
        say(line)
    return review
