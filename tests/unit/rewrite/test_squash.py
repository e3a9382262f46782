"""The message of a squash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.attestation import block
from attest.policy.model import Disclosure
from attest.rewrite import squash
from attest.rewrite.squash import SquashCommit

RULES = Disclosure(trailers={"Assisted-by": ".+"}, none="none")
ME, OTHER = b"A U Thor <me@example.org>", b"Some One <some@example.org>"
BLOCK = ("Attest: v1; at=2026-01-01T00:00:00Z; mode=tty; asked=0/1; rules=1", "Attest-Sig: AA==")


def compose(*messages: str | tuple[bytes, str], blocks: tuple[str, ...] = ()) -> str:
    commits = [
        SquashCommit(ME, one.encode())
        if isinstance(one, str)
        else SquashCommit(one[0], one[1].encode())
        for one in messages
    ]
    return squash.compose(commits, blocks, RULES).decode()


def test_one_commit_keeps_its_text() -> None:
    assert compose("Title\n\nText\nof two lines\n") == "Title\n\nText\nof two lines\n"


def test_the_others_become_a_list_and_fixups_nothing() -> None:
    message = compose("First\n\nWhy.\n", "Second\n", "fixup! First\n", "Third\n\nBecause.\n")
    assert message == "First\n\nWhy.\n\n* Second\n\n* Third\n\nBecause.\n"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Read", "Read\n\nWhy.\n\n* Write\n"),
        ("Read (#12)", "Read (#12)\n\nWhy.\n\n* Write\n"),
        ("Both (#12)", "Both (#12)\n\n* Read\n\nWhy.\n\n* Write\n"),
    ],
)
def test_a_title_of_its_own_takes_the_place_of_no_subject(title: str, expected: str) -> None:
    commits = [SquashCommit(ME, one) for one in (b"Read\n\nWhy.\n", b"Write\n")]
    assert squash.compose(commits, (), RULES, title).decode() == expected


def test_a_branch_of_fixups_has_a_title_all_the_same() -> None:
    assert compose("fixup! Elsewhere\n").startswith("fixup! Elsewhere\n")


def test_each_trailer_and_co_author_once() -> None:
    signed = "\n\nSigned-off-by: A U Thor <me@example.org>\n"
    message = compose(
        f"First{signed}",
        (OTHER, "Second\n\nCo-authored-by: S. One <SOME@example.org>\n"),
        f"Third{signed}",
    )
    trailers = message.partition("* Third\n\n")[2].splitlines()
    assert trailers == [
        "Signed-off-by: A U Thor <me@example.org>",
        "Co-authored-by: S. One <SOME@example.org>",
    ]


def test_of_no_tool_and_a_tool_the_tool_counts() -> None:
    message = compose("First\n\nAssisted-by: none\n", "Second\n\nAssisted-by: Tool\n")
    assert message.endswith("\n\nAssisted-by: Tool\n")
    assert "none" not in message


def test_one_block_takes_the_place_of_all_others() -> None:
    old = "\n".join(("Attest: v1; at=x", "Attest-Sig: BB=="))
    message = compose(f"First\n\n{old}\n", f"Second\n\n{old}\n", blocks=BLOCK)
    assert [span.lines for span in block.scan(message.encode()).spans] == [
        tuple(line.encode() for line in BLOCK)
    ]


def test_without_it_each_block_stays_once() -> None:
    old = "\n".join(("Attest: v1; at=x", "Attest-Sig: BB=="))
    message = compose(f"First\n\n{old}\n", f"Second\n\n{old}\n")
    assert len(block.scan(message.encode()).spans) == 1


@given(
    st.lists(st.binary(max_size=60).filter(lambda raw: b"\0" not in raw), min_size=1, max_size=4)
)
def test_any_messages_have_one(messages: list[bytes]) -> None:
    commits = [SquashCommit(ME, one) for one in messages]
    assert squash.compose(commits, BLOCK, RULES, "Title").startswith(b"Title\n")
