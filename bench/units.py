"""How much is asked about real branches, commit by commit and at once.

    python bench/units.py CLONE... [--count 4]

For the newest merges of each clone's first-parent line that GitHub's button made, and that brought
in two commits or more, it prints what the built-in rules ask about: each commit of M^1..M^2 by
itself (`unit = "commit"`), and the whole difference (`unit = "pull-request"`). Those with several
merge bases are left out, as the check refuses them. So are branches of one commit, where both are
the same; their number is printed. Nothing is fetched. The figures of docs/merging.md are from here.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from questions import git_dir, opened

from attest.errors import AttestError
from attest.git import branches, commit_object, merge
from attest.git.diff import Change
from attest.git.isolated import Isolated
from attest.project.rules import ProjectRules


@dataclass(frozen=True)
class Asked:
    """How many hunks somebody is asked about, and how many questions that makes."""

    hunks: int = 0
    questions: int = 0

    def __add__(self, other: Asked) -> Asked:
        return Asked(self.hunks + other.hunks, self.questions + other.questions)


@dataclass(frozen=True)
class BranchCount:
    """A branch that was merged, and what is asked about it in either unit."""

    merge: str
    commits: int
    asking_commits: int
    per_commit: Asked
    at_once: Asked


def asked(rules: ProjectRules, change: Change) -> Asked:
    chosen = rules.chooser.choose(change)
    texts = [one.texts for one in chosen]
    count = sum(bool(q) for t in texts for q in (t.invariant, t.breaks, t.third))
    return Asked(len(chosen), count)


def change_of(isolated: Isolated, oid: str) -> Change:
    commit = commit_object.parse(isolated.commit(oid), oid)
    old = merge.base_tree(isolated, commit.parents, commit.tree)
    return isolated.change(old, commit.tree, keep=True)


def merges(folder: Path) -> list[list[str]]:
    """The merges by GitHub's button of the first-parent line, newest first, with their parents."""
    command = ["git", "--git-dir", str(folder), "rev-list", "--first-parent", "--merges"]
    words = [*command, "--grep=^Merge pull request #", "--parents", "HEAD"]
    rows = subprocess.run(words, check=True, capture_output=True, text=True)
    return [row.split() for row in rows.stdout.splitlines() if row.count(" ") == 2]


def measure(isolated: Isolated, rules: ProjectRules, oid: str, base: str, tip: str) -> BranchCount:
    branch = branches.read(isolated, base, tip)
    parts = [asked(rules, change_of(isolated, one)) for one in branch.own_commits]
    whole = asked(rules, branches.change(isolated, branch, keep=True))
    asking_commits = sum(bool(part.hunks) for part in parts)
    return BranchCount(
        oid, len(branch.own_commits), asking_commits, sum(parts, start=Asked()), whole
    )


def rows(clone: Path, count: int) -> Iterator[BranchCount]:
    """The newest branches of a clone that fit."""
    singles = 0
    with ExitStack() as stack:
        isolated = opened(clone, stack)
        rules = ProjectRules.built_in(isolated)
        for oid, base, tip in merges(git_dir(clone)):
            if not count:
                break
            try:
                branch = branches.read(isolated, base, tip)
                if branch.ambiguous or len(branch.own_commits) < 2:
                    singles += len(branch.own_commits) == 1
                    continue
                yield measure(isolated, rules, oid, base, tip)
                count -= 1
            except AttestError as fault:  # a clone without its largest files, or without a parent
                print(f"left out: {oid[:10]}: {fault.message}", file=sys.stderr)
    print(f"{clone.name}: {singles} branches of one commit", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("clones", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=4)
    options = parser.parse_args()
    print("| repository | merge | commits | asked about, each commit | asked about, at once |")
    print("| --- | --- | --: | --: | --: |")
    every: list[BranchCount] = []
    for clone in options.clones:
        for one in rows(clone, options.count):
            every.append(one)
            parts, whole = one.per_commit, one.at_once
            cells = [
                clone.name.replace("+", "/"),
                one.merge[:10],
                str(one.commits),
                f"{parts.hunks} hunks, {parts.questions} questions ({one.asking_commits} times)",
                f"{whole.hunks} hunks, {whole.questions} questions",
            ]
            print(f"| {' | '.join(cells)} |", flush=True)
    parts = sum((one.per_commit for one in every), start=Asked())
    whole = sum((one.at_once for one in every), start=Asked())
    times = sum(one.asking_commits for one in every)
    print(f"{len(every)} branches, {sum(one.commits for one in every)} commits:")
    print(f"each commit: {parts.hunks} hunks, {parts.questions} questions, {times} times")
    print(f"at once: {whole.hunks} hunks, {whole.questions} questions")
    fewer = sum(one.at_once.questions < one.per_commit.questions for one in every)
    more = sum(one.at_once.questions > one.per_commit.questions for one in every)
    print(f"fewer questions at once: {fewer}; more: {more}")


if __name__ == "__main__":
    main()
