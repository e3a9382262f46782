"""What an answer is about, as words that an answer can be compared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import chain
from typing import Any

from attest.answers import vocabulary as words
from attest.text import lazy

MAX_CODE = 40_000
"""Characters of code that are compared with an answer."""
_REMEMBERED = 16_384
"""Words whose parts are remembered."""
ANSWER_WORD = lazy(r"[^\W_]+(?:'[^\W_]+)?")
_ENDING = lazy(r"(?<=\w{3})(?:(?<=\w{4})(?:ings?|ers?)|ed|es|(?<!s)s|e)$")
_NAME = lazy(r"\w{5,}")
_CAMEL = lazy(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class Context:
    """What an answer is about.

    Args:
        code: the changed lines, both sides.
        around: what is near them: path, scope, the lines before and after.
        questions: what was asked.
        prose: whether only words for readers differ.
        change: what else the commit changes.
    """

    code: str
    around: str = ""
    questions: Sequence[str] = field(default=())
    prose: bool = False
    change: str = ""

    @cached_property
    def _words_by_line(self) -> list[list[str]]:
        return [plain_words(line) for line in self.code[:MAX_CODE].splitlines()]

    @cached_property
    def flat_code(self) -> str:
        """The code's words in their order."""
        return f" {' '.join(chain.from_iterable(self._words_by_line))} "

    @cached_property
    def code_stems(self) -> frozenset[str]:
        """Stems of what stands in the changed lines, however common in code."""
        return frozenset(stems(chain.from_iterable(self._words_by_line)))

    @cached_property
    def line_words(self) -> frozenset[str]:
        """The words of each line of the code, of lines with three or more."""
        return frozenset(" ".join(words) for words in self._words_by_line if len(words) > 2)

    @cached_property
    def nearby_stems(self) -> frozenset[str]:
        """Stems of what stands in the code or near it, and the names in it as wholes."""
        change = self.change[: max(MAX_CODE - len(self.around) - 1, 0)]
        around_stems, around_names = _stems_and_names(self.around[:MAX_CODE])
        change_stems, change_names = _stems_and_names(change)
        names = frozenset(_compound_names(self.code[:MAX_CODE]))
        found_stems = self.code_stems | around_stems | change_stems
        return (found_stems - _common_stems()) | names | around_names | change_names

    @cached_property
    def known_stems(self) -> frozenset[str]:
        """Stems of what the change and its questions say already."""
        return self.nearby_stems | self.code_stems | frozenset(stems(" ".join(self.questions)))

    @cached_property
    def shown_stems(self) -> frozenset[str]:
        """Stems of what the changed lines and the questions say."""
        return self.code_stems | frozenset(stems(" ".join(self.questions)))

    @cached_property
    def weaknesses(self) -> dict[str, Any]:
        """What `quality` has found out about answers: a check asks for its findings and for its
        report."""
        return {}

    @cached_property
    def asks_about_wording(self) -> bool:
        """Whether the words for readers are all that the answer is about."""
        question_words = plain_words(" ".join(self.questions))
        return self.prose or not words.OF_WORDING.isdisjoint(question_words)


@lru_cache(maxsize=4)
def _stems_and_names(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The stems in a text, and the names in it as wholes. All hunks of a commit have the change
    around them."""
    return frozenset(stems(text)), frozenset(_compound_names(text))


@cache
def _common_stems() -> frozenset[str]:
    return frozenset(stems(words.COMMON))


def plain_words(value: str) -> list[str]:
    """The words of a text, names taken apart, in lower case."""
    return [piece for word in ANSWER_WORD.findall(value) for piece in _pieces(word)]


@lru_cache(maxsize=_REMEMBERED)
def _pieces(word: str) -> tuple[str, ...]:
    """The words that a name is made of, in lower case. Code repeats its names."""
    return tuple(piece.lower() for piece in _CAMEL.split(word) if piece)


def stems(value: str | Iterable[str]) -> Iterator[str]:
    """Beginnings of words without endings, so that `nested` and `nesting` are one."""
    return map(_stem, plain_words(value) if isinstance(value, str) else value)


@lru_cache(maxsize=_REMEMBERED)
def _stem(word: str) -> str:
    return _ENDING.sub("", word)[:5]


def _compound_names(value: str) -> Iterator[str]:
    """The names in a text that are made of several words, as wholes: `getAllByName` is
    one, though each of its words is common."""
    for name in _NAME.findall(value):
        if "_" in name.strip("_") or len(_CAMEL.split(name)) > 1:
            yield name.replace("_", "").lower()
