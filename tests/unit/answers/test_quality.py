"""Answers that say nothing of their change, and those that do."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from attest.answers import quality
from attest.answers.context import Context

CODE = """\
    if len(buf) < 8:
    if len(buf) <= 8:
        raise ShortRead(offset)
"""
ABOUT = Context(
    CODE,
    "src/packet.py\nPacket.parse\ndef parse(self, buf, offset):\n",
    (
        "`len(buf) <= 8` was `len(buf) < 8`: what must hold in `Packet.parse` behind it?",
        "Put back to `len(buf) < 8`, which input or which test would show it?",
    ),
)


def rule(said: str, about: Context = ABOUT) -> str | None:
    found = quality.weakness(said, about)
    return found.rule if found else None


GOOD = [
    "a packet is at least a header and one byte long",
    "an 8-byte packet has no payload, decode() would read past its end",
    "parse never sees a buffer that ends within the header",
    "test_short_packet in test_packet.py fails",
    "The header alone is 8 bytes, so there must be more than that.",
    "IndexError in decode()",
    "an empty payload crashes the decoder",
    "der Puffer ist immer länger als der Kopf",
    "le tampon contient toujours au moins un octet après l'en-tête",
    "el búfer siempre contiene al menos un byte más que la cabecera",
    "буфер всегда длиннее заголовка",
    "缓冲区必须比包头长",
    "バッファは必ずヘッダより長い",
    "버퍼는 항상 헤더보다 길다",
    "المخزن المؤقت أطول دائما من الترويسة",
    "บัฟเฟอร์ต้องยาวกว่าส่วนหัวเสมอ",
    "truncated packets from old firmware (v2.1) end right after the header",
    "On Windows the read returns early",
    "no test does, sadly",
    "nobody relied on it, there is no caller outside of this file",
]


@pytest.mark.parametrize("said", GOOD)
def test_answers_that_say_something_pass(said: str) -> None:
    assert rule(said) is None


BAD = {
    "works now": "filler",
    "n/a": "filler",
    "N/A.": "filler",
    "fixes the bug": "filler",
    "improves readability and maintainability": "filler",
    "This change ensures that the code is robust and handles edge cases properly.": "filler",
    "asdf asdf asdf": "filler",
    "siehe oben": "filler",
    "修复bug": "filler",
    "ok then": "too-short",
    "raise ShortRead(offset)": "repeats-code",
    "len(buf) <= 8: raise ShortRead(offset)": "repeats-code",
    "what must hold in Packet.parse behind it": "repeats-question",
    "The user interface is now shown in the colours of the season.": "unrelated",
}


@pytest.mark.parametrize("said", BAD)
def test_answers_that_say_nothing_are_told_by_rule(said: str) -> None:
    assert rule(said) == BAD[said]


@pytest.mark.parametrize("said", BAD)
def test_each_has_a_reason_and_a_remedy(said: str) -> None:
    found = quality.weakness(said, ABOUT)
    assert found is not None
    assert found.reason
    assert found.remedy.endswith(".")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("It holds.", "it holds", True),
        ("the buffer is long", "The  buffer, is long!", True),
        ("the buffer is long", "the buffer is short", False),
        ("…", "!", False),
    ],
)
def test_the_same_answer_whatever_its_marks(one: str, other: str, same: bool) -> None:
    assert quality.alike(one, other) is same


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=100))
def test_any_text_is_judged_and_alike_every_time(said: str, code: str, question: str) -> None:
    about = Context(code, "", (question,))
    first, second = (
        quality.weakness(said, about),
        quality.weakness(said, Context(code, "", (question,))),
    )
    assert first == second
    assert quality.alike(said, said) or not any(c.isalnum() for c in said)


@given(st.sampled_from(GOOD), st.sampled_from(GOOD))
def test_what_says_something_still_does_with_more_said(one: str, other: str) -> None:
    assume(one != other)
    assert rule(f"{one}. {other}") is None
