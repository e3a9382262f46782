"""Which hunks of a change the blocks cover and answer for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from attest.block import AttestedHunk, Block
from attest.change import Change, Hunk
from attest.findings import Level


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the blocks reach.

    Args:
        covered: one truth value a hunk, in the order of the change.
        answers: for each hunk, what was said about it; None where nothing was.
    """

    level: Level
    hunks: tuple[Hunk, ...]
    covered: tuple[bool, ...]
    answers: tuple[AttestedHunk | None, ...]

    @property
    def count(self) -> int:
        return sum(self.covered)

    @property
    def answered(self) -> int:
        """Hunks whose questions all have an answer."""
        return sum(1 for said in self.answers if said is not None and said.answered)


def cover(change: Change, blocks: Sequence[Block]) -> Coverage:
    """Match valid blocks with a change (docs/format.md, "What a valid block
    proves"): an `Attest-Hunk` covers one occurrence of its digest, an
    `Attest-File` all hunks of its path.
    """
    hunks = change.hunks
    answers: list[AttestedHunk | None] = [None] * len(hunks)
    left = Counter(h.digest for b in blocks for h in b.hunks)
    said: dict[str, list[AttestedHunk]] = {}
    for attested in (h for b in blocks for h in b.hunks):
        said.setdefault(attested.digest, []).append(attested)
    for waiting in said.values():
        waiting.sort(key=lambda attested: not attested.answered)
    for number, hunk in enumerate(hunks):
        if left[hunk.digest] > 0:
            left[hunk.digest] -= 1
            answers[number] = said[hunk.digest].pop(0)
    exact = any(b.change == change.digest for b in blocks)
    whole = {digest for b in blocks for digest in b.files}
    by_file = [file.digest in whole for file in change.files for _ in file.hunks]
    covered = tuple(
        exact or whole_file or answer is not None
        for whole_file, answer in zip(by_file, answers, strict=True)
    )
    return Coverage(_level(exact, covered), hunks, covered, tuple(answers))


def _level(exact: bool, covered: Sequence[bool]) -> Level:
    if exact:
        return "exact"
    if not any(covered):
        return "none"
    return "hunks" if all(covered) else "partial"
