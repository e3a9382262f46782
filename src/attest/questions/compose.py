"""From a change to the questions about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from attest import text
from attest.analysis.change import OpenedChange
from attest.analysis.effects import Effect
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.kinds import Kind
from attest.analysis.syntax import grammars
from attest.answers.context import Context
from attest.answers.requirements import DEFAULT as DEFAULT_REQUIREMENTS
from attest.answers.requirements import AnswerRequirements
from attest.git.diff import Change, Hunk
from attest.git.recent_files import Contents
from attest.policy.answering import AnswerRules, strictest
from attest.policy.model import DEFAULT, Treatment
from attest.questions import own, selection, wording
from attest.questions.analysis_cache import AnalysisCache
from attest.questions.own import OwnQuestions
from attest.questions.selection import Choice
from attest.questions.wording import QuestionTexts

MAX_CHANGE_TEXT = 20_000
"""Characters of a change that an answer may take its words from. All hunks of a change share
them, so that a large change does not make every answer look as if it were about it."""
_USUAL_ANSWERS = AnswerRules(DEFAULT)
_PROSE: frozenset[Kind] = frozenset(["prose", "comment", "white-space"])
"""Kinds of hunks where only words for readers differ, or less."""


class HunkQuestions(NamedTuple):
    """A hunk that is asked about, with its questions.

    Args:
        analysis: the hunk, and what it changes.
        texts: what is asked.
        places: how many hunks it stands for.
        context: what an answer is about.
        requirements: what counts as an answer.
    """

    analysis: HunkAnalysis
    texts: QuestionTexts
    places: int
    context: Context
    requirements: AnswerRequirements = DEFAULT_REQUIREMENTS

    @property
    def hunk(self) -> Hunk:
        return self.analysis.hunk


class QuestionRules(NamedTuple):
    """What a policy says of questions (`[questions]` and `[[question]]`).

    Args:
        most: the most hunks of a commit.
        kinds: kinds that are asked about, or covered, against what is usual.
        own: the maintainer's own questions.
    """

    most: int
    kinds: Mapping[Kind, Literal["ask", "cover"]]
    own: OwnQuestions


class Opened(NamedTuple):
    """A change whose files are being read, or were read before.

    Args:
        analyses: waits for the analyses of the hunks that can be asked about, in the order of the
            diff.
        size: bytes of the files that are being read.
    """

    change: Change
    analyses: Callable[[], list[HunkAnalysis]]
    size: int = 0


def open_change(
    change: Change,
    treatments: Mapping[bytes, Treatment],
    contents: Contents,
    cache: AnalysisCache | None = None,
) -> Opened:
    """Begin to read the files of a change that can be asked about, unless they were read before.

    Args:
        cache: what is known of changes that were analysed before.

    Raises:
        NothingToJudge: a file is missing in this clone.
        GrammarsUnavailable: see `grammars.assert_pinned`.
    """
    paths = {path for path, treatment in treatments.items() if treatment == "ask"}
    if paths:
        grammars.assert_pinned()
    known = cache.read(change, paths) if cache else None
    if known is not None:
        return Opened(change, lambda: known)
    opened = OpenedChange(change, paths, contents)
    analyses = cache.keeping(change, paths, opened.analyses) if cache else opened.analyses
    return Opened(change, analyses, opened.size)


def choices(opened: Opened, rules: QuestionRules, contents: Contents) -> list[Choice]:
    """What becomes of each hunk that can be asked about.

    Args:
        opened: see `open_change`.

    Raises:
        NothingToJudge: a file is missing in this clone.
        GrammarsUnavailable: see `own.fitting`.
    """
    analyses = opened.analyses()
    special = own.fitting(analyses, rules.own, contents)
    return selection.choose(analyses, rules.most, rules.kinds, special)


def questions(
    choices: Sequence[Choice], rules: AnswerRules = _USUAL_ANSWERS
) -> list[HunkQuestions]:
    """The questions about the hunks that were chosen, in the order of the diff.

    Args:
        rules: what counts as an answer, by path and kind.
    """
    asked = []
    change_text, together = _change_text(choices), _by_question(choices)
    for number, choice in enumerate(choices):
        if choice.outcome != "asked":
            continue
        analysis = choice.analysis
        if analysis.kind == "unread":
            unread = sorted(together[number], key=lambda one: -one.hunk.size)
            texts = wording.unread_texts(list(dict.fromkeys(one.effects[0] for one in unread)))
        else:
            effect = _main_effect(analysis)
            scope = analysis.scope if effect.scope is None else effect.scope
            texts = wording.question_texts(effect, scope, choice.places)
        if choice.own:
            every = dict.fromkeys(text.normalise(one.ask or "") for one in choice.own)
            texts = texts._replace(third=" ".join(every), own=True)
        requirements = strictest(
            [rules.of(one.hunk.path, one.possible_kinds) for one in together[number]]
        )
        context = _context(analysis, texts, change_text)
        asked.append(HunkQuestions(analysis, texts, choice.places, context, requirements))
    return asked


def _context(analysis: HunkAnalysis, texts: QuestionTexts, change_text: str) -> Context:
    """What an answer about a hunk is about.

    Args:
        change_text: the code of the whole change, for words that an answer may use.
    """
    path = analysis.hunk.path.decode("utf-8", "replace")
    around = "\n".join([path, ".".join(analysis.scope), analysis.surroundings])
    questions = (texts.invariant, texts.breaks, texts.third)
    code = "\n".join([*analysis.old, *analysis.new])
    return Context(code, around, questions, analysis.kind in _PROSE, change_text)


def _by_question(choices: Sequence[Choice]) -> Mapping[int, Sequence[HunkAnalysis]]:
    """By the number of a hunk: itself, and all those that it stands for. An answer about one in
    a place where little is required must not do for one where more is."""
    together: dict[int, list[HunkAnalysis]] = {}
    for place, choice in enumerate(choices):
        root, passed = place, {place}
        while (to := choices[root].stands_in) is not None and to not in passed:
            root = to
            passed.add(to)
        together.setdefault(root, []).append(choice.analysis)
        if root != place and choice.outcome == "asked":
            together.setdefault(place, []).append(choice.analysis)
    return together


def _main_effect(analysis: HunkAnalysis) -> Effect:
    """What a hunk is asked about; by its file's name where nothing can be quoted."""
    effect = analysis.effects[0]
    if effect.old or effect.new or effect.name or analysis.scope:
        return effect
    name = analysis.hunk.path.decode("utf-8", "replace").rpartition("/")[2]
    return effect._replace(name=name)


def _change_text(choices: Sequence[Choice]) -> str:
    """Paths, scopes and lines of all hunks, as far as there is room."""
    parts: list[str] = []
    for analysis in (choice.analysis for choice in choices):
        path = analysis.hunk.path.decode("utf-8", "replace")
        parts += [path, ".".join(analysis.scope), *analysis.old, *analysis.new]
    return "\n".join(parts)[:MAX_CHANGE_TEXT]
