"""Imports that say nothing beyond the code which uses what they bring.

An import runs code, so none is skipped. But a hunk that only adds names, each of which
another hunk of the same file uses, is part of the question about that hunk: whoever answers
for the use answers for what is used. The same for imports that go with their last use.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from attest.analysis.hunk_analysis import HunkAnalysis
from attest.text import lazy

_LITERAL = lazy(r"\"[^\"\n]*\"|'[^'\n]*'")
_WORD = lazy(r"[A-Za-z]\w*")
_OPENED = lazy(r".*[({]\s*$|\s*[)}\]],?;?\s*$")
"""The first and the last line of a list of names."""
_KEYWORDS = frozenset({"import", "from", "use", "using", "require", "include", "export"})


def user_of(number: int, analyses: Sequence[HunkAnalysis], candidates: Sequence[int]) -> int | None:
    """The first hunk of some that uses all that an import brings; None where none does.

    Takes time that is linear in the lines of these hunks.

    Args:
        number: of the hunk with the imports.
        candidates: numbers of hunks of the same file.
    """
    analysis = analyses[number]
    if analysis.old and analysis.new:
        return None  # the same name from elsewhere is another thing
    names = _names(analysis.old or analysis.new)
    if not names:
        return None
    for other in candidates:
        lines = analyses[other].old if analysis.old else analyses[other].new
        if names <= {word for line in lines for word in re.findall(r"\w+", line)}:
            return other
    return None


def _names(lines: Sequence[str]) -> set[str]:
    """The last name of each line; empty where one brings none, and so only runs code."""
    names: set[str] = set()
    for line in filter(str.strip, lines):
        if _OPENED.match(line):
            continue
        bare = _LITERAL.sub("", line)
        words = [word for word in _WORD.findall(bare) if word not in _KEYWORDS]
        if not words and not bare.strip(" \t;,"):
            # A line of Go's list: the last part of the path is the name.
            words = _WORD.findall(line)
        if not words or "*" in bare:
            return set()
        names.add(words[-1])
    return names
