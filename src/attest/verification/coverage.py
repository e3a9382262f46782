"""Which hunks of a change the blocks cover and answer for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from attest.answers.requirements import DEFAULT, AnswerRequirements
from attest.attestation.block import AttestedHunk, Block
from attest.git.diff import Change, Hunk
from attest.policy.model import Treatment
from attest.report.findings import Level


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the blocks reach.

    Args:
        covered: one truth value a hunk, in the order of the change.
        answers: for each hunk, what was said about it; None where nothing was.
        needed: for each hunk, whether the policy wants it covered.
        standard: what counts as an answer.
    """

    level: Level
    hunks: tuple[Hunk, ...]
    covered: tuple[bool, ...]
    answers: tuple[AttestedHunk | None, ...]
    needed: tuple[bool, ...]
    standard: AnswerRequirements = DEFAULT

    @property
    def total(self) -> int:
        """Hunks that must be covered."""
        return sum(self.needed)

    @property
    def count(self) -> int:
        """Those of them that are."""
        return sum(
            covered and needed for covered, needed in zip(self.covered, self.needed, strict=True)
        )

    @property
    def answered(self) -> int:
        """Hunks whose questions all have an answer."""
        return sum(said is not None and not self.standard.lacking(said) for said in self.answers)


def cover(
    change: Change,
    blocks: Sequence[Block],
    treatments: Mapping[bytes, Treatment] | None = None,
    standard: AnswerRequirements = DEFAULT,
) -> Coverage:
    """Match valid blocks with a change (docs/format.md, "What a valid block
    proves"): an `Attest-Hunk` covers one occurrence of its digest, an
    `Attest-File` all hunks of its path.

    Args:
        treatments: what the policy wants of each path; all must be covered where
            it is not given.
        standard: what counts as an answer.
    """
    hunks = change.hunks
    answers: list[AttestedHunk | None] = [None] * len(hunks)
    left = Counter(h.digest for b in blocks for h in b.hunks)
    said: dict[str, list[AttestedHunk]] = {}
    for attested in (h for b in blocks for h in b.hunks):
        said.setdefault(attested.digest, []).append(attested)
    for waiting in said.values():
        waiting.sort(key=lambda attested: len(standard.lacking(attested)))
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
    needed = tuple(not treatments or treatments[hunk.path] != "ignore" for hunk in hunks)
    level = _level(exact, [c for c, n in zip(covered, needed, strict=True) if n])
    return Coverage(level, hunks, covered, tuple(answers), needed, standard)


def _level(exact: bool, covered: Sequence[bool]) -> Level:
    if exact:
        return "exact"
    if not any(covered):
        return "none"
    return "hunks" if all(covered) else "partial"
