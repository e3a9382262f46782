"""What `attest audit` does with its options. Without Typer; see `cli.main`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Literal

from attest.audit import projects
from attest.audit.engine import Engine
from attest.audit.projects import Project
from attest.audit.results import Results
from attest.audit.run import AuditOptions, audit
from attest.cli import report_file, reports
from attest.cli.audit_progress import Progress
from attest.console import say
from attest.errors import EnvironmentFault, UsageError, remedy
from attest.report import audit_text
from attest.report.audit_overview import Overview


@dataclass(frozen=True, slots=True)
class AuditCommand:
    """The command line of `attest audit`; see its help."""

    projects: Path | None = None
    org: Path | None = None
    landed: bool = False
    since: str | None = None
    engine: Literal["local", "dask"] = "local"
    scheduler: str = ""
    jobs: int | None = None
    size: int = 250
    answers: bool = True
    records: Path | None = None
    html: Path | None = None


def run(command: AuditCommand) -> int:
    """Audit clones, and write what was asked for; the exit code.

    Raises:
        AttestError: the command line or a file is wrong, or no worker can be started.
    """
    named = _projects(command)
    options = AuditOptions(
        now=datetime.now(UTC),
        since=_since(command.since),
        since_words=command.since or "",
        size=command.size,
        answers=command.answers,
        landed=command.landed,
    )
    try:
        with (
            Results(command.records) as results,
            _engine(command) as engine,
            Progress(sys.stderr) as progress,
        ):
            overview = audit(named, options, engine, results, progress)
    except KeyboardInterrupt:
        if command.records is not None:
            say(f"what is judged is in {command.records}; run the same command to go on")
        raise
    _write(overview, command.html)
    return overview.exit_code


def _projects(command: AuditCommand) -> Sequence[Project]:
    """The clones that the command line names.

    Raises:
        UsageError: it names no file, or two, or a mistake is in it.
    """
    if (command.projects is None) == (command.org is None):
        raise UsageError(
            "name one file with clones", "attest audit LIST, or attest audit --org FILE"
        )
    if command.scheduler and command.engine != "dask":
        raise UsageError("--scheduler is Dask's", "Add --engine dask.")
    if command.projects is not None:
        return projects.read_list(command.projects)
    assert command.org is not None
    return projects.read_toml(command.org)


def _since(words: str | None) -> int | None:
    """The beginning of a day in UTC, in seconds since 1970.

    Raises:
        UsageError: it is not a day.
    """
    if words is None:
        return None
    try:
        day = date.fromisoformat(words)
    except ValueError:
        raise UsageError(f"--since {words!r} is not a day", "For example: 2026-01-31") from None
    return int(datetime.combine(day, time(), UTC).timestamp())


def _engine(command: AuditCommand) -> Engine:
    """The engine that the command line names.

    Raises:
        EnvironmentFault: it is not installed.
    """
    jobs = command.jobs or os.cpu_count() or 1
    if command.engine == "dask":
        from attest.audit.dask_engine import DaskEngine

        return DaskEngine(jobs, command.scheduler)
    from attest.audit.local_engine import LocalEngine

    return LocalEngine(jobs)


def _write(overview: Overview, html: Path | None) -> None:
    """Write the overview to standard output, and as a page into a file.

    Raises:
        OutputFault: standard output cannot be written to.
        EnvironmentFault: the file cannot be written.
    """
    audit_text.render(overview, reports.writer())
    if html is None:
        return
    from attest.report import audit_html

    try:
        report_file.write(html, audit_html.render(overview).encode())
    except OSError as error:
        raise EnvironmentFault(f"--html {html}: {error.strerror or error}", remedy(error)) from None
