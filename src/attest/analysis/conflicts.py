"""Hunks that resolve a conflict of a merge: their kind is `conflict`.

A merge is compared with git's own merge of its parents, so what stands on the old side of such
a hunk is two versions between git's marks, and no code. What matters is the decision, which is
asked about once for each conflict.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from operator import itemgetter

from attest.analysis.effects import Effect, quote
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.kinds import RISK
from attest.git.diff import Hunk
from attest.git.recent_files import Contents

MAX_FILE = 1 << 20
"""Bytes of a file in which the conflicts are told apart; a larger one counts as one conflict."""

MAX_SEARCHED = 64 << 20
"""Bytes of a file in which a conflict is looked for that nobody resolved."""

NO_BLOB = frozenset({"000000", "160000"})
"""Modes of a side that has no content: the file is not there, or is a submodule."""

_MARKS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_BEGIN, _MIDDLE, _END = b"<<<<<<< ours", b"=======", b">>>>>>> theirs"
"""What git writes around two versions, by the names that docs/format.md gives the parents; the
first and the last may go on with `:` and a path."""


def mark(analyses: Sequence[HunkAnalysis], contents: Contents) -> None:
    """Let the hunks of a path in conflict that resolve it be of the kind `conflict`. Time: linear
    in the size of the file.

    Args:
        analyses: of all hunks of the path, in the order of the diff.
        contents: where files are.
    """
    row = analyses[0].hunk.row
    data = None if row.old_mode in NO_BLOB else contents(row.old_oid, MAX_FILE)[1]
    regions = _regions(data or b"")
    if not regions:
        _decide_without_marks(analyses)
        return
    joined, reached = 0, 0
    for analysis in analyses:
        resolved = _resolved(regions, analysis.hunk)
        if resolved:
            # A hunk that resolves several conflicts makes one question of them.
            joined = joined if resolved.start < reached else resolved.start
            reached = resolved.stop
            _decide(analysis, joined)


def _decide_without_marks(analyses: Sequence[HunkAnalysis]) -> None:
    """Where git left one version, or none: of a binary file, a submodule, a mode, a deletion."""
    row = analyses[0].hunk.row
    if row.old_mode.startswith("100") and row.new_mode.startswith("100"):
        edited = [a for a in analyses if a.hunk.textual and a.kind != "unread"]
        if edited:
            # One version is kept and edited further. The edits are code as ever, but one of them
            # stands for the decision, so that an edit without a meaning does not hide it.
            least = min(edited, key=lambda analysis: analysis.risk)
            if least.risk < RISK["conflict"]:
                _decide(least, 0)
            return
    for analysis in analyses:
        _decide(analysis, 0)


def left_alone(hunks: Sequence[Hunk], contents: Contents, parents: Sequence[str]) -> bool:
    """Whether a path has a conflict between git's marks that none of its hunks touches. What both
    parents have as often, such as an example in a document, is no conflict of the merge.

    Args:
        hunks: all hunks of the path.
        contents: where files are.
        parents: the path's object of each parent that has it.
    """
    row = hunks[0].row
    textual = [hunk for hunk in hunks if hunk.textual]
    if not textual:
        return False
    data, new = (
        (None if mode in NO_BLOB else contents(oid, MAX_SEARCHED)[1]) or b""
        for mode, oid in ((row.old_mode, row.old_oid), (row.new_mode, row.new_oid))
    )
    regions = _regions(data)
    if not regions:
        return False
    old_lines, new_lines = data.split(b"\n"), new.split(b"\n")
    edits = [hunk for hunk in textual if not _renames_marks(hunk, old_lines, new_lines)]
    resolved = {number for hunk in edits for number in _resolved(regions, hunk)}
    every = [_texts(contents(oid, MAX_SEARCHED)[1] or b"") for oid in parents]
    counts, texts = [Counter(of_parent) for of_parent in every], _texts(data)
    found = Counter(texts)
    return any(
        number not in resolved
        and not (len(counts) > 1 and all(of[text] >= found[text] for of in counts))
        for number, text in enumerate(texts)
    )


def _texts(data: bytes) -> list[bytes]:
    """The text of each conflict in a file, with git's marks."""
    lines = data.split(b"\n")
    return [b"\n".join(lines[begin - 1 : end]) for begin, end in _regions(data)]


def _renames_marks(hunk: Hunk, old: Sequence[bytes], new: Sequence[bytes]) -> bool:
    """Whether a hunk only gives marks other names: where the contributor merged, the sides had
    the names of branches."""
    if max(hunk.old_lines, hunk.new_lines) > 2:
        return False
    taken = old[hunk.old_start - 1 : hunk.old_start - 1 + hunk.old_lines]
    put = new[hunk.new_start - 1 : hunk.new_start - 1 + hunk.new_lines]
    marks = [[line[:8] for line in lines] for lines in (taken, put)]
    return marks[0] == marks[1] != [] and all(m in (b"<<<<<<< ", b">>>>>>> ") for m in marks[0])


def _resolved(regions: Sequence[tuple[int, int]], hunk: Hunk) -> range:
    """The conflicts, by number, of which a hunk replaces a line, or adds one between two."""
    begin = hunk.old_start + (0 if hunk.old_lines else 0.5)
    low = bisect_left(regions, begin, key=itemgetter(1))
    high = bisect_right(regions, begin + max(hunk.old_lines - 1, 0), key=itemgetter(0))
    return range(low, high)


def _regions(data: bytes) -> list[tuple[int, int]]:
    """The lines, from 1, of git's marks around each conflict, from the first to the last."""
    spans: list[tuple[int, int]] = []
    begin, divided = 0, False
    for number, line in enumerate(data.split(b"\n"), 1):
        if _is_mark(line, _BEGIN):
            begin, divided = number, False
        elif begin and line.rstrip(b"\r") == _MIDDLE:
            divided = True
        elif divided and _is_mark(line, _END):
            spans.append((begin, number))
            begin, divided = 0, False
    return spans


def _is_mark(line: bytes, mark: bytes) -> bool:
    return line.startswith(mark) and line[len(mark) :].rstrip(b"\r")[:1] in (b"", b":")


def _decide(analysis: HunkAnalysis, number: int) -> None:
    """Make a hunk part of a decision; only lines of the resolution are quoted."""
    kept = [line.strip() for line in analysis.new if not line.startswith(_MARKS)]
    name = analysis.hunk.path.decode("utf-8", "replace")
    line = next((line for line in kept if any(map(str.isalnum, line))), "")
    shown = "" if analysis.kind == "unread" else quote(line)
    analysis.effects = (Effect("conflict", new=shown, name=quote(name)),)
    analysis.signature = None
    analysis.conflict = number
