"""Commits that take back another one, as a forge's button makes them (docs/merging.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from attest.errors import AttestError
from attest.git import branches, commit_object, merge
from attest.git.diff import Change
from attest.git.isolated import Isolated
from attest.policy.paths import Patterns
from attest.project.rules import ProjectRules
from attest.text import lazy
from attest.verification.task import CommitTask

_REVERTED_ID = lazy(rb"(?m)^[ \t]*This reverts commit ([0-9a-f]{40}(?:[0-9a-f]{24})?)\b")
_REVERTED_PULL = lazy(rb"(?m)^[ \t]*Reverts (?:[\w.-]{1,100}/[\w.-]{1,100})?#([0-9]{1,9})\b")
"""GitHub's button writes that, and no commit, into the description of the pull request."""
_REVERTED_MERGE_REQUEST = lazy(rb"(?m)^[ \t]*This reverts merge request !([0-9]{1,9})\b")
"""GitLab's, where a merge request landed by a merge commit."""
_MOST_NAMES = 8
"""Names of commits in a message that are looked at."""


def of_commit(isolated: Isolated, task: CommitTask) -> str | None:
    """The commit that a commit takes back; see `find`. A merge takes back none: `git revert` makes
    no merges, so what one takes back beside what it merges is its own decision."""
    commit = task.commit
    if len(commit.parents) != 1:
        return None
    base, trees = commit.parents[0], (task.old, commit.tree)
    return find(isolated, commit.message, task.change, base, old=trees[0], new=trees[1])


def find(
    isolated: Isolated, message: bytes, change: Change, base: str, *, old: str, new: str
) -> str | None:
    """The commit that a change takes back, where its message names it, and the change is exactly
    the inverse and what `git revert` makes; None where there is none. A message may name a commit,
    or a pull request by its number: then it is what landed with that number in its message. The
    name only says where to look.

    Args:
        base: the commit that the change begins at. What is taken back is in its history.
        old, new: the trees that the change is between. A hunk's digest does not say where it is,
            and taking the same lines out elsewhere is not a revert.
    """
    if not change:
        return None
    for oid in islice(_names(isolated, message, base), _MOST_NAMES):
        hunks = Counter(hunk.digest for hunk in change.hunks)
        if len(oid) == len(base) and _inverse(isolated, oid, base) == hunks:
            return oid if _reverted_tree(isolated, oid, old) == new else None
    return None


def _names(isolated: Isolated, message: bytes, base: str) -> Iterator[str]:
    """The ids of the commits that a message says are taken back."""
    for match in _REVERTED_ID.finditer(message):
        yield match[1].decode("ascii")
    for match in islice(_REVERTED_PULL.finditer(message), _MOST_NAMES):
        number = match[1].decode("ascii")
        yield from _landed(isolated, base, f" (#{number})", f"Merge pull request #{number} from ")
    for match in islice(_REVERTED_MERGE_REQUEST.finditer(message), _MOST_NAMES):
        yield from _landed(isolated, base, f"!{match[1].decode('ascii')}")


def _landed(isolated: Isolated, base: str, *words: str) -> list[str]:
    """The newest commits on the line of *base* whose message has one of some words."""
    looks = [f"--grep={word}" for word in words]
    command = ("rev-list", "--first-parent", f"--max-count={_MOST_NAMES}", "--fixed-strings")
    return isolated.run(*command, *looks, base, check=False).stdout.decode("ascii").split()


def _reverted_tree(isolated: Isolated, oid: str, old: str) -> str | None:
    """The tree that `git revert` of a commit makes of another tree; None where it has conflicts.
    Three commits stand for what it merges: the reverted one, between its parent and the tree."""
    try:
        ours = isolated.commit_tree(old, oid)
        theirs = isolated.commit_tree(_tree_before(isolated, oid), oid)
        result = merge.merge(isolated, ours, theirs)
    except AttestError:  # a name in a message must not end a check
        return None
    return None if result is None or result.conflicts else result.tree


def _tree_before(isolated: Isolated, oid: str) -> str:
    """The tree of a commit's first parent; the empty one where it has none."""
    parents = commit_object.parse(isolated.commit(oid), oid).parents
    return branches.tree_of(isolated, parents[0]) if parents else isolated.empty_tree


def _inverse(isolated: Isolated, oid: str, base: str) -> Counter[str] | None:
    """The hunks that take a commit back (a merge: what it brought to its first parent); None where
    it is not in the history of *base*, or is too large."""
    ancestor = isolated.run("merge-base", "--is-ancestor", oid, base, check=False)
    if ancestor.returncode != 0:
        return None
    try:
        change = isolated.change(branches.tree_of(isolated, oid), _tree_before(isolated, oid))
        return Counter(hunk.digest for hunk in change.hunks)
    except AttestError:  # a name in a message must not end a check
        return None


def is_accepted(change: Change, rules: ProjectRules) -> bool:
    """Whether the policy lets a clean revert land without an attestation; not one of a path for
    which it requires more."""
    required = [Patterns.of(one.paths) for one in rules.policy.require]
    paths = change.paths
    named = any(patterns.match_or_below(path) for patterns in required for path in paths)
    return rules.policy.reverts == "accept" and not named
