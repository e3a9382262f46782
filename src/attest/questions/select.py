"""What is worth asking: version 1 of the rules.

Until the rules look at the code: every hunk is asked about, up to a budget a
commit, largest first. The check makes the same choice by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from attest.change import Hunk

RULES = 1
BUDGET = 8


def choose(hunks: Sequence[Hunk]) -> list[Hunk]:
    """The hunks to ask about, in the order of the diff.

    Largest first by lines taken out and put in; ties by path, then by place.
    """
    by_size = sorted(range(len(hunks)), key=lambda i: (-hunks[i].size, hunks[i].path, i))
    return [hunks[i] for i in sorted(by_size[:BUDGET])]


def wanted(total: int) -> int:
    """How many hunks of a change of *total* hunks must be answered."""
    return min(total, BUDGET)
