"""`attest check`."""

from __future__ import annotations

from typing import Annotated

import typer

from attest.cli import options


def check(
    revisions: Annotated[
        str | None,
        typer.Argument(
            metavar="RANGE",
            show_default=False,
            help="A..B, or a single commit.",
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="REF",
            help="Commit whose policy and signers apply. Without RANGE, checks REF..HEAD.",
        ),
    ] = None,
    signers: options.Signers = None,
    forge: options.Forges = None,
    forge_cache: options.Cache = None,
    actor: options.Actor = None,
    no_answers: Annotated[
        bool,
        typer.Option(
            "--no-answers", help="Check only signatures and coverage, for long histories."
        ),
    ] = False,
    audit: Annotated[
        bool,
        typer.Option(
            "--audit",
            help="Accept keys that were valid at the time a block claims, for merged history.",
        ),
    ] = False,
    body: options.Description = None,
    landed: options.Landed = False,
    format_: options.ReportFormat = options.Format.TEXT,
    output: options.ReportFiles = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only failures.")] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            metavar="N",
            min=1,
            show_default=False,
            help="Processes that judge commits at the same time; by default one for each core. "
            "With answers, so many read code, and half as many judge. For few commits it is one, "
            "and with --forge one judges.",
        ),
    ] = None,
) -> int:
    """Check every commit of a range, offline.

    Needs no secret and no model, and uses the network only for --forge. The policy and
    the signers (.attest.toml, .attest/) are read from the base commit, never from the
    commits being checked. In GitHub, GitLab and Forgejo pipelines, attest finds the range
    in their environment variables.

    A commit is attested at level `exact` (exactly the change that was answered for) or
    `hunks` (each of its hunks; this survives a rebase). If the policy says
    unit = "pull-request", the range is one branch, and one attestation covers its
    whole difference.

    Exit codes: 0 passed, 1 findings, 2 invalid usage, 3 nothing to check,
    4 problem in the environment.

    \b
    Examples:
      attest check
      attest check origin/main..HEAD
      attest check origin/main..HEAD --forge github:LOGIN
      attest check --base main HEAD --format json
      attest check --format github --output markdown="$GITHUB_STEP_SUMMARY"
      attest check v1.0..v2.0 --no-answers --audit
      attest check --landed v1.0..main
    """
    if not no_answers:
        from attest.analysis.syntax import parsing

        parsing.begin()  # it gets ready while this process loads the rest
    from attest.cli.check_start import run
    from attest.cli.check_words import CheckOptions

    return run(
        CheckOptions(
            revisions,
            base=base,
            signers=signers,
            forges=forge,
            forge_cache=forge_cache,
            actor=actor,
            answers=not no_answers,
            audit=audit,
            body=body,
            landed=landed,
            format=format_.value,
            outputs=output,
            quiet=quiet,
            jobs=jobs,
        )
    )
