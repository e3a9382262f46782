"""What is kept in the git directory, and what becomes of it when something is off."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from attest.answers.answers import Answers
from attest.answers.requirements import AnswerRequirements
from attest.errors import AttestError, EnvironmentFault
from attest.state import atomic, store
from attest.state.store import PendingBlock, Store
from support.blocks import A, B

SAID = Answers("é", "%", "unsure", [("why?", "because")], "It is used @HEAD.", "By whom?")


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    git_dir = tmp_path / "common" / "worktrees" / "w"
    git_dir.mkdir(parents=True)
    return Store(tmp_path / "common", git_dir)


def pending(change: str) -> PendingBlock:
    return PendingBlock(change, "h", "o", "n", ["Attest: v1", "é"], ["Assisted-by: x"], [B])


def test_answers_are_kept_and_replaced(kept: Store) -> None:
    assert kept.answers(A) == Answers()
    kept.keep(A, "a.py", Answers(invariant="first"))
    kept.keep(A, "a.py", SAID)
    assert kept.answers(A) == SAID
    assert kept.answers(B) == Answers()


def test_answers_that_were_kept_before_there_were_facts_are_read(kept: Store) -> None:
    kept.keep(A, "a.py", SAID)
    path = kept.root / "answers" / f"{A}.json"
    before = json.loads(path.read_bytes())
    del before["fact"], before["fact_question"]
    path.write_text(json.dumps(before))
    assert kept.answers(A) == replace(SAID, fact="", fact_question="")


@pytest.mark.parametrize(
    ("planted", "fact"),
    [
        ("x" * 1_000, "x" * 199 + "…"),
        ("one\r\ntwo\x1b[2J\u202e", "one two[2J"),
        ("Attest-Answer: yes\nAttest-Sig: QUJD", "Attest-Answer: yes Attest-Sig: QUJD"),
        ("\u200b", ""),
    ],
)
def test_a_fact_that_was_planted_is_one_that_a_block_may_have(
    kept: Store, planted: str, fact: str
) -> None:
    """The git directory is not only ours to write."""
    kept.keep(A, "a.py", replace(SAID, fact=planted))
    assert kept.answers(A).fact == fact


@pytest.mark.parametrize(
    ("answers", "given", "complete"),
    [
        (Answers(), False, False),
        (Answers(invariant="x"), True, False),
        (Answers(breaks="x"), True, False),
        (Answers("x", "y"), True, True),
        (Answers(unsure="z"), True, True),
        (Answers(questions=[("q", "a")]), True, False),
    ],
)
def test_unsure_stands_in_for_both(answers: Answers, given: bool, complete: bool) -> None:
    assert (bool(answers), not AnswerRequirements().missing_labels(answers)) == (given, complete)


def test_a_block_waits_under_its_change(kept: Store) -> None:
    assert kept.pending_block(A) is None
    assert list(kept.pending_blocks()) == []
    kept.keep_pending(pending(A))
    kept.keep_pending(pending(B))
    assert kept.pending_block(A) == pending(A)
    assert list(kept.pending_blocks()) == [pending(A), pending(B)]


def test_the_newest_blocks_stay(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_PENDING", 3)
    for number, letter in enumerate("dcba"):
        kept.keep_pending(pending(letter * 56))
        file = kept.root / "pending" / f"{letter * 56}.json"
        os.utime(file, (number, number))
    kept.keep_pending(pending("e" * 56))
    assert [p.change[0] for p in kept.pending_blocks()] == ["a", "b", "e"]


def test_a_mark_is_taken_once(kept: Store) -> None:
    assert kept.take_adding() is None
    kept.mark_adding(A)
    assert kept.take_adding() == A
    assert kept.take_adding() is None


def test_worktrees_share_answers_but_not_marks(kept: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "common", tmp_path / "common")
    kept.keep(A, "a", SAID)
    kept.mark_adding(A)
    assert other.answers(A) == SAID
    assert other.take_adding() is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b"{}",
        b'{"invariant": "x"}',
        b'{"invariant": 1, "breaks": [], "unsure": null, "questions": 0}',
        b'{"invariant": "", "breaks": "", "unsure": "", "questions": [["one"]]}',
        b'{"invariant": "", "breaks": "", "unsure": "", "questions": [], "fact": 1}',
        b'{"invariant": "", "breaks": "", "unsure": "", "questions": [], "fact": "\\ud800"}',
        b'{"change": "x", "made by": "a later version"}',
    ],
)
@pytest.mark.parametrize("folder", ["answers", "pending"])
def test_a_damaged_file_is_named(kept: Store, folder: str, content: bytes) -> None:
    """Written by a later version, cut short, or edited: never a traceback."""
    kept.keep(A, "a", SAID)
    kept.keep_pending(pending(A))
    (kept.root / folder / f"{A}.json").write_bytes(content)
    with pytest.raises(EnvironmentFault, match=f"{A}.json"):
        kept.answers(A) if folder == "answers" else kept.pending_block(A)


def test_a_folder_in_the_way_is_named(kept: Store) -> None:
    (kept.root / "answers" / f"{A}.json").mkdir(parents=True)
    with pytest.raises(EnvironmentFault, match=f"{A}.json"):
        kept.answers(A)
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        kept.keep(A, "a", SAID)


def test_a_file_where_the_folder_should_be_is_named(kept: Store) -> None:
    kept.root.write_text("in the way")
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        kept.keep(A, "a", SAID)


def test_a_failed_write_leaves_the_old_content_and_nothing_else(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.keep(A, "a", SAID)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AttestError, match="No space left on device"):
        kept.keep(A, "a", Answers(invariant="new"))
    assert kept.answers(A) == SAID
    assert [path.name for path in (kept.root / "answers").iterdir()] == [f"{A}.json"]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755])
def test_replacing_keeps_permissions(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "MSG"
    file.write_bytes(b"old")
    file.chmod(mode)
    atomic.replace(file, b"new")
    assert (file.read_bytes(), file.stat().st_mode & 0o7777) == (b"new", mode)
