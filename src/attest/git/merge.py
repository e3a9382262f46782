"""What git makes of several commits, and the tree that a commit is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from attest.git import commit_object, merge_limits, tree_paths
from attest.git.diff import Change
from attest.git.isolated import Isolated

_OURS, _THEIRS = "ours", "theirs"
"""The names by which git's merge knows the two commits; it writes them into conflicts."""


class Merge(NamedTuple):
    """What git's merge wrote, and the paths that it could not resolve."""

    tree: str
    conflicts: frozenset[bytes]
    sides: frozenset[tuple[bytes, str, str]] = frozenset()
    """Path, mode and object id of each version that is in conflict."""


class Base(NamedTuple):
    """OLD in docs/format.md, "The two trees", and the paths that git could not merge.

    Args:
        is_merged: it is git's own merge of two parents.
    """

    tree: str
    conflicts: frozenset[bytes] = frozenset()
    is_merged: bool = False


def merge(isolated: Isolated, first: str, second: str, *, unrelated: bool = False) -> Merge | None:
    """What git's own merge of two commits writes; None where git refuses,
    for unrelated histories. It knows them by the same two names always, which
    it writes into conflicts (docs/adr/0006-merges-by-fixed-names.md).

    Args:
        unrelated: merge those too.

    Raises:
        NothingToJudge: history that the merge needs is missing.
        LimitExceeded: a file that both sides changed is too large; git is not run then.
    """
    merge_limits.assert_mergeable(isolated, first, second)
    for name, oid in ((_OURS, first), (_THEIRS, second)):
        isolated.set_branch(name, oid)
    allow = ["--allow-unrelated-histories"] if unrelated else []
    args = ("--write-tree", "-z", "--no-messages", *allow, _OURS, _THEIRS)
    result = isolated.run("merge-tree", *args, check=False)
    if result.returncode not in (0, 1):
        if b"unrelated histories" in result.stderr:
            return None
        raise isolated.fault(f"git cannot merge {first} and {second}", result, first, second)
    tree, *stages = result.stdout.removesuffix(b"\0").split(b"\0")
    if len(tree) != len(isolated.empty_tree):
        raise isolated.fault(f"git wrote no merge of {first} and {second}", result, first, second)
    sides = set()
    for stage in stages:
        meta, _, path = stage.partition(b"\t")
        mode, oid, _ = meta.decode("ascii").split(" ")
        sides.add((path, mode, oid))
    return Merge(tree.decode("ascii"), frozenset(path for path, _, _ in sides), frozenset(sides))


def merge_all(isolated: Isolated, parents: Sequence[str]) -> Merge:
    """What git writes for merging all *parents*, one after the other, related or
    not (docs/adr/0005-merges-that-hide.md)."""
    tip = parents[0]
    result = Merge(commit_object.parse(isolated.commit(tip), tip).tree, frozenset())
    conflicts: frozenset[bytes] = frozenset()
    for other in parents[1:]:
        step = merge(isolated, tip, other, unrelated=True)
        assert step is not None, "unrelated histories are merged here"
        conflicts |= step.conflicts
        result = Merge(step.tree, conflicts)
        tip = isolated.commit_tree(step.tree, tip, other)
    return result


def base(isolated: Isolated, parents: Sequence[str], new: str) -> Base:
    """What a commit with these parents is compared with.

    Args:
        new: the commit's tree.

    Raises:
        LimitExceeded, NothingToJudge: see `merge`.
    """
    if not parents:
        return Base(isolated.empty_tree)
    if len(parents) == 2:
        git_merge = merge(isolated, parents[0], parents[1])
        if git_merge is not None:
            return Base(_without_kept(isolated, git_merge, new), git_merge.conflicts, True)
    return Base(commit_object.parse(isolated.commit(parents[0]), parents[0]).tree)


def base_tree(isolated: Isolated, parents: Sequence[str], new: str) -> str:
    """The tree of `base`."""
    return base(isolated, parents, new).tree


def change(isolated: Isolated, base: Base, new: str, *, keep: bool = False) -> Change:
    """The change from what a commit is compared with to its tree.

    Args:
        keep: keep the hunks' bodies for showing.

    Raises:
        LimitExceeded, NothingToJudge, EnvironmentFault: see `DiffTree.change`.
    """
    return replace(isolated.change(base.tree, new, keep=keep), conflicts=base.conflicts)


def _without_kept(isolated: Isolated, git_merge: Merge, new: str) -> str:
    """The tree of a merge without the paths in conflict where git left one version and
    *new* keeps it: that is a decision, so the change must show it as an addition."""
    if not git_merge.conflicts:
        return git_merge.tree
    conflicts = tree_paths.entries_at(isolated, git_merge.tree, sorted(git_merge.conflicts))
    kept_entries = tree_paths.entries_at(isolated, new, conflicts)
    paths = [
        path
        for path, version in conflicts.items()
        if kept_entries.get(path) == version and (path, *version) in git_merge.sides
    ]
    return tree_paths.without(isolated, git_merge.tree, paths) if paths else git_merge.tree
