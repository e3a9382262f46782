"""Imports that say nothing beyond the code which uses what they bring.

An import runs code, so none is skipped. But a hunk that only adds names, each of which one
other hunk of the same file begins to use, is part of the question about that hunk: whoever
answers for the use answers for what is used. The same for imports that go with their last use.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from attest.analysis.hunk_analysis import HunkAnalysis
from attest.text import lazy

_NO_NAMES = lazy(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|(?://|#).*")
"""Strings and comments, whose words name nothing."""
_WORD = lazy(r"[A-Za-z]\w*")
_OPENED = lazy(r".*[({]\s*$|\s*[)}\]],?;?\s*$")
"""The first and the last line of a list of names."""
_STATEMENT = lazy(r"^\s*(?:from\s+\S+\s+)?(?:import|use|using|open)\s+(?:static\s+|type\s+)?")


class Uses:
    """Which hunks of a file begin or cease to use which names.

    Takes time that is linear in the lines of the hunks, once for a file.

    Args:
        analyses: the hunks, the one to be asked about first at the beginning.
    """

    def __init__(self, analyses: Sequence[HunkAnalysis]) -> None:
        self._hunks: dict[tuple[bool, str], list[int]] = {}
        for place, analysis in enumerate(analyses):
            old, new = _words(analysis.old), _words(analysis.new)
            for gone, words in ((True, old - new), (False, new - old)):
                for word in words:
                    self._hunks.setdefault((gone, word), []).append(place)

    def of(self, analysis: HunkAnalysis) -> int | None:
        """The place of the first hunk that uses all that an import brings, and did not use
        it before; None where none does."""
        if analysis.old and analysis.new:
            return None  # the same name from elsewhere is another thing
        names = _names(analysis)
        places = [set(self._hunks.get((bool(analysis.old), name), ())) for name in names]
        return min(set.intersection(*places), default=None) if places else None


def _words(lines: Sequence[str]) -> set[str]:
    return {word for line in lines for word in _WORD.findall(_NO_NAMES.sub("", line))}


def _names(analysis: HunkAnalysis) -> set[str]:
    """The names that imports bind; empty where a line binds none, and so only runs code, or
    where it cannot be said which."""
    names: set[str] = set()
    python = analysis.language.name == "python"
    for line in filter(str.strip, analysis.old or analysis.new):
        if _OPENED.match(line):
            continue
        bare = _NO_NAMES.sub("", line)
        if "*" in bare:
            return set()
        listed = re.sub(r"\bfrom\b.*", "", _STATEMENT.sub("", bare)).strip(" \t\r;,{}()")
        if not listed and not bare.strip(" \t\r;,"):
            # A line of Go's list: the last part of the path is the name.
            bound = _WORD.findall(line)[-1:]
        else:
            plain = python and not line.lstrip().startswith("from")
            bound = [_bound(item, first=plain) for item in re.split(r"[,{}]", listed)]
        if not all(bound) or not bound:
            return set()
        names.update(bound)
    return names


def _bound(item: str, *, first: bool) -> str:
    """The name that one import binds; empty where there is none."""
    before, _, alias = item.strip().partition(" as ")
    words = _WORD.findall(alias or before)
    if not words:
        return ""
    return str(words[0] if first and not alias else words[-1])
