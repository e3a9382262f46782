"""Files that a program writes, as they say themselves: before the change, so that a change does
not lower the rank of what it touches by calling it generated, and after it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.kinds import RISK, TRIVIAL
from attest.text import lazy

_HEAD, _TAIL = 1_000, 300
"""Bytes at the beginning and at the end of a file that are looked at."""
_SAYS_GENERATED = lazy(
    rb"\A(?:\xef\xbb\xbf)?(?:[ \t]*(?:(?://|#|/?\*|--|;|%|<[!?]).*)?\n)*?"
    rb"[ \t]*(?://|#|/?\*|--|;|%|<!--)[/*!#;-]*[ \t]*"
    rb"(?:Code generated .{1,200} DO NOT EDIT\.?\W*$|"
    rb"(?:This file (?:is|was) (?:automatically |auto-?)?)?@generated\b)",
    re.MULTILINE,
)
"""Go's convention (go help generate), and the mark of Buck, Cargo, Prettier and Relay: in a comment
before anything else, and not in a text or a sentence that mentions it."""
_MAPS_TO_SOURCE = lazy(rb"(?:^|\n)(?://[#@]|/\*#) sourceMappingURL=\S{1,200}(?: \*/)?\s*\Z")
"""The last line that bundlers and compilers of JavaScript and CSS write (ECMA-426)."""


def mark(analyses: Sequence[HunkAnalysis], old: bytes, new: bytes) -> None:
    """Rank the hunks of a generated file low: whoever changes it runs a program, and the question
    is which one, and from what. Where a file is called generated that was not before, that is
    asked about whatever else the commit does: every later change of the file ranks low by it.

    Args:
        analyses: all hunks of the file.
        old, new: the content of both sides; empty where there is none.
    """
    name = analyses[0].hunk.path.decode("utf-8", "replace").rpartition("/")[2]
    if _says_generated(old) and _says_generated(new):
        for analysis in (one for one in analyses if one.kind != "unread"):
            effect = analysis.effects[0]._replace(kind="generated", name=name, weight=0)
            modes = (one for one in analysis.effects if one.kind == "file-mode")
            analysis.effects = (*modes, effect)
    elif old and _says_generated(new):
        analysis = _first_to_say_so(analyses)
        if analysis.risk < _ALWAYS_ASKED:
            first = analysis.effects[0]
            kind = "code-changed" if first.kind in TRIVIAL else first.kind
            claim = first._replace(kind=kind, name=name, weight=_ALWAYS_ASKED, words="generated")
            analysis.effects = (claim, *analysis.effects)


_ALWAYS_ASKED = RISK["check-removed"]


def _says_generated(side: bytes) -> bool:
    head, tail = _SAYS_GENERATED.search(side[:_HEAD]), _MAPS_TO_SOURCE.search(side[-_TAIL:])
    return bool(head or tail)


def _first_to_say_so(analyses: Sequence[HunkAnalysis]) -> HunkAnalysis:
    """The hunk by which a file says that it is generated; the first one, where it only moves
    the words to where they count."""
    sides = ((one, "\n".join(one.new).encode()) for one in analyses)
    return next((one for one, side in sides if _says_generated(side)), analyses[0])
