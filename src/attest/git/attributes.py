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
        self._isolated = isolated
        self._cache: dict[bytes, frozenset[bytes]] = {}
        self._folders = {b"": tree} if tree else {}
        """The folders of the tree that were found, each with its id until it is looked into."""
        self._files: list[bytes] = []
        self._index, self._indexed = "", 0  # of so many of these files
        # Only there may a macro be defined (gitattributes(5)), which other files then name.
        self._is_marked_at_root = False

    def of(self, paths: Iterable[bytes]) -> dict[bytes, frozenset[bytes]]:
        """For each path, which of `linguist-generated` and `linguist-vendored` is set.

        Raises:
            NothingToJudge, EnvironmentFault: git could not say it.
        """
        distinct = list(dict.fromkeys(paths))
        new = [path for path in distinct if path not in self._cache]
        if new and self._folders:
            self._read(new)
            if self._files:
                self._cache |= self._ask(new)
        return {path: self._cache.get(path, frozenset()) for path in distinct}

    def _read(self, paths: Iterable[bytes]) -> None:
        """Put the tree's `.gitattributes` in the folders of some paths, and in all above, into an
        index, beside those before: there git looks for what is said of these paths."""
        for path in paths:
            folder, end = b"", 0
            while (oid := self._folders.get(folder)) is not None:
                if oid:
                    self._look_into(folder, oid)
                end = path.find(b"/", end) + 1
                if not end:
                    break
                folder = path[:end]
        if len(self._files) > self._indexed:
            self._index = self._isolated.index(b"".join(self._files))
            self._indexed = len(self._files)

    def _look_into(self, folder: bytes, oid: str) -> None:
        for name, mode, entry in tree_paths.entries_in(self._isolated, oid):
            if mode == tree_paths.FOLDER:
                self._folders[folder + name + b"/"] = entry
            elif name == _FILE and mode.startswith("100"):
                may_mark = self._may_mark(entry)
                if not folder:
                    self._is_marked_at_root = may_mark
                if self._is_marked_at_root or may_mark:
                    self._files.append(f"{mode} {entry}\t".encode() + folder + name + b"\0")
        self._folders[folder] = ""  # only now: where an object was missing, it is looked for again

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
