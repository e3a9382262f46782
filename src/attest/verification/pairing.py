"""Which answers are for which of some equal hunks.

Equal hunks of a file have one digest, so that no block says which of them its answers are for.
The answers count for the hunks that they fit, wherever these stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from attest.attestation.block import AttestedHunk
from attest.git.diff import Hunk
from attest.questions.compose import HunkQuestions
from attest.verification.coverage import Coverage

Lacks = Callable[[HunkQuestions, AttestedHunk], str]
"""What answers lack for a hunk, in words; empty where nothing."""


def answers_of(
    chosen: Sequence[HunkQuestions], coverage: Coverage, lacks: Lacks
) -> Mapping[Hunk, AttestedHunk]:
    """The answers to each chosen hunk that has any: as many hunks as possible lack nothing.

    Args:
        coverage: how far the blocks reach. A hunk that they do not cover has no answers.
    """
    questions_of = {questions.hunk: questions for questions in chosen}
    hunks: dict[str, list[HunkQuestions]] = defaultdict(list)
    answers: dict[str, list[AttestedHunk]] = defaultdict(list)
    for entry in coverage.hunks:
        if entry.answers is not None:
            answers[entry.hunk.digest].append(entry.answers)
        questions = questions_of.get(entry.hunk)
        if questions is not None and (entry.answers is not None or entry.covered):
            hunks[entry.hunk.digest].append(questions)
    pairs: dict[Hunk, AttestedHunk] = {}
    for digest, alike in hunks.items():
        given = answers[digest]
        needs = [[lacks(questions, one) for one in given] for questions in alike]
        for questions, place in zip(alike, matched(needs), strict=True):
            if place is not None:
                pairs[questions.hunk] = given[place]
    return pairs


def matched(needs: Sequence[Sequence[str]]) -> list[int | None]:
    """A place in each row, another one for each; None where there are not enough.

    As many rows as possible get a place that lacks nothing, by augmenting paths (Kuhn 1955); the
    rest get what is left, the least text first, so that the result is the same everywhere. Takes
    at most the square of the rows times their length.
    """
    owner: dict[int, int] = {}
    for row in range(len(needs)):
        _augment(needs, row, owner)
    places: list[int | None] = [None] * len(needs)
    for place, row in owner.items():
        places[row] = place
    left = [place for place in range(len(needs[0]) if needs else 0) if place not in owner]
    for row in range(len(places)):
        if places[row] is None and left:
            best = min(left, key=lambda one: (needs[row][one], one))
            left.remove(best)
            places[row] = best
    return places


def _augment(needs: Sequence[Sequence[str]], row: int, owner: dict[int, int]) -> None:
    """Give a row a place that lacks nothing, where others can make room for it. Breadth first,
    so that a long chain of them needs no stack."""
    came_from: dict[int, int] = {}
    waiting = [row]
    for current in waiting:
        for place, lacking in enumerate(needs[current]):
            if lacking or place in came_from:
                continue
            came_from[place] = current
            if place in owner:
                waiting.append(owner[place])
                continue
            while True:  # hand the places on, back to the row that began
                giver = came_from[place]
                before = next((p for p, o in owner.items() if o == giver), None)
                owner[place] = giver
                if giver == row or before is None:
                    return
                place = before
