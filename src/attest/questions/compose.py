"""From a change to the questions about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from attest import text
from attest.analysis.change import Contents, examine
from attest.analysis.effects import Effect
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.kinds import Kind
from attest.analysis.syntax import grammars
from attest.answers.context import Context
from attest.git.diff import Change, Hunk
from attest.policy.model import OwnQuestion, Treatment
from attest.policy.paths import Patterns
from attest.questions import selection, wording
from attest.questions.selection import Choice
from attest.questions.wording import QuestionTexts

MAX_NEAR = 20_000
"""Characters of the rest of a change that are compared with an answer."""


@dataclass(frozen=True, slots=True)
class HunkQuestions:
    """A hunk that is asked about, with its questions.

    Args:
        hunk: the hunk.
        asked: what is asked.
        rank: hunks with a lower one are more telling.
        looked: what it changes; None by versions of the rules that do not look.
        places: how many hunks it stands for.
        near: what else the change says.
    """

    hunk: Hunk
    asked: QuestionTexts = field(default_factory=QuestionTexts)
    rank: int = 0
    looked: HunkAnalysis | None = None
    places: int = 1
    near: str = ""

    @property
    def context(self) -> Context | None:
        """What an answer is about; None by versions of the rules that do not look."""
        one = self.looked
        if one is None:
            return None
        path = one.hunk.path.decode("utf-8", "replace")
        around = "\n".join([path, ".".join(one.scope), one.around, self.near])
        asked = (self.asked.invariant, self.asked.breaks, self.asked.third)
        return Context("\n".join([*one.old, *one.new]), around, asked)


@dataclass(frozen=True, slots=True)
class QuestionRules:
    """What is wanted of questions, by a policy.

    Args:
        most: the most hunks of a commit.
        kinds: what is wanted of kinds, against what is usual.
        own: the maintainer's own questions.
    """

    most: int
    kinds: Mapping[Kind, Literal["ask", "cover"]]
    own: Sequence[tuple[Patterns, OwnQuestion]]


def by_size(
    change: Change, treatments: Mapping[bytes, Treatment], most: int, rules: int
) -> list[HunkQuestions]:
    """The questions of versions 1 and 2: two standing ones about the largest hunks."""
    chosen = selection.choose_by_size(change.hunks, treatments, most, rules)
    return [HunkQuestions(hunk, rank=-hunk.size) for hunk in chosen]


def choices(
    change: Change, treatments: Mapping[bytes, Treatment], wanted: QuestionRules, contents: Contents
) -> list[Choice]:
    """What becomes of each hunk that can be asked about, by version 3.

    Raises:
        GrammarsUnavailable: see `grammars.assert_pinned`.
    """
    paths = [path for path, treatment in treatments.items() if treatment == "ask"]
    if paths:
        grammars.assert_pinned()
    looked = examine(change, paths, contents)
    special = {id(one) for one in looked if _own(one, wanted.own) is not None}
    return selection.choose(looked, wanted.most, wanted.kinds, special)


def by_syntax(made: Sequence[Choice], wanted: QuestionRules) -> list[HunkQuestions]:
    """The questions about the hunks that were chosen, in the order of the diff."""
    posed = []
    near = _near(made)
    for choice in made:
        if choice.outcome != "asked":
            continue
        one = choice.looked
        asked = wording.word(_named(one), one.scope, choice.places)
        own = _own(one, wanted.own)
        if own is not None:
            asked = replace(asked, third=text.normalise(own.ask), own=True)
        posed.append(HunkQuestions(one.hunk, asked, choice.rank, one, choice.places, near))
    return posed


def _named(one: HunkAnalysis) -> Effect:
    """What a hunk is asked about; by its file's name where nothing can be quoted."""
    fact = one.facts[0]
    if fact.old or fact.new or fact.name or one.scope:
        return fact
    return replace(fact, name=one.hunk.path.decode("utf-8", "replace").rpartition("/")[2])


def _near(made: Sequence[Choice]) -> str:
    """Paths, scopes and lines of all hunks, as far as there is room."""
    parts: list[str] = []
    room = MAX_NEAR
    for one in (choice.looked for choice in made):
        path = one.hunk.path.decode("utf-8", "replace")
        part = "\n".join([path, ".".join(one.scope), *one.old, *one.new])[:room]
        parts.append(part)
        room -= len(part)
    return "\n".join(parts)


def _own(one: HunkAnalysis, own: Sequence[tuple[Patterns, OwnQuestion]]) -> OwnQuestion | None:
    """The first of the maintainer's questions that fits a hunk."""
    kinds = {fact.kind for fact in one.facts}
    for patterns, question in own:
        if not patterns.match(one.hunk.path):
            continue
        if question.kinds and not kinds & set(question.kinds):
            continue
        if not question.kinds and not one.risk:
            continue
        if question.pattern and not _found(question.pattern, one):
            continue
        return question
    return None


def _found(pattern: str, one: HunkAnalysis) -> bool:
    return any(re.search(pattern, line[:1000]) for line in (*one.old, *one.new))
