"""Whether problems fail a check, or are only reported: `mode` and `enforce-from`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from attest.errors import EnvironmentFault
from attest.git import commit_object, history
from attest.git.isolated import Isolated
from attest.policy.model import FILE
from attest.project.rules import ProjectRules


def reprieve(isolated: Isolated, rules: ProjectRules, head: str, now: datetime) -> str:
    """Why problems are only reported, in words; empty where they fail the check.

    Args:
        rules: those of the base.
        head: the newest commit that is judged.
        now: the present, in UTC.

    Raises:
        EnvironmentFault: `enforce-from` names a commit that is not in the base's history.
        NothingToJudge: history is missing.
    """
    start = rules.policy.enforce_from
    if rules.policy.advises(now):
        until = rules.policy.advisory_until
        return "advisory mode" if until is None else f"advisory mode until {until}"
    if isinstance(start, str):
        return _before_commit(isolated, rules, start, head)
    return "" if start is None else _before_day(rules, start)


def _before_day(rules: ProjectRules, start: date) -> str:
    """The forge's clock decides. The dates of commits are claims of their authors, so where
    CI does not say when a pull request was opened, everything is enforced."""
    begins = datetime.combine(start, time(), UTC)
    if rules.opened is None or rules.opened >= begins:
        return ""
    return f"the pull request was opened before {start} (enforce-from)"


def _before_commit(isolated: Isolated, rules: ProjectRules, start: str, head: str) -> str:
    """A branch is older if it does not contain the commit. Whoever begins a branch chooses
    what it contains, so a pull request that was opened after the commit was made is never older."""
    assert rules.oid is not None, "built-in rules have no enforce-from"
    if not history.contains(isolated, rules.oid, start):
        raise EnvironmentFault(
            f"{rules.oid[:10]}:{FILE}: enforce-from: {start} is not in the history of the base",
            "Name a commit of the base's branch by its full id.",
        )
    if history.contains(isolated, head, start):
        return ""
    made = commit_object.committer_time(isolated.commit(start))
    if rules.opened is not None and rules.opened.timestamp() >= made:
        return ""
    return f"the branch does not contain {start[:10]} (enforce-from)"
