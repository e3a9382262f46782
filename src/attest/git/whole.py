"""Whether the objects behind a change are what their names say.

git itself makes sure of that when it receives objects, not when it reads them. A damaged
tree would show another change than was attested.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attest.change import Row
from attest.git.isolated import Isolated

_LIMIT = 64 << 20
"""Bytes of an object that are looked at."""


def assert_whole(isolated: Isolated, roots: Sequence[str], rows: Sequence[Row]) -> None:
    """Look at the trees on the way to each changed path, and at the files.

    Args:
        roots: the trees that were compared.
        rows: what differs between them.

    Raises:
        NothingToJudge: one is missing, in a partial clone.
        EnvironmentFault: one is missing or damaged.
    """
    folders = {folder for row in rows for folder in _above(row.path)}
    left = [(oid, b"") for oid in roots]
    while left:
        tree, above = left.pop()
        for mode, name, oid in _entries(isolated.tree(tree, _LIMIT), len(tree) // 2):
            if mode == b"40000" and above + name in folders:
                left.append((oid, above + name + b"/"))
    for row in rows:
        for kind, blob in ((row.old_mode, row.old_oid), (row.new_mode, row.new_oid)):
            if kind.startswith(("100", "120")):
                isolated.content(blob, _LIMIT)


def _above(path: bytes) -> Iterator[bytes]:
    """The folders that a path is in."""
    at = path.find(b"/")
    while at >= 0:
        yield path[:at]
        at = path.find(b"/", at + 1)


def _entries(data: bytes, width: int) -> Iterator[tuple[bytes, bytes, str]]:
    """Mode, name and object id of each entry of a tree object.

    Args:
        width: bytes of an id.
    """
    at = 0
    while (end := data.find(b"\0", at)) >= 0:
        mode, _, name = data[at:end].partition(b" ")
        yield mode, name, data[end + 1 : end + 1 + width].hex()
        at = end + 1 + width
