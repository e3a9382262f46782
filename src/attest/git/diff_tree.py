"""The difference between two trees, in the one form that the digests of docs/format.md are
made from: `git diff-tree` with every option given, so that no default can change it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import IO

from attest.errors import EnvironmentFault, LimitExceeded, NothingToJudge
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


class DiffTree:
    """Two running `git diff-tree`, for the list of paths and for the patch.

    Args:
        child: makes a running git command of a name and its arguments.
        objects: reads sizes.
        faults: finds the reason where git fails.
    """

    def __init__(self, child: Callable[..., Child], objects: ObjectReader, faults: Faults) -> None:
        self._raw = child("raw", "diff-tree", "--stdin", *RAW_OPTIONS)
        self._patch = child("patch", "diff-tree", "--stdin", *_PATCH)
        self._objects = objects
        self._faults = faults

    def raw(self, old: str, new: str) -> bytes:
        """The exact `git diff-tree -r -z` output between two trees.

        Raises:
            LimitExceeded: it has more than `MAX_RAW_BYTES`.
            NothingToJudge, EnvironmentFault: an object is missing or damaged.
        """
        out, token = self._pair(self._raw, old, new)
        data = bytearray()
        while not data.endswith(token):
            piece = out.readline(1 << 16)
            if not piece:
                raise self._fault(self._raw.outcome(), old, new)
            data += piece
            if len(data) > MAX_RAW_BYTES:
                self._raw.end()
                raise LimitExceeded(f"the list of changed paths exceeds {MAX_RAW_BYTES} bytes")
        return bytes(data[: -len(token)])

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
        self._objects.assert_comparable(entries)
        return tuple(self.patch(old, new, entries, keep=keep))

    def patch(
        self, old: str, new: str, entries: Sequence[DiffEntry], *, keep: bool = False
    ) -> Iterator[FileChange]:
        """Stream the hunks between two trees, file by file, in the diff's order.

        Args:
            entries: the changed paths, which the patch must have in the same order.
        """
        if not entries:
            return
        out, token = self._pair(self._patch, old, new)
        reader = PatchReader(out.readline, entries, token, keep)
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
        """End both."""
        self._raw.end()
        self._patch.end()

    def _pair(self, child: Child, old: str, new: str) -> tuple[IO[bytes], bytes]:
        """Ask for a pair of trees.

        Returns:
            The output, behind the echo of the pair, and the line that ends the answer:
            diff-tree echoes and flushes a line that is not an object id (builtin/
            diff-tree.c). The line is random, so that no change can contain it.
        """
        token = secrets.token_hex(16)
        try:
            out = child.ask(f"{old} {new}\n{token}")
        except ChildEnded as ended:
            raise self._fault(ended, old, new) from None
        if out.readline() != f"{old} {new}\n".encode():
            raise self._fault(child.outcome(), old, new)
        return out, token.encode() + b"\n"

    def _fault(self, outcome: ChildEnded, *trees: str) -> NothingToJudge | EnvironmentFault:
        problem = f"git could not compare {' and '.join(trees)}"
        oids = [oid for tree in trees for oid in failures.ids(tree)]
        return self._faults.explain(problem, outcome.code, outcome.stderr, *oids)
