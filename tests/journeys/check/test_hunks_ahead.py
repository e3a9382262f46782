"""Hunks that are asked for ahead are those that are read alone, and so are the errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from attest.errors import EnvironmentFault, LimitExceeded
from attest.git import blob_limits, commit_object
from attest.git.diff import DiffEntry, FileChange, parse_raw
from attest.git.diff_tree import MOST_AHEAD, DiffTree
from attest.git.isolated import Isolated
from attest.project.rules import ProjectRules
from attest.verification.commit_check import judge
from attest.verification.commit_range import Judging, judge_all
from support import forge
from support.forge import NOW
from support.repo import EPOCH, Repo

Question = tuple[str, str, list[DiffEntry]]
COUNT = 2 * MOST_AHEAD


@pytest.fixture
def history(bare_repo: Repo) -> Repo:
    """Many commits, of which each changes two lines."""
    parts = []
    for number in range(COUNT + 1):
        lines = [f"line {n} {number if n in (3, number) else ''}\n" for n in range(COUNT + 9)]
        text = "".join(lines)
        parts.append(
            f"commit refs/heads/many\ncommitter C <c@example.com> {EPOCH} +0000\ndata 1\nx"
            f"\nM 100644 inline a.py\ndata {len(text)}\n{text}\n"
        )
    stream = "".join(parts).encode()
    bare_repo.git("-c", "fastimport.unpackLimit=1000", "fast-import", "--quiet", stdin=stream)
    bare_repo.git("checkout", "-q", "many")
    return bare_repo


@pytest.fixture
def git(history: Repo) -> Iterator[Isolated]:
    with forge.isolated(history) as isolated:
        yield isolated


@pytest.fixture
def questions(history: Repo, git: Isolated) -> list[Question]:
    oids = history.git("rev-list", "--reverse", f"HEAD~{COUNT}..HEAD").split()
    trees = [
        commit_object.parse(git.commit(oid), oid).tree
        for oid in (history.git("rev-parse", f"HEAD~{COUNT}").strip(), *oids)
    ]
    return [(old, new, parse_raw(git.raw(old, new))) for old, new in pairwise(trees)]


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was read from answers to questions that were asked ahead."""
    seen: list[Any] = []
    read = DiffTree._read_ahead

    def watch(self: DiffTree, *args: Any, **options: Any) -> tuple[FileChange, ...]:
        seen.append(args)
        return read(self, *args, **options)

    monkeypatch.setattr(DiffTree, "_read_ahead", watch)
    return seen


def test_in_their_order(git: Isolated, questions: list[Question], ahead: list[Any]) -> None:
    alone = [git.files(*question) for question in questions]
    assert not ahead
    for at in range(0, COUNT, MOST_AHEAD):
        some = questions[at : at + MOST_AHEAD]
        for question in some:
            git.ask_ahead([question])
        assert [git.files(*one) for one in some] == alone[at : at + MOST_AHEAD]
    assert len(ahead) == COUNT


def test_in_any_order(git: Isolated, questions: list[Question], ahead: list[Any]) -> None:
    alone = [git.files(*question) for question in questions]
    for question in questions[:4]:
        git.ask_ahead([question])
    for number in (9, 0, 0, 3, 2, 1, 2, 3, 1):
        assert git.files(*questions[number]) == alone[number]
    assert len(ahead) == 4
    git.ask_ahead([questions[0]])
    for question in questions:  # nobody fetches the first
        git.ask_ahead([question])
    assert [git.files(*question) for question in questions] == alone
    assert 4 < len(ahead) <= 4 + MOST_AHEAD


def test_a_git_that_ended_is_asked_once_more(git: Isolated, questions: list[Question]) -> None:
    alone = [git.files(*question) for question in questions[:3]]
    for question in questions[:3]:
        git.ask_ahead([question])
    git._diff_tree._ahead.end()
    assert [git.files(*question) for question in questions[:3]] == alone


def test_what_is_missing_is_said_where_it_is_read(
    history: Repo, git: Isolated, questions: list[Question]
) -> None:
    blob = questions[1][2][0].new_oid
    (history.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    for question in questions[:4]:
        git.ask_ahead([question])
    assert git.files(*questions[0])
    for question in questions[1:3]:
        with pytest.raises(EnvironmentFault, match=blob[:10]):
            git.files(*question)
    assert git.files(*questions[3])


def test_what_is_too_large_is_not_compared(
    git: Isolated, questions: list[Question], ahead: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blob_limits, "MAX_BLOB_BYTES", 9)
    git.ask_ahead([questions[0]])
    with pytest.raises(LimitExceeded):
        git.files(*questions[0])
    assert not ahead


def test_one_that_is_too_large_keeps_no_other_one_from_being_asked_for(
    git: Isolated, questions: list[Question], ahead: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = [git.files(*question) for question in questions[:5]]
    large = questions[2][2][0].new_oid
    sizes = blob_limits.sizes
    monkeypatch.setattr(
        blob_limits,
        "sizes",
        lambda child, oids: (
            (oid, blob_limits.MAX_BLOB_BYTES + 1 if oid == large else size)
            for oid, size in sizes(child, oids)
        ),
    )
    git.ask_ahead(questions[:5])
    for number in (2, 3):  # it is the new side of one, and the old one of the next
        with pytest.raises(LimitExceeded):
            git.files(*questions[number])
    assert [git.files(*questions[number]) for number in (0, 1, 4)] == [alone[n] for n in (0, 1, 4)]
    assert len(ahead) == 3


@pytest.mark.parametrize("answers", [True, False])
def test_a_check_asks_ahead(history: Repo, git: Isolated, ahead: list[Any], answers: bool) -> None:
    """No commit is attested, so that its hunks are read."""
    oids = history.git("rev-list", "--reverse", f"HEAD~{COUNT}..HEAD").split()
    rules = replace(ProjectRules.built_in(git), answers=answers)
    judged = list(judge_all(Judging(git, rules, NOW), oids))
    assert [one.oid for one in judged] == oids
    assert len(ahead) == COUNT
    assert judge(git, oids[0], rules, NOW).verdict == judged[0]
