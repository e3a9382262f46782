"""What `attest answer` does with its options. Without Typer; see `cli.main`."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from attest.cli import answering, common
from attest.console import say

if TYPE_CHECKING:
    from attest.git.repository import Repository
    from attest.interview.prompter import Prompter
    from attest.project.session import Session
    from attest.rewrite.review import OutgoingReview


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOptions:
    """The options of `attest answer`, under their names.

    Args:
        assisted_by: None where the person is to be asked.
        whole_branch: nothing is staged, and the policy wants one answer for the whole branch.
    """

    revisions: list[str] = field(default_factory=list)
    staged: bool = False
    amend: bool = False
    unpushed: bool = False
    template: bool = False
    output: str | None = None
    answers: str | None = None
    editor: bool = False
    assisted_by: list[str] | None = None
    drop_signatures: bool = False
    whole_branch: bool = False

    @property
    def for_commits(self) -> bool:
        """Whether it is about commits, not about the staged change."""
        return self.unpushed or self.whole_branch or bool(self.revisions)

    @property
    def command(self) -> str:
        """The attest command for the same change, with none of the ways to answer."""
        words = ["answer"]
        words += ["--amend"] if self.amend else []
        words += ["--unpushed"] if self.unpushed else []
        return " ".join([*words, *map(shlex.quote, self.revisions)])

    def assert_compatible(self) -> None:
        """Make sure that the options can be given together.

        Raises:
            UsageError: they cannot.
        """
        from attest.errors import UsageError

        answering.assert_options(
            template=self.template, output=self.output, answers=self.answers, editor=self.editor
        )
        if sum((self.staged, self.amend, self.for_commits)) > 1:
            raise UsageError(
                "--staged, --amend, and commits (RANGE, --unpushed) exclude each other",
                "Give one of them.",
            )


def run(options: AnswerOptions) -> int:
    """Ask and sign; the exit code.

    Raises:
        AttestError: the options do not fit together, or nothing can be answered for here.
    """
    options.assert_compatible()
    from attest.analysis.syntax import parsing

    parsing.begin()  # it gets ready while this process loads the rest
    from attest.git.repository import Repository

    repository = Repository.find(at_once=True)
    common.assert_person(repository, "attest push" if options.for_commits else "attest answer")
    return _commits(repository, options) if options.for_commits else _staged(repository, options)


def _means_branch(session: Session) -> bool:
    """Whether `attest answer` alone is about the commits of the branch: the project wants one
    answer for all of them, and nothing is staged."""
    from attest.git import index
    from attest.project import base_commit

    repository = session.repository
    if session.rules.policy.unit != "pull-request" or repository.bare:
        return False
    if repository.head() is None or base_commit.find(repository) is None:
        return False
    return index.staged_tree(repository) == repository.object_id("HEAD^{tree}")


def _staged(repository: Repository, options: AnswerOptions) -> int:
    """Answer for the staged change, or for what `git commit --amend` would create."""
    from attest.attesting import documents
    from attest.attesting import staged as journey
    from attest.project.session import Session

    with Session.open(repository) as session, ExitStack() as stack:
        if not (options.amend or options.staged) and _means_branch(session):
            common.recover(repository)
            return _answer_commits(session, stack, replace(options, whole_branch=True))
        change = journey.read(session, amend=options.amend)
        if options.template:
            disclosure = journey.assistance_of(session, change, options.assisted_by)
            forms = journey.questions(session, change, at_once=True)
            return answering.template(forms, disclosure.question, options.command, options.output)
        prompter = _prompter(session, stack, options)
        documents.show_new(session, prompter)
        pending = journey.attest(session, change, prompter, assisted=options.assisted_by)
        if pending is None:
            return answering.not_signed()
        answering.report(repository, pending, prompter.mode, amends=options.amend)
        return 0


def _commits(repository: Repository, options: AnswerOptions) -> int:
    """Answer for commits that the options name."""
    from attest.project.session import Session

    common.mention_lost_hooks(repository)
    common.recover(repository)
    with Session.open(repository) as session, ExitStack() as stack:
        return _answer_commits(session, stack, options)


def _answer_commits(session: Session, stack: ExitStack, options: AnswerOptions) -> int:
    """Answer for commits, and rewrite them with their blocks."""
    from attest.attesting import documents
    from attest.rewrite import answer as journey
    from attest.rewrite import effort, plan, summary

    review = _review(session, options)
    if options.template:
        disclosure = journey.assistance_of(session, review, options.assisted_by)
        review.wait_for_facts()
        return answering.template(
            review.forms, disclosure.question, options.command, options.output
        )
    if review.nothing_to_do:
        return 0
    rewrite_plan = plan.plan(session, review)
    warnings = summary.warnings(rewrite_plan)
    for line in [*summary.listing(review), *warnings, effort.estimate(review)]:
        say(line)
    common.agree_to_drop(rewrite_plan, f"attest {options.command}", drop=options.drop_signatures)
    prompter = _prompter(session, stack, options) if review.todo else None
    if prompter is not None:
        documents.show_new(session, prompter)
    record = journey.attest(session, review, rewrite_plan, prompter, assisted=options.assisted_by)
    if record is None:
        return answering.not_signed(*(options.revisions or ["HEAD"]))
    return 0


def _review(session: Session, options: AnswerOptions) -> OutgoingReview:
    """Which of the commits need answers; says which do not, and why."""
    from attest.rewrite import outgoing, selection, summary

    if options.unpushed:
        names = options.revisions or ["HEAD"]
        tips = [session.repository.resolve(name) for name in names]
        commits = selection.of_unpushed(session.repository, tips)
    elif options.whole_branch:
        commits = selection.of_branch(session)
    else:
        commits = selection.of_range(session, options.revisions)
    for line in commits.notes:
        say(line)
    session.rules.chooser.assert_available()
    review = outgoing.review(session, commits)
    summary.assert_fixable(review)
    summary.assert_any(review)
    for line in summary.skip_lines(review):
        say(line)
    return review


def _prompter(session: Session, stack: ExitStack, options: AnswerOptions) -> Prompter:
    return common.prompter(
        session, stack, program=options.command, answers=options.answers, editor=options.editor
    )
