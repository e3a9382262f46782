"""Where the interview gets facts from, whatever finds them."""

from __future__ import annotations

from typing import Protocol

from attest.facts.fact import Fact
from attest.git.diff import Hunk


class FactSource(Protocol):
    """Knows facts about the hunks of a change."""

    def get(self, hunk: Hunk, /) -> Fact | None:
        """The fact to show with a hunk's questions, or None where there is none, or none yet.
        Called when the hunk's turn comes, so it returns at once."""


class _NoFacts:
    def get(self, _hunk: Hunk, /) -> Fact | None:
        return None


NO_FACTS: FactSource = _NoFacts()
"""Knows none."""
