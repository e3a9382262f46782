"""`attest block`."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from attest.cli import answering, common, options
from attest.console import say

if TYPE_CHECKING:
    from attest.project.session import Session
    from attest.rewrite.review import OutgoingReview


def block(
    revisions: options.Branch = "HEAD",
    markdown: Annotated[
        bool,
        typer.Option("--markdown", help="Fold it, for the description of a pull request."),
    ] = False,
    template: options.Template = False,
    output: options.TemplateFile = None,
    answers: options.AnswersFile = None,
    editor: options.InEditor = False,
) -> int:
    """Print one block for a whole branch, to paste into the pull request.

    For projects whose policy says `unit = "pull-request"`. If the branch has a block already,
    prints that one. If not, asks you about what is new, signs, and prints the new block. No
    commit is rewritten, so nothing has to be pushed again.

    \b
    Examples:
      attest block --markdown
      attest block --markdown >> description.md && gh pr edit --body-file description.md
      attest block upstream/main..topic
    """
    from attest.cli.reports import emit
    from attest.git.repository import Repository
    from attest.project.session import Session
    from attest.rewrite import branch_block

    answering.assert_options(template=template, output=output, answers=answers, editor=editor)
    repository = Repository.find()
    with Session.open(repository) as session:
        assert_whole(session, "attest block")
        if template:
            review = _review(session, revisions)
            review.wait_for_facts()
            return answering.template(review.forms, None, _command(revisions), output)
        lines = find_or_sign(session, revisions, answers=answers, editor=editor)
    if lines is None:
        say("not signed; your answers are kept")
        return 1
    text = branch_block.as_markdown(lines) if markdown else "\n".join(lines) + "\n"
    if markdown:
        branch_block.assert_fits(text)
    emit(text)
    return 0


def assert_whole(session: Session, command: str) -> None:
    """Make sure that the project answers for branches as a whole.

    Raises:
        UsageError: it does not.
    """
    from attest.errors import UsageError

    if session.rules.policy.unit != "pull-request":
        raise UsageError(
            f'{command} is for projects whose policy says unit = "pull-request"',
            "Here, each commit has its own block: attest answer",
        )


def find_or_sign(
    session: Session,
    revisions: str,
    *,
    answers: str | None = None,
    editor: bool = False,
) -> tuple[str, ...] | None:
    """The lines of a block for a branch; asks the person where there is none.

    Args:
        revisions: the branch, as on the command line.

    Returns:
        None if the person chose not to sign.

    Raises:
        NothingToJudge: the branch needs no attestation.
        AttestError: see `branch_block.review` and `branch_block.sign`.
    """
    from attest.attesting import documents
    from attest.rewrite import branch_block, effort, summary

    review = _review(session, revisions)
    known = branch_block.find(session, review.todo[0])
    if known is not None:
        return known
    common.assert_person(session.repository, f"attest {_command(revisions)}")
    for line in [*summary.listing(review), effort.estimate(review)]:
        say(line)
    with ExitStack() as stack:
        prompter = common.prompter(
            session, stack, program=_command(revisions), answers=answers, editor=editor
        )
        documents.show_new(session, prompter)
        return branch_block.sign(session, review, prompter)


def _command(revisions: str) -> str:
    """The attest command for the same branch, with none of the ways to answer."""
    words = ["block"] if revisions == "HEAD" else ["block", revisions]
    return shlex.join(words)


def _review(session: Session, revisions: str) -> OutgoingReview:
    """What is to be answered for in a branch.

    Raises:
        NothingToJudge: nothing.
        UsageError: see `branch_block.review`.
    """
    from attest.errors import NothingToJudge
    from attest.rewrite import branch_block

    start, dots, stop = revisions.rpartition("..")
    tip = session.repository.resolve(stop or "HEAD")
    review = branch_block.review(session, tip, start or ("HEAD" if dots else ""))
    if not review.todo:
        raise NothingToJudge(
            "the branch needs no attestation", "To see why: attest questions --why"
        )
    return review
