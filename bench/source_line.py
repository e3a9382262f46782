"""Which commits a history for benchmarks has: a plan, made from a repository's first-parent
line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from object_pack import git

MOST_BRANCH = 50
"""Commits of a branch; a longer one lands as one commit."""


@dataclass(frozen=True, slots=True)
class SourceCommit:
    oid: str
    tree: str
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedCommit:
    """A commit to make.

    Args:
        source: whose tree and message it gets.
        parents: places in the plan; 0 is the base.
        trees: the two trees of the change that its block is for; None where it has no block.
        branch_commits: of a block for a branch: how many commits that has.
    """

    source: SourceCommit
    parents: tuple[int, ...]
    trees: tuple[str, str] | None
    branch_commits: int | None = None


def read(source: Path, until: str) -> dict[str, SourceCommit]:
    """All commits that lead to one, by id."""
    out = git(source, "rev-list", "--no-commit-header", "--format=%H%x00%T%x00%P", until)
    rows = (row.split("\0") for row in out.decode("ascii").splitlines())
    return {oid: SourceCommit(oid, tree, tuple(parents.split())) for oid, tree, parents in rows}


def first_parents(commits: dict[str, SourceCommit], tip: str) -> list[SourceCommit]:
    """The line, oldest first, without commits that change nothing."""
    line: list[SourceCommit] = []
    oid: str | None = tip
    while oid is not None:
        commit = commits[oid]
        oid = commit.parents[0] if commit.parents else None
        if oid is None or commits[oid].tree != commit.tree:
            line.append(commit)
    return line[::-1]


def plan(line: Sequence[SourceCommit], count: int) -> list[PlannedCommit]:
    """The base and *count* commits, one on top of the other: the newest of the line. A line that
    is too short is walked back and forth; going back, each change is taken back."""
    cut = line[-count - 1 :]
    walk = [*range(len(cut)), *range(len(cut) - 2, 0, -1)]
    commits = [cut[walk[place % len(walk)]] for place in range(count + 1)]
    planned = [PlannedCommit(commits[0], (), None)]
    for place, commit in enumerate(commits[1:], 1):
        trees = (commits[place - 1].tree, commit.tree)
        planned.append(PlannedCommit(commit, (place - 1,), trees))
    return planned


def plan_landed(
    source: Path, commits: dict[str, SourceCommit], line: Sequence[SourceCommit], count: int
) -> list[PlannedCommit]:
    """The base and what *count* steps of the line landed. Merges stay merges: of their branch, if
    that is a plain row of commits that began on this part of the line, and git merges it without
    a conflict or a decision; else of one commit, made from all that the merge brought in."""
    cut = line[-count - 1 :]
    decided = _decided(source, cut[0].oid, cut[-1].oid)
    planned = [PlannedCommit(cut[0], (), None)]
    places = {cut[0].oid: 0}
    landed: set[str] = set()
    for before, commit in pairwise(cut):
        head = places[before.oid]
        follows = commit.parents[:1] == (before.oid,) and commit.oid not in decided
        branch = _branch(commits, commit, places) if follows else []
        if branch and not landed.intersection(branch):
            landed.update(branch)
            planned += _branch_commits(commits, branch, places, len(planned))
        else:
            number = 1 if len(commit.parents) > 1 else None
            planned.append(PlannedCommit(commit, (head,), (before.tree, commit.tree), number))
        if len(commit.parents) > 1:
            planned.append(PlannedCommit(commit, (head, len(planned) - 1), None))
        places[commit.oid] = len(planned) - 1
    return planned


def _decided(source: Path, base: str, tip: str) -> set[str]:
    """The merges of a line that differ from what git makes of their parents."""
    args = ("--merges", "--first-parent", "--remerge-diff", "--name-only", "--format=%x00%H")
    out = git(source, "log", *args, f"{base}..{tip}").decode("utf-8", "replace")
    entries = (entry.split("\n") for entry in out.split("\0")[1:])
    return {oid for oid, *names in entries if any(names)}


def _branch(
    commits: dict[str, SourceCommit], merge: SourceCommit, places: dict[str, int]
) -> list[str]:
    """The commits that a merge brought in, oldest first; none where they are no plain row."""
    if len(merge.parents) != 2:
        return []
    row: list[str] = []
    oid = merge.parents[1]
    while oid not in places:
        parents = commits[oid].parents
        if len(parents) != 1 or len(row) == MOST_BRANCH:
            return []
        row.append(oid)
        oid = parents[0]
    return row[::-1] if row and commits[row[0]].tree != commits[oid].tree else []


def _branch_commits(
    commits: dict[str, SourceCommit], row: Sequence[str], places: dict[str, int], at: int
) -> Iterator[PlannedCommit]:
    """The commits of a branch, the block for all of it in the newest one.

    Args:
        at: the place in the plan of the first of them.
    """
    fork = commits[row[0]].parents[0]
    for number, oid in enumerate(row):
        parent = at + number - 1 if number else places[fork]
        if oid == row[-1]:
            trees = (commits[fork].tree, commits[oid].tree)
            yield PlannedCommit(commits[oid], (parent,), trees, len(row))
        else:
            yield PlannedCommit(commits[oid], (parent,), None)


def message_of(raw: bytes) -> bytes:
    """The message of a commit object, as UTF-8, with one newline at its end."""
    head, _, message = raw.partition(b"\n\n")
    encodings = [line[9:].decode() for line in head.split(b"\n") if line.startswith(b"encoding ")]
    try:
        text = message.decode(encodings[0] if encodings else "utf-8")
    except (LookupError, UnicodeDecodeError):
        text = message.decode("latin-1")
    return text.replace("\0", " ").strip().encode() + b"\n"
