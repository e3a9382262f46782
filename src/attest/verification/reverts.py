"""Commits that take back another one, as a forge's button makes them (docs/merging.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from attest.errors import AttestError
from attest.git import branches, commit_object
from attest.git.diff import Change
from attest.git.isolated import Isolated
from attest.policy.paths import Patterns
from attest.project.rules import ProjectRules
from attest.text import lazy

_REVERTED_ID = lazy(rb"(?m)^[ \t]*This reverts commit ([0-9a-f]{40}(?:[0-9a-f]{24})?)\b")
_REVERTED_PULL = lazy(rb"(?m)^[ \t]*Reverts (?:[\w.-]{1,100}/[\w.-]{1,100})?#([0-9]{1,9})\b")
"""GitHub's button writes that, and no commit, into the description of the pull request."""
_REVERTED_MERGE_REQUEST = lazy(rb"(?m)^[ \t]*This reverts merge request !([0-9]{1,9})\b")
"""GitLab's, where a merge request landed by a merge commit."""
_MOST_NAMES = 8
"""Names of commits in a message that are looked at."""


def find(isolated: Isolated, message: bytes, change: Change, base: str) -> str | None:
    """The commit that a change takes back, where its message names it and the change is exactly the
    inverse; None where there is none. A message may name a commit, or a pull request by its number:
    then it is what landed with that number in its message. The name only says where to look.

    Args:
        base: the commit that the change begins at. What is taken back is in its history.
    """
    if not change:
        return None
    hunks = Counter(hunk.digest for hunk in change.hunks)
    for oid in islice(_names(isolated, message, base), _MOST_NAMES):
        if len(oid) == len(base) and _inverse(isolated, oid, base) == hunks:
            return oid
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


def _inverse(isolated: Isolated, oid: str, base: str) -> Counter[str] | None:
    """The hunks that take a commit back (a merge: what it brought to its first parent); None where
    it is not in the history of *base*, or is too large."""
    ancestor = isolated.run("merge-base", "--is-ancestor", oid, base, check=False)
    if ancestor.returncode != 0:
        return None
    try:
        commit = commit_object.parse(isolated.commit(oid), oid)
        before = isolated.empty_tree
        if commit.parents:
            before = branches.tree_of(isolated, commit.parents[0])
        return Counter(hunk.digest for hunk in isolated.change(commit.tree, before).hunks)
    except AttestError:  # a name in a message must not end a check
        return None


def is_accepted(change: Change, rules: ProjectRules) -> bool:
    """Whether the policy lets a clean revert land without an attestation; not one of a path for
    which it requires more."""
    required = [Patterns.of(one.paths) for one in rules.policy.require]
    paths = [file.path for file in change.files]
    named = any(patterns.match(path) for patterns in required for path in paths)
    return rules.policy.reverts == "accept" and not named
