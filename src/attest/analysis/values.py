"""What the tokens of an edit are: a number, a text, a parameter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attest.analysis.quoting import Part
from attest.analysis.syntax.tokens import Token, Where


def is_documentation(token: Token) -> bool:
    """Whether a token is a string that is a statement by itself, or a line of one."""
    return token.role == "string" and bool(token.where & Where.STATEMENT) and not token.callee


def are_names(old: Sequence[Token], new: Sequence[Token]) -> bool:
    """Whether an edit only gives parameters other names."""
    barred = Where.TYPE | Where.DEFAULT
    names = [[token for token in run if token.role == "name"] for run in (old, new)]
    rests = [[token.text for token in run if token.role != "name"] for run in (old, new)]
    plain = not any(token.where & barred for run in names for token in run)
    return plain and rests[0] == rests[1] and len(names[0]) == len(names[1])


def is_part_of_head(part: Part) -> bool:
    """Whether what an edit has of a definition is a part of its head, and not its name too: a
    definition that is as it was elsewhere takes no other parameters."""
    barred = Where.HEAD | Where.PARAMETER | Where.TYPE | Where.DECORATOR
    return not any(t.role == "name" and t.where & barred == Where.HEAD for t in part.run)


def parameter(run: Sequence[Token]) -> str:
    """The name of the first parameter that a run has; empty where it has none."""
    barred = Where.TYPE | Where.DEFAULT | Where.DECORATOR
    return next(
        (
            token.text
            for token in run
            if token.role == "name" and token.where & Where.PARAMETER and not token.where & barred
        ),
        "",
    )


_OCTAL = frozenset(["bash", "c", "cpp", "go", "java", "javascript", "php", "ruby", "typescript"])
"""Languages in which a leading zero alone makes a number octal."""


def is_same_number(old: Sequence[Token], new: Sequence[Token], language: str) -> bool:
    """Whether an edit writes a whole number in another way: `0600` and `0o600`."""
    both = (*old, *new)
    if len(old) != 1 or len(new) != 1 or any(t.role != "number" or len(t.text) > 80 for t in both):
        return False
    values = [_whole_number(token.text, language) for token in (old[0], new[0])]
    return values[0] is not None and values[0] == values[1]


def _whole_number(text: str, language: str) -> int | None:
    """The value of a literal of a whole number; None where it is anything else."""
    digits = text.replace("'", "").lower()
    if language in _OCTAL:
        digits = re.sub(r"^0(?=[0-7_]+$)", "0o", digits)
    try:
        return int(digits, 0)
    except ValueError:
        return None
