"""A whole change: every hunk by itself, and then what the hunks are together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from attest.analysis import conflicts, moves, pointers, proofs
from attest.analysis.effects import Effect
from attest.analysis.hunk import analyse, analyse_opaque
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.hunk_tokens import spot
from attest.analysis.syntax import languages, parsing, plain_text, tree
from attest.analysis.syntax.languages import Language
from attest.analysis.syntax.leaves import Spot
from attest.analysis.syntax.tokens import Side
from attest.analysis.unread import analyse_unread, distrust, is_binary
from attest.git.diff import Change, DiffEntry, FileChange, Hunk
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

Contents = Callable[[str, int], tuple[int, bytes | None]]
"""Gives the size of an object by its id, and its content where it is not longer than a limit."""

_SUBMODULE = "160000"
_ENDS_LINES = lazy(r"\0|\r(?!\n)")
"""Where some programs see the end of the text, or of a line, and others do not."""
NO_BLOB = frozenset({"000000", _SUBMODULE})
"""Modes of a side that has no content: the file is not there, or is a submodule."""


def analyse_change(
    change: Change, paths: Iterable[bytes], contents: Contents
) -> list[HunkAnalysis]:
    """Analyse the hunks of some paths of a change, in the order of the diff.

    The result depends on the change and on the paths alone.

    Args:
        paths: those that can be asked about.
        contents: where the files are.
    """
    wanted = set(paths)
    analyses: list[HunkAnalysis] = []
    bytes_left = MAX_TOTAL
    for file in change.files:
        if file.path not in wanted:
            continue
        of_file, bytes_read = _analyse_file(file, contents, bytes_left)
        bytes_left -= bytes_read
        analyses += of_file
    for path, of_path in groupby(analyses, key=lambda analysis: analysis.hunk.path):
        if path in change.conflicts:
            conflicts.mark(list(of_path), contents)
    moves.mark_moved(analyses)
    return analyses


def _analyse_file(
    file: FileChange, contents: Contents, bytes_left: int
) -> tuple[list[HunkAnalysis], int]:
    """The hunks of a file, and how many bytes were read for them."""
    language = languages.of(file.path)
    row = file.row
    submodule = _SUBMODULE in (row.old_mode, row.new_mode)
    if submodule or not any(hunk.textual for hunk in file.hunks):
        return [analyse_opaque(hunk, language) for hunk in file.hunks], 0
    if row.retyped:
        return [_analyse_retyped(hunk, language) for hunk in file.hunks], 0
    limit = min(MAX_FILE, bytes_left)
    sides = [
        (None, b"") if mode in NO_BLOB else contents(oid, limit)
        for mode, oid in ((row.old_mode, row.old_oid), (row.new_mode, row.new_oid))
    ]
    (old_size, old_data), (new_size, new_data) = sides
    bytes_read = len(old_data or b"") + len(new_data or b"")
    pointed = _pointed(row, old_data, new_data)
    if pointed is not None:
        old_size, new_size = pointed
    if pointed is not None or old_data is None or new_data is None:
        read = None
    else:
        if any(_is_run_by_another(data, language) for data in (old_data, new_data)):
            language = language._replace(certain=False)
        read = _read_sides(file.hunks, language, old_data, new_data)
    analyses = [
        analyse_unread(hunk, language, old_size, new_size)
        if read is None or max(hunk.old_lines, hunk.new_lines) > MAX_HUNK_LINES
        else analyse(hunk, language, read[0], read[1])
        for hunk in file.hunks
    ]
    analyses = [
        analyse_unread(one.hunk, language, old_size, new_size) if _has_hidden_lines(one) else one
        for one in analyses
    ]
    if read and any(_ENDS_LINES.search(side.text) for side in read):
        for analysis in analyses:
            distrust(analysis)
    return analyses, bytes_read


_RUN_BY = {"bash": "sh", "javascript": "node", "typescript": "deno"}
"""What the first line of a script names where that is not its language."""


def _is_run_by_another(data: bytes, language: Language) -> bool:
    """Whether the first line of a file names a program that reads another language than the
    path says."""
    first = data.partition(b"\n")[0]
    known = _RUN_BY.get(language.name, language.name)
    return first.startswith(b"#!") and known.encode() not in first


def _has_hidden_lines(analysis: HunkAnalysis) -> bool:
    """Whether a line of a hunk has the end of a line within it: what git shows as one line, a
    program may read as many."""
    return any("\r" in line.rstrip("\r") for line in (*analysis.old, *analysis.new))


def _pointed(
    row: DiffEntry, old_data: bytes | None, new_data: bytes | None
) -> tuple[int | None, int | None] | None:
    """The sizes of a file that Git LFS keeps; None where a side is not its pointer."""
    if old_data is None or new_data is None:
        return None
    sides = ((row.old_mode, old_data), (row.new_mode, new_data))
    return pointers.sizes([None if mode in NO_BLOB else data for mode, data in sides])


def _read_sides(
    hunks: Sequence[Hunk], language: Language, old_data: bytes, new_data: bytes
) -> tuple[Side, ...] | None:
    """Read both sides of a file; None where one of them cannot be read."""
    if is_binary(old_data) or is_binary(new_data):
        return None
    old_text, new_text = _decode([old_data, new_data])
    behind = LINES_BEHIND if language.parsed else 0
    old_ranges = _line_ranges([(hunk.old_start, hunk.old_lines) for hunk in hunks], behind)
    new_ranges = _line_ranges([(hunk.new_start, hunk.new_lines) for hunk in hunks], behind)
    if language.parsed:
        if any(tree.is_too_deep(text, language) for text in (old_text, new_text)):
            return None
        old_spots: list[Spot] = []
        new_spots: list[Spot] = []
        if language.certain and not any(
            "\0" in text or proofs.is_barred(language.name, text) for text in (old_text, new_text)
        ):
            old_spots = [spot(hunk.old_start, hunk.old_lines) for hunk in hunks]
            new_spots = [spot(hunk.new_start, hunk.new_lines) for hunk in hunks]
        sides = [(old_text, old_ranges, old_spots), (new_text, new_ranges, new_spots)]
        return parsing.read((language.name, _has_keys(language), sides))
    return (
        plain_text.read_lines(old_text, old_ranges),
        plain_text.read_lines(new_text, new_ranges),
    )


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
        last = first + max(min(lines, MAX_HUNK_LINES), 1)
        if ranges and ranges[-1][1] > first:
            ranges[-1] = ranges[-1][0], last + behind
        else:
            ranges.append((first, last + behind))
    return ranges


def _analyse_retyped(hunk: Hunk, language: Language) -> HunkAnalysis:
    """A hunk of a path that became something else, such as a file that became a link."""
    empty = Side("", [], [], False)
    analysis = analyse(hunk, language, empty, empty)
    name = hunk.path.decode("utf-8", "replace").rpartition("/")[2]
    analysis.effects = (Effect("code-changed", name=f"{name}:{hunk.line}"),)
    return analysis


def _has_keys(language: Language) -> bool:
    """Whether mappings are scopes in a language."""
    sorts = ("configuration", "dependency", "build")
    return language.sort in sorts or language.name in ("yaml", "json")
