"""Files that a program writes, as they say themselves: before the change, so that a change does
not lower the rank of what it touches by calling it generated, and after it."""

from __future__ import annotations

from attest.analysis.hunk_analysis import HunkAnalysis
from attest.text import lazy

_HEAD, _TAIL = 1_000, 300
"""Bytes at the beginning and at the end of a file that are looked at."""
_SAYS_GENERATED = lazy(
    rb"(?m)^\W{0,8}(?:Code generated .{1,200} DO NOT EDIT\.?\W*$|.{0,60}@generated\b)"
)
"""Go's convention (go help generate), and the mark of Buck, Cargo, Prettier and Relay."""
_MAPS_TO_SOURCE = lazy(rb"(?:^|\n)(?://[#@]|/\*#) sourceMappingURL=\S{1,200}")
"""The last line that bundlers and compilers of JavaScript and CSS write (ECMA-426)."""


def is_generated(old: bytes, new: bytes) -> bool:
    """Whether both sides of a file say that a program wrote them.

    Args:
        old, new: their content; empty where there is none.
    """
    return all(
        _SAYS_GENERATED.search(side[:_HEAD]) or _MAPS_TO_SOURCE.search(side[-_TAIL:])
        for side in (old, new)
    )


def mark(analysis: HunkAnalysis) -> None:
    """Rank a hunk of a generated file low: whoever changes it runs a program, and the question
    is which one, and from what."""
    if analysis.kind == "unread":
        return
    name = analysis.hunk.path.decode("utf-8", "replace").rpartition("/")[2]
    effect = analysis.effects[0]
    analysis.effects = (effect._replace(kind="generated", name=name),)
