"""What no program sees of a hunk."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attest.questions import words
from attest.questions.compare import Edit, alike
from attest.questions.facts import Fact, quote, quote_pair
from attest.questions.looked import Looked
from attest.questions.tokens import Token, Where


def trivial(
    looked: Looked,
    was: Sequence[Token],
    now: Sequence[Token],
    before: Sequence[Token],
    after: Sequence[Token],
    found: Sequence[Edit],
) -> Fact | None:
    """What no program sees; None where one might."""
    said = _said(looked.new)
    if looked.language.sort == "prose" and said and _said(looked.old) == said:
        return Fact("white-space")
    if looked.broken or looked.language.sort in ("data", "prose"):
        return None
    if looked.language.reader == "lines":
        return Fact("white-space") if stripped(looked.old) == stripped(looked.new) else None
    if not found and alike(before, after):
        comments = [[t.text for t in side if t.role == "comment"] for side in (was, now)]
        if comments[0] == comments[1]:
            return Fact("white-space") if _same_layout(looked) else None
        told = [_told(comments[n], comments[1 - n]) for n in (0, 1)]
        if _shows_another(comments[1]):
            return Fact("directive", quote(_first(comments[0])), quote(_first(comments[1])))
        if any(told) or (looked.language.sort == "migration" and not looked.parsed):
            return Fact("directive", *quote_pair(*told))
        if not looked.parsed and _leading(looked.old) != _leading(looked.new) and before:
            return None
        return Fact("comment", *quote_pair(_first(comments[0]), _first(comments[1])))
    imports = all(token.where & Where.IMPORT for token in (*before, *after))
    if before and imports and sorted(t.text for t in before) == sorted(t.text for t in after):
        return Fact("imports-sorted")
    return None


def _said(lines: Sequence[str]) -> list[str]:
    """The words of prose: without them, its marks are how it is laid out."""
    return re.findall(r"[^\W_]+", " ".join(lines))


def _first(comments: Sequence[str]) -> str:
    return comments[0] if comments else ""


def stripped(lines: Sequence[str]) -> list[str]:
    """Lines that say something, without the white space at their ends."""
    return [line.rstrip() for line in lines if line.strip()]


def _leading(lines: Sequence[str]) -> list[str]:
    return [line[: len(line) - len(line.lstrip())] for line in lines if line.strip()]


_REORDERS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def _shows_another(comments: Sequence[str]) -> bool:
    """Whether comments show readers another code than programs read (CVE-2021-42574)."""
    return any(_REORDERS.search(comment) for comment in comments)


_BY_LINES = frozenset(["", "bash", "docker", "make"])
"""Languages to which a carriage return at the end of a line is part of it."""


def _same_layout(looked: Looked) -> bool:
    """Whether no white space that differs can matter to a program."""
    ends = [[line.endswith("\r") for line in lines if line.strip()] for lines in _lines(looked)]
    if looked.language.name in _BY_LINES and ends[0] != ends[1]:
        return False
    if not looked.language.layout or stripped(looked.old) == stripped(looked.new):
        return True
    inner = looked.parsed or looked.language.sort == "code"
    return inner and _leading(looked.old) == _leading(looked.new)


def _lines(looked: Looked) -> tuple[Sequence[str], Sequence[str]]:
    return looked.old, looked.new


def _told(comments: Sequence[str], others: Sequence[str]) -> str:
    """The first comment of one side alone that tells a program something."""
    return next((c for c in comments if c not in others and words.is_directive(c)), "")
