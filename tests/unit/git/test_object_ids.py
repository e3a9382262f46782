"""Many ids behave as a list of them does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.git.object_ids import ObjectIds

LIST = [f"{number:040x}" for number in range(5)]
PLACES = st.none() | st.integers(-7, 7)


def test_they_are_a_sequence() -> None:
    ids = ObjectIds("".join(f"{oid}\n" for oid in LIST).encode())
    assert (list(ids), len(ids), ids[0], ids[-1]) == (LIST, 5, LIST[0], LIST[-1])
    assert LIST[3] in ids
    with pytest.raises(IndexError):
        ids[5]
    assert (list(ObjectIds(b"")), bool(ObjectIds(b""))) == ([], False)


@given(PLACES, PLACES, PLACES.filter(lambda step: step != 0))
def test_a_part_is_that_of_a_list(start: int | None, stop: int | None, step: int | None) -> None:
    ids = ObjectIds("".join(f"{oid}\n" for oid in LIST).encode())
    assert ids[start:stop:step] == LIST[start:stop:step]
