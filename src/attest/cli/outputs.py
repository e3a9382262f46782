"""Writing a report in the formats that the command line names.

Without Typer, so that `attest check` can do without it (see `cli.main`). A format is loaded when
it is asked for: most checks need none but the text.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from attest.cli import reports
from attest.errors import EnvironmentFault, UsageError, remedy
from attest.report.findings import FirstSteps, Report, Verdict
from attest.report.links import NO_LINKS, Links
from attest.report.tally import Tally

if TYPE_CHECKING:
    from attest.verification.check import RunningReport

FormatName = Literal["text", "json", "jsonl", "markdown", "html", "github", "gitlab", "junit"]
FORMATS: tuple[FormatName, ...] = get_args(FormatName)

DETAILED: frozenset[FormatName] = frozenset(["html"])
"""Formats that show every hunk with its lines."""
LINKED: frozenset[FormatName] = frozenset(["html", "markdown"])
"""Formats with links into the forge."""


_PIECEWISE: frozenset[FormatName] = frozenset(["text", "json", "jsonl"])
"""Formats that are written verdict by verdict."""


class OutputFile(NamedTuple):
    """A file that a report is written into.

    Args:
        written: as on the command line, for errors.
    """

    format: FormatName
    path: Path
    written: str


def parse(options: Sequence[str] | None) -> tuple[OutputFile, ...]:
    """The files of `--output FORMAT=FILE`.

    Raises:
        UsageError: an option is not of that form, or names an unknown format.
    """
    files = []
    for option in options or ():
        name, equals, path = option.partition("=")
        chosen = next((one for one in FORMATS if one == name), None)
        if not equals or not path or chosen is None:
            raise UsageError(
                f"--output {option}: not a format and a file",
                f"For example: --output html=report.html. The formats: {', '.join(FORMATS)}.",
            )
        files.append(OutputFile(chosen, Path(path), option))
    _refuse_equal(files)
    return tuple(files)


def _refuse_equal(files: Sequence[OutputFile]) -> None:
    """Refuse two formats for one file, of which the second would replace the first. A device or
    a pipe takes both.

    Raises:
        UsageError: a file is named twice.
    """
    names: set[Path] = set()
    for file in files:
        path = file.path.absolute()
        if path in names and (path.is_file() or not path.exists()):
            raise UsageError(f"--output {file.written}: named twice", "Name another file.")
        names.add(path)


def needs_lines(name: FormatName, files: Sequence[OutputFile]) -> bool:
    """Whether a format shows every hunk with its lines."""
    return bool(DETAILED & {name, *(file.format for file in files)})


def has_links(name: FormatName, files: Sequence[OutputFile]) -> bool:
    """Whether a format links into the forge."""
    return bool(LINKED & {name, *(file.format for file in files)})


def is_piecewise(name: FormatName, files: Sequence[OutputFile]) -> bool:
    """Whether a report is written verdict by verdict."""
    return name in _PIECEWISE and not files


def write_piecewise(
    running: RunningReport,
    name: FormatName,
    *,
    first_steps: Callable[[], FirstSteps],
    quiet: bool = False,
) -> bool:
    """Write a report to standard output as it is made, in a format of `is_piecewise`.

    Args:
        first_steps: what a red check says to who has never heard of attest.
        quiet: as text, only what failed.

    Returns:
        Whether the range passes.

    Raises:
        OutputFault: standard output cannot be written to.
        AttestError: a verdict cannot be made.
    """
    if name == "text":
        from attest.report import text_format

        verdicts, write = _flushed(running.verdicts), reports.writer()
        try:
            return text_format.stream(
                running.head, verdicts, write, first_steps=first_steps, quiet=quiet
            ).ok
        finally:  # before standard error says why there are no more
            sys.stdout.flush()
    from attest.report import json_writing

    tally = Tally()
    render = json_writing.pieces if name == "json" else json_writing.lines
    for piece in render(running.head, tally.counted(running.verdicts)):
        reports.emit(piece)
    return tally.ok


_PAUSE = 0.02
"""Seconds of verdicts that are written out together: nobody reads faster."""


def _flushed(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """Some verdicts; what is written about them is out soon, or when the next one is there."""
    last = time.monotonic()
    for verdict in verdicts:
        yield verdict
        if time.monotonic() - last > _PAUSE:
            sys.stdout.flush()
            last = time.monotonic()


def write(
    report: Report,
    name: FormatName,
    files: Sequence[OutputFile],
    *,
    links: Links = NO_LINKS,
    quiet: bool = False,
    every: bool = False,
) -> None:
    """Write a report to standard output and into files.

    Args:
        name: the format of standard output.
        links: the project's pages at its forge.
        quiet: as text, only what failed.
        every: show every hunk in every format. Else `DETAILED` ones do, and what another has does
            not depend on whether one of them is written, too.

    Raises:
        OutputFault: standard output cannot be written to.
        EnvironmentFault: a file cannot be written. All others are written by then.
    """
    brief = report if every else report.asked_only()
    fault = _write_each(report, brief, files, links)
    shown = report if name in DETAILED else brief
    if name == "github":
        _to_runner(shown)
    elif name == "text":
        from attest.report import text_format

        text_format.render(shown, reports.writer(), quiet=quiet)
    else:
        reports.emit(_rendered(shown, name, links, quiet=quiet))
    if fault is not None:
        raise fault


def write_files(report: Report, files: Sequence[OutputFile], *, links: Links = NO_LINKS) -> None:
    """Write a report with every hunk into files; see `write`."""
    fault = _write_each(report, report, files, links)
    if fault is not None:
        raise fault


def _write_each(
    report: Report, brief: Report, files: Sequence[OutputFile], links: Links
) -> EnvironmentFault | None:
    """Write every file that can be written; why the first of the others cannot.

    Args:
        brief: for formats that are not `DETAILED`.
    """
    if not files:
        return None
    from attest.cli import report_file

    fault = None
    for file in files:
        shown = report if file.format in DETAILED else brief
        try:
            report_file.write(file.path, _rendered(shown, file.format, links, quiet=False).encode())
        except OSError as error:
            reason = f"--output {file.written}: {error.strerror or error}"
            fault = fault or EnvironmentFault(reason, remedy(error))
    return fault


def _rendered(report: Report, name: FormatName, links: Links, *, quiet: bool) -> str:
    if name == "json":
        from attest.report import json_writing

        return json_writing.render(report) + "\n"
    if name == "jsonl":
        from attest.report import json_writing

        return "".join(json_writing.lines(report, report.verdicts))
    if name == "markdown":
        from attest.report import markdown_format

        return markdown_format.render(report, links=links)
    if name == "html":
        from attest.report import html_format

        return html_format.render(report, links)
    if name == "gitlab":
        from attest.report import gitlab_format

        return gitlab_format.render(report) + "\n"
    if name == "junit":
        from attest.report import junit_format

        return junit_format.render(report)
    lines: list[str] = []
    if name == "github":
        from attest.report import github_format

        lines = [github_format.command(one) for one in github_format.find_annotations(report)]
    else:
        from attest.report import text_format

        text_format.render(report, lambda line, _style: lines.append(line), quiet=quiet)
    return "".join(f"{line}\n" for line in lines)


def _to_runner(report: Report) -> None:
    """Write the text, the annotations and the step's outputs for a job of GitHub or Forgejo."""
    from attest.report import github_format, text_format

    lines: list[str] = []
    github_format.render(
        report,
        lambda: text_format.render(report, lambda line, _style: lines.append(line)),
        lines.append,
        secrets.token_hex(20),
    )
    reports.emit("".join(f"{line}\n" for line in lines))
    name = os.environ.get("GITHUB_OUTPUT", "")
    if not name:
        return
    outputs = "".join(f"{key}={value}\n" for key, value in github_format.outputs(report).items())
    try:
        with Path(name).open("ab") as file:
            file.write(outputs.encode())
    except OSError as error:
        raise EnvironmentFault(
            f"{name} (GITHUB_OUTPUT): {error.strerror or error}", remedy(error)
        ) from None
