"""The one look at a message that ends with its only block sees what the look at each line sees."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from attest.attestation import block, codec
from attest.attestation.block import BlockSpan, Scan
from support.blocks import BLOCK

LINES = "\n".join(codec.write(BLOCK)).encode()
PIECES = st.sampled_from(
    [
        *(b"\n", b" ", b"\t", b"\r", b"\r\n", b"\0", b":", b"x"),
        *(b"Attest: ", b"Attest: v1", b"\nAttest: ", b"Attest-", b"\nAttest-File: 1", b"Attest"),
        *(b"Attested-by: ", b"\nAttested-by: A <a@example.com>", b"\nSigned-off-by: A"),
        *(b"see Attest: ", b"\n Attest-Key: ssh", b"\n\n", LINES, b"\n\n" + LINES + b"\n"),
    ]
)


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=9).map(b"".join))
def test_it_sees_the_same(message: bytes) -> None:
    if block.find_usual(message) is not None:
        assert block.scan(message) == block._scan_all(message)


def test_most_messages_need_one_look() -> None:
    message = b"Subject\n\nText.\n\n" + LINES + b"\n"
    stop = 4 + len(codec.write(BLOCK))
    assert block.find_usual(message) == (16, LINES + b"\n")
    assert block.scan(message) == Scan((BlockSpan(4, stop, LINES + b"\n"),))
    assert block.scan(message).spans[0].lines == tuple(LINES.split(b"\n"))


def test_a_message_that_needs_more_is_left_to_the_look_at_each_line() -> None:
    for message in (
        b"Subject\n\nText.\n",
        b"Subject\n\n" + LINES + b"\n\nText.\n",
        b"Subject\n\n" + LINES + b"\n" + LINES + b"\n",
        b"Subject\n\n" + LINES.replace(b"\n", b"\r\n") + b"\r\n",
        b"Subject\n\n" + LINES + b" \n",
        b"see Attest: v1\n\n" + LINES + b"\n",
        b"Subject\n\n" + LINES + b"\nAttest-File: 1" * 4096 + b"\n",
    ):
        assert block.find_usual(message) is None
        assert block.scan(message) == block._scan_all(message)
