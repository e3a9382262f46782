"""What the words of an answer are: its own, stock words, and names (docs/questions.md,
"Answers")."""

from __future__ import annotations

from typing import NamedTuple

from attest.answers import vocabulary as words
from attest.answers.context import Context, plain_words, stems
from attest.text import lazy

SPECIFIC = lazy(
    r"`[^`]+`|\d|\b(?>[^\WA-Za-z]*)[A-Za-z]\w*_\w|[a-z][A-Z]|[A-Z]{2,}|\w\(|\w::\w|\w\.\w|--\w|[\w.]/\w|[<>=!]=|"
    r"<\w|\w\["
)
"""What names and values look like, and no word of a sentence does."""
_FEW_NAMES = 2
"""Up to so many names say little by themselves; who brings more together explains something."""


class Content(NamedTuple):
    """The words of an answer, without those that carry no meaning.

    Args:
        words_of_own: those that could not be said of any change.
        stock: how many could: "robust", "as intended", "ensures".
        names: how many different names and values there are, in code or as words.
    """

    words_of_own: list[str]
    stock: int
    names: int

    @classmethod
    def of(cls, answer: str) -> Content:
        """Read an answer."""
        prose, names = _without_names(answer)
        plain = plain_words(prose)
        own = [
            word
            for word in plain
            if len(word) > 1
            and word not in words.ENGLISH
            and word not in words.GENERIC
            and word not in words.STOCK
        ]
        return cls(own, sum(word in words.STOCK for word in plain), len(names))

    def restates(self, context: Context) -> bool:
        """Whether an answer names one or two things of the change, and has no word of its own
        that the change or the question does not have: it says what the diff shows."""
        named = bool(self.words_of_own) and 0 < self.names <= _FEW_NAMES
        return named and context.shown_stems.issuperset(stems(self.words_of_own))

    def could_describe_any_change(self, context: Context) -> bool:
        """Whether the stock words outweigh the answer's own: it has fewer of its own than
        stock words, or as many where nothing is named. A word that the change or the
        question has as well counts half, and each name after the first counts as one."""
        most = len(self.words_of_own) + max(self.names - 1, 0)
        least, needed = most - len(self.words_of_own) / 2, self.stock + (0 if self.names else 1)
        if most < needed or least >= needed:
            return most < needed  # whatever the change says, which takes longer to find out
        known = sum(stem in context.known_stems for stem in stems(self.words_of_own))
        return most - known / 2 < needed


def _without_names(answer: str) -> tuple[str, set[str]]:
    """An answer without its names and values, and these."""
    parts = answer.split("`")
    quoted = set(parts[1::2]) if len(parts) % 2 else set()
    tokens = (" ".join(parts[::2]) if quoted else answer).split()
    bare = [token.strip(".,;:!?\"'") for token in tokens]
    names = {token for token in bare if SPECIFIC.search(token)}
    return " ".join(token for token in bare if token not in names), quoted | names
