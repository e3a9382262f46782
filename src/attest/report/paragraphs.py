"""Sentences in the lines of a terminal of 80 columns, escaped for it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from itertools import islice

from attest.report.findings import MAX_LISTED
from attest.text import lazy, showable

COLUMNS = 80
"""A terminal's usual width. A log of CI has no other, and long lines are hard to read in wide
ones."""
_COMMAND = lazy(r"(?:(?<=: )|(?<=\()|(?<=, or ))(?:attest|git|gpg|pipx) (?:(?!\. )[^()])*")
"""A command to copy within a sentence, which must not be cut in two."""


def ours(words: str, indent: str = "") -> list[str]:
    """What attest itself says. Addresses stay whole."""
    return _broken(showable(words), indent, indent)


def paragraph(words: str, indent: str = "") -> list[str]:
    """What somebody claims, or what may name something of a commit.

    The lines after the first begin with a mark of ours: CI takes one that begins with `::`, after
    blanks, for a command to itself, and a break must not put such words of theirs there.
    """
    return _broken(showable(words), indent, f"{indent}  | ")


def explanation(words: str, indent: str = "") -> list[str]:
    """What is wrong, or what to do about it: a paragraph whose commands stay whole. An indented
    line is a command, and stays as it is."""
    if words.startswith(" "):
        return [f"{indent}{showable(words)}"]
    whole = _COMMAND.sub(lambda match: match[0].replace(" ", "\0"), showable(words))
    lines = _broken(whole, indent, f"{indent}  | ")
    return [line.replace("\0", " ") for line in lines]


def listing(claims: Iterable[str], count: int, indent: str = "") -> Iterator[str]:
    """The lines of as many claims as somebody reads, and how many more there are.

    Args:
        count: how many there are.
    """
    for claim in islice(claims, MAX_LISTED):
        yield from paragraph(claim, indent)
    if count > MAX_LISTED:
        yield f"{indent}… and {count - MAX_LISTED} more of these"


def _broken(words: str, first: str, others: str) -> list[str]:
    fits = 0 < len(words) <= COLUMNS - len(first)
    if fits and words.isprintable() and words.strip() == words:
        return [first + words]  # as most: to look for breaks takes twenty times as long
    return textwrap.wrap(
        words,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
