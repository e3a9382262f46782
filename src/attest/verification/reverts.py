"""Commits that take back another one, as a forge's button makes them (docs/merging.md)."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from attest.errors import AttestError
from attest.git import branches, commit_object
from attest.git.diff import Change
from attest.git.isolated import Isolated
from attest.policy.paths import Patterns
from attest.project.rules import ProjectRules
from attest.text import lazy

_REVERTED_ID = lazy(rb"(?m)^[ \t]*This reverts commit ([0-9a-f]{40}(?:[0-9a-f]{24})?)\b")
_MOST_NAMES = 8
"""Names of commits in a message that are looked at."""


def find(isolated: Isolated, message: bytes, change: Change, base: str) -> str | None:
    """The commit that a change takes back, where its message names it and the change is exactly the
    inverse; None where there is none.

    Args:
        base: the commit that the change begins at. What is taken back is in its history.
    """
    matches = islice(_REVERTED_ID.finditer(message), _MOST_NAMES) if change else ()
    oids = [match[1].decode("ascii") for match in matches]
    hunks = Counter(hunk.digest for hunk in change.hunks) if oids else Counter()
    for oid in oids:
        if len(oid) == len(base) and _inverse(isolated, oid, base) == hunks:
            return oid
    return None


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
    named = any(patterns.match(path) for patterns in required for path in change.paths)
    return rules.policy.reverts == "accept" and not named
