"""What `attest check` does with its options. Without Typer; see `cli.main`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from attest.attestation.block import MAX_MESSAGE
from attest.cli import outputs, reports
from attest.cli.outputs import FormatName
from attest.console import say
from attest.errors import UsageError
from attest.forge import ci_event, web_page
from attest.forge.ci_event import Run
from attest.git import remotes
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.policy import bots
from attest.project import other_branches
from attest.project.rules import ProjectRules
from attest.system import workers
from attest.verification import check, landed, ranges
from attest.verification.check import RunningReport
from attest.verification.ranges import CheckTarget
from attest.verification.unit_check import PullRequest


class CheckOptions(NamedTuple):
    """The command line of `attest check`; see its help."""

    revisions: str | None = None
    base: str | None = None
    signers: Sequence[Path] | None = None
    forges: Sequence[str] | None = None
    forge_cache: Path | None = None
    actor: str | None = None
    answers: bool = True
    audit: bool = False
    body: Path | None = None
    landed: bool = False
    format: FormatName = "text"
    outputs: Sequence[str] | None = None
    quiet: bool = False
    jobs: int | None = None


def run(options: CheckOptions) -> int:
    """Check a range, and write the report; the exit code.

    Raises:
        AttestError: there is nothing to check, or it cannot be checked.
    """
    files = outputs.parse(options.outputs)
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
        base = task.base
        if base is not None:
            base = other_branches.rules_commit(repository, isolated, base, task.run)
        rules = reports.read_rules(isolated, base, options.signers, logins, audit=options.audit)
        actor = options.actor or (task.run.actor if task.run else None) or ""
        opened = task.run.opened if task.run else None
        account = None if options.actor else _account(task.run)
        rules = replace(rules, actor=actor, account=account, opened=opened, answers=options.answers)
        keep = outputs.needs_lines(options.format, files)
        running = _judge(repository, isolated, task, rules, now, options, keep=keep)
        running = replace(running, head=replace(running.head, start=task.start))
        url = web_page.of_project(os.environ, remotes.urls(repository) if keep else [])
        ok = outputs.write(running, options.format, files, forge_url=url, quiet=options.quiet)
    return 0 if ok or running.head.advisory else 1


def _account(run: Run | None) -> int:
    """The number of the actor's account at github.com; 0 where it is none there."""
    if run is None or run.forge != "github" or run.server != bots.SERVER:
        return 0
    return run.login_id or 0


def _judge(
    repository: Repository,
    isolated: Isolated,
    task: CheckTarget,
    rules: ProjectRules,
    now: datetime,
    options: CheckOptions,
    *,
    keep: bool,
) -> RunningReport:
    """Judge the range by the unit of the policy.

    Args:
        keep: report every hunk, with its lines.

    Raises:
        UsageError: an option is for another unit.
        AttestError: see `run`.
    """
    for name, is_set in (("--body", options.body), ("--landed", options.landed)):
        if is_set and rules.policy.unit != "pull-request":
            raise UsageError(
                f'{name} is for projects whose policy says unit = "pull-request"',
                "Leave it out: each commit is checked by itself.",
            )
    by_walk = options.landed or (task.run is not None and task.run.is_landed)
    if by_walk and rules.policy.unit == "pull-request":
        if ".." not in task.revisions:
            raise UsageError(f"{task.revisions!r} is not a range", "Name one: --landed A..B")
        is_pending = task.run is not None and task.run.event == "merge_group"
        report = landed.check_landed(
            repository, isolated, task.revisions, rules, now, keep=keep, is_pending=is_pending
        )
        return RunningReport.of(report)
    request = _pull_request(options, task.run)
    return check.begin(
        repository,
        isolated,
        task.revisions,
        rules,
        now,
        oid=task.oid,
        keep=keep,
        pull_request=request,
        jobs=options.jobs or workers.cores(),
    )


def _pull_request(options: CheckOptions, run: Run | None) -> PullRequest:
    """What is known of the pull request; its text is from the command line, else from CI.

    Raises:
        UsageError: the file cannot be read.
    """
    opener = run.login if run and run.login else ""
    if options.body is None:
        text = run.description if run else None
        if run and run.is_cut:
            say("the forge cut the description, so it is not read; name it: --body FILE")
        return PullRequest((text or "").encode("utf-8", "replace"), opener)
    try:
        with options.body.open("rb") as file:
            return PullRequest(file.read(MAX_MESSAGE + 1), opener)
    except OSError as error:
        raise UsageError(
            f"the description {options.body} cannot be read: {error}",
            "Name a file with the text of the pull request.",
        ) from None
