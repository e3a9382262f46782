"""The sentences of facts: plain, on one line, and never longer than a fact may be."""

from __future__ import annotations

from collections.abc import Sequence

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


def with_paths(start: str, paths: Sequence[bytes], what: str, end: str = ".") -> str:
    """A fact's text with the first two of some paths, and how many more there are: "`a.py`,
    `b.py` and 3 more files"; with the names of the files alone where it is too long.

    Args:
        start, end: what stands before and behind them.
        what: what each of them is, for the rest.
    """
    more = len(paths) - 2
    rest = f" and {more} more {what}{'s' * (more > 1)}"
    for shown in (paths, [path.rpartition(b"/")[2] for path in paths]):
        items = [place(path) for path in shown[:2]]
        listed = ", ".join(items) + rest if more > 0 else " and ".join(items)
        whole = f"{start}{listed}{end}"
        if len(whole) <= LONGEST_FACT:
            break
    return shortened(whole, LONGEST_FACT)
