"""The pattern for whole blocks reads what the grammar's own reader reads, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.attestation import codec, usual_block
from attest.attestation.block import Block, BlockError
from support.blocks import BLOCK
from support.values import BLOCKS

WITHOUT_FACT = replace(BLOCK, hunks=tuple(replace(hunk, fact="") for hunk in BLOCK.hunks))
PIECES = (
    *(b"%", b"%4", b"%40", b"%%", b" ", b"  ", b"\t", b"\r", b"\n", b"\0", b"<", b">", b"=", b"1"),
    *(
        b"-",
        b": ",
        b"Attest-",
        b"Attest-Sig: ",
        b"Attest-Hunk: ",
        b"Attest-Unit: branch; commits=2",
    ),
    *("é".encode(), b"\xe9", "\u202e".encode(), "\x85".encode(), "\u2028".encode(), b"x" * 999),
)


def lines_of(block: Block) -> list[bytes]:
    return [line.encode() for line in codec.write(block)]


def read_usual(lines: list[bytes]) -> Block | None:
    return usual_block.read(b"".join(line + b"\n" for line in lines), codec._read_hunks)


def assert_same(lines: list[bytes]) -> None:
    """By the pattern, a block is what the reader says, or is left to it."""
    lines = b"\n".join(lines).split(b"\n")
    usual = read_usual(lines)
    if usual is not None:
        read = codec._Parser(codec._split_all(lines)).block(lines)
        assert usual == read
        assert (usual.payload, hash(usual)) == (read.payload, hash(read))


def test_a_block_as_nearly_all_are_is_read_at_once() -> None:
    lines = lines_of(WITHOUT_FACT)
    usual = read_usual(lines)
    assert usual == codec._Parser(codec._split_all(lines)).block(lines)
    assert usual is not None
    assert list(usual.hunks) == list(WITHOUT_FACT.hunks)
    assert usual.hunks[-1] == WITHOUT_FACT.hunks[-1]
    umlaut = lines_of(replace(WITHOUT_FACT, name="Äé", project="größer"))
    assert read_usual(umlaut) == codec.parse(umlaut)
    assert_same(umlaut)


def test_a_line_of_any_length_is_read_as_by_the_reader() -> None:
    """Of each key, its value longer by some characters of one to four bytes."""
    lines = lines_of(replace(WITHOUT_FACT, name="A", email="@", project="p"))
    for number, line in enumerate(lines):
        key, _, value = line.partition(b": ")
        for character, size in product(("x", "é", "\u20ac", "\U0001f600"), (200, 230, 500, 990)):
            more = character.encode() * size
            longer = (more + value, value + more, value.replace(b" <@", more + b" <@" + more))
            for each in longer:
                assert_same([*lines[:number], key + b": " + each, *lines[number + 1 :]])


@settings(max_examples=60)
@given(BLOCKS)
def test_it_reads_what_is_written(block: Block) -> None:
    assert_same(lines_of(block))


@settings(max_examples=400)
@given(st.data())
def test_a_change_in_any_line_is_seen(data: st.DataObject) -> None:
    """One or two small changes: pieces that matter put in, lines taken out, doubled or moved."""
    lines = lines_of(data.draw(st.sampled_from([WITHOUT_FACT, BLOCK])))
    for _ in range(data.draw(st.integers(1, 2))):
        number = data.draw(st.integers(0, len(lines) - 1))
        line = lines[number]
        kind = data.draw(st.sampled_from(["put in", "cut", "take out", "double", "move"]))
        if kind in ("put in", "cut"):
            at = data.draw(st.integers(0, len(line)))
            piece = data.draw(st.sampled_from(PIECES)) if kind == "put in" else b""
            lines[number] = line[:at] + piece + line[at + (kind == "cut") :]
        else:
            del lines[number : number + (kind != "double")]
            if kind != "take out":
                lines.insert(data.draw(st.integers(0, len(lines))), line)
        if not lines:
            return
    assert_same(lines)


@pytest.mark.parametrize("time", ["2026-02-30T10:41:00Z", "2026-11-23T24:00:00Z"])
def test_a_time_that_does_not_exist_is_left_to_the_reader(time: str) -> None:
    lines = lines_of(WITHOUT_FACT)
    lines[0] = lines[0].replace(b"2026-11-23T10:41:00Z", time.encode())
    assert read_usual(lines) is None
    with pytest.raises(BlockError, match="no such time"):
        codec.parse(lines)
