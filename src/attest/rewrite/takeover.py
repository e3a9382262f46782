"""Commits of one's own that somebody else has taken over, by the shape of the history.

Refs do not always show it: a local branch is behind, or the project is fetched by its
address (docs/adr/0010).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from attest.git.repository import Repository


@dataclass(frozen=True, slots=True)
class _Commit:
    """A commit, with the addresses of its author and committer in lower case."""

    parents: tuple[str, ...]
    author: str
    committer: str


def by_others(
    repository: Repository, oids: Sequence[str], tips: Sequence[str], author: str
) -> set[str]:
    """Those of some commits that somebody else has taken over.

    - What another person merged; what came in by a merge with other people's work on top
      of it, or committed by somebody else (a forge's squash): it lies off the first-parent
      line of the branch. (A merge of the project's branch into the topic, by whomever,
      leaves the topic on that line.)
    - On that line, what another person committed, and other people's work is on top of.

    Args:
        oids: the commits.
        tips: where their branches end.
        author: the address of whoever asks, in lower case.
    """
    commits = _commits(repository, oids)
    line = _first_parents(commits, tips)
    taken_oids: set[str] = set()
    oids_above: set[str] = set()
    for oid in reversed(_sort(commits)):  # children first: what is above is known by then
        commit = commits[oid]
        is_theirs = commit.author != author
        is_merge = len(commit.parents) > 1
        for parent in commit.parents:
            # A merge by another person is no work of theirs on top: "Update branch" makes one.
            if oid in oids_above or (is_theirs and not is_merge):
                oids_above.add(parent)
            foreign = parent in commits and commits[parent].committer != author
            if parent not in line and (is_theirs or oid in taken_oids or foreign):
                taken_oids.add(parent)
    applied = {oid for oid, commit in commits.items() if commit.committer != author}
    return taken_oids | (line & oids_above & applied)


def _commits(repository: Repository, oids: Sequence[str]) -> dict[str, _Commit]:
    """Parents, author and committer of commits."""
    args = ("rev-list", "--no-walk=unsorted", "--stdin", "--format=%P%x00%ae%x00%ce")
    out = repository.git(*args, stdin="\n".join(oids).encode()).decode("utf-8", "replace")
    commits = {}
    lines = out.split("\n")  # two for each commit: `commit ID`, and the format
    for header, line in zip(lines[::2], lines[1::2], strict=False):
        parents, author, committer = line.split("\0")
        oid = header.removeprefix("commit ")
        commits[oid] = _Commit(tuple(parents.split()), author.lower(), committer.lower())
    return commits


def _first_parents(commits: Mapping[str, _Commit], tips: Sequence[str]) -> set[str]:
    line: set[str] = set()
    for tip in tips:
        oid = tip
        while oid in commits and oid not in line:
            line.add(oid)
            oid = next(iter(commits[oid].parents), "")
    return line


def _sort(commits: Mapping[str, _Commit]) -> list[str]:
    """Parents before their children; without recursion, which a long history exhausts."""
    ordered: dict[str, None] = {}
    for start in commits:
        stack = [start]
        while stack:
            oid = stack[-1]
            open_parents = [p for p in commits[oid].parents if p in commits and p not in ordered]
            if oid in ordered or not open_parents:
                ordered[stack.pop()] = None
            else:
                stack += open_parents
    return list(ordered)
