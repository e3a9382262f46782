"""Hunks that could not be read: their kind is `unread`, and it ranks first.

Whoever writes a change may want a part of it to be passed over, and can reach every limit
here. So what is not read is not skipped or guessed at: a question names it, with its size.
"""

from __future__ import annotations

from attest.analysis.effects import Effect
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.kinds import LOW
from attest.analysis.syntax.languages import Language
from attest.git.diff import Hunk

_SHOWN_PATH = 80
"""Characters of a path that a question shows, counted from its end."""
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\f\r\x1b"))
_CONTROLS_IN_TEXT = 20
"""A text has at most one control character in so many bytes. UTF-16 has a NUL in every two
bytes, and machine code about one control character in four."""


def is_binary(data: bytes) -> bool:
    """Whether bytes are not a text. git takes a NUL as the sign of that, but compilers read
    past a NUL in a comment; so a text with a few of them is still a text here."""
    if b"\0" not in data:
        return False
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls * _CONTROLS_IN_TEXT > len(data):
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def analyse_unread(
    hunk: Hunk, language: Language, old_size: int | None, new_size: int | None
) -> HunkAnalysis:
    """A hunk that was not read.

    Args:
        old_size, new_size: of the file, in bytes; None on a side without it.
    """
    path = hunk.path.decode("utf-8", "replace")
    name = path if len(path) <= _SHOWN_PATH else f"…{path[1 - _SHOWN_PATH :]}"
    old, new = ("" if size is None else _size_text(size) for size in (old_size, new_size))
    return HunkAnalysis(hunk, language, (Effect("unread", old, new, name),))


def _size_text(size: int) -> str:
    """A number of bytes as people write it: `600 KB`."""
    if size < 1_000:
        return f"{size} byte{'s' * (size != 1)}"
    return f"{size // 1_000} KB" if size < 1_000_000 else f"{size // 100_000 / 10} MB"


def distrust(analysis: HunkAnalysis) -> None:
    """Let a hunk be plain code where it would be trivial, a comment, or rank low. A grammar reads
    past a NUL; some compilers and shells end there, or skip it, and see another text."""
    analysis.broken = True
    effects = [one for one in analysis.effects if one.risk > LOW and one.kind != "comment-text"]
    first = analysis.effects[0]
    analysis.effects = tuple(effects) or (Effect("code-changed", first.old, first.new, first.name),)
