"""The questions: the two standing ones, worded for a hunk, and a third where its
kind calls for one (docs/questions.md).

Every wording has a name, operator, value or line of the hunk in it. The words stand in
wordings.toml; the third question's are part of the rules: the check makes them anew
and compares.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from attest import text
from attest.analysis.effects import Effect
from attest.analysis.kinds import KINDS, Kind

INVARIANT = "Which invariant does this hunk keep?"
BREAKS = "What breaks if it is removed?"
STANDING = {"invariant": INVARIANT, "breaks": BREAKS}
UNSURE = "What about it are you not sure of? (may stay empty)"


@dataclass(frozen=True, slots=True)
class QuestionTexts:
    """What is asked about one hunk.

    Args:
        third: a question of its own; empty for most hunks.
        own: the third one is the maintainer's.
    """

    invariant: str = INVARIANT
    breaks: str = BREAKS
    third: str = ""
    own: bool = False

    def wording(self, label: str) -> str:
        """The question behind a label of `answers.STANDING`."""
        return {"invariant": self.invariant, "breaks": self.breaks}[label]


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a kind, with places for quoted code (wordings.toml)."""

    both: tuple[str, str]
    new: tuple[str, str]
    old: tuple[str, str]
    third: str = ""


@lru_cache(maxsize=1)
def wordings() -> tuple[dict[Kind, Wording], Wording, tuple[str, str]]:
    """The words of every kind; those of other kinds; and those where nothing can be quoted."""
    folder = resources.files("attest.questions")
    raw = tomllib.loads(folder.joinpath("wordings.toml").read_text("utf-8"))
    usual = _wording(raw["usual"], raw["usual"])
    every = {kind: _wording(raw[kind], raw["usual"]) for kind in KINDS if kind in raw}
    invariant, breaks = raw["nothing-to-quote"]["new"]
    return every, usual, (invariant, breaks)


def _wording(given: dict[str, Any], usual: dict[str, Any]) -> Wording:
    both, new, old = (tuple(given.get(key, usual[key])) for key in ("both", "new", "old"))
    return Wording(both, new, old, given.get("third", ""))


def word(fact: Effect, scope: tuple[str, ...], places: int = 1) -> QuestionTexts:
    """The questions about a fact.

    Args:
        scope: of its hunk.
        places: how many hunks it stands for.
    """
    every, usual, nothing_to_quote = wordings()
    wording = every.get(fact.kind, usual)
    pair = wording.both if fact.old and fact.new else wording.new if fact.new else wording.old
    if not fact.old and not fact.new and fact.kind not in ("binary", "file-mode"):
        pair = nothing_to_quote
    values = _values(fact, scope)
    many = f" (The same in {places} places.)" if places > 1 else ""
    third = wording.third.format_map(values) if _calls_for_third(fact, wording) else ""
    said = (pair[0].format_map(values) + many, pair[1].format_map(values), third)
    invariant, breaks, own = (_sentence(text.normalise(question)) for question in said)
    return QuestionTexts(invariant, breaks, own)


def _sentence(question: str) -> str:
    return question[:1].upper() + question[1:]


def _calls_for_third(fact: Effect, wording: Wording) -> bool:
    """Whether what the third question names is there."""
    if fact.kind == "default-changed":
        return bool(fact.old)
    return bool(wording.third) and ("{old}" not in wording.third or bool(fact.old))


def _values(fact: Effect, scope: tuple[str, ...]) -> dict[str, str]:
    here = code(".".join(scope)) if scope else ""
    old, new, name = code(fact.old), code(fact.new), code(fact.name)
    return {
        "old": old or "what was there",
        "new": new or "what is there now",
        "new_or_none": new or "gone",
        "name": name or here or "the code",
        "name_or_new": name or new,
        "here": f" in {here}" if here else "",
        "here_start": here or "The code",
        "of_here": f" of {here}" if here else "",
        "in_name": f" in {name}" if name and fact.name not in (fact.new, fact.old) else "",
        "for_name": f" for {name}" if name and fact.name not in fact.new else "",
    }


def code(text: str) -> str:
    """Code as it stands in a sentence."""
    if not text:
        return ""
    return f"`{text}`" if "`" not in text else f"«{text}»"
