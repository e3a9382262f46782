"""Whether the objects behind a change are what their names say.

git itself makes sure of that when it receives objects, not when it reads them. A damaged
tree would show another change than was attested.
"""

from __future__ import annotations

from collections.abc import Sequence

from attest.git import tree_object
from attest.git.diff import DiffEntry
from attest.git.isolated import Isolated

_LIMIT = 64 << 20
"""Bytes of an object that are looked at."""


def assert_trees(isolated: Isolated, old: str, new: str) -> None:
    """Look at the trees in which two trees differ, as far down as they do.

    Raises:
        NothingToJudge: one is missing, in a partial clone.
        EnvironmentFault: one is missing or damaged.
    """
    pairs = [(old, new)]
    while pairs:
        before, after = (_folders(isolated, oid) for oid in pairs.pop())
        for name in before.keys() | after.keys():
            pair = (before.get(name, ""), after.get(name, ""))
            pairs += [pair] if pair[0] != pair[1] else []


def assert_files(isolated: Isolated, rows: Sequence[DiffEntry]) -> None:
    """Look at the files that differ between two trees.

    Raises:
        NothingToJudge, EnvironmentFault: see `assert_trees`.
    """
    for row in rows:
        for mode, oid in ((row.old_mode, row.old_oid), (row.new_mode, row.new_oid)):
            if mode.startswith(("100", "120")):
                isolated.content(oid, _LIMIT)


def _folders(isolated: Isolated, tree: str) -> dict[bytes, str]:
    """The trees right below a tree, which is what its name says; of nothing, none."""
    if not tree:
        return {}
    entries = tree_object.entries(isolated.tree(tree, _LIMIT), len(tree) // 2)
    return {name: oid for mode, name, oid in entries if mode == b"40000"}
