"""What the `.gitattributes` of one tree say of paths, whatever other trees say
(gitattributes(5)); git itself reads them, in the isolated repository."""

from __future__ import annotations

from collections.abc import Iterable

from attest.git import tree_paths
from attest.git.isolated import Isolated

GENERATED, VENDORED = b"linguist-generated", b"linguist-vendored"
_FILE = b".gitattributes"
_NAMES = (GENERATED, VENDORED)
_MAX_FILE = 1 << 20
"""Bytes of a file that are searched here."""
_OFF = (b"unspecified", b"unset", b"false")


class Attributes:
    """The attributes that a tree gives to paths; each path is asked about once.

    Args:
        tree: the tree, or None for no attributes at all.
    """

    def __init__(self, isolated: Isolated, tree: str | None) -> None:
        self._isolated, self._tree = isolated, tree
        self._cache: dict[bytes, frozenset[bytes]] = {}
        self._places: set[bytes] = set()
        self._files: list[bytes] = []
        self._index = ""
        # Only there may a macro be defined (gitattributes(5)), which other files then name.
        self._is_marked_at_root = False

    def of(self, paths: Iterable[bytes]) -> dict[bytes, frozenset[bytes]]:
        """For each path, which of `linguist-generated` and `linguist-vendored` is set.

        Raises:
            NothingToJudge, EnvironmentFault: git could not say it.
        """
        distinct = list(dict.fromkeys(paths))
        new = [path for path in distinct if path not in self._cache]
        if new and self._tree:
            self._read(self._tree, {place for path in new for place in _places(path)})
            if self._files:
                self._cache |= self._ask(new)
        return {path: self._cache.get(path, frozenset()) for path in distinct}

    def _read(self, tree: str, places: set[bytes]) -> None:
        """Put the tree's `.gitattributes` at some places into an index, beside those before."""
        new = places - self._places
        self._places |= new
        entries = {
            path: entry
            for path, entry in tree_paths.entries_at(self._isolated, tree, new).items()
            if entry[0].startswith("100")
        }
        if _FILE in entries:
            self._is_marked_at_root = self._may_mark(entries[_FILE][1])
        files = [
            f"{mode} {oid}\t".encode() + path + b"\0"
            for path, (mode, oid) in entries.items()
            if self._is_marked_at_root or self._may_mark(oid)
        ]
        if files:
            self._files += files
            self._index = self._isolated.index(b"".join(self._files))

    def _may_mark(self, oid: str) -> bool:
        """Whether a file can set what is asked about, without a macro of the root: then it has the
        name. Most are about line ends alone, and git need not be asked about each path."""
        _, content = self._isolated.content(oid, _MAX_FILE)
        return content is None or any(name in content for name in _NAMES)

    def _ask(self, paths: list[bytes]) -> dict[bytes, frozenset[bytes]]:
        names = [name.decode() for name in _NAMES]
        args = ("check-attr", "--cached", "--stdin", "-z", *names)
        stdin = b"".join(path + b"\0" for path in paths)
        out = self._isolated.run(*args, stdin=stdin, index=self._index).stdout
        fields = out.split(b"\0")[:-1]
        values: dict[bytes, set[bytes]] = {path: set() for path in paths}
        for path, name, value in zip(fields[::3], fields[1::3], fields[2::3], strict=True):
            if value not in _OFF:
                values[path].add(name)
        return {path: frozenset(names) for path, names in values.items()}


def _places(path: bytes) -> list[bytes]:
    """Where git looks for the attributes of a path: in its folder, and in all above."""
    folders = path.split(b"/")[:-1]
    return [b"/".join([*folders[:depth], _FILE]) for depth in range(len(folders) + 1)]
