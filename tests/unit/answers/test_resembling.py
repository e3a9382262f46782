"""Which hunks resemble each other: the shares of lines and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.answers.resembling import MOST_BYTES, edits, likeness, went_into

BODY = b"""\
-    return data
+    limit = 10
+    if len(data) < limit:
+        raise ValueError("short packet")
+    self.head = data[:limit]
+    return data[limit:]
"""


def test_equal_hunks_are_wholly_alike() -> None:
    assert likeness(BODY, BODY) == 1


@pytest.mark.parametrize(
    "nit",
    [
        BODY.replace(b"10", b"12"),
        BODY.replace(b"limit", b"least"),
        BODY.replace(b"    ", b"\t"),
        BODY.replace(b"short packet", b"a packet that is too short"),
        BODY + b"+    # what is left\n+    # of it\n",
        BODY.replace(b'+        raise ValueError("short packet")\n', b"+        return None\n"),
        b"-    return data\n+    if len(data) < 10:\n" + BODY,
    ],
)
def test_a_nit_leaves_a_hunk_alike(nit: bytes) -> None:
    assert 1 / 2 < likeness(BODY, nit) <= 1


def test_a_nit_in_a_single_line_leaves_a_hunk_alike() -> None:
    old, new = "+if (body == undefined || body == null) {\n", "+if (isNullish(body)) {\n"
    assert likeness(f"-if (!body) {{\n{old}".encode(), f"-if (!body) {{\n{new}".encode()) >= 1 / 2
    assert likeness(old.encode(), new.encode()) >= 1 / 2
    assert likeness(b"+limit = 10\n", b"+limit = 12\n") == 1 / 2
    assert likeness(f"-if (!body) {{\n{old}".encode(), new.encode()) == 0


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"+\n+}\n+)\n",
        b"+    return data\n",
        BODY.replace(b"\n+", b"\n-").replace(b"-  ", b"+  ", 1),
        b'-    return data\n+    for part in self.parts:\n+        yield part.decode("utf-8")\n',
        b"+def feed(self, data):\n+    self.queue.append(data)\n+    return len(data)\n",
    ],
)
def test_other_code_does_not_resemble_it(other: bytes) -> None:
    assert likeness(BODY, other) == 0


def test_a_squash_resembles_either_of_its_parts() -> None:
    first, second = (b"".join(b"+%b = %d\n" % (name, n) for n in range(4)) for name in (b"a", b"b"))
    assert likeness(first, first + second) > 1 / 2
    assert likeness(second, first + second) > 1 / 2
    assert likeness(first, second) == 0


def test_brackets_alone_make_nothing_alike() -> None:
    closing = b"+}\n" * 50
    assert likeness(b"+a = 1\n" + closing, b"+other(thing)\n" + closing) == 0


def test_only_the_beginning_of_a_long_hunk_is_compared() -> None:
    begin = b"+x = 1\n" * (MOST_BYTES // 7 + 1)
    assert likeness(begin + b"+a = 2\n" * 9999, begin + b"+b = 3\n" * 9999) == 1


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_bytes_are_compared_alike_both_ways(first: bytes, second: bytes) -> None:
    assert 0 <= likeness(first, second) <= 1
    assert likeness(first, second) == likeness(second, first)


FIXUP = b"-    limit = 10\n+    limit = 12\n"
FIXED = BODY.replace(b"10", b"12")


def test_a_fixup_went_into_what_it_fixed() -> None:
    assert went_into(FIXUP, BODY, FIXED)
    assert edits(FIXUP, BODY)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (FIXUP, FIXED, FIXED),  # it was there before
        (FIXUP, BODY, BODY.replace(b"10", b"14")),  # and is gone again
        (b"-    limit = 12\n", BODY, FIXED),  # it adds nothing
        (b"", BODY, FIXED),
    ],
)
def test_what_is_no_part_of_a_change_did_not_go_into_it(
    part: bytes, old: bytes, new: bytes
) -> None:
    assert not went_into(part, old, new)


def test_a_hunk_beside_another_one_does_not_edit_it() -> None:
    assert not edits(b"-    return data\n+    return None\n", BODY)
    assert not edits(b"+    limit = 10\n-}\n", BODY.replace(b"+    limit", b"+}\n+    limit"))
