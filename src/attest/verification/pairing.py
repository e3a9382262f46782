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

DescribeLack = Callable[[HunkQuestions, AttestedHunk], str]
"""What answers lack for a hunk, in words; empty where nothing."""


def answers_of(
    chosen: Sequence[HunkQuestions], coverage: Coverage, describe_lack: DescribeLack
) -> Mapping[Hunk, AttestedHunk]:
    """The answers to each chosen hunk that has any: as many hunks as possible lack nothing.

    Args:
        coverage: how far the blocks reach. A hunk that they do not cover has no answers.
    """
    if not chosen:
        return {}
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
    for digest, equal_hunks in hunks.items():
        attested = [*answers[digest], *coverage.more_answers.get(digest, ())]
        lacks = [[describe_lack(questions, one) for one in attested] for questions in equal_hunks]
        for questions, place in zip(equal_hunks, match_places(lacks), strict=True):
            if place is not None:
                pairs[questions.hunk] = attested[place]
    return pairs


def match_places(lacks: Sequence[Sequence[str]]) -> list[int | None]:
    """A place in each row, another one for each; None where there are not enough.

    As many rows as possible get a place that lacks nothing, by augmenting paths (Kuhn 1955); the
    rest get what is left, the least text first, so that the result is the same everywhere. Takes
    at most the square of the rows times their length.
    """
    owner: dict[int, int] = {}
    for row in range(len(lacks)):
        _augment(lacks, row, owner)
    places: list[int | None] = [None] * len(lacks)
    for place, row in owner.items():
        places[row] = place
    free_places = [place for place in range(len(lacks[0]) if lacks else 0) if place not in owner]
    for row in range(len(places)):
        if places[row] is None and free_places:
            best = min(free_places, key=lambda one: (lacks[row][one], one))
            free_places.remove(best)
            places[row] = best
    return places


def _augment(lacks: Sequence[Sequence[str]], row: int, owner: dict[int, int]) -> None:
    """Give a row a place that lacks nothing, where others can make room for it. Breadth first,
    so that a long chain of them needs no stack."""
    row_of_place: dict[int, int] = {}
    rows = [row]
    for current in rows:
        for place, lack in enumerate(lacks[current]):
            if lack or place in row_of_place:
                continue
            row_of_place[place] = current
            if place in owner:
                rows.append(owner[place])
                continue
            while True:  # hand the places on, back to the row that began
                previous_row = row_of_place[place]
                previous_place = next((p for p, o in owner.items() if o == previous_row), None)
                owner[place] = previous_row
                if previous_row == row or previous_place is None:
                    return
                place = previous_place
