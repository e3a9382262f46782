"""Texts of commits within Markdown (GitHub Flavored Markdown).

They are hostile: they must not become a heading, a link, a mention, or the end of a folded part.
"""

from __future__ import annotations

import re

from attest.report import overview
from attest.text import lazy, showable

_SPECIAL = lazy(r"[\\`*_\[\]|~]")
"""What has a meaning within a line of Markdown, and what a backslash takes it from. A text of a
commit never begins a line, so that headings and lists are out of its reach."""
_LINKS = lazy(
    r"(?<=@)(?=\w)|(?<=[#!$%~^&])(?=\d)|(?<=GH-)(?=\d)|(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE
)
"""Places where GitHub and GitLab find a mention, a reference or an address in plain words: a
mention in a comment notifies people, and a backslash does not prevent it."""
_JOINER = "\N{WORD JOINER}"
_TICKS = lazy(r"`+")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&dollar;"}
MAX_TEXT = 2_000
"""Characters of one text that are shown."""


def escaped(value: str) -> str:
    """A text of a commit as literal words within a line of Markdown."""
    linked = in_html(value)
    return _SPECIAL.sub(r"\\\g<0>", linked)


def in_html(value: str) -> str:
    """A text as literal words within an HTML element that Markdown does not read."""
    shown = showable(value)
    shown = f"{shown[:MAX_TEXT]}…" if len(shown) > MAX_TEXT else shown
    shown = _LINKS.sub(_JOINER, shown)
    for character, entity in _ENTITIES.items():
        shown = shown.replace(character, entity) if character in shown else shown
    return shown


def code(value: str) -> str:
    """A text as code within a line."""
    shown = showable(value) or " "
    ticks = "`" * (max((len(run) for run in _TICKS.findall(shown)), default=0) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def link(text: str, url: str) -> str:
    """A text as code, that links to a page if there is one."""
    return f"[{code(text)}]({url})" if url else code(text)


def with_code(value: str) -> str:
    """A question or another text of ours, its code as code."""
    parts = overview.code_parts(showable(value)[:MAX_TEXT])
    return "".join(code(part) if number % 2 else escaped(part) for number, part in enumerate(parts))


def fence(lines: str) -> str:
    """Lines of a shell as a block of code."""
    ticks = "`" * max(3, max((len(run) for run in _TICKS.findall(lines)), default=0) + 1)
    return f"{ticks}sh\n{lines}\n{ticks}\n"
