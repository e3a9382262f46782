"""Answers that say nothing of their change: rules with a name, a reason and a remedy
(docs/questions.md, "Answers").

The rules look at words alone, in any language; they judge no person, and no way of
writing. What they cannot judge, they let pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from attest import text
from attest.answers import vocabulary as words

Rule = Literal[
    "too-short", "repeats-question", "repeats-code", "same-answer", "filler", "unrelated"
]
FEWEST = 3
"""Words below which an answer says too little."""
MOST_AROUND = 8
"""Words around a copied line that still say nothing of their own."""
MUCH_SAID = 4_000
"""Characters of an answer that are looked at."""
MANY = 5
"""Words of its own beside which one value says what an answer is about."""
MUCH = 40_000
"""Characters of code that are compared with an answer."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_ENDING = re.compile(r"(?<=\w{3})(?:(?<=\w{4})(?:ings?|ers?)|ed|es|(?<!s)s|e)$")
_NAME = re.compile(r"\w{5,}")
_FAILURE = re.compile(r"\b[A-Z]\w+(Error|Exception|Fault|Panic)\b")
"""The name of an exception."""
_NOBODY = re.compile(
    r"\bno (existing |such )?(test|caller|input|user|reader)s?\b|\bnobody (relie[sd]|relying)\b|"
    r"\bcannot be (noticed|seen|told)\b",
    re.IGNORECASE,
)
"""That nothing shows it: an honest answer to what would."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SPECIFIC = re.compile(
    r"`[^`]+`|\d|\b(?>[^\WA-Za-z]*)[A-Za-z]\w*_\w|[a-z][A-Z]|[A-Z]{2,}|\w\(|\w::\w|\w\.\w|--\w|[\w.]/\w|[<>=!]=|"
    r"<\w|\w\["
)
_VALUE = re.compile(r"`[^`]+`|(?<!\w)['\"][^\s'\"]+['\"](?!\w)|(?<!\w)/\w+|(?<![\w.])\w*\d[\w.:-]*")
"""What is said of values: quoted ones, paths, words with digits."""


@dataclass(frozen=True, slots=True)
class Weakness:
    """What is wrong with an answer, in words, and what to do."""

    rule: Rule
    reason: str
    remedy: str


@dataclass(frozen=True)
class Context:
    """What an answer is about.

    Args:
        code: the changed lines, both sides.
        around: what is near them: path, scope, the lines before and after, and what
            else the commit changes.
        questions: what was asked.
    """

    code: str
    around: str = ""
    questions: Sequence[str] = field(default=())

    @cached_property
    def flat(self) -> str:
        """The code's words in their order."""
        return f" {' '.join(_plain(self.code[:MUCH]))} "

    @cached_property
    def own(self) -> frozenset[str]:
        """Stems of what stands in the changed lines, however common in code."""
        return frozenset(_stems(self.code[:MUCH]))

    @cached_property
    def lines(self) -> frozenset[str]:
        """The words of each line of the code, of lines with three or more."""
        every = (_plain(line) for line in self.code[:MUCH].splitlines())
        return frozenset(" ".join(words) for words in every if len(words) > 2)

    @cached_property
    def near(self) -> frozenset[str]:
        """Stems of what stands in the code or near it, and the names in it as wholes."""
        whole = f"{self.code[:MUCH]}\n{self.around[:MUCH]}"
        return (frozenset(_stems(whole)) - frozenset(_stems(words.COMMON))) | frozenset(
            _compound(whole)
        )


def weakness(said: str, context: Context) -> Weakness | None:
    """What is wrong with one answer by itself; the first rule that fits."""
    said = said[:MUCH_SAID]
    plain = _plain(said)
    if len(plain) > 1 and len(set(plain)) == 1:
        return _filler()
    if plain and all(len(word) > 3 and any(word in row for row in words.ROWS) for word in plain):
        return _filler()
    bare = said.strip().strip(".!?…。 ").lower()
    if words.FILLERS.fullmatch(bare):
        return _filler()
    if text.words(said) < FEWEST and not _names(said, context):
        return Weakness(
            "too-short",
            "it is too short to say what holds",
            "Say in a sentence what is true, and for whom.",
        )
    if any(_repeats(plain, _plain(question)) for question in context.questions):
        return Weakness(
            "repeats-question",
            "it repeats the question",
            "Say what you know that the question does not.",
        )
    if _copied(plain, context):
        return Weakness(
            "repeats-code",
            "it repeats the code",
            "Say why the code is so, not what it is.",
        )
    if _is_foreign_filler(said, plain):
        return _filler()
    content = [word for word in plain if word not in words.ENGLISH]
    if _is_english(plain) or all(word in words.GENERIC or word in words.ENGLISH for word in plain):
        telling = [word for word in content if word not in words.GENERIC]
        if not telling and not _SPECIFIC.search(said):
            return _filler()
        if not (_belongs(content, context) or _points(said, context)):
            return Weakness(
                "unrelated",
                "nothing in it belongs to this change: no name, no value, no behaviour",
                "Name what the change is about: a function, a value, an input, what happens.",
            )
    return None


def alike(said: str, other: str) -> bool:
    """Whether two answers are the same, whatever their marks and capitals."""
    first, second = (_WORD.findall(answer.casefold()) for answer in (said, other))
    return bool(first) and first == second


SAME = Weakness(
    "same-answer",
    "the same answer is given elsewhere",
    "Say what differs here; or say in which way it is the same thing.",
)


def _filler() -> Weakness:
    return Weakness(
        "filler",
        "it would fit any change",
        "Say what would go wrong here without it, or what is true here because of it.",
    )


def _plain(value: str) -> list[str]:
    """The words of a text, names taken apart, in lower case."""
    return [piece.lower() for word in _WORD.findall(value) for piece in _CAMEL.split(word) if piece]


def _stems(value: str | Iterable[str]) -> Iterator[str]:
    """Beginnings of words without endings, so that `nested` and `nesting` are one."""
    for word in _plain(value) if isinstance(value, str) else value:
        yield _ENDING.sub("", word)[:5]


def _compound(value: str) -> Iterator[str]:
    """The names in a text that are made of several words, as wholes: `getAllByName` is
    one, though each of its words is common."""
    for name in _NAME.findall(value):
        if "_" in name.strip("_") or len(_CAMEL.split(name)) > 1:
            yield name.replace("_", "").lower()


def _names(said: str, context: Context) -> bool:
    return bool(_SPECIFIC.search(said)) and bool(set(_stems(said)) & context.near)


def _repeats(said: list[str], asked: list[str]) -> bool:
    """Whether all that is said was asked."""
    content = {word for word in said if word not in words.ENGLISH}
    return bool(content) and content <= set(asked) and len(said) > 2


def _copied(said: list[str], context: Context) -> bool:
    """Whether nearly all of an answer stands in the code, in that order."""
    if len(said) < 2:
        return False
    if f" {' '.join(said)} " in context.flat:
        return True
    if len(said) < 4:
        return False
    flat = context.flat
    taken = [False] * len(said)
    for n in range(len(said) - 2):
        if f" {' '.join(said[n : n + 3])} " in flat:
            taken[n : n + 3] = [True] * 3
    own = [word for word, copied in zip(said, taken, strict=True) if not copied]
    if len(said) > 4 and len(own) * 5 <= len(said):
        return True
    # a whole line of the code, with nothing but small words around it
    if len(own) > MOST_AROUND or any(
        w not in words.ENGLISH and w not in words.GENERIC for w in own
    ):
        return False
    joined = f" {' '.join(said)} "
    return any(f" {line} " in joined for line in context.lines)


def _is_foreign_filler(said: str, plain: Sequence[str]) -> bool:
    """Whether an answer in another language has only words that fit any change."""
    if _SPECIFIC.search(said):
        return False
    if words.ASIAN.search(said):
        letters = "".join(_WORD.findall(said))
        return len(words.ASIAN_GENERIC.sub("", letters)) * 10 <= len(letters)
    parts = [part for word in plain for part in word.split("'")]
    return bool(parts) and any(
        sum(part not in language for part in parts) <= len(parts) // 8 for language in words.FOREIGN
    )


def _is_english(plain: Sequence[str]) -> bool:
    """Whether enough of its small words are English, and none of its letters is from
    another script."""
    known = sum(word in words.ENGLISH for word in plain)
    return known >= 2 and known * 6 >= len(plain) and all(word.isascii() for word in plain)


def _points(said: str, context: Context) -> bool:
    """Whether an answer names a whole identifier of the change, an exception, a sign that
    stands in its lines, or two values, or one among many words: what no empty answer does."""
    if any(name in context.near for name in _compound(said)):
        return True
    if _FAILURE.search(said) or _NOBODY.search(said):
        return True
    for word in _plain(said):
        sign = words.SIGNS.get(word) or words.SIGNS.get(word.removesuffix("s"))
        if sign is not None and sign.search(context.code[:MUCH]):
            return True
    values = set(_VALUE.findall(said))
    telling = {w for w in _plain(said) if w not in words.GENERIC and w not in words.ENGLISH}
    return len(values) > 1 or (len(values) == 1 and len(telling) > MANY)


def _belongs(content: Sequence[str], context: Context) -> bool:
    """Whether anything in an answer has to do with its change."""
    telling = set(_stems(word for word in content if word not in words.GENERIC and len(word) > 1))
    if any(stem in context.near or stem in context.own for stem in telling):
        return True
    return any(word in words.BEHAVIOUR for word in content)
