"""Which hunks were answered for, by their paths: what a changed hunk is compared with.

A hunk's digest finds the answers of that very hunk (`Store.answers`). A hunk that differs from it
by a line has another digest, and is looked for here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from attest.answers import resembling
from attest.git.diff import Hunk

MAX_HUNKS = 40
"""Answered hunks of a path that are kept: the last ones."""


@dataclass(frozen=True, slots=True)
class AnsweredHunk:
    """A hunk that has answers.

    Args:
        scope: what encloses it, outermost first.
        body: as in the diff, as much of it as is compared.
        modes: of the path on both sides, as in git's row.
        blob: id of the file that it led to.
        start, lines: its lines in that file.
    """

    digest: str
    scope: tuple[str, ...]
    body: bytes
    modes: str
    blob: str
    start: int
    lines: int

    @classmethod
    def of(cls, hunk: Hunk, scope: tuple[str, ...]) -> AnsweredHunk:
        """A hunk of a change that was just answered for."""
        body, modes = hunk.body[: resembling.MOST_BYTES], hunk.row.modes.decode("ascii")
        blob, start, lines = hunk.row.new_oid, hunk.new_start, hunk.new_lines
        return cls(hunk.digest, scope, body, modes, blob, start, lines)

    def as_json(self) -> dict[str, Any]:
        """The hunk as values of JSON."""
        return {**asdict(self), "body": self.body.decode("latin-1")}


def read(data: dict[str, Any]) -> AnsweredHunk:
    """A hunk from what `as_json` gave.

    Raises:
        KeyError, TypeError, ValueError: it is not one.
    """
    texts = [data[key] for key in ("digest", "body", "modes", "blob")]
    numbers = [data[key] for key in ("start", "lines")]
    scope = tuple(data["scope"])
    if not all(isinstance(one, str) for one in (*texts, *scope)):
        raise TypeError(data)
    if not all(isinstance(one, int) for one in numbers):
        raise TypeError(data)
    digest, body, modes, blob = texts
    return AnsweredHunk(digest, scope, body.encode("latin-1"), modes, blob, *numbers)
