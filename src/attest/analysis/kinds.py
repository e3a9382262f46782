"""The kinds of change, and how risky each of them is.

A kind's risk decides what is asked first (docs/questions.md, "What is asked"): 10 could not
be read, 9 needs an answer whatever else the commit does, 1 and 2 are asked about only where a
commit has nothing riskier, and 0 is trivial.
"""

from __future__ import annotations

from typing import Literal, cast, get_args

Kind = Literal[
    "unread",
    "conflict",
    "white-space",
    "comment",
    "layout",
    "moved",
    "check-removed",
    "condition-changed",
    "condition-added",
    "exception-changed",
    "exception-swallowed",
    "parameter-changed",
    "return-changed",
    "function-added",
    "function-removed",
    "concurrency",
    "execution",
    "security",
    "code-changed",
    "import-changed",
    "comment-text",
    "prose",
    "test-changed",
    "test-weakened",
    "generated",
    "version",
    "migration",
    "configuration",
    "file-mode",
]

_BY_RISK = {
    10: "unread",
    9: "conflict check-removed exception-swallowed",
    8: "concurrency execution security test-weakened",
    7: "condition-changed migration",
    6: "condition-added exception-changed return-changed parameter-changed",
    5: "function-removed",
    4: "function-added code-changed file-mode",
    3: "moved import-changed comment-text configuration",
    2: "test-changed generated layout",
    1: "version prose",
    0: "white-space comment",
}
KINDS: tuple[Kind, ...] = get_args(Kind)
RISK = {cast("Kind", kind): risk for risk, kinds in _BY_RISK.items() for kind in kinds.split()}
"""How risky a change of each kind is, from 0 (trivial) to 10."""
assert set(RISK) == set(KINDS)

TRIVIAL: frozenset[Kind] = frozenset(kind for kind, risk in RISK.items() if risk == 0)
LOW = 2
"""Up to this risk a hunk is asked about only where a commit has nothing riskier."""
HIGH = 7
"""From this risk on a hunk is never folded into another one of its function."""
REORDERED = 6
"""What code is ranked by that is the same, but in another order or in another block."""
