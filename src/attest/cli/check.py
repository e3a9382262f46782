"""`attest check`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


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
            help="A..B, or one revision for that commit alone.",
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base", metavar="REF", help="Without RANGE: check REF..HEAD, not the upstream's."
        ),
    ] = None,
    signers: Annotated[
        list[Path] | None,
        typer.Option(
            "--signers",
            metavar="FILE",
            help="Known keys, in OpenSSH's allowed_signers format; others fail. May be repeated.",
        ),
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="How to write the report.")
    ] = Format.TEXT,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Write only what failed.")] = False,
) -> int:
    """Judge every commit of a range, offline.

    It needs no secret, no network and no model.

    A commit is attested at level `exact` (the very change), or `hunks` (every
    hunk; this survives a rebase). Exit codes: 0 all hold, 1 findings, 2 usage,
    3 nothing to judge, 4 environment.

    \b
    Examples:
      attest check
      attest check origin/main..HEAD --signers .github/allowed_signers
      attest check HEAD --format json
    """
    from datetime import UTC, datetime

    from attest import check as journey
    from attest.cli.output import emit, writer
    from attest.git.repository import Repository
    from attest.trust import standing

    repository = Repository.find()
    known = standing.load(signers) if signers else None
    if base is not None:
        repository.resolve(base)
    wanted = wanted or f"{base or repository.default_base()}..HEAD"
    with repository.isolated() as isolated:
        report = journey.check(repository, isolated, wanted, known, datetime.now(UTC))
    if format_ is Format.JSON:
        from attest.formats import json

        emit(json.render(report) + "\n")
    else:
        from attest.formats import text

        text.render(report, writer(), quiet=quiet)
    return 0 if report.ok else 1
