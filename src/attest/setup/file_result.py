"""What became of one of the files that `attest init --maintainer` writes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file.

    Args:
        outcome: `written`, `updated`, `unchanged`, `not written`; or `warning`.
        note: why, or what to do; one or more lines.
        paste: the note ends with text that a person must put into the file.
    """

    path: str
    outcome: str
    note: str = ""
    paste: bool = False
