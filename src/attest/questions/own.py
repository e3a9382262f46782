"""Which hunks a maintainer's own questions are about (`[[question]]`).

Whoever writes a change may want such a question to be passed over. So a pattern is searched
in the bytes of all lines of a hunk, whatever was made of them, and what cannot be searched
counts as found: it costs a question.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import islice

from attest.analysis.conflicts import NO_BLOB
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.git.diff import DiffEntry, Hunk
from attest.git.recent_files import Contents
from attest.policy.expressions import expression
from attest.policy.model import OwnQuestion
from attest.policy.paths import Patterns

MAX_SEARCHED = 64 << 20
"""Bytes of all files of a change in which patterns are searched, in the order of the diff."""

OwnQuestions = Sequence[tuple[Patterns, OwnQuestion]]
"""The maintainer's own questions, each with the paths that it is about."""
Fitting = tuple[OwnQuestion, ...]
"""Those that fit a hunk, all of which are asked: whoever writes a change could choose the first."""


def fitting(
    analyses: Sequence[HunkAnalysis], own: OwnQuestions, contents: Contents
) -> Mapping[int, Fitting]:
    """The questions that fit each hunk with any, by the number of the hunk.

    Takes time that is linear in the size of the files, for each pattern.

    Args:
        analyses: the hunks that can be asked about, in the order of the diff.
        contents: where the files are.

    Raises:
        NothingToJudge: a file is missing in this clone.
        GrammarsUnavailable: there is a pattern, and its engine is not installed.
    """
    lines = ChangedLines(contents)
    fits = {}
    for number, analysis in enumerate(analyses):
        path = analysis.hunk.path
        here = [question for patterns, question in own if patterns.match_or_below(path)]
        reads = any(question.pattern is not None for question in here)
        searched = lines.of(analysis.hunk) if reads else b""
        fit = tuple(one for one in here if _fits(one, analysis, searched))
        if fit:
            fits[number] = fit
    return fits


def _fits(question: OwnQuestion, analysis: HunkAnalysis, searched: bytes | None) -> bool:
    if question.kinds and analysis.possible_kinds.isdisjoint(question.kinds):
        return False
    if question.pattern is None:
        return bool(question.kinds or analysis.risk)
    return searched is None or expression(question.pattern).in_a_line(searched)


class ChangedLines:
    """The lines of hunks, as git has them. Both sides of a file are read where its first hunk
    is asked for, and kept until another file is: the hunks of a file come in one row.

    Args:
        contents: where the files are.
    """

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._left = MAX_SEARCHED
        self._row: DiffEntry | None = None
        self._sides: tuple[_Lines, _Lines] | None = None

    def of(self, hunk: Hunk) -> bytes | None:
        """The lines that a hunk takes out and puts in, with a newline between them; None where
        the file, or those before it, are larger than the limit."""
        if self._row is not hunk.row:
            self._row, self._sides = hunk.row, self._read(hunk.row)
        if self._sides is None:
            return None
        old, new = self._sides
        parts = (
            old.between(hunk.old_start, hunk.old_lines) if hunk.old_lines else None,
            new.between(hunk.new_start, hunk.new_lines) if hunk.new_lines else None,
        )
        return b"\n".join(part for part in parts if part is not None)

    def _read(self, row: DiffEntry) -> tuple[_Lines, _Lines] | None:
        old = self._side(row.old_mode, row.old_oid)
        new = self._side(row.new_mode, row.new_oid)
        return None if old is None or new is None else (_Lines(old), _Lines(new))

    def _side(self, mode: str, oid: str) -> bytes | None:
        if mode in NO_BLOB:
            # git shows a submodule as such a line (diff_populate_filespec in diff.c).
            return f"Subproject commit {oid}\n".encode() if oid.strip("0") else b""
        _, data = self._contents(oid, self._left)
        self._left -= len(data or b"")
        return data


class _Lines:
    """Lines of a text, asked for from the first to the last: each is passed once."""

    def __init__(self, text: bytes) -> None:
        self._lines = BytesIO(text)
        self._next = 1

    def between(self, first: int, count: int) -> bytes:
        """*count* lines from the one with the number *first*, without the last newline."""
        deque(islice(self._lines, first - self._next), maxlen=0)
        self._next = first + count
        return b"".join(islice(self._lines, count)).removesuffix(b"\n")
