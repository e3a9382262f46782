"""What tests answer: short, about the change, and such that attest finds nothing weak in it
(docs/questions.md, "Answers")."""

from __future__ import annotations


def invariant(number: int = 1) -> str:
    """What holds with a hunk; other words for each number."""
    return f"line {number} of what is read is never empty"


def removal(number: int = 1) -> str:
    """What breaks without a hunk; other words for each number."""
    return f"whoever reads line {number} gets the stale text"


FILL = (
    f"sed -i 's/^invariant:$/invariant: {invariant()}/; s/^breaks:$/breaks: {removal()}/' \"$1\"\n"
)
"""A script for an editor of `$1`: every question that is open is answered."""
