"""Reading what git gives to `pre-push`, and the list of settled commits."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.git import push_updates
from attest.git.push_updates import Update
from attest.hook import fast_path
from attest.state import check_cache

ZEROS, ONES = "0" * 40, "1" * 40

OIDS = st.one_of(
    st.sampled_from([ZEROS, ONES, "0" * 64]),
    st.binary(min_size=20, max_size=20).map(bytes.hex),
    st.binary(min_size=32, max_size=32).map(bytes.hex),
)
# A name of a ref has no blank; the local side may be any expression (githooks(5)).
NAMES = st.binary(min_size=1, max_size=30).map(
    lambda raw: os.fsdecode(bytes(byte for byte in raw if byte > 32) or b"x")
)
EXPRESSIONS = st.binary(max_size=30).map(lambda raw: os.fsdecode(raw.replace(b"\n", b" ")))
FIELDS = st.tuples(EXPRESSIONS, OIDS, NAMES, OIDS)


def fields(update: Update) -> tuple[str, str, str, str]:
    return update.local, update.new, update.remote, update.old


@given(st.lists(FIELDS, max_size=5))
def test_what_git_writes_is_read(lines: list[tuple[str, str, str, str]]) -> None:
    data = b"".join(os.fsencode(" ".join(line)) + b"\n" for line in lines)
    assert [fields(update) for update in push_updates.updates(data)] == lines


@given(st.one_of(st.binary(max_size=200), st.lists(FIELDS).map(lambda x: repr(x).encode())))
def test_anything_else_is_a_value_error_and_nothing_is_passed_over(data: bytes) -> None:
    try:
        result = push_updates.updates(data)
    except ValueError:
        return
    assert len(result) == len([line for line in data.split(b"\n") if line])


@given(FIELDS, st.sampled_from([1, 3]), st.data())
def test_an_id_that_is_damaged_is_none(
    line: tuple[str, str, str, str], at: int, data: st.DataObject
) -> None:
    words = list(line)
    place = data.draw(st.integers(0, len(words[at]) - 1))
    wrong = data.draw(st.sampled_from(["", "G", "A", "/", ":", "`", "é", "٣", "\t", "00"]))
    words[at] = words[at][:place] + wrong + words[at][place + 1 :]
    with pytest.raises(ValueError):
        push_updates.updates(os.fsencode(" ".join(words)))


@pytest.mark.parametrize(
    "line",
    ["x", "a b c", f"{ONES} {ONES}", f"a {ONES} b", f"a  {ONES} {ONES}", f"a {ONES} b {ONES} "],
)
def test_a_line_of_other_words_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="^" + line.replace(" ", r"\ ") + "$"):
        push_updates.updates(line.encode())


def test_an_update_knows_what_it_does() -> None:
    (deletion,) = push_updates.updates(f"(delete) {ZEROS} refs/heads/x {ONES}\n".encode())
    (creation,) = push_updates.updates(f":/two words {ONES} refs/heads/x {ZEROS}\n".encode())
    assert (deletion.deletes, deletion.creates) == (True, False)
    assert (creation.deletes, creation.creates) == (False, True)
    assert creation.local == ":/two words"
    (sha256,) = push_updates.updates(f"(delete) {'0' * 64} refs/heads/x {'1' * 64}\n".encode())
    assert sha256.deletes


def settled(folder: Path | str) -> set[str]:
    return {oid.decode() for oid in check_cache.read(str(folder)) if oid}


@given(st.lists(st.lists(OIDS, max_size=5), max_size=5))
def test_what_is_settled_is_read_again(rounds: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for oids in rounds:
            check_cache.add(folder, oids)
        assert settled(folder) == {oid for oids in rounds for oid in oids}


@given(st.binary(max_size=200), st.lists(OIDS, min_size=1, max_size=3))
def test_a_file_that_is_damaged_settles_nothing_else(data: bytes, oids: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, check_cache.FILE)
        path.write_bytes(data)
        assert check_cache.read(folder) == set()
        check_cache.add(folder, oids)
        assert settled(folder) == set(oids)


def test_the_folder_is_made(tmp_path: Path) -> None:
    assert check_cache.read(str(tmp_path / "attest")) == set()
    check_cache.add(str(tmp_path / "attest"), [])
    assert not (tmp_path / "attest").exists()
    check_cache.add(str(tmp_path / "attest"), [ONES])
    assert settled(tmp_path / "attest") == {ONES}


def test_nothing_is_written_twice(tmp_path: Path) -> None:
    check_cache.add(str(tmp_path), [ONES])
    before = (tmp_path / check_cache.FILE).read_bytes()
    check_cache.add(str(tmp_path), [ONES, ONES])
    assert (tmp_path / check_cache.FILE).read_bytes() == before
    assert os.listdir(tmp_path) == [check_cache.FILE]


def test_another_versions_list_is_not_believed_and_made_anew(tmp_path: Path) -> None:
    check_cache.add(str(tmp_path), [ONES])
    path = tmp_path / check_cache.FILE
    first, rest = path.read_bytes().split(b"\n", 1)
    for header in (b"attest 0.0.1", first + b".dev1", first[:-1], b""):
        path.write_bytes(header + b"\n" + rest)
        assert check_cache.read(str(tmp_path)) == set()
    check_cache.add(str(tmp_path), ["2" * 40])
    assert path.read_bytes() == first + b"\n" + b"2" * 40 + b"\n"


def test_a_torn_last_line_costs_one_commit_at_most(tmp_path: Path) -> None:
    check_cache.add(str(tmp_path), [ONES, "2" * 40])
    path = tmp_path / check_cache.FILE
    path.write_bytes(path.read_bytes()[:-9])
    assert ONES in settled(tmp_path)
    assert "2" * 40 not in settled(tmp_path)
    for _ in range(2):
        check_cache.add(str(tmp_path), ["3" * 40])
    assert {ONES, "3" * 40} <= settled(tmp_path)


def test_a_list_that_grew_long_is_made_anew(tmp_path: Path) -> None:
    many = [f"{number:040}" for number in range(check_cache.MAX_COMMITS - 1)]
    check_cache.add(str(tmp_path), many)
    assert settled(tmp_path) == set(many)
    check_cache.add(str(tmp_path), [ONES, "2" * 40])
    assert settled(tmp_path) == {ONES, "2" * 40}
    assert os.listdir(tmp_path) == [check_cache.FILE]


def test_what_is_asked_of_git_names_ids_and_no_options() -> None:
    assert push_updates.outgoing(["new"], ["old"]) == [
        *("rev-list", "--ignore-missing", "new", "--not"),
        *("--glob=refs/attest/since/*", "--remotes", "old"),
    ]


def test_outside_of_a_repository_a_closer_look_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert not fast_path.nothing_to_ask([Update("x", ONES, "x", ZEROS)])
    assert fast_path.nothing_to_ask([Update("(delete)", ZEROS, "x", ONES)])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not fast_path.nothing_to_ask([Update("x", ONES, "x", ZEROS)])
