"""The sentences of facts: plain, on one line, and never longer than a fact may be."""

from __future__ import annotations

from attest import text
from attest.facts.fact import LONGEST_FACT
from attest.questions.wording import code

_LONGEST_PATH = 60
_LONGEST_NAME = 50


def sentence(start: str, title: str = "", end: str = ".") -> str:
    """A fact's text: a title between its marks, cut so that all of it fits."""
    start, end = text.normalise(start), end if not title else f"”{end}"
    if not title:
        return shortened(f"{start}{end}", LONGEST_FACT)
    room = LONGEST_FACT - len(start) - len(end) - len(" “")
    return f"{start} “{shortened(text.normalise(title), max(room, 1))}{end}"


def shortened(words: str, most: int) -> str:
    """Words, cut to so many characters."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def quoted(name: str) -> str:
    """A name or a piece of code between marks, cut where it is long."""
    return code(shortened(text.normalise(text.showable(name)), _LONGEST_NAME))


def place(path: bytes, line: int = 0) -> str:
    """A path between marks, with a line where there is one; its end where it is long."""
    shown = text.showable(path)
    if len(shown) > _LONGEST_PATH:
        shown = "…" + shown[-_LONGEST_PATH:]
    return code(text.normalise(f"{shown}:{line}" if line else shown))
