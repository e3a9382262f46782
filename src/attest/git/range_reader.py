"""The commits of a range, and the paths that each changes, asked for before they are needed.

A check that asks git for one object, waits, and asks for the next spends most of its time on
waiting. Here, one process of git writes all commits, and another one the paths of a batch while the
batch before it is judged. What they do not write as expected is read again by `Isolated`, whose
errors say why.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Iterator, Sequence
from io import BufferedReader
from typing import NamedTuple

from attest.errors import AttestError
from attest.git import commit_object
from attest.git.children import Child, ChildEnded
from attest.git.commit_object import Commit
from attest.git.diff import change_digest, rows_end
from attest.git.diff_tree import MAX_RAW_BYTES, RAW_OPTIONS

_PIPE = 2000
"""Bytes of questions in a batch. Two batches fit into the smallest buffer of a pipe (4 KiB), so
that neither side waits for the other."""
_MOST_BYTES = 2 << 20
"""Bytes of a commit: two batches of them are in memory. Larger ones have messages beyond the
limit, or signed tags that nobody makes."""
_TREES = 8192
"""Commits whose trees are remembered: the parents of those that follow are mostly among them."""


class RangeEntry(NamedTuple):
    """A commit of a range, as far as it was read ahead.

    Args:
        raw, commit: its object, as bytes and parsed; None where it was not read.
        old: the tree that it is compared with; empty where that was not looked at.
        rows: what `DiffTree.raw` gives for the two trees; None where it was not read.
        digest: of that change.
    """

    oid: str
    raw: bytes | None = None
    commit: Commit | None = None
    old: str = ""
    rows: bytes | None = None
    digest: str = ""


_Read = tuple[str, bytes, Commit, str]
"""The first fields of an entry."""


class _Unexpected(Exception):
    """git did not answer as it does for a whole repository."""


class RangeReader:
    """Reads the commits of a range, in any order. Both processes stay for the next one.

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
        self._commits = child("range", "cat-file", "--batch-command", "--buffer")
        self._diffs = child("range-raw", "diff-tree", "--stdin", *RAW_OPTIONS)
        self._name, self._read_commit, self._empty_tree = name, read_commit, empty_tree
        self._trees: dict[str, str] = {}
        self._token = secrets.token_hex(16)
        self._rest = bytearray()

    def read(self, oids: Sequence[str]) -> Generator[RangeEntry]:
        """Each commit, in the order of *oids*."""
        size = (_PIPE - len(self._token) - 1) // (2 * len(self._empty_tree) + 2)
        behind: list[_Read] = []
        count = 0
        try:
            following = oids[:size]
            out = self._ask_commits(following)
            for start in range(size, len(oids) + size, size):
                batch, following = following, oids[start : start + size]
                if following:
                    self._ask_commits(following)
                read = [self._commit(out, oid) for oid in batch]
                self._ask_diffs(read)
                for entry in self._with_rows(behind):
                    count += 1
                    yield entry
                behind = read
            for entry in self._with_rows(behind):
                count += 1
                yield entry
        except (_Unexpected, ChildEnded):
            self.end()
            # From here on, each commit is read by itself; so is the one that this is about.
            yield from map(RangeEntry, oids[count:])
        finally:
            if count < len(oids):  # nobody reads the answers that are left
                self.end()

    def end(self) -> None:
        """End both processes."""
        self._commits.end()
        self._diffs.end()
        self._rest.clear()

    def _ask_commits(self, oids: Sequence[str]) -> BufferedReader:
        """Ask for some commits; where they are written."""
        questions = "".join(f"contents {oid}\n" for oid in oids)
        try:
            self._commits.ask(f"{questions}flush")
        except OSError:  # it cannot be started: a full disk, too many processes
            raise _Unexpected from None
        return self._commits.output()

    def _commit(self, out: BufferedReader, oid: str) -> _Read:
        """The next commit."""
        header = out.readline().split()
        if len(header) != 3 or header[1] != b"commit" or (size := int(header[2])) > _MOST_BYTES:
            raise _Unexpected
        raw = out.read(size)
        if out.read(1) != b"\n" or self._name("commit", raw) != oid:
            raise _Unexpected
        try:
            commit = commit_object.parse(raw, oid)
            self._remember(oid, commit.tree)
            return oid, raw, commit, self._old_tree(commit)
        except AttestError:
            raise _Unexpected from None

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

    def _ask_diffs(self, batch: Sequence[_Read]) -> None:
        """Ask for the paths that differ; see `DiffTree` about the line behind the pairs."""
        pairs = [f"{old} {commit.tree}" for _, _, commit, old in batch if old]
        if pairs:
            self._diffs.ask("\n".join([*pairs, self._token]))

    def _with_rows(self, batch: Sequence[_Read]) -> Iterator[RangeEntry]:
        """A batch with the answers about paths that were asked for."""
        answer = self._answer() if any(old for *_, old in batch) else b""
        at = 0
        for oid, raw, commit, old in batch:
            if not old:
                yield RangeEntry(oid, raw, commit)
                continue
            echo = f"{old} {commit.tree}\n".encode()
            start = at + len(echo)
            if answer[at:start] != echo:
                raise _Unexpected
            at = rows_end(answer, start)
            rows = answer[start:at]
            yield RangeEntry(oid, raw, commit, old, rows, change_digest(rows))
        if at != len(answer):
            raise _Unexpected

    def _answer(self) -> bytes:
        """What diff-tree says to a batch."""
        out, end = self._diffs.output(), self._token.encode() + b"\n"
        text, start = self._rest, 0
        while (at := text.find(end, start)) < 0:
            start = max(len(text) - len(end), 0)
            piece = out.read1(1 << 16)
            if not piece or len(text) > MAX_RAW_BYTES:
                raise _Unexpected
            text += piece
        answer = bytes(text[:at])
        del text[: at + len(end)]
        return answer
