"""What is found in the whole text of a side, without a grammar.

A version of a file is the new side of one commit and the old side of a later one, so the results
are remembered for the last few texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

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


_SAYS_NOTHING = lazy(r"[A-Za-z]*[\W_]*")
"""A line that does not say by itself what it begins: a bracket, `begin`."""
_LONGEST_HEAD = 200
"""Characters of what such a line goes on from."""


@lru_cache(maxsize=_REMEMBERED)
def places(text: str) -> Sequence[int]:
    """For each line of a text a number for its place: the lines above that are indented less, the
    head of its `[section]`, and the lines before it in its own block. Lines with the same number
    are in places of the same names, in any file; 0 is the outermost place. Linear."""
    result: list[int] = []
    # Of each block around a line: how far it is indented, its place, the lines in it so far,
    # and what was last in it; of the innermost one, these are the variables.
    blocks: list[tuple[int, int, int, str]] = []
    width, place, before, last = 0, 0, 0, ""
    for line in text.split("\n"):
        bare = line.lstrip()
        if not bare:
            result.append(hash((place, before)) if place else 0)
            continue
        words = bare.rstrip()
        indented = len(line) - len(bare) + 2 - (words[0] == "[")
        while width > indented:
            width, place, before, last = blocks.pop()
        if width < indented:
            blocks.append((width, place, before, last))
            inner = hash((place, last)) if width else 0
            width, place, before, last = indented, inner, 0, ""
        result.append(hash((place, before)) if place else 0)
        last = last[:_LONGEST_HEAD] + words if _SAYS_NOTHING.fullmatch(words) else words
        before = hash((before, words))
    return result
