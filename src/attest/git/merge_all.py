"""What git makes of more than two parents, or of unrelated ones."""

from __future__ import annotations

from collections.abc import Sequence

from attest.git import commit_object
from attest.git.isolated import Isolated, Merge


def merge_all(isolated: Isolated, parents: Sequence[str]) -> Merge:
    """What git writes for merging all *parents*, one after the other, related or
    not (docs/adr/0005-merges-that-hide.md)."""
    tip = parents[0]
    merge = Merge(commit_object.parse(isolated.commit(tip), tip).tree, frozenset())
    conflicts: frozenset[bytes] = frozenset()
    for other in parents[1:]:
        step = isolated.merge(tip, other, unrelated=True)
        assert step is not None, "unrelated histories are merged here"
        conflicts |= step.conflicts
        merge = Merge(step.tree, conflicts)
        tip = isolated.commit_tree(step.tree, tip, other)
    return merge
