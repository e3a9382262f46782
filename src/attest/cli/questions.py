"""`attest questions`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer


def questions(
    wanted: Annotated[
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
    (see `attest policy explain`).

    \b
    Examples:
      attest questions
      attest questions HEAD --why
      attest questions main..HEAD --format json
    """
    from attest.attesting import preview
    from attest.attesting import staged as journey
    from attest.cli.reports import emit
    from attest.errors import UsageError
    from attest.git.repository import Repository
    from attest.project.session import Session
    from attest.verification import check

    if staged and wanted is not None:
        raise UsageError(f"--staged and {wanted!r} exclude each other", "Omit one of them.")
    with Session.open(Repository.find()) as session:
        session.rules.chooser.assert_available()
        if wanted is None:
            previews = [preview.of_staged(session, journey.read(session))]
        else:
            oids = check.commits(session.repository, session.isolated, wanted)
            previews = [preview.of_commit(session, oid) for oid in oids]
    if output == "json":
        emit(preview.as_json(previews) + "\n")
        return 0
    for number, one in enumerate(previews):
        if number:
            print()
        for line in preview.as_text(one, with_reasons=why):
            print(line)
    return 0
