"""`Attest-Unit`: the line of a block that is for a whole branch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attest.attestation import block, codec
from attest.attestation.block import BlockError
from support.blocks import BLOCK, LINES, SMALL, raw

UNIT = "Attest-Unit: branch; commits=3"
WHOLE = (*LINES[:5], UNIT, *LINES[5:])


def reason(*lines: str) -> str:
    with pytest.raises(BlockError) as caught:
        codec.parse(raw(lines))
    return caught.value.reason


def test_it_is_read_and_signed() -> None:
    parsed = codec.parse(raw(WHOLE))
    assert parsed == replace(BLOCK, branch_commits=3)
    assert f"{UNIT}\n".encode() in parsed.payload


def test_it_is_written_between_policy_and_change() -> None:
    lines = codec.write(replace(BLOCK, branch_commits=3))
    assert lines[4:7] == [LINES[4], UNIT, LINES[5]]


def test_a_block_without_a_policy_may_have_it() -> None:
    lines = (*SMALL[:3], UNIT, *SMALL[3:])
    assert codec.parse(raw(lines)).branch_commits == 3


def test_a_block_without_it_is_for_one_commit() -> None:
    assert codec.parse(raw(LINES)).branch_commits is None


def test_the_greatest_number_has_nine_digits() -> None:
    lines = [UNIT.replace("3", "9" * 9) if line == UNIT else line for line in WHOLE]
    assert codec.parse(raw(lines)).branch_commits == 999_999_999


@pytest.mark.parametrize(
    "value",
    [
        "branch; commits=0",
        "branch; commits=03",
        "branch; commits=+3",
        "branch; commits=-1",
        "branch; commits=1e3",
        "branch; commits=٣",
        "branch; commits=1 000",
        f"branch; commits={'1' * 10}",
        f"branch; commits={'9' * 500}",
        "branch; commits=",
        "branch; commits",
        "branch; commits=3; commits=4",
        "branch; commits=3;",
        "branch;  commits=3",
        "branch;commits=3",
        "branch",
        "Branch; commits=3",
        "commit; commits=1",
        "pull-request; commits=3",
        "branch%3B commits=3",
        "branch; commits=%33",
    ],
)
def test_another_value_is_refused(value: str) -> None:
    lines = [f"Attest-Unit: {value}" if line == UNIT else line for line in WHOLE]
    assert "Attest-Unit is not `branch; commits=N`" in reason(*lines)


def test_a_second_line_is_refused() -> None:
    assert "expected Attest-Change, found Attest-Unit" in reason(*LINES[:5], UNIT, UNIT, *LINES[5:])


@pytest.mark.parametrize("at", [n for n in range(1, len(LINES) + 1) if n != 5])
def test_it_stands_in_one_place(at: int) -> None:
    assert "expected" in reason(*LINES[:at], UNIT, *LINES[at:])


def test_it_begins_no_block() -> None:
    assert block.scan(f"Subject\n\n{UNIT}\n".encode()).spans == ()


def test_a_key_that_looks_alike_is_unknown() -> None:
    assert "unknown key" in reason(*LINES[:5], UNIT.replace("Unit", "unit"), *LINES[5:])
