"""`attest audit`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class EngineName(StrEnum):
    """What judges the shards."""

    LOCAL = "local"
    DASK = "dask"


def audit(
    projects: Annotated[
        Path | None,
        typer.Argument(
            metavar="LIST",
            show_default=False,
            help="File with the path of one local clone in each line; # begins a comment.",
        ),
    ] = None,
    org: Annotated[
        Path | None,
        typer.Option(
            "--org",
            metavar="FILE",
            help="TOML file with a [[project]] for each: name, path, and optionally branch and "
            "base. In place of LIST.",
        ),
    ] = None,
    landed: Annotated[
        bool,
        typer.Option(
            "--landed",
            help="Judge only projects whose unit is the pull request; others are an error. By "
            "default, each project is judged by its own unit.",
        ),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DATE",
            help="Judge what landed from this day on (YYYY-MM-DD, UTC). Default: everything, or "
            "what came after the project's base.",
        ),
    ] = None,
    engine: Annotated[
        EngineName,
        typer.Option(
            "--engine",
            help="local: worker processes on this machine. dask: Dask's workers, which needs "
            "git-attest[audit].",
        ),
    ] = EngineName.LOCAL,
    scheduler: Annotated[
        str,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            show_default=False,
            help="Running scheduler of Dask, such as tcp://HOST:8786. Default: a cluster on this "
            "machine, while the audit runs.",
        ),
    ] = "",
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", metavar="N", min=1, help="Workers. Default: the number of cores."),
    ] = None,
    shard: Annotated[
        int,
        typer.Option(
            "--shard", metavar="N", min=1, help="First-parent commits of a shard, at most."
        ),
    ] = 250,
    no_answers: Annotated[
        bool,
        typer.Option(
            "--no-answers", help="Check only signatures and coverage, for long histories."
        ),
    ] = False,
    records: Annotated[
        Path | None,
        typer.Option(
            "--records",
            metavar="FILE",
            help="Write a record for each shard, as JSON Lines. If the file has records of the "
            "same shards, they are not judged again.",
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write an overview for a browser."),
    ] = None,
) -> int:
    """Judge what landed in many clones, offline.

    Every clone is judged by the policy and the signers of its branch's tip, or of the
    base that --org names, as `attest check --audit` does. A project without a policy is
    reported as such. A clone that cannot be read is a row with an error, and does not
    stop the others. Nothing is cloned or fetched.

    The history is judged in shards by several workers. Shards of a worker that ends are
    judged by another one. With --records, an audit that was stopped goes on where it was.

    Exit codes: 0 passed, 1 findings, 2 invalid usage, 3 nothing to check,
    4 a clone could not be judged, or another problem in the environment.

    \b
    Examples:
      attest audit clones.txt
      attest audit clones.txt --since 2026-01-01 --html audit.html
      attest audit --org foundation.toml --records audit.jsonl --html audit.html
      attest audit clones.txt --no-answers --jobs 16
      attest audit clones.txt --engine dask --scheduler tcp://HOST:8786
    """
    from attest.cli.audit_clones import AuditCommand, run

    return run(
        AuditCommand(
            projects,
            org=org,
            landed=landed,
            since=since,
            engine=engine.value,
            scheduler=scheduler,
            jobs=jobs,
            size=shard,
            answers=not no_answers,
            records=records,
            html=html,
        )
    )
