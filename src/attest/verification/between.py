"""What the commits of a unit do and its net difference does not show (docs/format.md, "What the
difference does not show")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from attest import text
from attest.git.isolated import Isolated
from attest.policy import disclosure, sign_off
from attest.report.findings import MAX_LISTED, Finding
from attest.verification import exemptions, merges, requirements
from attest.verification.task import CommitTask
from attest.verification.units import UnitTask

_LANDS = "If the commits land by a merge or a rebase, that state becomes part of the history."


def exempt_reason(isolated: Isolated, task: UnitTask, now: datetime) -> str | None:
    """Why the policy exempts a unit; None where it does not. It must spare each commit that would
    need an attestation.

    Args:
        now: see `exemptions.reason`.

    Raises:
        NothingToJudge, EnvironmentFault: see `exemptions.reason`.
    """
    reason = None
    for one in task.commits:
        if one.needed:
            reason = exemptions.reason(isolated, one, now)
            if reason is None:
                return None
    return reason


def findings(task: UnitTask) -> list[Finding]:
    """Findings about the commits of a unit, each as severe as the policy says."""
    every = [*decisions(task), *_transient(task), *_of_each(task), *_changed_rules(task)]
    return task.adjusted(every)


def of_exempt(isolated: Isolated, task: UnitTask, now: datetime) -> list[Finding]:
    """Those that an exempt unit has, too: about changes of the rules, and about commits that are
    not exempt themselves, since they need no attestation.

    Args, Raises: see `exempt_reason`.
    """
    others = [
        one
        for one in task.commits
        if not one.needed and exemptions.reason(isolated, one, now) is None
    ]
    rest = _of_each(replace(task, commits=tuple(others)))
    return task.adjusted([*rest, *_changed_rules(task)])


def _of_each(task: UnitTask) -> Iterator[Finding]:
    """What the policy says of each commit by itself."""
    yield from _refused(task)
    yield from _undisclosed(task)
    yield from _without_sign_off(task)


def _changed_rules(task: UnitTask) -> Iterator[Finding]:
    paths = dict.fromkeys(path for one in task.commits for path in one.paths)
    return requirements.find_changed_rules(paths, "branch")


def decisions(task: UnitTask) -> list[Finding]:
    """Findings about merges that decide something which nobody may see: a merge that brings in
    commits which the base does not have, and differs from git's own; or one that changes what
    git merges without a conflict, whichever parent comes first."""
    ids = {one.oid for one in task.commits}
    return [
        Finding(
            "merge-decides",
            f"the merge {one.oid[:10]} differs from what git makes of its parents, and may drop "
            "what one of them changes",
            "A maintainer compares it with both parents. Or merge again, and resolve only "
            "conflicts.",
        )
        for one in task.commits
        if len(one.commit.parents) > 1 and _decides(one, ids)
    ][:MAX_LISTED]


def _decides(one: CommitTask, ids: set[str]) -> bool:
    if not one.is_merged:  # its change is all that it brings in; `hidden_findings` compares it
        return bool(one.hidden_findings)
    brings_in = any(parent in ids for parent in one.commit.parents[1:])
    if brings_in and (one.change or one.hidden_findings):
        return True
    conflicts = one.change.conflicts
    return any(file.path not in conflicts for file in one.change.files)


def _refused(task: UnitTask) -> Iterator[Finding]:
    for one in task.commits:
        for finding in merges.find_refused(one.commit, task.rules, needed=one.needed):
            yield _of_commit(finding, one.oid)


def _transient(task: UnitTask) -> Iterator[Finding]:
    for path, oid in islice(task.transient.items(), MAX_LISTED):
        yield Finding(
            "transient-path",
            f"{oid[:10]} changes this path, and the whole difference does not",
            f"{_LANDS} Combine the commits (git rebase -i), or merge by squash.",
            path=text.showable(path),
        )
    more = len(task.transient) - MAX_LISTED
    if more > 0:
        yield Finding("transient-path", f"{more} more paths are like that", _LANDS)


def _undisclosed(task: UnitTask) -> Iterator[Finding]:
    """Findings about what the messages say about assistance, and about none of them saying what
    the policy requires: contributors answer for the branch once, and write it once."""
    rules = task.rules
    if not rules.answers or not rules.policy.discloses:
        return
    missing: list[Finding] = []
    for one in task.commits:
        needed = one.needed
        for finding in requirements.find_undisclosed(one.commit.message, rules, needed=needed):
            if finding.code == "disclosure-missing":
                missing.append(finding)
            else:
                yield _of_commit(finding, one.oid)
    rule = rules.policy.disclosure
    if missing and not any(disclosure.is_stated(one.commit.message, rule) for one in task.commits):
        yield missing[0]._replace(message="no commit discloses AI assistance")


def _without_sign_off(task: UnitTask) -> Iterator[Finding]:
    """Findings about commits that their authors did not sign off; an empty one, and a merge
    without changes of its own, has nothing to certify."""
    if not task.rules.answers or task.rules.policy.sign_off != "required":
        return
    for one in task.commits:
        if one.change:
            for finding in sign_off.judge(one.commit.message, one.commit.author_email):
                yield _of_commit(finding, one.oid)


def _of_commit(finding: Finding, oid: str) -> Finding:
    return finding._replace(message=f"commit {oid[:10]}: {finding.message}")
