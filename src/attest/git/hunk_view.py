"""A hunk as a person is shown it: its place, and its lines, fit for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from attest import text
from attest.errors import NothingToJudge
from attest.git.diff import Hunk
from attest.git.isolated import Isolated

CONTEXT = 3
"""Unchanged lines that are shown on either side, as git does (git-diff(1), -U)."""
LARGEST_FILE = 1 << 20
"""Bytes of a file from which context is still taken."""

SHOWN_COLUMNS = 300
"""Characters of a line that are shown; a minified file would fill the screen."""


def place(hunk: Hunk) -> str:
    """`path:line`, or the path alone, fit for a terminal."""
    path = text.showable(hunk.path)
    return path if hunk.line is None else f"{path}:{hunk.line}"


def hunk_lines(hunk: Hunk) -> list[str]:
    """A hunk's body as lines to show, control characters written out."""
    if not hunk.textual:
        return [_without_lines(hunk)]
    body = hunk.body.removesuffix(b"\n").split(b"\n")
    lines = [_showable(line) for line in body]
    return [*lines, "… (cut: the hunk is very long)"] if hunk.cut else lines


class Surroundings(Protocol):
    """Knows the lines of the file that a hunk is in."""

    def lines(self, hunk: Hunk, /) -> Sequence[bytes]:
        """The lines of the file as the hunk leaves it; none where it is gone, or too large."""


class _NoSurroundings:
    def lines(self, _hunk: Hunk, /) -> Sequence[bytes]:
        return ()


NO_SURROUNDINGS: Surroundings = _NoSurroundings()
"""Knows no file."""


@dataclass(slots=True)
class FileLines:
    """Reads files as a change leaves them; see `Surroundings`. Remembers the last one, since the
    hunks of a file are shown one after another."""

    isolated: Isolated
    _oid: str = ""
    _lines: list[bytes] = field(default_factory=list)

    def lines(self, hunk: Hunk, /) -> Sequence[bytes]:
        row = hunk.row
        if not row.new_mode.startswith("100"):
            return ()
        if row.new_oid != self._oid:
            try:
                _, content = self.isolated.content(row.new_oid, LARGEST_FILE)
            except NothingToJudge:  # a partial clone lacks it: the hunk is shown alone
                content = None
            self._oid = row.new_oid
            self._lines = (content or b"").removesuffix(b"\n").split(b"\n") if content else []
        return self._lines


def with_context(hunk: Hunk, around: Sequence[bytes], context: int) -> tuple[list[str], int]:
    """A hunk's lines between unchanged ones, which begin with a blank, as in `git diff`.

    Args:
        around: the lines of the file as the hunk leaves it.
        context: how many of them are shown on either side.

    Returns:
        The lines, fit for a terminal, and how many of them come before the hunk.
    """
    lines = hunk_lines(hunk)
    if not hunk.textual:
        return lines, 0
    # A hunk that only removes lines names the line before them (diff -u, `@@`).
    start = hunk.new_start if hunk.new_lines == 0 else hunk.new_start - 1
    end = start + hunk.new_lines
    lines_before = [_showable(b" " + line) for line in around[max(start - context, 0) : start]]
    lines_after = (
        [] if hunk.cut else [_showable(b" " + line) for line in around[end : end + context]]
    )
    return [*lines_before, *lines, *lines_after], len(lines_before)


def _showable(line: bytes) -> str:
    return _shorten(text.showable(line.rstrip(b"\r")).replace("\\t", "    "))


def _shorten(line: str) -> str:
    more = len(line) - SHOWN_COLUMNS
    return f"{line[:SHOWN_COLUMNS]} … ({more} more characters)" if more > 0 else line


def _without_lines(hunk: Hunk) -> str:
    """What happened to a file whose lines git does not show (binary, empty, mode only)."""
    row = hunk.row
    if row.status == "A":
        return f"new file, mode {row.new_mode}, no lines to show"
    if row.status == "D":
        return "file deleted, no lines to show"
    if row.old_oid == row.new_oid:
        return f"mode changed from {row.old_mode} to {row.new_mode}"
    return "changed, no lines to show"
