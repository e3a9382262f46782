"""Finding blocks in a message: where they begin and end, and the limits."""

from __future__ import annotations

import pytest

from attest.attestation import block, codec
from attest.attestation.block import BlockError
from support.blocks import LINES, SMALL, raw, text

BODY = b"Subject\n\nA body.\n\n"


def blocks(message: bytes) -> list[tuple[bytes, ...]]:
    return [span.lines for span in block.scan(message).spans]


def test_a_block_ends_before_another_line() -> None:
    message = BODY + text(LINES) + b"Signed-off-by: A <a@b>\n"
    [span] = block.scan(message).spans
    assert (span.start, span.stop) == (4, 4 + len(LINES))
    assert list(span.lines) == raw(LINES)


def test_a_block_ends_at_a_blank_line() -> None:
    head, rest = text(LINES[:4]), text(LINES[4:])
    result = block.scan(head + b"\n" + rest)
    assert [span.lines for span in result.spans] == [tuple(raw(LINES[:4]))]
    assert result.stray


def test_a_block_ends_where_the_next_begins() -> None:
    assert blocks(text() * 3) == [tuple(raw(SMALL))] * 3


def test_a_block_at_the_end_without_a_newline_is_found() -> None:
    assert blocks(BODY + text().removesuffix(b"\n")) == [tuple(raw(SMALL))]


@pytest.mark.parametrize("indent", [b" ", b"    ", b"\t", b" \t \t"])
def test_indented_lines_are_stripped(indent: bytes) -> None:
    message = b"".join(indent + line + b"\n" for line in raw(SMALL))
    assert blocks(message) == [tuple(raw(SMALL))]


@pytest.mark.parametrize("ending", [b"\r", b" ", b"\t", b" \r \r", b"\t\t\r"])
def test_blanks_and_carriage_returns_at_the_end_are_stripped(ending: bytes) -> None:
    message = b"".join(line + ending + b"\n" for line in raw(SMALL))
    assert blocks(message) == [tuple(raw(SMALL))]


@pytest.mark.parametrize("blank", ["\x0b", "\x0c", "\u00a0", "\u2003", "\x85"])
def test_no_other_blank_is_stripped(blank: str) -> None:
    lines = [*SMALL[:1], SMALL[1] + blank, *SMALL[2:]]
    [result] = blocks(text(lines))
    assert result[1] == lines[1].encode()
    with pytest.raises(BlockError):
        codec.parse(result)


@pytest.mark.parametrize("blank", ["\x0b", "\x0c", "\u00a0", "\ufeff", "\r", "> ", "# "])
def test_a_line_behind_anything_else_than_blanks_begins_no_block(blank: str) -> None:
    assert blocks(blank.encode() + text()) == []


@pytest.mark.parametrize(
    "line", ["Attest:", "Attest:\tv1", "Attest : v1", "attest: v1", "Attest-: "]
)
def test_what_does_not_begin_as_it_must_is_no_block(line: str) -> None:
    assert blocks(text([line, *SMALL[1:]])) == []


@pytest.mark.parametrize("line", ["Attest: ", "Attest: v9", "Attest: the change to main"])
def test_what_begins_as_it_must_is_a_block_and_refused(line: str) -> None:
    """A sentence that begins like a block is judged, not skipped."""
    [result] = blocks(text([line]) + b"\nmore\n")
    with pytest.raises(BlockError):
        codec.parse(result)


def test_lines_outside_of_every_block_are_noticed() -> None:
    assert block.scan(text(SMALL[1:])).stray
    assert block.scan(b"Attested-by: A <a@b>\n").stray
    assert not block.scan(BODY + text() + b"\n" + text()).stray


def test_an_empty_message_has_no_block() -> None:
    assert block.scan(b"") == block.Scan(())


def test_64_blocks_are_read_and_65_are_past_the_limit() -> None:
    assert len(blocks(text() * 64)) == 64
    result = block.scan(text() * 65)
    assert (result.spans, result.limit) == ((), "the message has more than 64 blocks")


def test_4096_lines_are_read_and_4097_are_past_the_limit() -> None:
    head, hunks = SMALL[:4], [f"Attest-File: {'0' * 56}"] * (4096 - len(SMALL))
    lines = [*head, *hunks, *SMALL[4:]]
    [result] = blocks(text(lines))
    assert len(result) == 4096
    assert len(codec.parse(result).files) == len(hunks)
    past = block.scan(text([*lines, SMALL[-1]]))
    assert (past.spans, past.limit) == ((), "the message has more than 4096 lines of blocks")


def test_the_lines_of_all_blocks_count_together() -> None:
    one = [*SMALL[:4], *[f"Attest-File: {'0' * 56}"] * 95, *SMALL[4:]]
    assert len(blocks(text(one) * 40)) == 40
    assert "4096 lines" in block.scan(text(one) * 41).limit


def test_lines_outside_of_blocks_do_not_count() -> None:
    assert len(blocks(b"Attest-File: x\n" * 5000 + b"\n" + text())) == 1


def test_a_message_of_1_mib_is_read_and_one_byte_more_is_past_the_limit() -> None:
    message = text().rjust(1 << 20, b"\n")
    assert len(blocks(message)) == 1
    past = block.scan(b"\n" + message)
    assert (past.spans, past.limit) == ((), "the message is larger than 1048576 bytes")
