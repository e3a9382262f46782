"""The difference between two trees, in the one form that the digests of docs/format.md are
made from: `git diff-tree` with every option given, so that no default can change it."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import IO, NamedTuple

from attest.errors import AttestError, EnvironmentFault, LimitExceeded, NothingToJudge
from attest.git import failures
from attest.git.children import Child, ChildEnded
from attest.git.diff import Change, DiffEntry, FileChange, change_digest, parse_raw
from attest.git.missing_objects import Faults
from attest.git.object_reader import ObjectReader
from attest.git.patch import PatchReader

MAX_RAW_BYTES = 64 << 20
"""Bytes of a list of changed paths. It is kept whole in memory, for its digest, and its size
is up to whoever made the commit. A path takes 100 to 200 bytes of it, so that a change of
300,000 files passes; the Linux kernel has less than 100,000."""

RAW_OPTIONS = ("-r", "-z", "--no-abbrev", "--no-renames", "--ignore-submodules=none")
_PATCH = (
    "-r",
    "-p",
    "-U0",
    "--text",
    "--no-renames",
    "--ignore-submodules=none",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--inter-hunk-context=0",
    "--full-index",
)


MOST_AHEAD = 24
"""Patches that may be asked for before they are needed. The questions fit into the smallest buffer
of a pipe (4 KiB), so that they can be written although git waits for somebody to read."""

Question = tuple[str, str, Sequence[DiffEntry]]
"""Two trees, and all paths that differ between them."""


class _Pair(NamedTuple):
    """A pair of trees that git was asked about, and the line that ends its answer."""

    old: str
    new: str
    end: bytes

    @classmethod
    def of(cls, old: str, new: str) -> _Pair:
        """A pair with a line that nobody can know: diff-tree echoes and flushes a line that is
        not an object id (builtin/diff-tree.c), and no change can contain this one."""
        return cls(old, new, secrets.token_hex(16).encode() + b"\n")

    @property
    def echo(self) -> bytes:
        """The line that git's answer begins with."""
        return f"{self.old} {self.new}\n".encode()

    @property
    def question(self) -> str:
        """What is written to git, without the last line's end."""
        return (self.echo + self.end[:-1]).decode()


class DiffTree:
    """Running `git diff-tree`, for the list of paths, for the patch, and for patches ahead.

    Args:
        child: makes a running git command of a name and its arguments.
        objects: reads sizes.
        faults: finds the reason where git fails.
    """

    def __init__(self, child: Callable[..., Child], objects: ObjectReader, faults: Faults) -> None:
        self._raw = child("raw", "diff-tree", "--stdin", *RAW_OPTIONS)
        self._patch = child("patch", "diff-tree", "--stdin", *_PATCH)
        self._ahead = child("patch-ahead", "diff-tree", "--stdin", *_PATCH)
        self._requests: deque[_Pair] = deque()
        self._objects = objects
        self._faults = faults

    def raw(self, old: str, new: str) -> bytes:
        """The exact `git diff-tree -r -z` output between two trees.

        Raises:
            LimitExceeded: it has more than `MAX_RAW_BYTES`.
            NothingToJudge, EnvironmentFault: an object is missing or damaged.
        """
        pair = _Pair.of(old, new)
        out = self._ask(self._raw, pair)
        data = bytearray()
        while not data.endswith(pair.end):
            piece = out.readline(1 << 16)
            if not piece:
                raise self._fault(self._raw.outcome(), old, new)
            data += piece
            if len(data) > MAX_RAW_BYTES:
                self._raw.end()
                raise LimitExceeded(f"the list of changed paths exceeds {MAX_RAW_BYTES} bytes")
        return bytes(data[: -len(pair.end)])

    def change(self, old: str, new: str, *, keep: bool = False) -> Change:
        """Read a whole change between two trees.

        Args:
            keep: keep the hunks' bodies for showing.

        Raises:
            LimitExceeded: it, or a file of it, is larger than the limits.
            NothingToJudge, EnvironmentFault: an object is missing or damaged, or git wrote
                what it never does.
        """
        raw = self.raw(old, new)
        files = self.files(old, new, parse_raw(raw), keep=keep)
        return Change(change_digest(raw), files)

    def files(
        self, old: str, new: str, entries: Sequence[DiffEntry], *, keep: bool = False
    ) -> tuple[FileChange, ...]:
        """The hunks of the paths that differ between two trees.

        Args:
            entries: all of these paths.

        Raises:
            LimitExceeded, NothingToJudge, EnvironmentFault: see `change`.
        """
        if self._requests and self._requests[0][:2] == (old, new):
            pair = self._requests.popleft()
            try:
                return self._read_ahead(pair, entries, keep=keep)
            except (ChildEnded, EnvironmentFault):
                self._end_ahead()  # asked once more below, which says what is wrong
            except LimitExceeded:
                self._end_ahead()
                raise
        self._objects.assert_comparable(entries)
        return tuple(self.patch(old, new, entries, keep=keep))

    def ask_ahead(self, questions: Sequence[Question]) -> None:
        """Ask git for hunks that are going to be read by `files` soon, in this order. Where that
        cannot be done, `files` says why.

        Args:
            questions: at most `MOST_AHEAD`, with those that have not been read yet.
        """
        if len(self._requests) + len(questions) > MOST_AHEAD:  # nobody fetches the first
            self._end_ahead()
        pairs = [_Pair.of(old, new) for old, new, entries in questions if entries]
        try:
            self._objects.assert_comparable([row for *_, entries in questions for row in entries])
            if pairs:
                self._ahead.ask("\n".join(pair.question for pair in pairs))
                self._requests += pairs
        except LimitExceeded:  # one of them is too large
            for question in questions if len(questions) > 1 else ():
                self.ask_ahead([question])
        except (AttestError, ChildEnded):
            return

    def patch(
        self, old: str, new: str, entries: Sequence[DiffEntry], *, keep: bool = False
    ) -> Iterator[FileChange]:
        """Stream the hunks between two trees, file by file, in the diff's order.

        Args:
            entries: the changed paths, which the patch must have in the same order.
        """
        if not entries:
            return
        pair = _Pair.of(old, new)
        out = self._ask(self._patch, pair)
        reader = PatchReader(out.readline, entries, pair.end, keep)
        try:
            yield from reader.files()
        except EnvironmentFault as fault:
            if reader.outcome:
                raise self._fault(self._patch.outcome(), old, new) from fault
            raise
        except LimitExceeded:
            self._patch.end()
            raise

    def end(self) -> None:
        """End all."""
        self._raw.end()
        self._patch.end()
        self._end_ahead()

    def _end_ahead(self) -> None:
        self._ahead.end()
        self._requests.clear()

    def _read_ahead(
        self, pair: _Pair, entries: Sequence[DiffEntry], *, keep: bool
    ) -> tuple[FileChange, ...]:
        """The answer to a request.

        Raises:
            ChildEnded, EnvironmentFault: it is not what git answers about two whole trees.
            LimitExceeded: see `files`.
        """
        out = self._ahead.output()
        if out.readline() != pair.echo:
            raise ChildEnded(1, b"")
        return tuple(PatchReader(out.readline, entries, pair.end, keep).files())

    def _ask(self, child: Child, pair: _Pair) -> IO[bytes]:
        """Ask for a pair of trees; the output, behind the echo of the pair."""
        try:
            out = child.ask(pair.question)
        except ChildEnded as ended:
            raise self._fault(ended, pair.old, pair.new) from None
        if out.readline() != pair.echo:
            raise self._fault(child.outcome(), pair.old, pair.new)
        return out

    def _fault(self, outcome: ChildEnded, *trees: str) -> NothingToJudge | EnvironmentFault:
        problem = f"git could not compare {' and '.join(trees)}"
        oids = [oid for tree in trees for oid in failures.ids(tree)]
        return self._faults.explain(problem, outcome.code, outcome.stderr, *oids)
