"""`attest answer`."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from attest.cli import answering, common
from attest.console import say

if TYPE_CHECKING:
    from attest.git.repository import Repository
    from attest.interview.prompter import Prompter
    from attest.project.session import Session
    from attest.rewrite.review import OutgoingReview


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """The options of `attest answer`, under their names.

    Args:
        assisted_by: None where the person is to be asked.
        whole_branch: nothing is staged, and the policy wants one answer for the whole branch.
    """

    revisions: list[str]
    staged: bool
    amend: bool
    unpushed: bool
    template: bool
    output: str | None
    answers: str | None
    editor: bool
    assisted_by: list[str] | None
    drop_signatures: bool
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
                "--staged, --amend, and commits (RANGE, --unpushed) exclude each other"
            )


def answer(
    revisions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RANGE",
            show_default=False,
            help="Existing commits to answer for: A..B, or a single commit.",
        ),
    ] = None,
    staged: Annotated[
        bool,
        typer.Option(
            "--staged", show_default=False, help="Answer for the staged change (default)."
        ),
    ] = False,
    amend: Annotated[
        bool,
        typer.Option(
            "--amend", help="Answer for the commit that `git commit --amend` would create."
        ),
    ] = False,
    unpushed: Annotated[
        bool,
        typer.Option(
            "--unpushed",
            help="Answer for the commits of HEAD (or of the named branches) that no remote has.",
        ),
    ] = False,
    template: Annotated[
        bool,
        typer.Option(
            "--template", help="Print the questions as a TOML file to fill in. Signs nothing."
        ),
    ] = False,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Write the template to FILE; - is stdout. Never overwrites answers.",
        ),
    ] = None,
    answers: Annotated[
        str | None,
        typer.Option("--answers", metavar="FILE", help="Read the answers from FILE; - is stdin."),
    ] = None,
    editor: Annotated[
        bool, typer.Option("--editor", help="Answer all questions in git's editor.")
    ] = False,
    assisted_by: Annotated[
        list[str] | None,
        typer.Option(
            "--assisted-by",
            metavar="VALUE",
            help="Disclose AI assistance: adds `Assisted-by: VALUE`, or the line that the "
            "policy requires. Can be repeated.",
        ),
    ] = None,
    drop_signatures: Annotated[
        bool,
        typer.Option(
            "--drop-signatures",
            help="Drop signatures of git that only somebody else, such as a forge, can make again.",
        ),
    ] = False,
) -> int:
    """Answer for the staged change or for commits, and sign.

    Asks two questions about each hunk that matters. Each answer is saved at once: you
    can stop with Ctrl-C and continue later. Answers for unchanged hunks are reused.

    For a staged change, the signed answers wait in the git directory and are added when
    you commit exactly this change. Existing commits are rewritten: only their messages
    change, not their files, authors or author dates. `attest undo` restores the old
    commits.

    A range covers your own commits in it, including those you already pushed to your own
    branch (push them again with --force-with-lease). It skips commits that are already
    attested, that other people wrote, or that another remote branch contains. To answer
    for a skipped commit, name it.

    \b
    Examples:
      attest answer
      attest answer --editor
      attest answer --template --output answers.toml   (then fill it in)
      attest answer --answers answers.toml
      attest answer --amend && git commit --amend --no-edit
      attest answer main..HEAD
      attest answer --unpushed --template --output answers.toml
    """
    from attest.git.repository import Repository

    options = _Options(
        revisions=revisions or [],
        staged=staged,
        amend=amend,
        unpushed=unpushed,
        template=template,
        output=output,
        answers=answers,
        editor=editor,
        drop_signatures=drop_signatures,
        assisted_by=[common.one_line(value) for value in assisted_by or []] or None,
    )
    options.assert_compatible()
    repository = Repository.find()
    common.assert_person(repository, "attest push" if options.for_commits else "attest answer")
    if not (options.for_commits or options.amend or options.staged):
        options = replace(options, whole_branch=_means_branch(repository))
    return _commits(repository, options) if options.for_commits else _staged(repository, options)


def _means_branch(repository: Repository) -> bool:
    """Whether `attest answer` alone is about the commits of the branch: the project wants one
    answer for all of them, and nothing is staged."""
    from attest.git import index
    from attest.project import base_commit, local_rules

    head = repository.head()
    if repository.bare or head is None or base_commit.find(repository) is None:
        return False
    if index.staged_tree(repository) != repository.object_id("HEAD^{tree}"):
        return False
    with repository.isolated(say) as isolated:
        return local_rules.read(repository, isolated).policy.unit == "pull-request"


def _staged(repository: Repository, options: _Options) -> int:
    """Answer for the staged change, or for what `git commit --amend` would create."""
    from attest.attesting import assistance, documents
    from attest.attesting import staged as journey
    from attest.project.session import Session

    with Session.open(repository) as session, ExitStack() as stack:
        change = journey.read(session, amend=options.amend)
        if options.template:
            disclosure = assistance.of(
                session.rules, session.store, [change.change.digest], options.assisted_by
            )
            forms = journey.questions(session, change, at_once=True)
            return answering.template(forms, disclosure.question, options.command, options.output)
        prompter = _prompter(session, stack, options)
        documents.show_new(session, prompter)
        pending = journey.attest(session, change, prompter, assisted=options.assisted_by)
    if pending is None:
        return answering.not_signed()
    answering.report(repository, pending, prompter.mode, amends=options.amend)
    return 0


def _commits(repository: Repository, options: _Options) -> int:
    """Answer for commits, and rewrite them with their blocks."""
    from attest.attesting import documents
    from attest.project.session import Session
    from attest.rewrite import answer as journey
    from attest.rewrite import plan, summary

    common.recover(repository)
    with Session.open(repository) as session, ExitStack() as stack:
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
        for line in [*summary.listing(review), *warnings, summary.effort(review)]:
            say(line)
        common.agree_to_drop(
            rewrite_plan, f"attest {options.command}", drop=options.drop_signatures
        )
        prompter = _prompter(session, stack, options) if review.todo else None
        if prompter is not None:
            documents.show_new(session, prompter)
        record = journey.attest(
            session, review, rewrite_plan, prompter, assisted=options.assisted_by
        )
    if record is None:
        return answering.not_signed(*(options.revisions or ["HEAD"]))
    return 0


def _review(session: Session, options: _Options) -> OutgoingReview:
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


def _prompter(session: Session, stack: ExitStack, options: _Options) -> Prompter:
    return common.prompter(
        session, stack, program=options.command, answers=options.answers, editor=options.editor
    )
