"""How commits are dealt out to workers."""

from __future__ import annotations

from itertools import chain

import pytest

from attest.verification import commit_range


@pytest.mark.parametrize("jobs", [2, 3, 16])
@pytest.mark.parametrize("count", [1, 32, 100, 1000, 100_000])
@pytest.mark.parametrize("most", [commit_range._PIECE, commit_range._PIECE_WITHOUT_ANSWERS])
def test_each_commit_is_dealt_out_once_and_each_worker_gets_its_part(
    most: int, count: int, jobs: int
) -> None:
    shares = commit_range._shares(count, jobs, most)
    assert [at for piece in chain(*shares) for at in piece] == list(range(count))
    assert max(len(piece) for piece in chain(*shares)) <= most
    parts = [sum(len(piece) for piece in chain(*shares[n::jobs])) for n in range(jobs)]
    longest_share = max(sum(map(len, share)) for share in shares)
    assert max(parts) - min(parts) <= longest_share <= max(count / (3 * jobs), most)
