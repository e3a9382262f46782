"""`attest questions`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from attest.attesting.preview import Preview
    from attest.git.branches import Branch
    from attest.project.session import Session


def questions(
    revision: Annotated[
        str | None,
        typer.Argument(
            metavar="REV|RANGE",
            show_default=False,
            help="A commit or a range A..B. Default: the staged change.",
        ),
    ] = None,
    staged: Annotated[
        bool, typer.Option("--staged", help="Show the questions for the staged change (default).")
    ] = False,
    why: Annotated[
        bool, typer.Option("--why", help="Also show what is not asked about, with reasons.")
    ] = False,
    output: Annotated[
        Literal["text", "json"], typer.Option("--format", help="Output format.")
    ] = "text",
) -> int:
    """Show which questions would be asked, and why.

    Asks nothing and signs nothing. The choice follows the policy that this clone uses
    (see `attest policy explain`). If it says unit = "pull-request", a range is one branch,
    and a commit stands for the branch that it ends.

    \b
    Examples:
      attest questions
      attest questions HEAD --why
      attest questions main..HEAD --format json
    """
    from attest.attesting import preview
    from attest.cli.reports import emit
    from attest.errors import UsageError
    from attest.git.repository import Repository
    from attest.project.session import Session

    if staged and revision is not None:
        raise UsageError(f"--staged and {revision!r} exclude each other", "Omit one of them.")
    with Session.open(Repository.find()) as session:
        session.rules.chooser.assert_available()
        previews = list(_previews(session, revision, is_staged=staged))
    if output == "json":
        emit(preview.as_json(previews) + "\n")
        return 0
    for number, one in enumerate(previews):
        if number:
            print()
        for line in preview.as_text(one, with_reasons=why):
            print(line)
    return 0


def _previews(session: Session, revision: str | None, *, is_staged: bool) -> Iterator[Preview]:
    """The changes that are meant: the staged one, commits, or the branch as a whole where the
    project answers for it at once."""
    from attest.attesting import preview
    from attest.attesting import staged as journey
    from attest.git.commit_list import commits

    is_whole = session.rules.policy.unit == "pull-request" and not is_staged
    branch = _branch(session, revision) if is_whole else None
    if branch is not None:
        yield preview.of_branch(session, branch)
    elif revision is None:
        yield preview.of_staged(session, journey.read(session))
    else:
        for oid in commits(session.repository, session.isolated, revision):
            yield preview.of_commit(session, oid)


def _branch(session: Session, revision: str | None) -> Branch | None:
    """The branch that is meant; None where something is staged, or the project's branch has all
    of it already."""
    from attest.git import branches, index, revisions
    from attest.project import branch_base
    from attest.rewrite import named_commits

    repository = session.repository
    head = repository.head()
    if revision is None:
        if head is None or index.staged_tree(repository) != repository.object_id("HEAD^{tree}"):
            return None
        tip, start = head, ""
    else:
        named = named_commits.read(repository, session.isolated, revision)
        tip = named.oids[-1]
        start = named.word.partition("..")[0] if named.is_range else ""
    base = branch_base.find(repository, tip, start)
    if base is None or not revisions.count(repository, tip, base.oid):
        return None
    return branches.read(session.isolated, base.oid, tip)
