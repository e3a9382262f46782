"""The questions: the two standing ones, worded for a hunk, and a third where its
kind calls for one (docs/questions.md).

Every wording has a name, operator, value or line of the hunk in it. The words are in
wordings.toml; those of the third question are part of the rules: the check words it again
and compares the two.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from attest import text
from attest.analysis.effects import Effect

INVARIANT = "Which invariant does this hunk keep?"
BREAKS = "What breaks if it is removed?"
STANDING = {"invariant": INVARIANT, "breaks": BREAKS}
MAX_QUESTION = 160
"""Characters of two lines of a terminal."""
MAX_LISTED = 1_200
"""Characters of the list of files that could not be read: about 30 of them."""
UNSURE = "What are you not sure of here? (optional)"


class QuestionTexts(NamedTuple):
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


@lru_cache(maxsize=1)
def wordings() -> dict[str, dict[str, Any]]:
    """The tables of wordings.toml, with places for quoted code."""
    return tomllib.loads(Path(__file__).with_name("wordings.toml").read_text("utf-8"))


def question_texts(effect: Effect, scope: tuple[str, ...], places: int = 1) -> QuestionTexts:
    """The questions about an effect.

    Args:
        scope: of its hunk.
        places: how many hunks it stands for.
    """
    if effect.old == effect.new:
        effect = effect._replace(old="")  # cut to the same, or the same at another place
    words = effect.words or effect.kind
    if words == "code-changed" and _CALLS.match(effect.new):
        words = "call"
    tables = wordings()
    wording = tables["usual"] | tables.get(words, {})
    pair = wording["both" if effect.old and effect.new else "new" if effect.new else "old"]
    if not (effect.old or effect.new or effect.kind in ("file-mode", "conflict")):
        pair = tables["nothing-to-quote"]["new"]
    many = f" (The same in {places} places.)" if places > 1 else ""
    third = wording.get("third", "")
    if not _calls_for_third(effect, third):
        third = ""
    invariant, breaks, more = (
        _worded(question, effect, scope) for question in (pair[0] + many, pair[1], third)
    )
    return QuestionTexts(invariant, breaks, more)


_CALLS = re.compile(r"(?:await |defer |go |try[?!]? |return |_ = )?[\w.$@:>?!-]+\(")
"""A statement that calls something."""


def _worded(question: str, effect: Effect, scope: tuple[str, ...]) -> str:
    """A question with its quotes, on two lines: without its place and name if need be."""
    whole = text.normalise(question.format_map(_values(effect, scope)))
    if len(whole) > MAX_QUESTION and (scope or (effect.old and effect.name)):
        return _worded(question, effect if scope else effect._replace(name=""), ())
    return whole[:1].upper() + whole[1:]


def unread_texts(effects: Sequence[Effect]) -> QuestionTexts:
    """The questions about what could not be read.

    Args:
        effects: one for each file, the one that is asked about first.
    """
    listed: list[str] = []
    for effect in effects:
        item = f"{code(text.showable(effect.name))} ({_sizes(effect)})"
        if listed and sum(map(len, listed)) + len(item) > MAX_LISTED:
            break
        listed.append(item)
    name, more = code(text.showable(effects[0].name)), len(effects) - len(listed)
    values = {
        "files": ", ".join(listed) + (f" and {_count(more)}" if more else ""),
        "name": name + (f" and {_count(len(effects) - 1)}" if len(effects) > 1 else ""),
    }
    worded = [question.format_map(values) for question in wordings()["unread"]["new"]]
    return QuestionTexts(text.normalise(worded[0]), text.normalise(worded[1]))


def _count(files: int) -> str:
    return f"{files} more file{'s' * (files > 1)}"


def _sizes(effect: Effect) -> str:
    """How large a file is and was."""
    if not effect.new:
        return f"removed, was {effect.old}"
    return f"{effect.new}, was {effect.old}" if effect.old else f"{effect.new}, new"


def _calls_for_third(effect: Effect, third: str) -> bool:
    """Whether what the third question is about is there: something that was replaced or
    removed, unless it asks about what is new, or quotes nothing."""
    return bool(third) and (bool(effect.old) or "{new}" in third or "{" not in third)


def _values(effect: Effect, scope: tuple[str, ...]) -> dict[str, str]:
    """What goes into the places of a wording, which wordings.toml lists."""
    here = code(".".join(scope)) if scope else ""
    old, new, name = code(effect.old), code(effect.new), code(effect.name)
    return {
        "old": old or "what was there",
        "new": new or "what is there now",
        "name": name or here or "the code",
        "here": f" in {here}" if here else "",
        "of_here": f" of {here}" if here else "",
        "in_name": f" in {name}" if name and effect.name not in (effect.new, effect.old) else "",
    }


def without_code(question: str) -> str:
    """A question without the code that it quotes. A rebase may change what is around a hunk
    and hence the quotation, though the hunk and its answer stay what they were."""
    return re.sub(r"`[^`]*`|«[^«»]*»", "`…`", text.normalise(question))


def code(text: str) -> str:
    """Code between marks, as a sentence quotes it; other marks where it has backticks."""
    if not text:
        return ""
    return f"`{text}`" if "`" not in text else f"«{text}»"
