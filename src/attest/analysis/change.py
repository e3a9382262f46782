"""A whole change, looked at: every hunk by itself, and then what they are together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from attest.analysis.effects import Effect, quote
from attest.analysis.hunk import look, opaque
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.kinds import Kind
from attest.analysis.syntax import languages, lexer, tree
from attest.analysis.syntax.languages import Language
from attest.analysis.syntax.tokens import Ranges, Side
from attest.analysis.trivial import is_sortable
from attest.git.diff import Change, FileChange, Hunk

MAX_FILE = 512 * 1024
"""Bytes of a file that are read; of a larger one, the name and the size decide."""
MAX_LINE = 5_000
"""Bytes of a line; a file with a longer one is not read."""
MAX_TOTAL = 6 << 20
"""Bytes of all files of a change that are read, in the order of the diff."""
MAX_HUNK_LINES = 2_000
"""Lines of a hunk that are looked at on each side."""

MAX_RENAMED = 200
"""Names that a change may replace throughout and still be called a renaming."""
BINARY_START = 8_000
"""Bytes at the start of a file of which one that is NUL makes it binary, as git has it."""

Contents = Callable[[str, int], bytes | None]
"""Gives the content of an object by its id, or None where it is longer than a limit."""

_FILES = frozenset({"100644", "100755"})
_NO_BLOB = frozenset({"000000", "160000"})


def examine(change: Change, paths: Iterable[bytes], contents: Contents) -> list[HunkAnalysis]:
    """Look at the hunks of some paths of a change, in the order of the diff.

    What is found depends on the change and on the paths alone.

    Args:
        paths: those that can be asked about.
        contents: where the files are.
    """
    wanted = set(paths)
    found: list[HunkAnalysis] = []
    left = MAX_TOTAL
    for file in change.files:
        if file.path not in wanted:
            continue
        looked, spent = _file(file, contents, left)
        left -= spent
        found += looked
    _moved_files(found)
    _moved(found)
    _renamed(found)
    return found


def _moved_files(found: Sequence[HunkAnalysis]) -> None:
    """Whole files that stand elsewhere now, byte for byte, where their names say that
    they are what they were."""
    gone: dict[tuple[str, str, Language], list[HunkAnalysis]] = {}
    for one in found:
        if one.hunk.row.status == "D" and not one.language.test:
            key = (one.hunk.row.old_oid, one.hunk.row.old_mode, one.language)
            gone.setdefault(key, []).append(one)
    for one in found:
        row = one.hunk.row
        others = gone.get((row.new_oid, row.new_mode, one.language), [])
        if row.status == "A" and others and row.new_mode in _FILES:
            for both in (one, *others):
                both.become("moved")


def _file(file: FileChange, contents: Contents, left: int) -> tuple[list[HunkAnalysis], int]:
    language = languages.of(file.path)
    row = file.row
    link = "160000" in (row.old_mode, row.new_mode)
    if link or not any(hunk.textual for hunk in file.hunks):
        return [opaque(hunk, language) for hunk in file.hunks], 0
    limit = min(MAX_FILE, left)
    sides = [
        b"" if mode in _NO_BLOB else contents(oid, limit)
        for mode, oid in ((row.old_mode, row.old_oid), (row.new_mode, row.new_oid))
    ]
    spent = sum(len(data) for data in sides if data)
    if any(data is None or _is_hostile(data) for data in sides) or row.retyped:
        return [_unread(hunk, language) for hunk in file.hunks], spent
    if any(b"\0" in (data or b"")[:BINARY_START] for data in sides):
        return [opaque(hunk, language) for hunk in file.hunks], spent
    texts = _texts([data or b"" for data in sides])
    old = [_range(hunk.old_start, hunk.old_lines) for hunk in file.hunks]
    new = [_range(hunk.new_start, hunk.new_lines) for hunk in file.hunks]
    shared: dict[tuple[int, str], int] = {}
    before = _side(texts[0], language, old, shared)
    after = _side(texts[1], language, new, shared)
    return [look(hunk, language, before, after) for hunk in file.hunks], spent


def _is_hostile(data: bytes) -> bool:
    """Whether a line is so long that reading it takes more than its size in time."""
    return any(len(line) > MAX_LINE for line in data.split(b"\n"))


def _texts(sides: Sequence[bytes]) -> list[str]:
    """Both sides as text, so that no two bytes become one character."""
    try:
        return [data.decode("utf-8") for data in sides]
    except UnicodeDecodeError:
        return [data.decode("latin-1") for data in sides]


def _range(start: int, lines: int) -> tuple[int, int]:
    """The lines of a hunk on one side, from 0; where it has none, the one before it."""
    first = max(start - 1, 0)
    return first, first + max(_cut(lines), 1)


def _cut(lines: int) -> int:
    return min(lines, MAX_HUNK_LINES)


def _unread(hunk: Hunk, language: Language) -> HunkAnalysis:
    """A hunk of a file that is too large to be read, or that became something else."""
    side = Side("", [], [], False)
    looked = look(hunk, language, side, side)
    shown = hunk.path.decode("utf-8", "replace").rpartition("/")[2]
    kind: Kind = "data" if language.sort == "data" else "code-changed"
    looked.facts = (Effect(kind, name=f"{shown}:{hunk.line}"),)
    return looked


def _side(
    text: str, language: Language, ranges: Ranges, shared: dict[tuple[int, str], int]
) -> Side:
    if not ranges:
        return Side(text, text.split("\n"), [], language.parsed)
    if language.reader == "tree" and "\0" not in text and not tree.is_too_deep(text, language):
        keys = language.sort in ("configuration", "dependency", "build") or language.name in (
            "yaml",
            "json",
        )
        read = tree.read(text, language.name, ranges, keys, shared)
        if read is not None:
            return read
    if language.reader == "lexer" and "\0" not in text:
        return lexer.read_lexed(text, language.name, ranges)
    return lexer.read_lines(text, ranges)


def _bare(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines without the blank ones around them, and without their common indentation."""
    kept = [line.rstrip() for line in lines]
    while kept and not kept[0]:
        kept.pop(0)
    while kept and not kept[-1]:
        kept.pop()
    indent = min((len(line) - len(line.lstrip()) for line in kept if line), default=0)
    return tuple(line[indent:] for line in kept)


def _indent(lines: Sequence[str]) -> int:
    return min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)


def _moved(found: Sequence[HunkAnalysis]) -> None:
    """Definitions, imports and whole files that were taken out here and put in there."""
    taken: dict[tuple[str, ...], list[HunkAnalysis]] = {}
    for one in found:
        if one.risk and one.hunk.old_lines and not one.hunk.new_lines:
            taken.setdefault(_bare(one.old), []).append(one)
    for one in found:
        if not one.risk or one.hunk.old_lines or not one.hunk.new_lines:
            continue
        waiting = taken.get(_bare(one.new))
        if not waiting:
            continue
        other = waiting.pop(0)
        if one.broken or other.broken:
            continue
        if _is_whole(one) and _is_whole(other) and _may_move(one, other):
            imports = {fact.kind for fact in (*one.facts, *other.facts)} <= _IMPORTS
            for both in (one, other):
                both.become("imports-sorted" if imports else "moved")
        elif one.hunk.path == other.hunk.path and one.scope == other.scope and one.scope:
            line = next((line.strip() for line in one.new if line.strip()), "")
            nested = _indent(one.new) != _indent(other.old)
            kind: Kind = "nesting-changed" if nested else "order-changed"
            old = quote(line) if nested else ""
            one.facts = other.facts = (Effect(kind, old, quote(line), ".".join(one.scope)),)


def _may_move(one: HunkAnalysis, other: HunkAnalysis) -> bool:
    """Whether it is the same to a program where two equal pieces stand."""
    if one.language != other.language or one.language.test:
        return False
    if {fact.kind for fact in one.facts} <= _IMPORTS:
        return one.hunk.path == other.hunk.path and is_sortable(one)
    head = next(line.strip() for line in one.new if line.strip())
    marked = head.startswith(("@", "#[", "["))
    alone = one.file[1].count(head) == 1
    go = one.language.name == "go" and one.hunk.path != other.hunk.path
    return alone and not marked and not go and not re.search(r"\b(init|main)\b", head)


_IMPORTS: frozenset[Kind] = frozenset({"import-changed", "imports-sorted"})


def _is_whole(one: HunkAnalysis) -> bool:
    """Whether all of a hunk is definitions or imports."""
    return one.whole or {fact.kind for fact in one.facts} <= _IMPORTS


def _renamed(found: Sequence[HunkAnalysis]) -> None:
    """Names that were replaced throughout, their definition with them."""
    defined: set[tuple[str, str]] = set()
    for one in found:
        if one.broken:
            continue
        defined |= {pair for pair in one.names if pair[1] in one.defined}
    if not defined:
        return
    used = Counter(pair for one in found for pair in one.names)
    replaced = Counter(
        pair for one in found for pair in one.names for _ in range(_count(pair[1], one.new))
    )
    defined = {pair for pair in defined if used[pair] and replaced[pair] > 1}
    old = Counter(pair[0] for pair in defined)
    new = Counter(pair[1] for pair in defined)
    sure = {pair for pair in defined if old[pair[0]] == 1 and new[pair[1]] == 1}
    if len(sure) > MAX_RENAMED:
        return
    sure = _throughout(sure, found)
    for one in found:
        public = any(fact.kind in ("public-api", "parameter-removed") for fact in one.facts)
        if one.risk and one.names and one.names <= sure and not public and not one.broken:
            one.become("renamed")


_NAME = re.compile(r"[\w$]+", re.ASCII)


def _count(name: str, lines: Sequence[str]) -> int:
    return sum(_NAME.findall(line).count(name) for line in lines)


def _throughout(pairs: set[tuple[str, str]], found: Sequence[HunkAnalysis]) -> set[tuple[str, str]]:
    """The pairs of which the old name is nowhere any more, and the new one was nowhere
    before: in all files where one was put in place of the other, and in every other line
    that changed."""
    known: dict[tuple[bytes, int], frozenset[str]] = {}
    for one in found:
        if one.names & pairs:
            for side in (0, 1):
                if (one.hunk.path, side) not in known:
                    names = frozenset(_NAME.findall(one.file[side]))
                    known[one.hunk.path, side] = names
            pairs = {
                (before, after)
                for before, after in pairs
                if (before, after) not in one.names
                or (after not in known[one.hunk.path, 0] and before not in known[one.hunk.path, 1])
            }
        old, new = (frozenset(_NAME.findall("\n".join(lines))) for lines in (one.old, one.new))
        pairs = {pair for pair in pairs if pair[0] not in new and pair[1] not in old}
    return pairs
