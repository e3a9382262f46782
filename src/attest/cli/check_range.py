"""What `attest check` does with its options. Without Typer; see `cli.main`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from attest.cli import reports
from attest.console import say
from attest.forge import ci_event
from attest.git.repository import Repository
from attest.report.findings import Report
from attest.verification import check, ranges

FormatName = Literal["text", "json"]


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """The command line of `attest check`; see its help."""

    revisions: str | None = None
    base: str | None = None
    signers: Sequence[Path] | None = None
    forges: Sequence[str] | None = None
    forge_cache: Path | None = None
    actor: str | None = None
    answers: bool = True
    audit: bool = False
    format: FormatName = "text"
    quiet: bool = False


def run(options: CheckOptions) -> int:
    """Check a range, and write the report; the exit code.

    Raises:
        AttestError: there is nothing to check, or it cannot be checked.
    """
    repository = Repository.find()
    now = datetime.now(UTC)
    find_event = cache(lambda base: ci_event.find(os.environ, base))
    with repository.isolated() as isolated:
        task = ranges.find(repository, isolated, options.revisions, options.base, find_event)
        if task.run is not None:
            say(task.run.reason)
        for note in ranges.not_judged(repository, isolated, task):
            say(note)
        if options.base is None:
            for note in ranges.other_rules(repository, isolated, task):
                say(note)
        logins = reports.logins(
            options.forges, options.forge_cache, lambda: task.run or find_event(task.base), now
        )
        rules = reports.read_rules(
            isolated, task.base, options.signers, logins, audit=options.audit
        )
        actor = options.actor or (task.run.actor if task.run else None) or ""
        rules = replace(rules, actor=actor, answers=options.answers)
        report = check.check(repository, isolated, task.revisions, rules, now, oid=task.oid)
    report = replace(report, start=task.start)
    _write(report, options)
    return 0 if report.ok or report.advisory else 1


def _write(report: Report, options: CheckOptions) -> None:
    """Write the report. A format for programs writes bytes (`reports.emit`); one for people
    gets a function that writes a line in a style."""
    if options.format == "json":
        from attest.report import json_format

        reports.emit(json_format.render(report) + "\n")
    else:
        from attest.report import text_format

        text_format.render(report, reports.writer(), quiet=options.quiet)
