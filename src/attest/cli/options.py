"""Options that several commands have."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Signers = Annotated[
    list[Path] | None,
    typer.Option(
        "--signers",
        metavar="FILE",
        help="Additional known keys, in OpenSSH's allowed_signers format. Can be repeated.",
    ),
]
Forges = Annotated[
    list[str] | None,
    typer.Option(
        "--forge",
        metavar="KIND[:LOGIN][@URL]",
        help="Accept the keys that a forge publishes for a login: github:LOGIN, "
        "gitlab:LOGIN, forgejo:LOGIN@URL, codeberg:LOGIN. In CI, KIND alone takes the login "
        "from the event.",
    ),
]
Cache = Annotated[
    Path | None,
    typer.Option(
        "--forge-cache",
        metavar="DIR",
        envvar="ATTEST_FORGE_CACHE",
        help="Cache fetched keys in DIR for 15 minutes.",
    ),
]


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"
    JSON_LINES = "jsonl"
    MARKDOWN = "markdown"
    HTML = "html"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"


ReportFormat = Annotated[
    Format, typer.Option("--format", help="Format of the report on standard output.")
]
ReportFiles = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        metavar="FORMAT=FILE",
        help="Write the report into a file, too. Can be repeated.",
    ),
]
Actor = Annotated[
    str | None,
    typer.Option(
        "--actor",
        metavar="LOGIN",
        help="Login that CI reports, for the policy's exemptions. A check in CI reads it from the "
        "event.",
    ),
]
Description = Annotated[
    Path | None,
    typer.Option(
        "--body",
        metavar="FILE",
        help="The pull request's description, which may have its attestation. A check "
        "in CI reads it from the event.",
    ),
]
Landed = Annotated[
    bool,
    typer.Option(
        "--landed",
        help="RANGE is of a branch that pull requests were merged into: check what each of them "
        "brought. For pushes and merge queues, this is the default.",
    ),
]
Template = Annotated[
    bool,
    typer.Option(
        "--template", help="Print the questions as a TOML file to fill in. Signs nothing."
    ),
]
TemplateFile = Annotated[
    str | None,
    typer.Option(
        "--output",
        metavar="FILE",
        help="Write the template to FILE; - is stdout. Never overwrites answers.",
    ),
]
AnswersFile = Annotated[
    str | None,
    typer.Option("--answers", metavar="FILE", help="Read the answers from FILE; - is stdin."),
]
InEditor = Annotated[bool, typer.Option("--editor", help="Answer all questions in git's editor.")]
Branch = Annotated[
    str,
    typer.Argument(
        metavar="RANGE",
        show_default=False,
        help="The branch: BASE..TIP, or its newest commit. Default: HEAD, against the "
        "project's branch.",
    ),
]
