"""The kinds of change, and how risky each of them is.

A kind's risk decides what is asked first (docs/questions.md, "What is asked"):
10 could not be read, 9 needs an answer whatever else the commit does, 1 and 2 are
asked about only where a commit has nothing riskier, and 0 is trivial.
"""

from __future__ import annotations

from typing import Literal, get_args

Kind = Literal[
    # what could not be read
    "unread",
    # what a merge decides
    "conflict",
    # nothing that a program sees
    "white-space",
    "comment",
    # the same code
    "layout",
    "moved",
    # what is checked, and what happens then
    "check-removed",
    "condition-changed",
    "condition-added",
    "early-return",
    "exception-raised",
    "exception-removed",
    "exception-caught",
    "exception-swallowed",
    # what a function takes and gives
    "default-changed",
    "parameter-added",
    "parameter-removed",
    "parameter-changed",
    "return-changed",
    "public-api",
    "function-added",
    "function-removed",
    # what is computed, and when
    "loop-changed",
    "arithmetic",
    "concurrency",
    "lock-dropped",
    "resource",
    "resource-leaked",
    "order-changed",
    "nesting-changed",
    "call-changed",
    "value-changed",
    "code-added",
    "code-removed",
    "code-changed",
    # what others can do with it
    "regular-expression",
    "shell",
    "eval",
    "deserialisation",
    "permission",
    "crypto",
    "authentication",
    "unsafe",
    # around the code
    "version",
    "dependency",
    "build",
    "migration",
    "configuration",
    "file-mode",
    "directive",
    "attribute",
    # tests
    "test-added",
    "test-changed",
    "test-weakened",
    "test-skipped",
    "test-removed",
    # words
    "log-text",
    "message-text",
    "type-annotation",
    "import-changed",
    "prose",
    "style",
    "data",
]

RISK: dict[Kind, int] = {
    "unread": 10,
    "conflict": 9,
    "white-space": 0,
    "comment": 0,
    "layout": 3,
    "moved": 3,
    "check-removed": 9,
    "condition-changed": 7,
    "condition-added": 6,
    "early-return": 6,
    "exception-raised": 5,
    "exception-removed": 6,
    "exception-caught": 6,
    "exception-swallowed": 9,
    "default-changed": 8,
    "parameter-added": 5,
    "parameter-removed": 6,
    "parameter-changed": 5,
    "return-changed": 6,
    "public-api": 5,
    "function-added": 4,
    "function-removed": 4,
    "loop-changed": 6,
    "arithmetic": 6,
    "concurrency": 7,
    "lock-dropped": 9,
    "resource": 6,
    "resource-leaked": 8,
    "order-changed": 5,
    "nesting-changed": 6,
    "call-changed": 4,
    "value-changed": 4,
    "code-added": 3,
    "code-removed": 4,
    "code-changed": 3,
    "regular-expression": 7,
    "shell": 8,
    "eval": 9,
    "deserialisation": 8,
    "permission": 8,
    "crypto": 8,
    "authentication": 8,
    "unsafe": 8,
    "version": 1,
    "dependency": 4,
    "build": 3,
    "migration": 7,
    "configuration": 4,
    "file-mode": 4,
    "directive": 3,
    "attribute": 4,
    "test-added": 2,
    "test-changed": 3,
    "test-weakened": 7,
    "test-skipped": 8,
    "test-removed": 8,
    "log-text": 1,
    "message-text": 3,
    "type-annotation": 1,
    "import-changed": 3,
    "prose": 1,
    "style": 3,
    "data": 3,
}
"""How risky a change of each kind is, from 0 (trivial) to 10."""

TRIVIAL: frozenset[Kind] = frozenset(kind for kind, risk in RISK.items() if risk == 0)
LOW = 2
"""Up to this risk a hunk is asked about only where a commit has nothing riskier."""
HIGH = 7
"""From this risk on a hunk is never folded into another one of its function."""

KINDS: tuple[Kind, ...] = get_args(Kind)
assert set(KINDS) == set(RISK)
