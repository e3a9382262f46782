"""The commits of a unit, in words."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from attest.report.findings import MAX_LISTED, Report, UnitCommit, Verdict
from attest.text import showable


def describe(verdict: Verdict) -> str:
    """What a verdict is about, in words; empty for one commit."""
    count = len(verdict.commits) - (verdict.unit == "merge")
    commits = "1 commit" if count == 1 else f"{count} commits"
    return {
        "branch": f"the whole branch of {commits}",
        "merge": f"a merge of {commits}",
        "rebase": f"{commits}, landed by a rebase",
    }.get(verdict.unit, "")


def count(number: int, units: AbstractSet[str]) -> str:
    """A number of verdicts, in words. A unit of several commits is no commit.

    Args:
        units: those of the whole report.
    """
    noun = "commit" if units <= {"commit"} else "change"
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"


def count_all(report: Report) -> str:
    """What a report is about, in words; of one unit of several commits, which."""
    only = describe(report.verdicts[0]) if len(report.verdicts) == 1 else ""
    return only or count(len(report.verdicts), report.units)


def list_commits(verdict: Verdict) -> list[str]:
    """A line for each commit. The attester answers for all of them, so others are named: authors,
    and who landed the commits."""
    attester = _address(verdict.attester or "")
    lines = [_line(one, attester) for one in verdict.commits[:MAX_LISTED]]
    more = len(verdict.commits) - MAX_LISTED
    return [*lines, f"… and {more} more commits"] if more > 0 else lines


def name_people(verdict: Verdict) -> str:
    """Who wrote a commit, if not the attester, and who landed it; empty where nobody is left."""
    attester = _address(verdict.attester or "")
    return ", ".join(part for one in verdict.commits[:1] for part in _people(one, attester))


def short(subject: str) -> str:
    """A subject, escaped for a terminal, of 56 characters at most: with the outcome and the id,
    a line of 80."""
    shown = showable(subject)
    return f"{shown[:55]}…" if len(shown) > 56 else shown


def _line(commit: UnitCommit, attester: str) -> str:
    words = f"commit {commit.oid[:10]}  {short(commit.subject)}"
    return ", ".join([words, *_people(commit, attester)])


def _people(commit: UnitCommit, attester: str) -> list[str]:
    people = []
    if _address(commit.author) != attester:
        people.append(f"by {showable(commit.author)}")
    if commit.committer != commit.author:
        people.append(f"committed by {showable(commit.committer)}")
    return people


def _address(person: str) -> str:
    return person.rpartition("<")[2]
