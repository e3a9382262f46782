"""Colours for the lines of a hunk on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from attest.report import highlighting
from attest.report.highlighting import Role

_SIGNS = {"+": "bold green", "-": "bold red"}
_CHANGED = {"+": "reverse green", "-": "reverse red"}
_SYNTAX: Mapping[Role, str] = {
    "comment": "italic",
    "keyword": "bold blue",
    "name": "magenta",
    "tag": "blue",
    "literal": "cyan",
}
"""Styles in the terminal's own colours, which suit its background; green and red are left to
what was put in and taken out."""


def styled(path: str, lines: Sequence[str]) -> list[Text]:
    """A hunk's lines in colour.

    Args:
        path: of the file, by whose name its language is known.
        lines: each with its sign (`-`, `+`, a blank) in front, fit for a terminal.
    """
    highlights_of = highlighting.find(path, lines)
    texts = [Text(line) for line in lines]
    for one, line, highlights in zip(texts, lines, highlights_of.lines, strict=True):
        for span in highlights.syntax:
            one.stylize(_SYNTAX[span.role], span.start, span.end)
        sign = line[:1]
        if sign in _SIGNS:
            one.stylize(_SIGNS[sign], 0, 1)
            for change in highlights.changes:
                one.stylize(_CHANGED[sign], change.start, change.end)
            if not highlights_of.is_known:
                one.stylize_before("green" if sign == "+" else "red")
        elif sign in ("\\", "…"):
            one.stylize("dim")
    return texts
