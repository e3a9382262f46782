"""What is worth asking: versions 1 and 2 of the rules.

Until the rules look at the code: every hunk is asked about, up to a budget a
commit, largest first. Version 1 asks about every path that needs attesting;
version 2 leaves out those that are only covered (lock files, and what the policy
says). The check makes the same choice by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attest.change import Hunk
from attest.policy.model import Treatment

RULES = 2
"""The newest version; attestations are made by it."""
SINCE = {1: "0.1.0", 2: "0.1.0"}
"""Versions that are known here, each with the release of attest that brought it."""


def choose(
    hunks: Sequence[Hunk], treatments: Mapping[bytes, Treatment], most: int, rules: int = RULES
) -> list[Hunk]:
    """The hunks to ask about, in the order of the diff.

    Largest first by lines taken out and put in; ties by path, then by place.

    Args:
        treatments: what the policy wants of each path.
        most: the most hunks of a commit.
        rules: a version that is known here.
    """
    wanted: tuple[Treatment, ...] = ("ask", "cover") if rules == 1 else ("ask",)
    numbers = [n for n, hunk in enumerate(hunks) if treatments[hunk.path] in wanted]
    by_size = sorted(numbers, key=lambda n: (-hunks[n].size, hunks[n].path, n))
    return [hunks[n] for n in sorted(by_size[:most])]
