"""What `attest check` does with its options; see `check_start`."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING

from attest.cli import judging, outputs, reports
from attest.cli.check_words import CheckOptions
from attest.console import say
from attest.git import remotes
from attest.git.commit_list import Ends, Listing
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.policy import bots
from attest.project import other_branches
from attest.project.rules import ProjectRules
from attest.report.findings import FirstSteps
from attest.report.links import NO_LINKS, Links
from attest.system import workers
from attest.verification import ranges
from attest.verification.ranges import CheckTarget

if TYPE_CHECKING:
    from attest.forge.ci_event import Run


def check(
    options: CheckOptions,
    repository: Repository,
    isolated: Isolated,
    now: datetime,
    named: Ends | None,
    listing: Listing | None,
) -> int:
    """Check a range, and write the report; the exit code.

    Args:
        now: the present time.
        named, listing: the commits that the options name, and git's list of those of the range;
            None where they name none, or it needs no list.

    Raises:
        AttestError: there is nothing to check, or it cannot be checked.
    """
    files = outputs.parse(options.outputs)
    find_event = cache(_find_event)
    words = (options.revisions, options.base)
    task = ranges.find(repository, isolated, *words, find_event, named)
    _announce(repository, isolated, task, rules_named=options.base is not None)
    rules = _rules(repository, isolated, task, options, now, find_event)
    running = judging.judge(
        repository,
        isolated,
        task,
        rules,
        now,
        body=options.body,
        landed=options.landed,
        keep=outputs.needs_lines(options.format, files),
        jobs=options.jobs or workers.cores(),
        listing=listing,
    )
    running = running._replace(head=running.head._replace(start=task.start))
    if outputs.is_piecewise(options.format, files):
        ok = outputs.write_piecewise(
            running,
            options.format,
            first_steps=partial(_first_steps, rules),
            quiet=options.quiet,
        )
        return 0 if ok or running.head.advisory else 1
    report = running.whole()
    if not report.ok:
        report = report._replace(first_steps=_first_steps(rules))
    links = _links(repository, task) if outputs.has_links(options.format, files) else NO_LINKS
    outputs.write(report, options.format, files, links=links, quiet=options.quiet)
    return 0 if report.ok or report.advisory else 1


def _find_event(base: str | None) -> Run | None:
    """What CI says. Where a range is named, nobody asks."""
    from attest.forge import ci_event

    return ci_event.find(os.environ, base)


def _first_steps(rules: ProjectRules) -> FirstSteps:
    from attest.cli import first_steps

    return first_steps.find(os.environ, rules)


def _announce(
    repository: Repository, isolated: Isolated, task: CheckTarget, *, rules_named: bool
) -> None:
    """Say what is checked, and what of it is not or by other rules."""
    if task.run is not None:
        say(task.run.reason)
    for note in ranges.not_judged(isolated, task):
        say(note)
    if not rules_named:
        for note in ranges.other_rules(repository, isolated, task):
            say(note)


def _rules(
    repository: Repository,
    isolated: Isolated,
    task: CheckTarget,
    options: CheckOptions,
    now: datetime,
    find_event: Callable[[str | None], Run | None],
) -> ProjectRules:
    """The rules of the base, and what CI knows of who opened the pull request."""
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
    return replace(rules, actor=actor, account=account, opened=opened, answers=options.answers)


def _links(repository: Repository, task: CheckTarget) -> Links:
    """The project's pages at its forge."""
    from attest.forge import web_page

    number = task.run.number if task.run else None
    return web_page.find(os.environ, remotes.urls(repository), number)


def _account(run: Run | None) -> int:
    """The number of the actor's account at github.com; 0 where it is none there."""
    if run is None or run.forge != "github" or run.server != bots.SERVER:
        return 0
    return run.login_id or 0
