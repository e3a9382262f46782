"""The grammar of one block: what is read, and what is refused and why."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from attest.answers.requirements import AnswerRequirements
from attest.attestation import codec, encoding
from attest.attestation.block import MAX_FACT, BlockError
from attest.facts.fact import LONGEST_FACT
from support.blocks import BLOCK, KEY, LINES, SIG, SMALL, A, B, C, raw

HEAD = LINES[0]
SIGNATURE = [f"Attest-Sig: {SIG}"]


def without(*prefixes: str) -> list[str]:
    return [line for line in LINES if not line.startswith(prefixes)]


def with_line(prefix: str, new: str) -> list[str]:
    """The sample with the first line that begins with *prefix* replaced."""
    at = next(n for n, line in enumerate(LINES) if line.startswith(prefix))
    return [*LINES[:at], new, *LINES[at + 1 :]]


def before(prefix: str, *new: str) -> list[str]:
    """The sample with lines put before the first that begins with *prefix*."""
    at = next(n for n, line in enumerate(LINES) if line.startswith(prefix))
    return [*LINES[:at], *new, *LINES[at:]]


def reason(lines: list[str] | tuple[str, ...]) -> str:
    with pytest.raises(BlockError) as caught:
        codec.parse(raw(lines))
    assert 0 <= caught.value.line <= len(lines)
    return caught.value.reason


def test_every_key_of_the_grammar_is_read() -> None:
    assert codec.parse(raw(LINES)) == BLOCK


def test_the_writer_writes_what_the_reader_read() -> None:
    asked = "Attest-Asked: who relied on waiting forever?"
    unsigned = replace(BLOCK, signature=b"")
    assert codec.write(unsigned) == [*LINES[:14], asked, *LINES[16:19]]


def test_the_least_block_is_read() -> None:
    parsed = codec.parse(raw(SMALL))
    assert (parsed.project, parsed.policy, parsed.hunks, parsed.files) == (None, None, (), ())


def test_the_payload_is_every_line_but_the_signature() -> None:
    parsed = codec.parse(raw(LINES))
    assert parsed.payload == "".join(f"{line}\n" for line in LINES[:-2]).encode()


def test_the_fingerprint_and_the_attester_are_named() -> None:
    parsed = codec.parse(raw(LINES))
    assert parsed.fingerprint == KEY.removeprefix("ssh ")
    assert parsed.attester == "A U Thor <author@example.com>"


@pytest.mark.parametrize("value", [f"ssh SHA256:{'a+/9' * 10}abc", f"openpgp {'0F' * 20}"])
def test_both_kinds_of_key_are_read(value: str) -> None:
    assert codec.parse(raw(with_line("Attest-Key", f"Attest-Key: {value}"))).key == value


@pytest.mark.parametrize("mode", ["tty", "editor", "file"])
def test_each_mode_is_read(mode: str) -> None:
    line = HEAD.replace("mode=tty", f"mode={mode}")
    assert codec.parse(raw([line, *LINES[1:]])).mode == mode


def test_a_text_is_decoded_once_after_joining() -> None:
    lines = with_line("Attest-Invariant", "Attest-Invariant: 100%25 of a%40b, %2541 and %C3")
    lines.insert(9, "Attest-Invariant: %A9%C3%A9")
    # The join's space stands between the two halves of a character cut in two.
    assert codec.parse(raw(lines)).hunks[0].invariant == "100% of a@b, %41 and \ufffd \ufffdé"


def test_several_questions_of_a_hunk_stay_apart() -> None:
    more = ["Attest-Asked: one?", "Attest-Answer: a", "Attest-Asked: two?", "Attest-Answer: b"]
    hunk = codec.parse(raw(before("Attest-Asked", *more))).hunks[1]
    assert [(q.text, q.answer) for q in hunk.questions] == [
        ("one?", "a"),
        ("two?", "b"),
        ("who relied on waiting forever?", "only the CLI"),
    ]


@pytest.mark.parametrize(
    ("given", "answered"),
    [
        (("Invariant", "Breaks"), True),
        (("Invariant",), False),
        (("Breaks",), False),
        ((), False),
        (("Unsure",), True),
        (("Breaks", "Unsure"), True),
    ],
)
def test_unsure_stands_in_for_a_missing_answer(given: tuple[str, ...], answered: bool) -> None:
    hunk = [f"Attest-Hunk: {C}", "Attest-Where: a", *(f"Attest-{key}: x" for key in given)]
    parsed = codec.parse(raw([*SMALL[:4], *hunk, *SIGNATURE]))
    assert (not AnswerRequirements().missing_labels(parsed.hunks[0])) is answered


@pytest.mark.parametrize(
    "key", ["Attested-by", "Attest-Key", "Attest-Change", "Attest-Where", "Attest-Sig"]
)
def test_a_line_that_must_be_there_is_missed(key: str) -> None:
    assert f"expected {key}, found" in reason(without(key))


@pytest.mark.parametrize("key", ["Attest-Project", "Attest-Policy"])
def test_a_line_that_may_be_there_is_not_missed(key: str) -> None:
    codec.parse(raw(without(key)))


def test_an_answer_without_its_question_is_refused() -> None:
    assert "found Attest-Answer" in reason(without("Attest-Asked"))


def test_a_question_without_its_answer_is_refused() -> None:
    assert reason(without("Attest-Answer")) == "expected Attest-Answer, found Attest-Unsure"


@pytest.mark.parametrize("key", ["Attested-by", "Attest-Key", "Attest-Policy", "Attest-Change"])
def test_a_second_singleton_is_refused(key: str) -> None:
    line = next(line for line in LINES if line.startswith(key))
    assert f"found {key}" in reason(before(key, line))


def test_a_second_where_is_refused() -> None:
    assert "found Attest-Where" in reason(before("Attest-Where", "Attest-Where: b"))


def test_a_hunk_needs_no_fact() -> None:
    hunks = codec.parse(raw(without("Attest-Fact"))).hunks
    assert [hunk.fact for hunk in hunks] == ["", ""]


def test_a_fact_may_take_several_lines() -> None:
    lines = with_line("Attest-Fact", "Attest-Fact: It is\nAttest-Fact: small.")
    joined = "\n".join(lines).split("\n")
    assert codec.parse(raw(joined)).hunks[1].fact == "It is small."


@pytest.mark.parametrize(
    "after", ["Attest-Hunk", "Attest-Invariant", "Attest-Breaks", "Attest-Key"]
)
def test_a_fact_stands_below_the_place_alone(after: str) -> None:
    at = next(n for n, line in enumerate(LINES) if line.startswith(after))
    lines = [*LINES[: at + 1], "Attest-Fact: It is small.", *LINES[at + 1 :]]
    assert "found Attest-Fact" in reason(lines)


@pytest.mark.parametrize("character", ["x", "é", "漢", "👍", "%25"])
def test_a_fact_has_200_characters_and_no_more(character: str) -> None:
    fact = encoding.decode(character) * 200
    fits = with_line("Attest-Fact", f"Attest-Fact: {character * 200}")
    assert codec.parse(raw(fits)).hunks[1].fact == fact
    longer = with_line("Attest-Fact", f"Attest-Fact: {character * 200}.")
    assert reason(longer) == "a fact of 201 characters; 200 are allowed"


@pytest.mark.parametrize(
    ("result", "fact"),
    [
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 199 + "…"),
        ("x" * 198 + " yy", "x" * 198 + "…"),
        (" Two\r\n\tlines.\x1b\u202e ", "Two lines."),
        ("\u200b\x00 ", ""),
        ("", ""),
    ],
)
def test_a_text_becomes_a_fact(result: str, fact: str) -> None:
    assert encoding.as_fact(result) == fact


def test_a_fact_and_its_place_in_a_block_have_one_limit() -> None:
    assert MAX_FACT == LONGEST_FACT


def test_a_second_attest_line_is_refused() -> None:
    assert "found Attest" in reason([HEAD, *LINES])


@pytest.mark.parametrize("at", range(len(LINES) - 1))
def test_neighbouring_lines_of_different_keys_cannot_be_swapped(at: int) -> None:
    first, second = LINES[at], LINES[at + 1]
    lines = [*LINES[:at], second, first, *LINES[at + 2 :]]
    if first.split(":")[0] == second.split(":")[0]:
        # Two lines of one text: still a block, of another payload or signature.
        assert codec.parse(raw(lines)) != BLOCK
    else:
        assert "expected" in reason(lines)


@pytest.mark.parametrize("key", ["Attest-Hunk", "Attest-File"])
def test_nothing_follows_the_signature_but_itself(key: str) -> None:
    assert f"found {key}" in reason([*LINES, f"{key}: {A}"])


@pytest.mark.parametrize("stop", range(1, len(LINES) - 1))
def test_a_block_cut_short_is_refused(stop: int) -> None:
    assert "found the end of the block" in reason(LINES[:stop])


def test_no_lines_at_all_are_refused() -> None:
    assert "expected Attest, found the end" in reason([])


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (HEAD.replace("v1", "v2"), "unknown version 'v2'"),
        (HEAD.replace("v1", "v10"), "unknown version 'v10'"),
        (HEAD.replace("v1", "1"), "unknown version '1'"),
        ("Attest: v1", "unknown version 'v1'"),
        (HEAD.replace("; at", ";at"), "Attest is not v1; at="),
        (HEAD.replace("Z;", "+01:00;"), "Attest is not v1; at="),
        (HEAD.replace("Z;", ".5Z;"), "Attest is not v1; at="),
        (HEAD.replace("11-23T", "11-23 "), "Attest is not v1; at="),
        (HEAD.replace("2026", "٢٠٢٦"), "Attest is not v1; at="),
        (HEAD.replace("11-23", "11-31"), "no such time"),
        (HEAD.replace("11-23", "13-01"), "no such time"),
        (HEAD.replace("10:41:00", "24:00:00"), "no such time"),
        (HEAD.replace("2026", "0000"), "no such time"),
        (HEAD.replace("tty", "agent"), "Attest is not v1; at="),
        (HEAD.replace("tty", "TTY"), "Attest is not v1; at="),
        (HEAD.replace("2/9", "2/"), "Attest is not v1; at="),
        (HEAD.replace("2/9", "10000/9"), "Attest is not v1; at="),
        (HEAD.replace("rules=1", "rules=10000"), "Attest is not v1; at="),
        (HEAD.replace("2/9", "-1/9"), "Attest is not v1; at="),
        (HEAD.replace("2/9", "02/9"), "Attest is not v1; at="),
        (HEAD.replace("2/9", f"2/{'9' * 10}"), "Attest is not v1; at="),
        (HEAD.replace("rules=1", "rules=0"), "Attest is not v1; at="),
        (HEAD.replace("rules=1", "rules=x"), "Attest is not v1; at="),
        (HEAD.replace("; rules=1", ""), "Attest is not v1; at="),
        (HEAD + ";", "Attest is not v1; at="),
        (HEAD + "; extra=1", "Attest is not v1; at="),
        (HEAD.replace("mode=tty; asked=2/9", "asked=2/9; mode=tty"), "Attest is not v1; at="),
    ],
)
def test_a_first_line_that_is_none_is_refused(line: str, why: str) -> None:
    assert why in reason([line, *LINES[1:]])


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Attested-by: nobody", "Attested-by is not Name <address>"),
        ("Attested-by: <a@b>", "Attested-by is not Name <address>"),
        ("Attested-by: A <>", "Attested-by is not Name <address>"),
        ("Attested-by: A <a@b> <c@d>", "Attested-by is not Name <address>"),
        ("Attested-by: A <a@b> (maintainer)", "Attested-by is not Name <address>"),
        ("Attested-by: A <a b@c>", "Attested-by is not Name <address>"),
        (f"Attest-Key: {KEY[4:]}", "Attest-Key is not"),
        (f"Attest-Key: {KEY}=", "Attest-Key is not"),
        (f"Attest-Key: {KEY[:-1]}", "Attest-Key is not"),
        (f"Attest-Key: {KEY.replace('SHA256', 'MD5')}", "Attest-Key is not"),
        (f"Attest-Key: openpgp {'0f' * 20}", "Attest-Key is not"),
        (f"Attest-Key: openpgp {'F' * 16}", "Attest-Key is not"),
        (f"Attest-Policy: {A.upper()}", "Attest-Policy is not 56 lowercase"),
        (f"Attest-Change: {B}b", "Attest-Change is not 56 lowercase"),
        (f"Attest-Change: {B[:-1]}", "Attest-Change is not 56 lowercase"),
        (f"Attest-Hunk: {C[:-1]}g", "Attest-Hunk is not 56 lowercase"),
        ("Attest-File: -", "Attest-File is not 56 lowercase"),
        ("Attest-Project: 100%", "in Attest-Project: a % that is not followed"),
        ("Attest-Invariant: %4", "in Attest-Invariant: a % that is not followed"),
        ("Attest-Breaks: %GG", "in Attest-Breaks: a % that is not followed"),
        ("Attest-Answer: %", "in Attest-Answer: a % that is not followed"),
        ("Attest-Fact: 100%", "in Attest-Fact: a % that is not followed"),
        ("Attest-Fact:", "a line that is not `Key: value`"),
        ("Attest-Sig: ????", "Attest-Sig is not base64"),
        ("Attest-Sig: c2lé", "Attest-Sig is not base64"),
        ("Attest-Sig: QUJD QUJD", "Attest-Sig is not base64"),
        ("Attest-Whatever: x", "unknown key 'Attest-Whatever'"),
        ("attest-key: x", "unknown key 'attest-key'"),
        ("Attest-: x", "unknown key 'Attest-'"),
        ("Attest-Attested-by: A <a@b>", "unknown key 'Attest-Attested-by'"),
        ("Key: ssh", "unknown key 'Key'"),
        ("Signed-off-by: A <a@b>", "unknown key 'Signed-off-by'"),
        ("Attest-Hunk", "a line that is not `Key: value`"),
        ("Attest-Hunk:", "a line that is not `Key: value`"),
        (f"Attest-Hunk:{C}", "a line that is not `Key: value`"),
        (f"Attest-Hunk:  {C}", "a line that is not `Key: value`"),
        (f"Attest-Hunk:\t{C}", "a line that is not `Key: value`"),
        ("", "a line that is not `Key: value`"),
    ],
)
def test_a_line_that_is_not_in_the_grammar_is_refused(line: str, why: str) -> None:
    key = line.split(":")[0]
    known = key if any(one.startswith(f"{key}:") for one in LINES) else "Attest-Hunk"
    assert why in reason(with_line(f"{known}:", line))


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9b", "\r", "\t", "\x0c"]
    + [chr(c) for c in (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))],
)
@pytest.mark.parametrize("key", ["Attested-by", "Attest-Where", "Attest-Fact", "Attest-Invariant"])
def test_a_control_or_bidi_character_is_refused(key: str, character: str) -> None:
    line = next(line for line in LINES if line.startswith(key))
    cut = len(key) + 3
    new = line[:cut] + character + line[cut:]
    assert reason(with_line(key, new)) == f"control or bidi characters in {key}"


@pytest.mark.parametrize(
    "bad", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80"]
)
def test_bytes_that_are_not_utf8_are_refused(bad: bytes) -> None:
    lines = raw(LINES)
    lines[8] += bad
    with pytest.raises(BlockError, match="not UTF-8") as caught:
        codec.parse(lines)
    assert caught.value.line == 8


def test_a_line_may_have_998_bytes_and_no_more() -> None:
    fits = "Attest-Invariant: " + "é" * 490
    assert len(fits.encode()) == 998
    assert codec.parse(raw(with_line("Attest-Invariant", fits))).hunks[0].invariant == "é" * 490
    assert reason(with_line("Attest-Invariant", fits + "x")).startswith("a line of 999 bytes")


def test_the_error_names_the_line() -> None:
    with pytest.raises(BlockError) as caught:
        codec.parse(raw(with_line("Attest-Policy", "Attest-Policy: x")))
    assert caught.value.line == 4


@pytest.mark.parametrize(
    "encoded",
    ["QR==", "QUJDRE==", "QQ", "QQ=", "Q", "QQ==QQ==", "QQ==="],
    ids=["spare bits", "no padding needed", "unpadded", "half padded", "one", "two ends", "more"],
)
def test_base64_that_is_not_canonical_is_refused(encoded: str) -> None:
    assert "base64" in reason([*LINES[:-2], f"Attest-Sig: {encoded}"])


def test_signature_lines_join_by_nothing() -> None:
    chunks = [f"Attest-Sig: {character}" for character in base64.b64encode(b"joined").decode()]
    assert codec.parse(raw([*LINES[:-2], *chunks])).signature == b"joined"
