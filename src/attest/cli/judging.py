"""Judging a range by the unit of the policy: for `attest check` and `attest show` alike, so that
neither can contradict the other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attest.attestation.block import MAX_MESSAGE
from attest.console import say
from attest.errors import UsageError
from attest.git.commit_list import Listing
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.project.rules import ProjectRules
from attest.verification import check
from attest.verification.check import RunningReport
from attest.verification.ranges import CheckTarget

if TYPE_CHECKING:
    from attest.forge.ci_event import Run
    from attest.verification.unit_check import PullRequest


def judge(
    repository: Repository,
    isolated: Isolated,
    task: CheckTarget,
    rules: ProjectRules,
    now: datetime,
    *,
    body: Path | None,
    landed: bool,
    keep: bool,
    jobs: int = 1,
    listing: Listing | None = None,
) -> RunningReport:
    """Judge a range by the unit of the policy.

    Args:
        body: a file with the description of the pull request, in place of what CI says.
        landed: the range is what pull requests left on a branch.
        keep: report every hunk, with its lines.
        jobs: processes that judge commits at the same time.
        listing: see `commit_list.begin_list`.

    Raises:
        UsageError: an option is for another unit.
        AttestError: see `check.begin`.
    """
    is_by_pull_request = rules.policy.unit == "pull-request"
    for name, is_set in (("--body", body), ("--landed", landed)):
        if is_set and not is_by_pull_request:
            raise UsageError(
                f'{name} is for projects whose policy says unit = "pull-request"',
                "Leave it out: each commit is checked by itself.",
            )
    by_walk = landed or (task.run is not None and task.run.is_landed)
    if by_walk and is_by_pull_request:
        from attest.verification.landed import check_landed

        if ".." not in task.revisions:
            raise UsageError(f"{task.revisions!r} is not a range", "Name one: --landed A..B")
        is_pending = task.run is not None and task.run.event == "merge_group"
        report = check_landed(
            repository, isolated, task.revisions, rules, now, keep=keep, is_pending=is_pending
        )
        return RunningReport.of(report)
    request = _pull_request(body, task.run) if is_by_pull_request else None
    return check.begin(
        repository,
        isolated,
        task.revisions,
        rules,
        now,
        ends=task.ends,
        listing=listing,
        keep=keep,
        pull_request=request,
        jobs=jobs,
    )


def _pull_request(body: Path | None, run: Run | None) -> PullRequest:
    """What is known of the pull request; its text is from the command line, else from CI.

    Raises:
        UsageError: the file cannot be read.
    """
    from attest.verification.unit_check import PullRequest

    opener = run.login if run and run.login else ""
    if body is None:
        text = run.description if run else None
        if run and run.is_cut:
            say("the forge cut the description, so it is not read; name it: --body FILE")
        return PullRequest((text or "").encode("utf-8", "replace"), opener)
    try:
        with body.open("rb") as file:
            return PullRequest(file.read(MAX_MESSAGE + 1), opener)
    except OSError as error:
        raise UsageError(
            f"the description {body} cannot be read: {error.strerror}",
            "Name a file with the text of the pull request.",
        ) from None
