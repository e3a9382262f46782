"""Which files are too large for git to merge.

`git merge-tree` reads three versions of a file that both sides changed, and keeps a record of
each line, as its diff does (see `blob_limits`). So their sizes are asked for before it runs.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from attest.git import commit_object
from attest.git.diff import DiffEntry, parse_raw
from attest.git.isolated import Isolated

_Rows = Mapping[bytes, Sequence[DiffEntry]]


def assert_mergeable(isolated: Isolated, first: str, second: str) -> None:
    """Make sure that git can merge two commits with little memory. The work is proportional to
    what each side changed since the merge base, as that of the merge is.

    Raises:
        LimitExceeded: a file that both sides changed is too large; it is named.
        NothingToJudge, EnvironmentFault: an object is missing or damaged.
    """
    pairs, visited = [(first, second)], set()
    while pairs:
        pair = pairs.pop()
        if pair in visited:
            continue
        visited.add(pair)
        bases = _merge_bases(isolated, *pair)
        # Where there are several, git merges them first, and then uses the result.
        pairs += itertools.pairwise(bases)
        trees = [_tree(isolated, base) for base in bases] or [isolated.empty_tree]
        ours, theirs = (_changes(isolated, trees, _tree(isolated, oid)) for oid in pair)
        isolated.assert_comparable(
            _pairs_of_versions(isolated, ours, theirs, one_base=len(trees) == 1)
        )


def _merge_bases(isolated: Isolated, first: str, second: str) -> list[str]:
    result = isolated.run("merge-base", "--all", first, second, check=False)
    if result.returncode not in (0, 1):
        raise isolated.fault(f"git cannot merge {first} and {second}", result, first, second)
    return result.stdout.decode("ascii").split()


def _tree(isolated: Isolated, oid: str) -> str:
    return commit_object.parse(isolated.commit(oid), oid).tree


def _changes(isolated: Isolated, bases: Sequence[str], tree: str) -> _Rows:
    """What differs between a side and any of the bases, by path."""
    rows: dict[bytes, list[DiffEntry]] = {}
    for base in bases:
        for row in parse_raw(isolated.raw(base, tree), most=None):
            rows.setdefault(row.path, []).append(row)
    return rows


def _pairs_of_versions(
    isolated: Isolated, ours: _Rows, theirs: _Rows, *, one_base: bool
) -> list[DiffEntry]:
    """What git may have to merge line by line."""
    entries: list[DiffEntry] = []
    for path in ours.keys() & theirs.keys():
        mine, other = ours[path], theirs[path]
        if one_base and mine[0].new_oid == other[0].new_oid:
            continue
        entries += [*mine, *other]
        for side, rows in ((ours, mine), (theirs, other)):
            if any(row.status == "D" for row in rows):
                entries += _renames(isolated, side, [row.old_oid for row in rows])
    return sorted(entries, key=lambda row: row.path)


def _renames(isolated: Isolated, side: _Rows, removed_oids: Sequence[str]) -> list[DiffEntry]:
    """New files that git may take for a file that is gone from the same side: those of at most
    twice its size (estimate_similarity in diffcore-rename.c, at 50 %)."""
    added = [row for rows in side.values() for row in rows if row.status == "A"]
    sizes = isolated.sizes([*removed_oids, *(row.new_oid for row in added)])
    most = 2 * max((sizes.get(oid, 0) for oid in removed_oids), default=0)
    return [row for row in added if sizes.get(row.new_oid, 0) <= most]
