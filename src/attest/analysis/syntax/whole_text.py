"""What is found in the whole text of a side, without a grammar.

A version of a file is the new side of one commit and the old side of a later one, so the results
are remembered for the last few texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import lru_cache

from attest.analysis.syntax.tokens import Side
from attest.text import lazy

_CONDITION = lazy(
    r"(?=[aegiuw])(?<!\w)(?:if|el(?:if|sif|seif)|unless|guard|wh(?:en|ile)|assert)\b([^\n]{1,200})"
)
"""The first letters are looked at before all else, since there are few of them in a text."""
_DEFINES = lazy(
    r"\b(?:(?:def|defp|fn|fun|func|function|class|struct|interface|trait|enum|type|val|var|let|const|"
    r"object|module|record|sub|proc)\s{1,9}(?:\w+[.:]{1,2})?(\w+)|(?>(\w+))\([^;{}()\n]{0,200}\)\s?\{)"
)
_THEN = lazy(r"\s(?:then|do|and then)\b|[:{;]\s*$|\s\{")
_REMEMBERED_CONDITIONS = 8192
"""Conditions whose code is remembered: two versions of a file have nearly the same ones."""
_REMEMBERED = 8
"""Texts of which something is remembered. One may take ten times its size."""


@lru_cache(maxsize=_REMEMBERED_CONDITIONS)
def bare_condition(text: str) -> str:
    """A condition without white space, the brackets around it, and what is done then."""
    text = text.strip()
    if text.startswith("("):
        depth = 0
        for at, character in enumerate(text):
            depth += (character == "(") - (character == ")")
            if not depth:
                if at + 1 == len(text) or text[at + 1 :].lstrip()[:1] not in "&|=<>!+-*/%.":
                    text = text[1:at]
                break
    return "".join(_THEN.split(text, maxsplit=1)[0].split())


@lru_cache(maxsize=_REMEMBERED)
def count_conditions(text: str) -> Counter[str]:
    """How often each condition stands in a text, by its code without white space: what is behind a
    word such as `if` on a line. Linear; without a grammar, so that it finds no proof, only where
    else to look."""
    return Counter(map(bare_condition, _CONDITION.findall(text)))


@lru_cache(maxsize=_REMEMBERED)
def count_definitions(text: str) -> Counter[str]:
    """How often each name stands in a text behind a word that begins a definition, or before a list
    of parameters with a body. Linear."""
    return Counter(first or second for first, second in _DEFINES.findall(text))


def is_elsewhere(
    count: Callable[[str], Counter[str]], what: str, side: Side, other: Side, *, word: str = ""
) -> bool:
    """Whether something stands in another side of a file, and no less often than in this one.

    Outside of the hunks both sides are the same. So this is linear in the hunks, and in the file
    only where no hunk has it.

    Args:
        count: how often all of its sort stand in a text.
        word: what is in each text that it stands in, as it is written there.
    """
    here, there = (count(one.changed)[what] for one in (side, other))
    if here or there:
        return there >= here
    return not (word and other.lacks(word)) and what in count(other.text)
