"""`attest check`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from attest.cli import rules

if TYPE_CHECKING:
    from attest.report.findings import Report


class Format(StrEnum):
    """How the report is written."""

    TEXT = "text"
    JSON = "json"


def check(
    wanted: Annotated[
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
    signers: rules.Signers = None,
    forge: rules.Forges = None,
    forge_cache: rules.Cache = None,
    actor: Annotated[
        str | None,
        typer.Option(
            "--actor",
            metavar="LOGIN",
            help="Login that CI reports, for the policy's exemptions. In CI, read from the event.",
        ),
    ] = None,
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
    format_: Annotated[Format, typer.Option("--format", help="Output format.")] = Format.TEXT,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only failures.")] = False,
) -> int:
    """Check every commit of a range, offline.

    Needs no secret and no model, and uses the network only for --forge. The policy and
    the signers (.attest.toml, .attest/) are read from the base commit, never from the
    commits being checked. In GitHub, GitLab and Forgejo pipelines, attest finds the range
    in their environment variables.

    A commit is attested at level `exact` (exactly the change that was answered for) or
    `hunks` (each of its hunks; this survives a rebase).

    Exit codes: 0 passed, 1 findings, 2 invalid usage, 3 nothing to check,
    4 problem in the environment.

    \b
    Examples:
      attest check
      attest check origin/main..HEAD
      attest check origin/main..HEAD --forge github:LOGIN
      attest check --base main HEAD --format json
      attest check v1.0..v2.0 --no-answers --audit
    """
    import os
    from dataclasses import replace
    from datetime import UTC, datetime
    from functools import cache

    from attest.console import say
    from attest.forge import ci_event
    from attest.git.repository import Repository
    from attest.verification import check as journey
    from attest.verification import ranges

    repository = Repository.find()
    now = datetime.now(UTC)
    look = cache(lambda base: ci_event.find(os.environ, base))
    with repository.isolated() as isolated:
        task = ranges.find(repository, isolated, wanted, base, look)
        if task.run is not None:
            say(task.run.why)
        for note in ranges.not_judged(repository, isolated, task):
            say(note)
        logins = rules.logins(forge, forge_cache, lambda: task.run or look(task.base), now)
        found = rules.read(isolated, task.base, signers, logins, audit=audit)
        named = actor or (task.run.actor if task.run else None) or ""
        found = replace(found, actor=named, answers=not no_answers)
        report = journey.check(repository, isolated, task.revisions, found, now)
    report = replace(report, start=task.start)
    return _write(report, format_, quiet=quiet)


def _write(report: Report, format_: Format, *, quiet: bool) -> int:
    from attest.cli.output import emit, writer

    if format_ is Format.JSON:
        from attest.report import json_format

        emit(json_format.render(report) + "\n")
    else:
        from attest.report import text_format

        text_format.render(report, writer(), quiet=quiet)
    return 0 if report.ok or report.advisory else 1
