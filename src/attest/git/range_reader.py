"""The commits of a range, and the paths that each changes, asked for before they are needed.

A check that asks git for one object, waits, and asks for the next spends most of its time on
waiting. Here, two processes of git answer for a batch of commits while the batch before it is
judged. What they do not answer as expected is read again by `Isolated`, whose errors say why.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from attest.errors import AttestError
from attest.git import commit_object
from attest.git.children import Child, ChildEnded
from attest.git.commit_object import Commit
from attest.git.diff_tree import MAX_RAW_BYTES, RAW_OPTIONS
from attest.git.object_reader import MAX_COMMIT_BYTES

_PIPE = 2000
"""Bytes of questions in a batch. Two batches fit into the smallest buffer of a pipe (4 KiB), so
that neither side waits for the other."""
_TREES = 8192
"""Commits whose trees are remembered: the parents of those that follow are mostly among them."""


class RangeEntry(NamedTuple):
    """A commit of a range, as far as it was read ahead.

    Args:
        raw, commit: its object, as bytes and parsed; None where it was not read.
        old: the tree that it is compared with; empty where that was not looked at.
        rows: what `DiffTree.raw` gives for the two trees; None where it was not read.
    """

    oid: str
    raw: bytes | None = None
    commit: Commit | None = None
    old: str = ""
    rows: bytes | None = None


class _Unexpected(Exception):
    """git did not answer as it does for a whole repository."""


class RangeReader:
    """Reads the commits of a range, in any order.

    Args:
        child: makes a running git command of a name and its arguments.
        name: the id of an object of a kind, from its content.
        read_commit: reads a commit by itself.
        empty_tree: the id of the tree without entries.
    """

    def __init__(
        self,
        child: Callable[..., Child],
        name: Callable[[str, bytes], str],
        read_commit: Callable[[str], bytes],
        empty_tree: str,
    ) -> None:
        self._commits = child("range", "cat-file", "--batch")
        self._diffs = child("range-raw", "diff-tree", "--stdin", *RAW_OPTIONS)
        self._name, self._read_commit, self._empty_tree = name, read_commit, empty_tree
        self._trees: dict[str, str] = {}
        self._token = secrets.token_hex(16)
        self._rest = bytearray()

    def read(self, oids: Sequence[str]) -> Iterator[RangeEntry]:
        """Each commit, in the order of *oids*."""
        size = max(_PIPE // (2 * len(self._empty_tree) + len(self._token) + 3), 1)
        starts = range(0, len(oids), size)
        behind: list[RangeEntry] = []
        count = 0
        try:
            ahead = oids[:size]
            self._ask_commits(ahead)
            for start in starts:
                batch, ahead = ahead, oids[start + size : start + 2 * size]
                entries = [self._commit(oid) for oid in batch]
                self._ask_commits(ahead)
                self._ask_diffs(entries)
                for entry in behind:
                    yield self._with_rows(entry)
                    count += 1
                behind = entries
            for entry in behind:
                yield self._with_rows(entry)
                count += 1
        except (_Unexpected, ChildEnded):
            # From here on, each commit is read by itself; so is the one that this is about.
            yield from map(RangeEntry, oids[count:])
        finally:
            self.end()

    def end(self) -> None:
        """End both processes."""
        self._commits.end()
        self._diffs.end()
        self._rest.clear()

    def _ask_commits(self, oids: Sequence[str]) -> None:
        if oids:
            self._commits.ask("\n".join(oids))

    def _commit(self, oid: str) -> RangeEntry:
        """The next commit that was asked for."""
        out = self._commits.output()
        header = out.readline().split()
        if (
            len(header) != 3
            or header[1] != b"commit"
            or (size := int(header[2])) > MAX_COMMIT_BYTES
        ):
            raise _Unexpected
        raw = out.read(size + 1)
        content = raw[:-1]
        if len(raw) != size + 1 or self._name("commit", content) != oid:
            raise _Unexpected
        try:
            commit = commit_object.parse(content, oid)
            self._remember(oid, commit.tree)
            old = self._old_tree(commit)
        except AttestError:
            raise _Unexpected from None
        return RangeEntry(oid, content, commit, old)

    def _old_tree(self, commit: Commit) -> str:
        """OLD in docs/format.md, "The two trees", of a commit that is not a merge."""
        if len(commit.parents) > 1:
            return ""
        if not commit.parents:
            return self._empty_tree
        parent = commit.parents[0]
        if parent not in self._trees:
            self._remember(parent, commit_object.parse(self._read_commit(parent), parent).tree)
        return self._trees[parent]

    def _remember(self, oid: str, tree: str) -> None:
        self._trees[oid] = tree
        if len(self._trees) > _TREES:
            del self._trees[next(iter(self._trees))]

    def _ask_diffs(self, entries: Sequence[RangeEntry]) -> None:
        """Ask for the paths that differ; see `DiffTree` about the line behind each pair."""
        pairs = [
            f"{entry.old} {entry.commit.tree}\n{self._token}"
            for entry in entries
            if entry.old and entry.commit
        ]
        if pairs:
            self._diffs.ask("\n".join(pairs))

    def _with_rows(self, entry: RangeEntry) -> RangeEntry:
        """An entry with the next answer about paths, if one was asked for."""
        if not entry.old or entry.commit is None:
            return entry
        echo, end = f"{entry.old} {entry.commit.tree}\n".encode(), self._token.encode() + b"\n"
        rest, start = self._rest, 0
        while (at := rest.find(end, start)) < 0:
            start = max(len(rest) - len(end), 0)
            piece = self._diffs.output().read1(1 << 16)
            if not piece or len(rest) > MAX_RAW_BYTES:
                raise _Unexpected
            rest += piece
        answer = bytes(rest[:at])
        del rest[: at + len(end)]
        if not answer.startswith(echo):
            raise _Unexpected
        return RangeEntry(entry.oid, entry.raw, entry.commit, entry.old, answer[len(echo) :])
