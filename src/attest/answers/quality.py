"""Answers that say nothing about their change: rules with a name, a reason and a remedy
(docs/questions.md, "Answers").

The rules look at words alone, in any language; they judge no person and no way of writing.
What they cannot judge, they let pass: a false alarm costs an honest contributor more than
an empty answer that slips through costs the reviewer, who reads it anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from attest import text
from attest.answers import vocabulary as words
from attest.answers.content import SPECIFIC, Content
from attest.answers.context import ANSWER_WORD, Context, plain_words, stems
from attest.answers.doubt import is_doubt
from attest.answers.requirements import AnswerLabel
from attest.text import lazy

Rule = Literal["too-short", "repeats-question", "repeats-code", "same-answer", "filler", "doubt"]
MIN_WORDS = 3
"""Words below which an answer says too little."""
MAX_AROUND = 8
"""Words around a copied line that still say nothing of their own."""
MAX_ANSWER = 4_000
"""Characters of an answer that are looked at. An answer is hostile input to the check: with
this and `MAX_CODE`, the work for one is bounded whatever it holds."""
_NOBODY = lazy(
    r"\bno (existing |such )?(test|caller|input|user|reader)s?\b|\bnobody (relie[sd]|relying)\b|"
    r"\bcannot be (noticed|seen|told)\b",
    re.IGNORECASE,
)
"""That nothing shows it: an honest answer to what would."""


class Weakness(NamedTuple):
    """What is wrong with an answer, in words, and what to do."""

    rule: Rule
    reason: str
    remedy: str


FILLER = Weakness(
    "filler",
    "it could describe any change",
    "Say what would go wrong here without it, or what is true here because of it.",
)
TOO_SHORT = Weakness(
    "too-short",
    "it is too short to explain anything",
    "Write a sentence: what is true, and for whom.",
)
REPEATS_QUESTION = Weakness(
    "repeats-question",
    "it repeats the question",
    "Say what you know that is not in the question.",
)
REPEATS_CODE = Weakness(
    "repeats-code",
    "it repeats the code",
    "Explain why the code is like this, not what it does.",
)
DOUBT = Weakness(
    "doubt",
    "it says that you do not know",
    "Say it in `unsure`, which reviewers see first, or find out and answer.",
)
REFUSED_DOUBT = Weakness(
    "doubt",
    DOUBT.reason,
    "Find out and answer: the project does not accept `unsure` instead.",
)
SAME_ANSWER = Weakness(
    "same-answer",
    "another question has the same answer",
    "Say what is different here, or in which way it is the same.",
)


class HunkAnswers(NamedTuple):
    """The answers about one hunk, as far as they are given.

    Args:
        context: what they are about; None where they are not judged.
        answers: each label with its answer, in the order of the questions; an answer is
            empty where there is none yet.
        own_question: whether the third question is the project's own. Its answer is not
            judged, since one word may be all that it asks for (docs/questions.md,
            "Answers"); but another answer may not repeat it.
        unsure: whether `unsure` may stand in for an answer.
    """

    context: Context | None
    answers: Sequence[tuple[AnswerLabel, str]]
    own_question: bool = False
    unsure: bool = True

    @property
    def texts(self) -> list[tuple[AnswerLabel, str]]:
        """The answers that are there."""
        return [(label, answer) for label, answer in self.answers if answer]

    def answers_before(self, label: AnswerLabel) -> list[str]:
        """The answers to the questions before one; none where it is not asked."""
        labels = [name for name, _ in self.answers]
        place = labels.index(label) if label in labels else 0
        return [answer for _, answer in self.answers[:place] if answer]


def assess(
    label: AnswerLabel, answer: str, hunk: HunkAnswers, others: Iterable[HunkAnswers] = ()
) -> Weakness | None:
    """What is wrong with an answer, by docs/questions.md, "Answers". The interview and the
    check both ask this, so that they cannot disagree.

    Args:
        label: of the question that it answers.
        answer: the text; it need not be among those of `hunk` yet.
        hunk: the answers about the same hunk.
        others: the answers about other hunks of the same change, none of which it may
            repeat.
    """
    if hunk.context is None or not answer or (label == "answer" and hunk.own_question):
        return None
    weakness = find_weakness(answer, hunk.context)
    if weakness is not None:
        return REFUSED_DOUBT if weakness is DOUBT and not hunk.unsure else weakness
    other_answers = [
        *hunk.answers_before(label),
        *(other_answer for one in others for _, other_answer in one.texts),
    ]
    return SAME_ANSWER if any(are_alike(answer, other) for other in other_answers) else None


def assess_doubt(doubt: str, context: Context | None) -> Weakness | None:
    """What is wrong with `unsure` in place of an answer, if it is as hollow as such an answer. The
    rules that are about explanations alone do not count for it."""
    if context is None or not doubt:
        return None
    weakness = find_weakness(doubt, context)
    return weakness if weakness in (FILLER, TOO_SHORT) and text.words(doubt) < MIN_WORDS else None


def find_weakness(answer: str, context: Context) -> Weakness | None:
    """What is wrong with one answer by itself; the first rule that applies."""
    known: dict[str, Weakness | None] = context.weaknesses
    if answer not in known:
        known[answer] = _find_weakness(answer[:MAX_ANSWER], context)
    return known[answer]


def _find_weakness(answer: str, context: Context) -> Weakness | None:
    plain = plain_words(answer)
    if context.asks_about_wording and not words.OF_WORDING.isdisjoint(plain):
        return None
    if is_doubt(answer):
        return DOUBT
    if _is_noise(plain) or words.FILLERS.fullmatch(answer.strip().strip(".!?…。 ").lower()):
        return FILLER
    if text.words(answer) < MIN_WORDS and not _has_own_words(answer, context):
        return TOO_SHORT
    if any(_is_repetition(plain, plain_words(question)) for question in context.questions):
        return REPEATS_QUESTION
    if _is_copy(plain, context):
        return REPEATS_CODE
    if _is_foreign_filler(answer, plain):
        return FILLER
    # What follows knows English alone; an answer that may be in another language passes.
    if not _is_english(plain) or _NOBODY.search(answer):
        return None
    content = Content.of(answer)
    if content.could_describe_any_change(context):
        return FILLER
    return REPEATS_CODE if content.restates(context) else None


def are_alike(answer: str, other: str) -> bool:
    """Whether two answers are the same, whatever their marks and capitals."""
    first, second = (ANSWER_WORD.findall(each.casefold()) for each in (answer, other))
    return bool(first) and first == second


def _is_noise(plain: Sequence[str]) -> bool:
    """Whether an answer is one word again and again, or runs along a row of the keyboard."""
    if len(plain) > 1 and len(set(plain)) == 1:
        return True
    return bool(plain) and all(
        len(word) > 3 and any(word in row for row in words.ROWS) for word in plain
    )


def _has_own_words(answer: str, context: Context) -> bool:
    """Whether so short an answer says something: two words of its own, or a name from the
    change."""
    if len(Content.of(answer).words_of_own) > 1:
        return True
    return bool(SPECIFIC.search(answer)) and bool(set(stems(answer)) & context.nearby_stems)


def _is_repetition(answer: list[str], question: list[str]) -> bool:
    """Whether every word of an answer that carries meaning stands in the question."""
    content = {word for word in answer if word not in words.ENGLISH}
    return bool(content) and content <= set(question) and len(answer) > 2


def _is_copy(answer: list[str], context: Context) -> bool:
    """Whether nearly all of an answer stands in the code, in that order."""
    if len(answer) < 2:
        return False
    if f" {' '.join(answer)} " in context.flat_code:
        return True
    if len(answer) < 4:
        return False
    flat = context.flat_code
    marks = [False] * len(answer)
    for n in range(len(answer) - 2):
        if f" {' '.join(answer[n : n + 3])} " in flat:
            marks[n : n + 3] = [True] * 3
    own_words = [word for word, copied in zip(answer, marks, strict=True) if not copied]
    if len(answer) > 4 and len(own_words) * 5 <= len(answer):
        return True
    # a whole line of the code, with nothing but small words around it
    if len(own_words) > MAX_AROUND or any(
        w not in words.ENGLISH and w not in words.GENERIC for w in own_words
    ):
        return False
    answer_text = f" {' '.join(answer)} "
    return any(f" {line} " in answer_text for line in context.line_words)


def _is_foreign_filler(answer: str, plain: Sequence[str]) -> bool:
    """Whether an answer in another language has only words that fit any change."""
    if SPECIFIC.search(answer):
        return False
    if not answer.isascii() and words.ASIAN.search(answer):
        letters = "".join(ANSWER_WORD.findall(answer))
        return len(words.ASIAN_GENERIC.sub("", letters)) * 10 <= len(letters)
    parts = [part for word in plain for part in word.split("'")]
    return bool(parts) and any(
        sum(part not in language for part in parts) <= len(parts) // 8 for language in words.FOREIGN
    )


def _is_english(plain: Sequence[str]) -> bool:
    """Whether enough of its words are small or stock words of English, and none of its letters
    is from another script; or whether all its words are known."""
    small = sum(word in words.ENGLISH for word in plain)
    stock = sum(word in words.STOCK for word in plain)
    enough = small >= 2 or (small and stock)
    if enough and (small + stock) * 6 >= len(plain) and all(word.isascii() for word in plain):
        return True
    return (words.ENGLISH | words.GENERIC | words.STOCK).issuperset(plain)
