"""A fact about a hunk that its diff does not show, and the question that it raises."""

from dataclasses import dataclass
from typing import Literal

FactKind = Literal[
    "revert", "origin", "users", "still-used", "tests", "promise", "relation", "issue"
]
# The characters of a fact's text: at most this many.
LONGEST_FACT = 200


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about a hunk that the diff does not show.

    Args:
        kind: which of the searches found it (docs/questions.md, "Facts").
        text: one sentence, plain, at most 200 characters, no control characters: "This line came
            with 3f2a91c “Fix endless loop in the compact printer” (#123)."
        question: what to ask with it, in place of the general second question: "What keeps that
            fixed?"
    """

    kind: FactKind
    text: str
    question: str
