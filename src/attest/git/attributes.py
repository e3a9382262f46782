"""What the `.gitattributes` of one tree say of paths, whatever other trees say
(gitattributes(5)); git itself reads them, in the isolated repository."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from attest.git.isolated import Isolated

GENERATED, VENDORED = b"linguist-generated", b"linguist-vendored"
_NAMES = (GENERATED, VENDORED)
_OFF = (b"unspecified", b"unset", b"false")


class Attributes:
    """The attributes that a tree gives to paths; each path is asked about once.

    Args:
        tree: the tree, or None for no attributes at all.
    """

    def __init__(self, isolated: Isolated, tree: str | None) -> None:
        self._isolated = isolated
        self._cache: dict[bytes, frozenset[bytes]] = {}
        self._index = self._make(tree) if tree else None

    def of(self, paths: Iterable[bytes]) -> dict[bytes, frozenset[bytes]]:
        """For each path, which of `linguist-generated` and `linguist-vendored` is set.

        Raises:
            EnvironmentFault: git could not tell.
        """
        distinct = list(dict.fromkeys(paths))
        new = [path for path in distinct if path not in self._cache]
        if new and self._index:
            self._cache |= self._ask(new)
        return {path: self._cache.get(path, frozenset()) for path in distinct}

    def _make(self, tree: str) -> str | None:
        """An index that holds the tree's `.gitattributes` alone; None without any."""
        entries = self._isolated.entries(tree)
        lines = [
            f"{mode} {oid}\t".encode() + path + b"\0"
            for path, (mode, oid) in entries.items()
            if PurePosixPath(path.decode("utf-8", "surrogateescape")).name == ".gitattributes"
            and mode.startswith("100")
        ]
        if not lines:
            return None
        return self._isolated.index(b"".join(lines))

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
