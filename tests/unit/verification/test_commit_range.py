"""How commits are dealt out to workers."""

from __future__ import annotations

from itertools import chain

import pytest

from attest.verification import commit_range


@pytest.mark.parametrize("jobs", [2, 3, 16])
@pytest.mark.parametrize("count", [1, 32, 100, 1000, 100_000, 1_000_001])
@pytest.mark.parametrize("most", [commit_range._PIECE, commit_range._PIECE_WITHOUT_ANSWERS])
def test_each_commit_is_dealt_out_once_and_the_last_shares_are_small(
    most: int, count: int, jobs: int
) -> None:
    shares = commit_range._shares(count, jobs, most)
    assert [at for piece in chain(*shares) for at in piece] == list(range(count))
    assert max(len(piece) for piece in chain(*shares)) <= most
    sizes = [sum(map(len, share)) for share in shares]
    least = max(most, -(-count // commit_range._MOST_SHARES))
    assert sorted(sizes, reverse=True) == sizes
    for size in sizes:
        assert size <= max(min(count // (2 * jobs), 8 * most), least)
        count -= size
    assert len(shares) <= commit_range._MOST_SHARES
