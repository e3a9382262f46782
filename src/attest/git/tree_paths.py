"""Some paths of a tree: what is there, and the tree without them.

Only the folders on the way to the paths are read, however large the rest of the tree is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from attest.errors import EnvironmentFault
from attest.git import tree_object
from attest.git.isolated import Isolated

MAX_FOLDER_BYTES = 64 << 20
"""Bytes of a tree object. An entry takes about 50, so that a folder of a million files passes."""
FOLDER = "040000"


@dataclass(slots=True)
class _Node:
    """A name of a path: what comes below it, and the path that ends with it."""

    children: dict[bytes, _Node] = field(default_factory=dict)
    path: bytes | None = None


def entries_in(isolated: Isolated, folder: str) -> Iterator[tuple[bytes, str, str]]:
    """Name, mode and object id of all that is directly in a folder.

    Args:
        folder: its tree.

    Raises:
        NothingToJudge, EnvironmentFault: see `entries_at`.
    """
    data = isolated.tree(folder, MAX_FOLDER_BYTES)
    for mode, name, oid in tree_object.entries(data, len(folder) // 2):
        yield name, _canonical(mode, folder), oid


def entries_at(
    isolated: Isolated, tree: str, paths: Iterable[bytes]
) -> dict[bytes, tuple[str, str]]:
    """Mode (six octal digits) and object id of those of *paths* that a tree has as files,
    links or submodules.

    Raises:
        NothingToJudge, EnvironmentFault: a tree is missing, damaged or too large.
    """
    entries: dict[bytes, tuple[str, str]] = {}
    trees = [(tree, _nodes(paths))]
    while trees:
        oid, node = trees.pop()
        if not node.children:
            continue
        data = isolated.tree(oid, MAX_FOLDER_BYTES)
        for raw_mode, name, entry in tree_object.entries(data, len(tree) // 2):
            child = node.children.get(name)
            if child is None:
                continue
            mode = _canonical(raw_mode, oid)
            if mode == FOLDER:
                trees.append((entry, child))
            elif child.path is not None:
                entries[child.path] = (mode, entry)
    return entries


def entries_below(isolated: Isolated, tree: str, *paths: str) -> dict[bytes, tuple[str, str]]:
    """Mode and object id of every file, link and submodule of a tree at and below some paths,
    in the order of their names.

    Raises:
        NothingToJudge, EnvironmentFault: see `entries_at`.
    """
    entries: dict[bytes, tuple[str, str]] = {}
    named = _nodes(path.encode("utf-8", "surrogateescape") for path in paths)
    waiting: list[tuple[str, bytes, _Node | None]] = [(tree, b"", named)]
    while waiting:
        oid, folder, node = waiting.pop()
        data = isolated.tree(oid, MAX_FOLDER_BYTES)
        for raw_mode, name, entry in tree_object.entries(data, len(tree) // 2):
            child = node.children.get(name) if node else None
            whole = node is None or (child is not None and child.path is not None)
            if not whole and child is None:
                continue
            mode = _canonical(raw_mode, oid)
            if mode == FOLDER:
                waiting.append((entry, folder + name + b"/", None if whole else child))
            elif whole:
                entries[folder + name] = (mode, entry)
    return dict(sorted(entries.items()))


@dataclass(slots=True)
class _Folder:
    """A folder that is written again: its entries, and which of them are folders that are, too."""

    node: _Node
    entries: list[tuple[bytes, bytes, str]]
    again: dict[bytes, _Folder] = field(default_factory=dict)
    oid: str | None = None


def without(isolated: Isolated, tree: str, paths: Iterable[bytes]) -> str:
    """Write a tree without some files; folders that become empty go, too.

    Returns:
        The id of the new tree.

    Raises:
        NothingToJudge, EnvironmentFault: see `entries_at`.
    """
    width = len(tree) // 2

    def read(oid: str, node: _Node) -> _Folder:
        data = isolated.tree(oid, MAX_FOLDER_BYTES)
        return _Folder(node, list(tree_object.entries(data, width)))

    folders = [read(tree, _nodes(paths))]
    for folder in folders:  # grows while it is read, so that parents stand before children
        for mode, name, oid in folder.entries:
            child = folder.node.children.get(name)
            if child is not None and child.children and _canonical(mode, oid) == FOLDER:
                folder.again[name] = read(oid, child)
                folders.append(folder.again[name])
    for folder in reversed(folders):
        rows = []
        for mode, name, oid in folder.entries:
            again = folder.again.get(name)
            child = folder.node.children.get(name)
            new_oid = again.oid if again else None if child and child.path is not None else oid
            if new_oid is not None:
                rows.append(b"%s %s\0%s" % (mode, name, bytes.fromhex(new_oid)))
        folder.oid = isolated.write_tree(b"".join(rows)) if rows else None
    return folders[0].oid or isolated.empty_tree


def _nodes(paths: Iterable[bytes]) -> _Node:
    root = _Node()
    for path in paths:
        node = root
        for name in path.split(b"/"):
            node = node.children.setdefault(name, _Node())
        node.path = path
    return root


def _canonical(mode: bytes, oid: str) -> str:
    """A mode as git compares it, whatever is written in the tree (canon_mode in cache.h)."""
    try:
        number = int(mode, 8)
    except ValueError:
        raise EnvironmentFault(f"tree {oid} has the mode {mode!r}", "Run git fsck.") from None
    sort = number >> 12
    if sort == 0o10:
        return "100755" if number & 0o100 else "100644"
    return {0o12: "120000", 0o04: FOLDER}.get(sort, "160000")
