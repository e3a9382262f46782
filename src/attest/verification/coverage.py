"""Which hunks of a change the blocks of its commit cover, and with which answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from attest import text
from attest.answers.requirements import DEFAULT, AnswerRequirements
from attest.attestation.block import AttestedHunk, Block, Scan
from attest.git.diff import Change, Hunk
from attest.policy.model import Treatment
from attest.report.findings import MAX_LISTED, Finding, Level


class HunkCoverage(NamedTuple):
    """What the blocks say about one hunk.

    Args:
        file: the digest of its file, as an `Attest-File` line has it.
        covered: a block covers it.
        needed: the policy wants it covered.
        answers: what was attested about it; None where it was covered without answers.
    """

    hunk: Hunk
    file: str
    covered: bool
    needed: bool
    answers: AttestedHunk | None


class Coverage(NamedTuple):
    """How far the blocks reach.

    Args:
        hunks: one record for each hunk, in the order of the change.
        requirements: what counts as an answer.
        has_hunks: whether there is a record for each hunk. There is none where the blocks cover
            the exact change, and nobody needed its hunks.
        more_answers: by digest, the answers beyond one for each of its hunks: of a squash, say,
            where a later block answers once more.
    """

    level: Level
    hunks: tuple[HunkCoverage, ...]
    requirements: AnswerRequirements = DEFAULT
    has_hunks: bool = True
    more_answers: Mapping[str, Sequence[AttestedHunk]] = MappingProxyType({})

    @property
    def complete(self) -> bool:
        """Whether every hunk that needs it is covered, and there is one."""
        return self.level in ("exact", "hunks")

    @property
    def needed_count(self) -> int:
        """How many hunks must be covered."""
        return sum([entry.needed for entry in self.hunks])

    @property
    def attested_count(self) -> int:
        """How many of those are covered."""
        return sum([entry.covered and entry.needed for entry in self.hunks])

    @property
    def answered_count(self) -> int:
        """How many hunks have an answer to each standing question."""
        return sum([self.is_answered(entry) for entry in self.hunks])

    def is_answered(self, entry: HunkCoverage) -> bool:
        """Whether a hunk has an answer to each standing question."""
        return entry.answers is not None and not self.requirements.missing_labels(entry.answers)


def cover(
    change: Change,
    blocks: Sequence[Block],
    treatments: Mapping[bytes, Treatment] | None = None,
    requirements: AnswerRequirements = DEFAULT,
    fullest: AnswerRequirements | None = None,
) -> Coverage:
    """Match blocks with a change (docs/format.md, "What a valid block proves").

    An `Attest-Hunk` covers one occurrence of its digest, an `Attest-File` all hunks of its
    path. One occurrence, because the same lines may stand in a file twice: who answered
    for one of them has not answered for the other (docs/threat-model.md, "one attested
    hunk to cover two alike").

    Args:
        blocks: those that count, each once.
        treatments: what the policy wants of each path; without it, all must be covered.
        requirements: what counts as an answer.
        fullest: of several answers to a hunk, the one that lacks the least of this counts; None
            for `requirements`.
    """
    exact = change.digest in [block.change for block in blocks]
    if exact and not change.has_hunks:
        return Coverage("exact", (), requirements, has_hunks=False)
    answers = _answers_by_digest(blocks, fullest or requirements)
    whole_files = {digest for block in blocks for digest in block.files}
    hunks = []
    for file in change.files:
        digest = file.digest
        for hunk in file.hunks:
            candidates = answers.get(hunk.digest)
            attested = candidates.pop() if candidates else None
            hunks.append(
                HunkCoverage(
                    hunk,
                    digest,
                    covered=exact or digest in whole_files or attested is not None,
                    needed=not treatments or treatments[hunk.path] != "ignore",
                    answers=attested,
                )
            )
    return Coverage(_level(exact, hunks), tuple(hunks), requirements, more_answers=answers)


def _answers_by_digest(
    blocks: Sequence[Block], requirements: AnswerRequirements
) -> dict[str, list[AttestedHunk]]:
    """What was attested about each digest, the fullest answers last.

    Two blocks may answer for the same hunk, one of them with nothing in it: whichever stands
    first in the message must not decide.
    """
    answers: dict[str, list[AttestedHunk]] = {}
    for attested in (hunk for block in blocks for hunk in block.hunks):
        answers.setdefault(attested.digest, []).append(attested)
    for candidates in answers.values():
        if len(candidates) > 1:
            candidates.sort(key=lambda attested: len(requirements.missing_labels(attested)))
            candidates.reverse()
    return answers


def _level(exact: bool, hunks: Sequence[HunkCoverage]) -> Level:
    flags = [entry.covered for entry in hunks if entry.needed]
    if exact:
        return "exact"
    if not any(flags):
        return "none"
    return "hunks" if all(flags) else "partial"


def unattested_finding(scan: Scan) -> Finding:
    """The finding about a message without any block."""
    stray = " (it has Attest- lines, but no block begins)" if scan.stray else ""
    return Finding(
        "unattested",
        f"the commit has no attestation{stray}",
        "Its author must answer for it.",
        answer_again=True,
    )


def find_uncovered(
    coverage: Coverage, change: Change, blocks: Sequence[Block]
) -> Iterator[Finding]:
    """Findings about hunks that need it and that no block covers.

    Args:
        change: what is judged.
        blocks: those that count.
    """
    # An `Attest-File` that fits no file is for one of which any hunk may have changed: its digest
    # says neither which file nor which hunk.
    known = {file.digest for file in change.files}
    is_by_file = any(digest not in known for block in blocks for digest in block.files)
    which = "this hunk, or another one of its file, differs" if is_by_file else "this hunk differs"
    bare = [entry.hunk for entry in coverage.hunks if entry.needed and not entry.covered]
    for hunk in bare[:MAX_LISTED]:
        yield Finding(
            "hunk-not-covered",
            f"{which} from what was attested",
            "It was changed after it was attested, or comes from another commit. Its author "
            "must answer for it.",
            path=text.showable(hunk.path),
            line=hunk.line,
            answer_again=True,
        )
    if len(bare) > MAX_LISTED:
        more = len(bare) - MAX_LISTED
        yield Finding("hunk-not-covered", f"{more} more hunks are not covered", answer_again=True)
