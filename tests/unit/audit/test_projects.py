"""The files that name clones."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.audit import projects
from attest.errors import UsageError


def test_a_list_has_a_path_in_each_line(tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_bytes(b"# clones\n\n  one \r\n/two with blanks\nthr\xffee\n")
    first, second, third = projects.read_list(file)
    assert (first.place, first.path) == (f"{file}:3", tmp_path / "one")
    assert second.path == Path("/two with blanks")
    assert third.name == "thr\udcffee"


def test_a_table_may_name_branch_and_base(tmp_path: Path) -> None:
    file = tmp_path / "org.toml"
    file.write_text(
        '[[project]]\nname = "a"\npath = "one"\n\n'
        '[[project]]\nname = "b"\npath = "/two"\nbranch = "stable"\nbase = "v1.0"\n',
        "utf-8",
    )
    first, second = projects.read_toml(file)
    assert (first.name, first.path, first.branch, first.base) == ("a", tmp_path / "one", "", "")
    assert (second.place, second.branch, second.base) == (f"{file}:5", "stable", "v1.0")


ROW = '[[project]]\nname = "a"\npath = "p"\n'
MISTAKES = {
    "# nothing\n": "1: names no clone",
    'x = 1\n[[project]]\nname = "a"\npath = "p"\n': "1: unknown key 'x'",
    'project = "a"\n': "1: project: write [[project]]",
    "project = [1]\n": "1: project: write [[project]]",
    '[[project]]\nname = "a"\n': "1: project[1]: path is missing",
    f"{ROW}brunch = 'x'\n": "4: project[1].brunch: unknown key",
    f"{ROW}branch = 3\n": "4: project[1].branch: must be a text",
    '[[project]]\nname = " "\npath = "p"\n': "2: project[1].name: must be a text",
    '[[project]]\nname = "a"\npath = "p\\u0000"\n': "3: project[1].path: must be a text",
    f'[[project]]\nname = "{"a" * 201}"\npath = "p"\n': "2: project[1].name: has more than 200",
    f"{ROW}{ROW}": "4: the name 'a' is that of line 1",
    f"{ROW}branch = \n": "4: not TOML",
    f"{ROW}branch = '\x1b[31m'\n": "4: not TOML",
}


@pytest.mark.parametrize("written", MISTAKES)
def test_a_mistake_names_file_and_line(tmp_path: Path, written: str) -> None:
    file = tmp_path / "org.toml"
    file.write_text(written, "utf-8")
    with pytest.raises(UsageError) as mistake:
        projects.read_toml(file)
    assert mistake.value.message.startswith(f"{file}:{MISTAKES[written]}")


@pytest.mark.parametrize(
    ("written", "message"),
    [(b"", "1: names no clone"), (b"a\nb\0c\n", "2: a path cannot have a NUL byte")],
)
def test_a_mistake_in_a_list_names_file_and_line(
    tmp_path: Path, written: bytes, message: str
) -> None:
    file = tmp_path / "list"
    file.write_bytes(written)
    with pytest.raises(UsageError) as mistake:
        projects.read_list(file)
    assert mistake.value.message == f"{file}:{message}"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for read in (projects.read_list, projects.read_toml):
        with pytest.raises(UsageError, match="nothing-here"):
            read(tmp_path / "nothing-here")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, x: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any-bytes"
    file.write_bytes(x)
    for read in (projects.read_list, projects.read_toml):
        with suppress(UsageError):
            assert all(one.path.is_absolute() for one in read(file))
