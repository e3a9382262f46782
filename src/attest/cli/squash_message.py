"""`attest squash-message`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from attest import text
from attest.cli import common, options
from attest.console import say

if TYPE_CHECKING:
    from attest.project.session import Session
    from attest.rewrite.squash import SquashCommit


def squash_message(
    revisions: options.Branch = "HEAD",
    title: Annotated[
        str | None,
        typer.Option(
            "--title", metavar="TEXT", help="The first line. Default: the first commit's."
        ),
    ] = None,
) -> int:
    """Print a commit message for the squash of a branch that keeps everything.

    It has the texts of the commits, one block for the whole branch, each co-author and each
    trailer once, and one disclosure: where one commit says that no tool helped and another
    names one, the tool counts. If no block is for the whole branch, you are asked on a
    terminal, and the new block is signed; without a terminal, the blocks of the commits stay.

    \b
    Examples:
      attest squash-message > message
      attest squash-message origin/main..topic --title "Add a parser (#12)"
    """
    from attest.cli.reports import emit
    from attest.git.repository import Repository
    from attest.project.session import Session
    from attest.rewrite import squash

    repository = Repository.find()
    with Session.open(repository) as session:
        commits = _commits(session, revisions)
        blocks = _blocks(session, revisions)
        rules = session.rules.policy.disclosure
        line = common.one_line(title, "--title") if title is not None else ""
        author = squash.attester_email(blocks)
        message = squash.compose(commits, blocks, rules, line, author)
    lines = message.decode("utf-8", "replace").split("\n")
    if sys.stdout.isatty():  # what others wrote must not steer the terminal
        lines = [text.showable(line) for line in lines]
    emit("\n".join(lines))
    return 0


def _commits(session: Session, revisions: str) -> list[SquashCommit]:
    """The commits of the branch, without merges, the oldest first.

    Raises:
        NothingToJudge: it has none, or no branch of the project is known.
    """
    from attest.errors import NothingToJudge
    from attest.git import branches
    from attest.project import branch_base
    from attest.rewrite.squash import SquashCommit

    start, dots, stop = revisions.rpartition("..")
    tip = session.repository.resolve(stop or "HEAD")
    base = branch_base.find(session.repository, tip, start or ("HEAD" if dots else ""))
    if base is None:
        raise NothingToJudge(
            "this clone knows no branch of the project",
            "Fetch it, or name the range: attest squash-message main..HEAD",
        )
    oids = branches.read(session.isolated, base.oid, tip).own_commits
    if not oids:
        raise NothingToJudge("the branch has only merge commits", "Squash the commits they merge.")
    return [SquashCommit.of(session.isolated.commit(oid)) for oid in reversed(oids)]


def _blocks(session: Session, revisions: str) -> Sequence[str]:
    """The lines of one block for the whole; none to keep those of the commits."""
    from attest.cli.block import find_or_sign
    from attest.errors import NobodyToAsk, NothingToJudge

    if session.rules.policy.unit != "pull-request":
        return ()
    try:
        return find_or_sign(session, revisions) or ()
    except NothingToJudge:
        return ()
    except NobodyToAsk as nobody:
        say(f"{nobody.message}; the blocks of the commits stay, none of which is for the whole")
        return ()
