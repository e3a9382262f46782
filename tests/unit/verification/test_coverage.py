"""Which hunks blocks cover, and how far they reach."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attest.attestation.block import AttestedHunk, Block
from attest.git.diff import Change, DiffEntry, FileChange, Hunk
from attest.verification.coverage import Coverage, cover
from support.blocks import BLOCK, A, B, C, D, E

OTHER = "f" * 56


def file(path: bytes, *digests: str) -> FileChange:
    row = DiffEntry("100644", "100644", "1" * 40, "2" * 40, "M", path)
    return FileChange(row, tuple(Hunk(row, d, 1, 1, 1, 1) for d in digests))


CHANGE = Change(A, (file(b"a", B, C), file(b"b", D)))


def block(*hunks: str | AttestedHunk, change: str = OTHER, files: tuple[str, ...] = ()) -> Block:
    attested = tuple(
        AttestedHunk(h, "a", "kept", "breaks") if isinstance(h, str) else h for h in hunks
    )
    return replace(BLOCK, change=change, hunks=attested, files=files)


FILE_A, FILE_B = (f.digest for f in CHANGE.files)


def covered_in(coverage: Coverage) -> tuple[bool, ...]:
    return tuple(one.covered for one in coverage.hunks)


def answers_in(coverage: Coverage) -> list[AttestedHunk | None]:
    return [one.answers for one in coverage.hunks]


@pytest.mark.parametrize(
    ("blocks", "level", "covered"),
    [
        ([], "none", (False, False, False)),
        ([block()], "none", (False, False, False)),
        ([block(E)], "none", (False, False, False)),
        ([block(C)], "partial", (False, True, False)),
        ([block(B, C, D)], "hunks", (True, True, True)),
        ([block(D, C, B)], "hunks", (True, True, True)),
        ([block(B, C), block(D)], "hunks", (True, True, True)),
        ([block(change=A)], "exact", (True, True, True)),
        ([block(B, change=A)], "exact", (True, True, True)),
        ([block(E), block(change=A)], "exact", (True, True, True)),
        ([block(files=(FILE_A,))], "partial", (True, True, False)),
        ([block(files=(FILE_A, FILE_B))], "hunks", (True, True, True)),
        ([block(D, files=(FILE_A,))], "hunks", (True, True, True)),
        ([block(B, D, files=(OTHER,))], "partial", (True, False, True)),
    ],
)
def test_levels(blocks: list[Block], level: str, covered: tuple[bool, ...]) -> None:
    result = cover(CHANGE, blocks)
    assert (result.level, covered_in(result), result.attested_count) == (
        level,
        covered,
        sum(covered),
    )


def test_no_block_for_no_change_is_no_proof() -> None:
    assert cover(Change(A, ()), ()).level == "none"


def test_a_hunk_covers_one_occurrence_of_its_digest() -> None:
    twice = Change(A, (file(b"a", B, B, B),))
    assert covered_in(cover(twice, [block(B)])) == (True, False, False)
    assert covered_in(cover(twice, [block(B, B)])) == (True, True, False)
    assert cover(twice, [block(B), block(B), block(B)]).level == "hunks"


def test_a_file_digest_covers_no_other_path_and_no_other_order() -> None:
    moved = Change(A, (file(b"z", B, C),))
    swapped = Change(A, (file(b"a", C, B),))
    more = Change(A, (file(b"a", B, C, D),))
    for other in (moved, swapped, more):
        assert cover(other, [block(files=(FILE_A,))]).level == "none"


def test_a_file_digest_and_the_change_digest_answer_nothing() -> None:
    result = cover(CHANGE, [block(change=A, files=(FILE_A, FILE_B))])
    assert (answers_in(result), result.answered_count) == ([None, None, None], 0)


def test_answers_stand_beside_their_hunks() -> None:
    result = cover(CHANGE, [block(D, B)])
    assert [reply and reply.digest for reply in answers_in(result)] == [B, None, D]
    assert result.answered_count == 2


def test_an_empty_answer_counts_as_coverage_but_not_as_an_answer() -> None:
    result = cover(CHANGE, [block(AttestedHunk(B, "a"), C, D)])
    assert (result.level, result.answered_count) == ("hunks", 2)


def test_of_two_blocks_the_one_that_answered_speaks_for_the_hunk() -> None:
    silent, spoken = AttestedHunk(B, "a"), AttestedHunk(B, "a", unsure="much")
    for blocks in ([block(silent), block(spoken)], [block(spoken), block(silent)]):
        assert answers_in(cover(CHANGE, blocks))[0] == spoken
