"""What `attest show` does with its options."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from attest.cli import judging, outputs, reports
from attest.cli.outputs import FormatName
from attest.console import say
from attest.errors import EnvironmentFault, GrammarsUnavailable, UsageError
from attest.forge import web_page
from attest.git import history, pager, process, remotes
from attest.git.commit_list import Ends
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.project import base_commit, other_branches
from attest.project.rules import ProjectRules
from attest.report import detail_format
from attest.report.answers import HunkReport
from attest.report.findings import DEFAULT_BRANCH, Report, Verdict
from attest.report.links import Links
from attest.state import atomic
from attest.verification import ranges
from attest.verification.ranges import CheckTarget


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """The command line of `attest show`; see its help."""

    revisions: str | None = None
    pull: int | None = None
    unsure: bool = False
    weak: bool = False
    unasked: bool = False
    base: str | None = None
    signers: Sequence[Path] | None = None
    forges: Sequence[str] | None = None
    forge_cache: Path | None = None
    actor: str | None = None
    body: Path | None = None
    landed: bool = False
    format: FormatName = "text"
    outputs: Sequence[str] | None = None
    web: bool = False

    @property
    def is_filter(self) -> bool:
        """Whether they want some hunks alone."""
        return self.unsure or self.weak or self.unasked

    def is_shown(self, hunk: HunkReport) -> bool:
        """Whether they want a hunk: what one of them names, or without any, each."""
        return not self.is_filter or (
            (self.unsure and bool(hunk.unsure))
            or (self.weak and hunk.is_weak)
            or (self.unasked and hunk.state == "unasked")
        )


def run(options: ShowOptions) -> int:
    """Show a commit or a range; the exit code.

    Raises:
        AttestError: there is nothing to show, or it cannot be shown.
    """
    files = outputs.parse(options.outputs)
    if options.pull is not None and options.revisions is not None:
        raise UsageError("--pull and a revision", "Name one of them.")
    repository = Repository.find()
    revisions = options.revisions or "HEAD"
    base = options.base
    if options.pull is not None:
        base = base or base_commit.revision(repository) or ""
        if not base:
            raise UsageError("this clone does not know the project's branch", "Name it: --base REF")
        revisions = f"{base}..{remotes.fetch_pull_request(repository, options.pull)}"
    named = repository.resolve(base) if base else base_commit.revision(repository)
    now = datetime.now(UTC)
    with repository.isolated() as isolated:
        logins = reports.logins(options.forges, options.forge_cache, lambda: None, now)
        if named is not None:
            named = other_branches.rules_commit(repository, isolated, named, None)
        rules = reports.read_rules(isolated, named, options.signers, logins)
        rules = replace(rules, actor=options.actor or "")
        name = options.base or next(iter(base_commit.names(repository)), DEFAULT_BRANCH)
        target = CheckTarget(revisions, named, base_name=revisions.rpartition("..")[0] or name)
        if rules.policy.unit == "pull-request":
            target = _whole(repository, isolated, target, is_named=options.revisions is not None)
        report, fault = _judge(repository, isolated, target, rules, now, options)
    title = detail_format.heading(report)
    verdicts = tuple(_filtered(report.verdicts, options))
    report = report._replace(verdicts=verdicts, start=target.start)
    links = web_page.find(os.environ, remotes.urls(repository), options.pull)
    if options.web:
        _open(repository, report, links)
    elif options.format == "text":
        outputs.write_files(report, files, links=links)
        _write_text(report, title, _note(report, options))
    else:
        outputs.write(report, options.format, files, links=links, every=True)
    if fault is not None:
        say(f"showing answers without their questions and unchecked: {fault.message}")
        say(fault.hint)
    return 0


def _whole(
    repository: Repository, isolated: Isolated, target: CheckTarget, *, is_named: bool
) -> CheckTarget:
    """The branch that HEAD is the newest commit of, where nobody named a revision and a branch is
    answered for at once. About one commit that somebody named, a note says what is left out.

    Raises:
        NothingToJudge: history is missing.
    """
    head = repository.resolve(target.revisions) if ".." not in target.revisions else ""
    if not head or target.base is None or history.contains(isolated, target.base, head):
        return target
    if not is_named:
        return target._replace(revisions=f"{target.base}..{head}")
    for note in ranges.not_judged(isolated, target._replace(ends=Ends("", head))):
        say(note)
    return target


def _judge(
    repository: Repository,
    isolated: Isolated,
    target: CheckTarget,
    rules: ProjectRules,
    now: datetime,
    options: ShowOptions,
) -> tuple[Report, GrammarsUnavailable | None]:
    """What `attest check` reports. Where the grammars are missing, it leaves out whether the right
    hunks were answered for; the fault then comes with it."""
    judge = partial(judging.judge, body=options.body, landed=options.landed, keep=True)
    try:
        return judge(repository, isolated, target, rules, now).whole(), None
    except GrammarsUnavailable as fault:
        partial_rules = replace(rules, chooses=False)
        return judge(repository, isolated, target, partial_rules, now).whole(), fault


def _filtered(verdicts: Sequence[Verdict], options: ShowOptions) -> Iterator[Verdict]:
    """The commits with what the options want. Where they want some hunks alone, a commit of a
    range without any is left out unless it failed (the result would be another one), and of the
    others, what is about the whole commit."""
    if not options.is_filter:
        yield from verdicts
        return
    for verdict in verdicts:
        hunks = tuple(hunk for hunk in verdict.hunks if options.is_shown(hunk))
        if hunks or verdict.outcome == "failed" or len(verdicts) == 1:
            yield verdict._replace(
                hunks=hunks,
                findings=tuple(one for one in verdict.findings if one.severity == "error"),
                unasked_hunks=verdict.unasked_hunks if options.unasked else None,
                disclosures=(),
            )


def _write_text(report: Report, title: str, note: str) -> None:
    """Write the text; on a terminal, in git's pager."""
    if sys.stdout.isatty():
        page = io.StringIO()
        detail_format.render(report, reports.writer(page), title, note)
        if pager.page(page.getvalue(), sys.__stdout__ or sys.stdout):
            return
    detail_format.render(report, reports.writer(), title, note)


def _note(report: Report, options: ShowOptions) -> str:
    """That keys which a forge publishes were not considered, where one of them may be needed."""
    codes = {finding.code for verdict in report.verdicts for finding in verdict.findings}
    is_needed = not options.forges and "signer-unknown" in codes
    return "keys published by a forge were not considered: add --forge" if is_needed else ""


def _open(repository: Repository, report: Report, links: Links) -> None:
    """Open the report in the browser that git uses (git-web--browse(1)). It lies in the git
    directory, where the next one replaces it: a browser may read it again at any time."""
    from attest.report import html_format

    path = repository.git_dir / "attest" / "report.html"
    path.parent.mkdir(exist_ok=True)
    atomic.replace(path, html_format.render(report, links).encode())
    say(f"report: {path}")
    try:
        process.run(["web--browse", str(path)])
    except process.GitError as fault:
        raise EnvironmentFault(
            f"no browser could be started: {fault.message}",
            f"Open {path}, or name a browser: git config web.browser NAME",
        ) from None
