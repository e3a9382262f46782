"""A whole change: every hunk by itself, and then what the hunks are together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from attest.analysis import moves, proofs
from attest.analysis.effects import Effect
from attest.analysis.hunk import analyse, analyse_opaque
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.hunk_tokens import spot
from attest.analysis.syntax import languages, lexer, tree
from attest.analysis.syntax.languages import Language
from attest.analysis.syntax.leaves import Spot
from attest.analysis.syntax.tokens import Ranges, Side
from attest.git.diff import Change, FileChange, Hunk

# Limits. A change is written by somebody who may want the check to run out of time or
# memory, so each limit is on what can be counted (bytes, lines, names) before the work is
# done, and never on time: two machines must choose the same questions. Beyond a limit, the
# name and the size of a file decide, and it is asked about (docs/adr/0009).
MAX_FILE = 512 * 1024
"""Bytes of a file that are read. A grammar of C++ takes about 60 ms for 250 KB a side."""
MAX_LINE = 5_000
"""Bytes of a line; a file with a longer one is not read. Where a node begins in its line is
found by counting from the beginning of the line, so that one line of 512 KiB takes minutes."""
MAX_TOTAL = 6 << 20
"""Bytes of all files of a change that are read, in the order of the diff: of a dozen files
of the greatest size."""
MAX_HUNK_LINES = 2_000
"""Lines of a hunk whose tokens are read on each side."""

BINARY_START = 8_000
"""Bytes at the start of a file of which one that is NUL makes it binary: git's own rule
(`buffer_is_binary` in xdiff-interface.c)."""

Contents = Callable[[str, int], bytes | None]
"""Gives the content of an object by its id, or None where it is longer than a limit."""

_SUBMODULE = "160000"
_NO_BLOB = frozenset({"000000", _SUBMODULE})
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
    limit = min(MAX_FILE, bytes_left)
    sides = [
        b"" if mode in _NO_BLOB else contents(oid, limit)
        for mode, oid in ((row.old_mode, row.old_oid), (row.new_mode, row.new_oid))
    ]
    bytes_read = sum(len(data) for data in sides if data)
    if any(data is None or _has_long_line(data) for data in sides) or row.retyped:
        return [_analyse_unread(hunk, language) for hunk in file.hunks], bytes_read
    if any(b"\0" in (data or b"")[:BINARY_START] for data in sides):
        return [analyse_opaque(hunk, language) for hunk in file.hunks], bytes_read
    old_text, new_text = _decode([data or b"" for data in sides])
    # One numbering of tree paths for both sides, so that their tokens can be compared.
    paths: dict[tuple[int, str], int] = {}
    old_ranges = [_line_range(hunk.old_start, hunk.old_lines) for hunk in file.hunks]
    new_ranges = [_line_range(hunk.new_start, hunk.new_lines) for hunk in file.hunks]
    old_spots: list[Spot] = []
    new_spots: list[Spot] = []
    if language.certain and not any(
        proofs.is_barred(language.name, text) for text in (old_text, new_text)
    ):
        old_spots = [spot(hunk.old_start, hunk.old_lines) for hunk in file.hunks]
        new_spots = [spot(hunk.new_start, hunk.new_lines) for hunk in file.hunks]
    old = _read_side(old_text, language, old_ranges, paths, old_spots)
    new = _read_side(new_text, language, new_ranges, paths, new_spots)
    return [analyse(hunk, language, old, new) for hunk in file.hunks], bytes_read


def _has_long_line(data: bytes) -> bool:
    return any(len(line) > MAX_LINE for line in data.split(b"\n"))


def _decode(sides: Sequence[bytes]) -> list[str]:
    """Both sides as text, so that no two bytes become one character: bytes that are not
    UTF-8 would all be read as U+FFFD, and a change of them would not be seen."""
    try:
        return [data.decode("utf-8") for data in sides]
    except UnicodeDecodeError:
        return [data.decode("latin-1") for data in sides]


def _line_range(start: int, lines: int) -> tuple[int, int]:
    """The lines of a hunk on one side, from 0; where it has none, the one before it."""
    first = max(start - 1, 0)
    return first, first + max(min(lines, MAX_HUNK_LINES), 1)


def _analyse_unread(hunk: Hunk, language: Language) -> HunkAnalysis:
    """A hunk of a file that is too large to be read, or that became something else."""
    unread = Side("", [], [], False)
    analysis = analyse(hunk, language, unread, unread)
    name = hunk.path.decode("utf-8", "replace").rpartition("/")[2]
    analysis.effects = (Effect("code-changed", name=f"{name}:{hunk.line}"),)
    return analysis


def _read_side(
    text: str,
    language: Language,
    ranges: Ranges,
    paths: dict[tuple[int, str], int],
    spots: Sequence[Spot],
) -> Side:
    """Read one side of a file by the best reader that can bear it."""
    if not ranges:
        return Side(text, text.split("\n"), [], language.parsed)
    # Behind a NUL, a grammar or lexer may see nothing; such a file is read by lines.
    if language.reader == "tree" and "\0" not in text and not tree.is_too_deep(text, language):
        keys = language.sort in ("configuration", "dependency", "build") or language.name in (
            "yaml",
            "json",
        )
        side = tree.read(text, language.name, ranges, keys, paths, spots)
        if side is not None:
            return side
    if language.reader == "lexer" and "\0" not in text:
        return lexer.read_lexed(text, language.name, ranges)
    return lexer.read_lines(text, ranges)
