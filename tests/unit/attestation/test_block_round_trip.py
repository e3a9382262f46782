"""What is written is read again, whatever was answered and wherever it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest import text
from attest.attestation import block, codec, encoding
from attest.attestation.block import AttestedHunk, Block, BlockError, Mode
from support.blocks import BLOCK, C
from support.values import BLOCKS, FACTS, PATHS, TEXTS, TYPED

# Lines of a message that neither begin a block nor go on with one.
PROSE = st.lists(
    TYPED.map(lambda line: line.replace("\n", " ").encode("utf-8", "replace")).filter(
        lambda line: not line.lstrip(b" \t").startswith((b"Attest: ", b"Attest-", b"Attested-by:"))
    ),
    max_size=4,
)
SETTINGS = settings(max_examples=60)


def result(message: bytes) -> list[Block]:
    return [codec.parse(span.lines) for span in block.scan(message).spans]


@SETTINGS
@given(BLOCKS)
def test_a_block_survives_writing_and_reading(written: Block) -> None:
    lines = codec.write(written)
    [read] = result("\n".join(lines).encode())
    assert read == written
    assert read.payload == codec.payload([line.encode() for line in lines])


@SETTINGS
@given(BLOCKS)
def test_writing_again_what_was_read_changes_nothing(written: Block) -> None:
    read = codec.parse([line.encode() for line in codec.write(written)])
    again = codec.parse([line.encode() for line in codec.write(read)])
    assert again == read


@SETTINGS
@given(
    st.lists(BLOCKS, min_size=1, max_size=2),
    st.lists(PROSE, min_size=3, max_size=3),
    st.sampled_from([b"", b"    ", b"\t", b" \t "]),
    st.sampled_from([b"", b"\r", b" ", b"\t \r"]),
)
def test_blocks_are_found_wherever_they_stand(
    blocks: list[Block], prose: list[list[bytes]], indent: bytes, ending: bytes
) -> None:
    lines = list(prose[0])
    payloads = []
    for one, after in zip(blocks, prose[1:], strict=False):
        written = [line.encode() for line in codec.write(one)]
        payloads.append(codec.payload(written))
        lines += [indent + line + ending for line in written] + after
    read = result(b"\n".join(lines))
    assert [one.payload for one in read] == payloads
    assert [one.signature for one in read] == [one.signature for one in blocks]


TEXT_KEYS = ("Fact", "Invariant", "Breaks", "Asked", "Answer", "Unsure")


@SETTINGS
@given(BLOCKS)
def test_lines_of_texts_keep_to_72_columns(written: Block) -> None:
    for line in codec.write(written):
        assert len(line.encode()) <= block.MAX_LINE
        key = line.partition(": ")[0]
        if key.removeprefix("Attest-") in TEXT_KEYS:
            assert text.columns(line) <= encoding.WIDTH


@SETTINGS
@given(BLOCKS)
def test_no_value_but_the_attester_holds_a_bare_at_sign(written: Block) -> None:
    for line in codec.write(written):
        assert line.startswith("Attested-by: ") or "@" not in line


@SETTINGS
@given(BLOCKS, st.lists(PATHS, min_size=2, max_size=2))
def test_a_commit_with_an_encoding_header_gets_ascii(written: Block, paths: list[bytes]) -> None:
    hunks = tuple(
        replace(hunk, place=encoding.encode_path(path, ascii_only=True))
        for hunk, path in zip(written.hunks, paths, strict=False)
    )
    written = replace(written, hunks=hunks, email="author@example.com")
    lines = codec.write(written, ascii_only=True)
    assert [line for line in lines if not line.isascii()] == []
    [read] = result("\n".join(lines).encode())
    texts = [(h.invariant, h.breaks, h.unsure) for h in read.hunks]
    assert texts == [(h.invariant, h.breaks, h.unsure) for h in hunks]


@pytest.mark.parametrize("name", ["100%", "%", "%%%", "a % b%", "Signed-off-by: %%"])
@pytest.mark.parametrize("length", [1, 20, 60, 120])
def test_a_name_that_ends_with_the_sign_for_a_word_that_goes_on(name: str, length: int) -> None:
    written = replace(BLOCK, name=name, email=f"{'a' * length}@example.com")
    lines = codec.write(written)
    assert all(len(line) <= 72 for line in lines[:4])
    [read] = result("\n".join(lines).encode())
    assert (read.name, read.email) == (written.name, written.email)


def test_an_address_is_ascii_too_in_a_commit_with_an_encoding_header() -> None:
    lines = codec.write(replace(BLOCK, name="é", email="a@é.example"), ascii_only=True)
    assert lines[1].isascii()


@SETTINGS
@given(FACTS.filter(bool), st.booleans())
def test_a_fact_is_read_as_it_was_written(fact: str, ascii_only: bool) -> None:
    one = replace(BLOCK, hunks=(AttestedHunk(C, "a", fact=fact),))
    lines = codec.write(one, ascii_only=ascii_only)
    assert all(line.isascii() for line in lines if "Fact" in line) or not ascii_only
    assert max(text.columns(line) for line in lines if "Fact" in line) <= encoding.WIDTH
    assert codec.parse([line.encode() for line in lines]).hunks[0].fact == fact


@SETTINGS
@given(st.one_of(TEXTS, FACTS))
def test_what_is_a_fact_stays_one(result: str) -> None:
    fact = encoding.as_fact(result)
    assert len(fact) <= block.MAX_FACT
    assert encoding.as_fact(fact) == fact


@pytest.mark.parametrize("word", ["x" * 54, "漢" * 27, "👍" * 27])
def test_a_word_that_fits_is_not_cut(word: str) -> None:
    one = replace(BLOCK, hunks=(AttestedHunk(C, "a", invariant=f"before {word} after"),))
    lines = [line for line in codec.write(one) if "Invariant" in line]
    assert [line.removeprefix("Attest-Invariant: ") for line in lines] == ["before", word, "after"]


@pytest.mark.parametrize(
    ("word", "cuts"),
    [
        ("x" * 55, ["x" * 53 + "%", "xx"]),
        ("x" * 120, ["x" * 53 + "%", "x" * 53 + "%", "x" * 14]),
        ("漢" * 28, ["漢" * 26 + "%", "漢漢"]),
        ("x" * 52 + "%" + "x" * 9, ["x" * 52 + "%", "%25" + "x" * 9]),
    ],
)
def test_a_longer_word_is_cut_and_read_whole(word: str, cuts: list[str]) -> None:
    one = replace(BLOCK, hunks=(AttestedHunk(C, "a", invariant=f"a {word} b"),))
    lines = codec.write(one)
    pieces = [line.removeprefix("Attest-Invariant: ") for line in lines if "Invariant" in line]
    assert pieces == ["a", *cuts[:-1], f"{cuts[-1]} b"]
    assert codec.parse([line.encode() for line in lines]).hunks[0].invariant == f"a {word} b"


@given(st.integers(0, 12))
def test_a_cut_never_falls_inside_an_encoded_character(shift: int) -> None:
    word = "x" * shift + "é%@" * 300
    pieces = encoding.wrap(encoding.encode(word, ascii_only=True), 50)
    assert len(pieces) > 1
    assert max(map(len, pieces)) <= 50
    assert "".join(encoding.decode(piece.removesuffix("%")) for piece in pieces) == word


@SETTINGS
@given(TEXTS, st.booleans())
def test_every_text_is_read_as_it_was_written(answer: str, ascii_only: bool) -> None:
    one = replace(BLOCK, hunks=(AttestedHunk(C, "a", invariant=answer, unsure=answer),))
    lines = codec.write(one, ascii_only=ascii_only)
    assert max(map(text.columns, lines)) <= 72
    read = codec.parse([line.encode() for line in lines]).hunks[0]
    assert (read.invariant, read.unsure) == (answer, answer)


@SETTINGS
@given(TEXTS)
def test_an_answer_cannot_forge_a_line(answer: str) -> None:
    fact = encoding.as_fact(answer)
    one = replace(BLOCK, hunks=(AttestedHunk(C, "a", answer, answer, fact=fact),))
    keys = [line.partition(": ")[0] for line in codec.write(one)]
    assert set(keys[6:-1]) <= {
        "Attest-Invariant",
        "Attest-Breaks",
        "Attest-Where",
        "Attest-Fact",
        "Attest-Hunk",
    } | {
        "Attest-File",
        "Attest-Sig",
    }


@settings(max_examples=150)
@given(st.binary(max_size=2000))
def test_no_bytes_make_the_reader_crash(message: bytes) -> None:
    for span in block.scan(message).spans:
        with pytest.raises(BlockError):
            codec.parse(span.lines)


FRAGMENTS = st.sampled_from(
    [line.encode() for line in codec.write(BLOCK)]
    + [b"Attest: ", b"Attest: v1;", b"Attest-", b"Attest-Sig: ", b"Attested-by:", b"Attest-Hunk: x"]
)


@settings(max_examples=150)
@given(
    st.lists(
        st.one_of(
            FRAGMENTS,
            st.builds(
                lambda a, b, n: a[:n] + b + a[n:],
                FRAGMENTS,
                st.binary(max_size=4),
                st.integers(0, 60),
            ),
        ),
        max_size=24,
    )
)
def test_shuffled_and_damaged_lines_are_read_or_refused(lines: list[bytes]) -> None:
    message = b"\n".join(lines)
    for span in block.scan(message).spans:
        try:
            read = codec.parse(span.lines)
        except BlockError:
            continue
        assert read.payload == codec.payload(span.lines)


@settings(max_examples=100)
@given(st.lists(st.binary(max_size=60), max_size=6))
def test_parse_alone_raises_nothing_but_its_error(lines: list[bytes]) -> None:
    with pytest.raises(BlockError):
        codec.parse(lines)


@pytest.mark.parametrize("at", range(0, len("\n".join(codec.write(BLOCK))), 7))
def test_a_flipped_byte_is_refused_or_changes_what_is_signed(at: int) -> None:
    message = "\n".join(codec.write(BLOCK)).encode()
    before = codec.parse(block.scan(message).spans[0].lines)
    flipped = bytes([*message[:at], message[at] ^ 1, *message[at + 1 :]])
    for span in block.scan(flipped).spans:
        try:
            read = codec.parse(span.lines)
        except BlockError:
            continue
        assert (read.payload, read.signature) != (before.payload, before.signature)


@given(
    st.sampled_from(["tty", "editor", "file"]),
    st.integers(0, 9_999),
    st.integers(0, 100_000),
    st.integers(1, 9_999),
)
def test_no_number_makes_the_first_line_too_wide(
    mode: Mode, asked: int, count: int, rules: int
) -> None:
    written = replace(BLOCK, mode=mode, hunk_counts=(asked, count), rules=rules)
    lines = codec.write(written)
    assert len(lines[0]) <= encoding.WIDTH
    read = codec.parse([line.encode() for line in lines])
    assert (read.hunk_counts[0], read.rules) == (asked, rules)
    assert read.hunk_counts[1] in (count, None)


@pytest.mark.parametrize(("asked", "count"), [(9, 99_999), (99, 9_999), (999, 999)])
def test_the_first_line_has_all_numbers_that_fit(asked: int, count: int) -> None:
    one = replace(BLOCK, mode="editor", hunk_counts=(asked, count), rules=1)
    assert f"asked={asked}/{count};" in codec.write(one)[0]
    one = replace(one, hunk_counts=(asked, 10 * count))
    assert f"asked={asked};" in codec.write(one)[0]
