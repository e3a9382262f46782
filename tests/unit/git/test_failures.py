"""Why git failed, and what helps."""

from __future__ import annotations

import pytest

from attest.git import failures


@pytest.mark.parametrize("words", ["cannot lock references", "prepare: cannot lock references"])
def test_a_lock_of_a_reftable_is_named(words: str) -> None:
    """git 2.55 names no file there, and this machine's may know no reftable."""
    cause = failures.find(128, f"fatal: {words}\n")
    assert cause is not None
    assert "reftable/tables.list.lock" in cause.remedy


def test_a_full_disk_is_named_where_git_writes_an_index() -> None:
    """git says it in words of its own there (csum-file.c)."""
    words = "fatal: sha1 file '/tmp/attest-x/index-1.lock' write error. Out of diskspace\n"
    cause = failures.find(128, words)
    assert cause is not None
    assert "Make room on the disk" in cause.remedy
