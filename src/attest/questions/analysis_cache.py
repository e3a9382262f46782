"""Analyses of changes that were made here before: reading code again is most of a second run.

The cache has what `analyse_change` made, and nothing else: no choice by a policy, no signature, no
key, no verdict. Those are judged every time. It lies in the user's own cache directory and never in
a clone, which may come from somebody who would like fewer questions.
"""

from __future__ import annotations

import dataclasses
import json
import os
import zlib
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import Any

from attest import __version__, analysis
from attest.analysis.effects import Effect
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.syntax import grammars
from attest.analysis.syntax.languages import Language
from attest.git.diff import Change, Hunk
from attest.questions.selection import RULES
from attest.system import files

VARIABLE = "ATTEST_CACHE"
MAX_FOLDER = 256 << 10
"""Bytes of each of the 256 folders: 64 MiB together, or about 20,000 commits of usual size. The
oldest entries go first."""
MAX_ENTRY = MAX_FOLDER // 4
"""Bytes of a compressed entry."""


class AnalysisCache:
    """Analyses by what they are made from.

    It is only a cache. What cannot be read is analysed again, and after a failure to write, nothing
    more is written.

    Args:
        folder: is created when the first entry is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writes = True

    @classmethod
    def of_user(cls) -> AnalysisCache | None:
        """The cache in the directory that ATTEST_CACHE names, or in the user's own. None if that
        variable is empty, and in CI unless it names a directory: nothing there runs twice."""
        named = os.environ.get(VARIABLE)
        if named is not None:
            return cls(Path(named).absolute()) if named else None
        if os.environ.get("CI"):
            return None
        # Where git's own cache is (gitcredentials(7)), on every system.
        base = Path(os.environ.get("XDG_CACHE_HOME", ""))
        with suppress(RuntimeError):  # a user without a home directory
            base = base if base.is_absolute() else Path.home() / ".cache"
        return cls(base / "attest" / "analyses") if base.is_absolute() else None

    def read(self, change: Change, paths: Collection[bytes]) -> list[HunkAnalysis] | None:
        """The analyses of some paths of a change; None if they are not there."""
        try:
            unpacker = zlib.decompressobj()
            data = unpacker.decompress(self._entry(change, paths).read_bytes(), MAX_ENTRY * 64)
            rows = json.loads(data if unpacker.eof else b"")
            hunks = [hunk for hunk in change.hunks if hunk.path in paths]
            return [_decode(row, hunk) for row, hunk in zip(rows, hunks, strict=True)]
        except (OSError, zlib.error, ValueError, TypeError):  # not as we wrote it
            return None

    def keeping(
        self, change: Change, paths: Collection[bytes], analyse: Callable[[], list[HunkAnalysis]]
    ) -> Callable[[], list[HunkAnalysis]]:
        """`analyse`, which then keeps what it made."""

        def analyses() -> list[HunkAnalysis]:
            made = analyse()
            effects = (effect for one in made for effect in one.effects)
            # What could not be read is left out: the cause may be gone the next time.
            if self._writes and all(effect.kind != "unread" for effect in effects):
                self._write(self._entry(change, paths), made)
            return made

        return analyses

    def _write(self, entry: Path, analyses: Sequence[HunkAnalysis]) -> None:
        rows = [[getattr(one, name) for name in _FIELDS] for one in analyses]
        data = zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 1)
        try:
            if len(data) <= MAX_ENTRY:
                _store(entry, data)
        except OSError:
            self._writes = False

    def _entry(self, change: Change, paths: Collection[bytes]) -> Path:
        """Where the analyses are that are made from this: the blobs and modes on both sides, git's
        hunks, what of it can be asked about, and what reads it."""
        parts = [f"{_code()} {RULES} {grammars.VERSION} {change.digest}".encode()]
        for file in change.files:
            parts.append(b"%d%d" % (file.path in paths, file.path in change.conflicts))
            parts += [
                b"%b %d %d" % (hunk.digest.encode(), hunk.old_start, hunk.new_start)
                for hunk in file.hunks
            ]
        name = sha256(b"\n".join(parts)).hexdigest()
        return self.folder / name[:2] / name[2:]


@cache
def _code() -> str:
    """The version of attest, and of each file of the analysis its size and date: somebody may have
    changed one."""
    folder = Path(analysis.__file__).parent
    states = sorted((str(path), path.stat()) for path in folder.rglob("*.py"))
    dates = [(path, state.st_size, state.st_mtime_ns) for path, state in states]
    return f"{__version__} {dates}"


def _store(entry: Path, data: bytes) -> None:
    """Write an entry whole or not at all, and make room for it.

    Not flushed to the disk: an entry that a crash of the machine cut short is not read.
    """
    entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = entry.with_name(f"~{os.getpid()}")
    try:
        temporary.write_bytes(data)
        files.replace(temporary, entry)
    except OSError:
        with suppress(OSError):
            files.remove(temporary)
        raise
    with os.scandir(entry.parent) as found:
        newest = sorted(found, key=lambda one: -one.stat().st_mtime_ns)
    for one, size in zip(newest, accumulate(one.stat().st_size for one in newest), strict=True):
        if size > MAX_FOLDER:
            files.remove(one, missing_ok=True)


_FIELDS = tuple(field.name for field in dataclasses.fields(HunkAnalysis) if field.name != "hunk")


def _decode(row: Sequence[Any], hunk: Hunk) -> HunkAnalysis:
    """An analysis from what JSON has of it, which knows no tuples."""
    language, effects, *rest = _frozen(row)
    return HunkAnalysis(
        hunk, Language(*language), tuple(Effect(*effect) for effect in effects), *rest
    )


def _frozen(value: Any) -> Any:  # noqa: ANN401
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
