"""`attest check`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attest.cli import common

if TYPE_CHECKING:
    from attest.report.findings import Report


class Format(StrEnum):
    """How the report is written."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """The options of `attest check` that decide about its verdicts, under their names."""

    revisions: str | None
    base: str | None
    signers: list[Path] | None
    forge: list[str] | None
    forge_cache: Path | None
    actor: str | None
    no_answers: bool
    audit: bool


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
    signers: common.Signers = None,
    forge: common.Forges = None,
    forge_cache: common.Cache = None,
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
    options = _Options(
        revisions=revisions,
        base=base,
        signers=signers,
        forge=forge,
        forge_cache=forge_cache,
        actor=actor,
        no_answers=no_answers,
        audit=audit,
    )
    return _write(_report(options), format_, quiet=quiet)


def _report(options: _Options) -> Report:
    """Check the commits that the options, or the variables of CI, name."""
    import os
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
        task = ranges.find(repository, isolated, options.revisions, options.base, look)
        if task.run is not None:
            say(task.run.why)
        for note in ranges.left_out(repository, isolated, task):
            say(note)
        for note in ranges.other_rules(repository, isolated, task) if options.base is None else ():
            say(note)
        logins = common.logins(
            options.forge, options.forge_cache, lambda: task.run or look(task.base), now
        )
        rules = common.read_rules(isolated, task.base, options.signers, logins, audit=options.audit)
        actor = options.actor or (task.run.actor if task.run else None) or ""
        rules = replace(rules, actor=actor, answers=not options.no_answers)
        report = journey.check(repository, isolated, task.wanted, rules, now)
    return replace(report, start=task.start)


def _write(report: Report, format_: Format, *, quiet: bool) -> int:
    if format_ is Format.JSON:
        from attest.report import json_format

        common.emit(json_format.render(report) + "\n")
    else:
        from attest.report import text_format

        text_format.render(report, common.writer(), quiet=quiet)
    return 0 if report.ok or report.advisory else 1
