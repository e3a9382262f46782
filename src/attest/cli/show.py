"""`attest show`."""

from __future__ import annotations

from typing import Annotated

import typer

from attest.cli import options


def show(
    revisions: Annotated[
        str | None,
        typer.Argument(
            metavar="REV|RANGE",
            show_default=False,
            help="Commit or range (A..B) to show. Default: HEAD; the whole branch where the "
            "project asks once for each.",
        ),
    ] = None,
    pull: Annotated[
        int | None,
        typer.Option(
            "--pull",
            metavar="N",
            min=1,
            help="Fetch pull request (or merge request) N from the project, and show it.",
        ),
    ] = None,
    unsure: Annotated[
        bool, typer.Option("--unsure", help="Show only hunks with doubts of the contributor.")
    ] = False,
    weak: Annotated[
        bool, typer.Option("--weak", help="Show only hunks with answers that say nothing.")
    ] = False,
    unasked: Annotated[
        bool, typer.Option("--unasked", help="Show only hunks that nobody was asked about.")
    ] = False,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="REF",
            help="Commit whose policy and signers apply. Default: those that this clone uses.",
        ),
    ] = None,
    signers: options.Signers = None,
    forge: options.Forges = None,
    forge_cache: options.Cache = None,
    actor: options.Actor = None,
    body: options.Description = None,
    landed: options.Landed = False,
    format_: options.ReportFormat = options.Format.TEXT,
    output: options.ReportFiles = None,
    web: Annotated[
        bool, typer.Option("--web", help="Open the report in a browser (git's web.browser).")
    ] = False,
) -> int:
    """Show verdicts, hunks, questions and answers of commits.

    The verdicts are those that `attest check --base REF` gives with the same options.
    Hunks with doubts (`unsure`) come first. The locations and questions are computed from
    the commit, not copied from the signed block. On a terminal, git's pager shows the text.

    Exit codes: 0 shown, whatever the verdicts; 2 invalid usage, 3 nothing to show,
    4 problem in the environment.

    \b
    Examples:
      attest show
      attest show v1.2.0
      attest show main..HEAD --unsure
      attest show --pull 12 --forge github:LOGIN
      attest show main..HEAD --web
    """
    from attest.cli.show_range import ShowOptions, run

    return run(
        ShowOptions(
            revisions,
            pull=pull,
            unsure=unsure,
            weak=weak,
            unasked=unasked,
            base=base,
            signers=signers,
            forges=forge,
            forge_cache=forge_cache,
            actor=actor,
            body=body,
            landed=landed,
            format=format_.value,
            outputs=output,
            web=web,
        )
    )
