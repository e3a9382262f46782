"""One line of `attest doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "missing"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The state of one thing that attest uses.

    Args:
        state: `note` is worth knowing; `missing` is needed, and not there.
        subject: what was looked at, in a word or two.
        remedy: what to do, one or more lines; empty where there is nothing to do.
    """

    state: State
    subject: str
    message: str
    remedy: str = ""
