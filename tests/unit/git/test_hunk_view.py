"""A hunk between unchanged lines of its file."""

from __future__ import annotations

from attest.git.diff import DiffEntry, Hunk
from attest.git.hunk_view import with_context

ROW = DiffEntry("100644", "100644", "0" * 40, "1" * 40, "M", b"a.py")
FILE = [b"one", b"two", b"new", b"four", b"five\r"]


def hunk(old: tuple[int, int], new: tuple[int, int], body: bytes) -> Hunk:
    return Hunk(ROW, "0" * 56, *old, *new, b"", body)


def test_the_lines_around_begin_with_a_blank() -> None:
    changed = hunk((3, 1), (3, 1), b"-three\n+new\n")
    assert with_context(changed, FILE, 1) == ([" two", "-three", "+new", " four"], 1)
    assert with_context(changed, FILE, 9) == (
        [" one", " two", "-three", "+new", " four", " five"],
        2,
    )


def test_what_was_only_removed_stands_between_its_neighbours() -> None:
    removed = hunk((4, 1), (3, 0), b"-gone\n")
    assert with_context(removed, FILE, 1) == ([" new", "-gone", " four"], 1)
    first = hunk((1, 1), (0, 0), b"-gone\n")
    assert with_context(first, FILE, 1) == (["-gone", " one"], 0)


def test_without_the_file_there_is_the_hunk_alone() -> None:
    assert with_context(hunk((3, 1), (3, 1), b"-three\n+new\n"), [], 3) == (["-three", "+new"], 0)
