"""A branch before its merge: its commits, and the two trees of its difference (docs/format.md,
"A block for a branch").

The isolated repository has neither a shallow file nor grafts, and reads no commit-graph, so
git walks the parents that the commits themselves name.
"""

from __future__ import annotations

from typing import NamedTuple

from attest.errors import LimitExceeded, NothingToJudge
from attest.git import commit_object
from attest.git.diff import Change
from attest.git.isolated import Isolated

MAX_COMMITS = 1000
"""Commits of a branch. A check reads each of them, and a contributor answers for all."""
_ALL_HISTORY = (
    "They are unrelated, or history is missing in this clone. Fetch all of it: "
    "git fetch --unshallow (in GitHub Actions: fetch-depth: 0)."
)


class Branch(NamedTuple):
    """The commits of BASE..T, and the trees that are compared.

    Args:
        base: the tip of the base branch.
        tip: the newest commit of the branch.
        merge_bases: their best common ancestors; more than one make the branch ambiguous.
        old, new: the trees of the first merge base and of the tip.
        commits: ids of BASE..T, newest first.
        merges: those of them that have several parents.
    """

    base: str
    tip: str
    merge_bases: tuple[str, ...]
    old: str
    new: str
    commits: tuple[str, ...]
    merges: frozenset[str]

    @property
    def ambiguous(self) -> bool:
        """Whether git has several merge bases to choose from: no verdict may depend on which it
        names first, since whoever shapes the branch decides that."""
        return len(self.merge_bases) > 1

    @property
    def own_commits(self) -> tuple[str, ...]:
        """The commits that are no merges, newest first: those that `commits=N` counts."""
        return tuple(oid for oid in self.commits if oid not in self.merges)


def read(isolated: Isolated, base: str, tip: str) -> Branch:
    """The branch that *tip* is the newest commit of.

    Args:
        base, tip: full commit ids.

    Raises:
        NothingToJudge: *base* has all its commits; or the two have no common ancestor that is
            here, or history is missing.
        LimitExceeded: it has more than `MAX_COMMITS` commits.
        EnvironmentFault: a commit is damaged.
    """
    commits, merges = _commits(isolated, base, tip)
    if not commits:
        raise NothingToJudge(f"{base[:10]} already has every commit of {tip[:10]}")
    ancestors = merge_bases(isolated, base, tip)
    old, new = tree_of(isolated, ancestors[0]), tree_of(isolated, tip)
    return Branch(base, tip, ancestors, old, new, commits, merges)


def merge_bases(isolated: Isolated, first: str, second: str, *more: str) -> tuple[str, ...]:
    """All best common ancestors of two commits.

    Args:
        more: commits that are about to be merged with *second* (git-merge-base(1)).

    Raises:
        NothingToJudge: they have none that is here. `git merge-base` ends with 1 for unrelated
            commits, and also where a parent is missing.
        EnvironmentFault: a commit is damaged.
    """
    result = isolated.run("merge-base", "--all", first, second, *more, check=False)
    if result.returncode == 1:
        names = f"{first[:10]} and {second[:10]}"
        raise NothingToJudge(f"{names} have no common ancestor that is here", _ALL_HISTORY)
    if result.returncode != 0:
        what = f"git cannot find what {first} and {second} have in common"
        raise isolated.fault(what, result, first, second, kind="commit")
    return tuple(result.stdout.decode("ascii").split())


def change(isolated: Isolated, branch: Branch, *, keep: bool = False) -> Change:
    """The difference of a branch: its hunks and their digests, as a contributor answers for them
    and a check judges them.

    Args:
        keep: keep the hunks' bodies for showing.

    Raises:
        LimitExceeded, NothingToJudge, EnvironmentFault: see `DiffTree.change`.
    """
    return isolated.change(branch.old, branch.new, keep=keep)


def tree_of(isolated: Isolated, oid: str) -> str:
    """The tree of a commit.

    Raises:
        NothingToJudge, EnvironmentFault: the commit is missing or damaged.
    """
    return commit_object.parse(isolated.commit(oid), oid).tree


def _commits(isolated: Isolated, base: str, tip: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The commits of a branch, newest first, and those of them that are merges."""
    most = f"--max-count={MAX_COMMITS + 1}"
    command = ("rev-list", "--topo-order", "--parents", most, tip, f"^{base}")
    lines = isolated.run(*command).stdout.decode("ascii").splitlines()
    if len(lines) > MAX_COMMITS:
        raise LimitExceeded(f"the branch has more than {MAX_COMMITS} commits")
    listed = [line.split(" ") for line in lines]
    merges = frozenset(oid for oid, *parents in listed if len(parents) > 1)
    return tuple(oid for oid, *_ in listed), merges
