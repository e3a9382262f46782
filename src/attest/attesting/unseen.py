"""Whether two versions of a hunk differ in what no program sees: comments and white space."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from attest.analysis.change import analyse_change
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.kinds import TRIVIAL, Kind
from attest.answers import resembling
from attest.errors import LimitExceeded, NothingToJudge
from attest.git.diff import Hunk
from attest.git.isolated import Isolated
from attest.project.session import Session
from attest.state.hunk_index import AnsweredHunk


def differ_unseen(
    session: Session, earlier: AnsweredHunk, hunk: Hunk, *, about_words: bool
) -> bool:
    """Whether the difference is one that nothing is asked about, with the same proof as for a
    change of its own (docs/adr/0013): the one from the file that the earlier hunk led to, to
    the file that the present one leads to.

    Both take the same lines out. Each hunk of that change that touches the lines which the
    earlier one put in is trivial, and they then are the lines which the present one puts in.
    Beside code, a comment that explains it counts as trivial, as in a commit.

    Args:
        about_words: the questions are about words for readers.
    """
    treatments = session.rules.policy.questions.kinds
    unseen = TRIVIAL if about_words else TRIVIAL | frozenset[Kind](["prose"])
    if any(treatments.get(kind) == "ask" for kind in unseen):
        return False
    whole = not hunk.cut and len(hunk.body) < resembling.MOST_BYTES
    regular = all(mode.startswith("100") for mode in (hunk.row.old_mode, hunk.row.new_mode))
    same = earlier.modes.encode() == hunk.row.modes and _removed(earlier.body) == _removed(
        hunk.body
    )
    if not (whole and regular and same and earlier.lines):
        return False
    isolated = session.isolated
    try:
        old, new = (_tree(isolated, hunk.path, oid) for oid in (earlier.blob, hunk.row.new_oid))
        change = isolated.change(old, new, keep=True)
        analyses = analyse_change(change, [hunk.path], isolated.content)
    except (NothingToJudge, LimitExceeded):
        return False  # the earlier file is gone
    return _resembling_analyses(earlier, analyses, unseen) == (hunk.new_start, hunk.new_lines)


def _resembling_analyses(
    earlier: AnsweredHunk, analyses: Sequence[HunkAnalysis], unseen: Collection[Kind]
) -> tuple[int, int] | None:
    """Where the lines of a hunk are after a change: the first, and how many. None if the change
    does to them what a program may see: more than these kinds."""
    start, lines = earlier.start, earlier.lines
    first, last = start, start + lines
    for analysis in analyses:
        hunk = analysis.hunk
        # git counts what only puts lines in from the line before them.
        begin = hunk.old_start if hunk.old_lines else hunk.old_start + 1
        end = begin + hunk.old_lines
        more = hunk.new_lines - hunk.old_lines
        if end < first or (end == first and hunk.old_lines):
            start += more
        elif begin < last or (begin == last and not hunk.old_lines):
            if analysis.kind not in unseen:
                return None
            lines += more
    return start, lines


def _removed(body: bytes) -> list[bytes]:
    return [line for line in body.split(b"\n") if line.startswith(b"-")]


def _tree(isolated: Isolated, path: bytes, blob: str) -> str:
    """A tree of one file."""
    *folders, name = path.split(b"/")
    oid = isolated.write_tree(b"100644 %b\0" % name + bytes.fromhex(blob))
    for folder in reversed(folders):
        oid = isolated.write_tree(b"40000 %b\0" % folder + bytes.fromhex(oid))
    return oid
