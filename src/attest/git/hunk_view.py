"""A hunk as a person is shown it: its place, and its lines, fit for a terminal."""

from __future__ import annotations

from attest import text
from attest.git.diff import Hunk

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
    lines = [_shortened(text.showable(line.rstrip(b"\r")).replace("\\t", "    ")) for line in body]
    return [*lines, "… (cut: the hunk is very long)"] if hunk.cut else lines


def _shortened(line: str) -> str:
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
