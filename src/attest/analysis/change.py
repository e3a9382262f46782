"""A whole change: every hunk by itself, and then what the hunks are together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby, starmap

from attest.analysis import conflicts, generated, moves, pointers, proofs
from attest.analysis.conflicts import NO_BLOB
from attest.analysis.hunk import analyse, analyse_opaque
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.hunk_tokens import spot
from attest.analysis.syntax import languages, nesting, parsing, plain_text
from attest.analysis.syntax.languages import Language
from attest.analysis.syntax.tokens import Side, Spot
from attest.analysis.unread import analyse_unread, distrust, is_binary
from attest.git.diff import Change, FileChange, Hunk
from attest.git.recent_files import Contents
from attest.text import lazy

# Limits. A change is written by somebody who may want the check to run out of time or
# memory, so each limit is on what can be counted (bytes, lines, nodes) before the work is
# done, and never on time: two machines must choose the same questions. What is beyond a limit
# is `unread`, and asked about first (docs/questions.md, "What could not be read").
MAX_FILE = 1 << 20
"""Bytes of a file that are read. A grammar of C++ takes about 60 ms for 250 KB a side."""
MAX_TOTAL = 6 << 20
"""Bytes of all files of a change that are read, in the order of the diff: of a dozen files
of the greatest size."""
MAX_HUNK_LINES = 10_000
"""Lines of a hunk on each side. A file of the greatest size has about as many."""

_SUBMODULE, _LINK = "160000", "120000"
_RETURN = lazy(r"\r")
_BARE_RETURN = lazy(r"\r(?!\n)")
_HIDES = lazy(
    "[\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
"""What ends a line in some languages (ECMA-262 12.3, ECMA-334 6.3.2, YAML 1.1 5.4) and in some
readers of documents (`str.splitlines`), and is a blank in others: a comment may end there. And
what shows nothing, or shows a line in another order (UAX #9)."""


def analyse_change(
    change: Change, paths: Iterable[bytes], contents: Contents
) -> list[HunkAnalysis]:
    """Analyse the hunks of some paths of a change, in the order of the diff.

    The result depends on the change and on the paths alone.

    Args:
        paths: those that can be asked about.
        contents: where the files are.
    """
    return OpenedChange(change, paths, contents).analyses()


class OpenedChange:
    """A change whose files are being read by another process; see `analyse_change`.

    Attributes:
        size: bytes of the files.
    """

    def __init__(self, change: Change, paths: Iterable[bytes], contents: Contents) -> None:
        self.change = change
        self._contents = contents
        self._files: list[_Analyses] = []
        path_set = set(paths)
        self.size = 0
        for file in change.files:
            if file.path in path_set:
                analyses, size = _open_file(file, contents, MAX_TOTAL - self.size)
                self.size += size
                self._files.append(analyses)

    def analyses(self) -> list[HunkAnalysis]:
        """The hunks, once their files are read."""
        analyses: list[HunkAnalysis] = []
        while self._files:
            analyses += self._files.pop(0)()
        for path, of_path in groupby(analyses, key=lambda analysis: analysis.hunk.path):
            if path in self.change.conflicts:
                conflicts.mark(list(of_path), self._contents)
        moves.mark_moved(analyses)
        return analyses


_Analyses = Callable[[], list[HunkAnalysis]]
"""Waits for the hunks of a file."""
_Sides = tuple[Side, ...] | None
"""Both sides of a file; None where one of them cannot be read."""


def _open_file(file: FileChange, contents: Contents, bytes_left: int) -> tuple[_Analyses, int]:
    """Read a file from git, and ask for what a grammar finds in it.

    Returns:
        What waits for its hunks, and the bytes of both sides.
    """
    row, hunks = file.row, file.hunks
    # A symbolic link has a path in it, whatever language its own name stands for.
    language = Language() if _LINK in (row.old_mode, row.new_mode) else languages.of(file.path)
    textual = any(hunk.textual for hunk in hunks)
    if row.retyped or not textual or _SUBMODULE in (row.old_mode, row.new_mode):
        return lambda: [analyse_opaque(hunk, language) for hunk in hunks], 0
    limit = min(MAX_FILE, bytes_left)
    (old_size, old), (new_size, new) = (
        (None, b"") if mode in NO_BLOB else contents(oid, limit)
        for mode, oid in ((row.old_mode, row.old_oid), (row.new_mode, row.new_oid))
    )
    pointed = pointers.sizes(old, new)
    if pointed is not None:
        old_size = None if old_size is None else pointed[0]
        new_size = None if new_size is None else pointed[1]
    unread = partial(analyse_unread, language=language, old_size=old_size, new_size=new_size)
    size = len(old or b"") + len(new or b"")
    if pointed is not None or old is None or new is None or is_binary(old) or is_binary(new):
        return lambda: list(map(unread, hunks)), size
    if _is_doubtful(old, new, language):
        language = language._replace(certain=False)
    read = _read_sides(hunks, language, old, new)

    def analyses() -> list[HunkAnalysis]:
        sides = read()
        result = [_analyse_hunk(hunk, language, sides, unread) for hunk in hunks]
        if sides is not None:
            generated.mark(result, old, new)
            _distrust(result, sides)
        return result

    return analyses, size


def _analyse_hunk(
    hunk: Hunk, language: Language, sides: _Sides, unread: Callable[[Hunk], HunkAnalysis]
) -> HunkAnalysis:
    if sides is None or max(hunk.old_lines, hunk.new_lines) > MAX_HUNK_LINES:
        return unread(hunk)
    analysis = analyse(hunk, language, *sides)
    # What git shows as one line with the end of a line in it, a program may read as many.
    several = any(side.has(_RETURN) for side in sides) and any(
        "\r" in line.rstrip("\r") for line in (*analysis.old, *analysis.new)
    )
    return unread(hunk) if several else analysis


def _distrust(analyses: Sequence[HunkAnalysis], sides: Sequence[Side]) -> None:
    """Let hunks be plain code where some programs see the end of the text, or of a line, where
    others do not."""
    # A pattern alone would take ten times as long to find nothing.
    ends = any(
        "\0" in side.text or ("\r" in side.text and _BARE_RETURN.search(side.text))
        for side in sides
    )
    for analysis in analyses:
        if ends or any(map(_HIDES.search, (*analysis.old, *analysis.new))):
            distrust(analysis)


def _is_doubtful(old: bytes, new: bytes, language: Language) -> bool:
    """Whether the first lines of a file say that it may be in another language than its path
    says, or in another encoding."""
    sides = [data for data in (old, new) if data]
    scripts = {data.startswith(b"#!") for data in sides}
    return len(scripts) > 1 or any(
        _is_run_by_another(data, language) or _is_encoded(data) for data in sides
    )


_RUN_BY = {"bash": "sh", "javascript": "node", "typescript": "deno"}
"""What the first line of a script names where that is not its language."""


def _is_run_by_another(data: bytes, language: Language) -> bool:
    """Whether the first line of a file names a program that reads another language than the
    path says."""
    first = data.partition(b"\n")[0].decode("utf-8", "replace")
    if not first.startswith("#!"):
        return False
    known = _RUN_BY.get(language.name, language.name)
    words = [word.rpartition("/")[2] for word in first[2:].split()]
    programs = [word for word in words if word != "env" and not word.startswith("-")]
    return not programs or re.fullmatch(rf"(?:ba|k|da|z)?{known}[\d.]*", programs[0]) is None


def _is_encoded(data: bytes) -> bool:
    """Whether one of the first two lines of a file names an encoding, in which ASCII may stand for
    something else than what it shows (PEP 263): `\\n` of `unicode_escape` ends a comment."""
    match = _ENCODING.search(b"\n".join(data[:_HEAD].split(b"\n", 2)[:2]))
    return match is not None and not _KEEPS_ASCII.fullmatch(match[1])


_HEAD = 1_000
_ENCODING = lazy(rb"coding[:=][ \t]*([-\w.]+)")
_KEEPS_ASCII = lazy(
    rb"(?i)(?:us[-_])?ascii|utf[-_]?8(?:[-_]\w+)?|latin[-_]?\d{0,2}|iso[-_]?8859[-_]\d+"
)


def _read_sides(
    hunks: Sequence[Hunk], language: Language, old_data: bytes, new_data: bytes
) -> Callable[[], _Sides]:
    """Begin to read both sides of a file.

    Returns:
        What waits for them, and gives None where one of them cannot be read.
    """
    texts = _decode([old_data, new_data])
    places = [
        [(hunk.old_start, hunk.old_lines) for hunk in hunks],
        [(hunk.new_start, hunk.new_lines) for hunk in hunks],
    ]
    spots = [list(starmap(spot, of_side)) for of_side in places]
    behind = LINES_BEHIND if language.parsed else 0
    ranges = [_line_ranges(of_side, behind) for of_side in places]
    if not language.parsed:
        read = partial(plain_text.read_lines, sections=bool(language.name))
        return lambda: _with_hunks(tuple(map(read, texts, ranges)), spots)
    if any(nesting.is_too_deep(text, language) for text in texts):
        return lambda: None
    lines = [text.split("\n") for text in texts]
    wanted = spots if language.certain else [[], []]
    provable = proofs.spots(language.name, texts, lines, wanted)
    reading = parsing.ask((language.name, list(zip(texts, ranges, provable, strict=True))))
    return lambda: _with_hunks(reading.sides(), spots, lines)


def _with_hunks(
    sides: _Sides, hunks: Sequence[Sequence[Spot]], lines: Sequence[Sequence[str]] = ()
) -> _Sides:
    """Sides that know their hunks, and the lines of their texts where these were split before."""
    if sides is not None:
        for side, spots in zip(sides, hunks, strict=True):
            side.hunks = spots
        for side, of_side in zip(sides, lines, strict=False):
            side.lines = of_side
    return sides


def _decode(sides: Sequence[bytes]) -> list[str]:
    """Both sides as text, so that no two bytes become one character: bytes that are not
    UTF-8 would all be read as U+FFFD, and a change of them would not be seen."""
    try:
        return [data.decode("utf-8") for data in sides]
    except UnicodeDecodeError:
        return [data.decode("latin-1") for data in sides]


LINES_BEHIND = 3
"""Lines behind a hunk that are read too: what is there may be part of another function now."""


def _line_ranges(spots: Sequence[tuple[int, int]], behind: int) -> list[tuple[int, int]]:
    """The lines, from 0, of the hunks on one side, and some behind each; where a hunk has none,
    the one before it. In order, and apart."""
    ranges: list[tuple[int, int]] = []
    for start, lines in spots:
        first = max(start - 1, 0)
        last = first + max(min(lines, MAX_HUNK_LINES), 1) + behind
        if ranges and ranges[-1][1] > first:
            first = ranges.pop()[0]
        ranges.append((first, last))
    return ranges
