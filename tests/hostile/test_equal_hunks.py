"""Equal hunks have one digest: their answers count in any order, and each for one of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from attest.attestation.block import AttestedHunk
from support import forge
from support.repo import Repo

CHECK = "    if not x:\n        raise Missing()\n"
OLD = f"def f(x):\n{CHECK}    go(x)\n\n\ndef g(x):\n{CHECK}    stay(x)\n"


@pytest.fixture
def twice(repo: Repo) -> Repo:
    """A commit that takes the same check out of two functions."""
    repo.write("a.py", OLD)
    repo.commit("base")
    repo.write("a.py", OLD.replace(CHECK, ""))
    repo.commit("change")
    return repo


def attest(repo: Repo, key: Path, *spoiled: int) -> list[str]:
    """Attest with these of the two answers left empty; what is missing then."""
    block = forge.thorough(repo)
    assert len({hunk.digest for hunk in block.hunks}) == 1
    hunks = tuple(empty(hunk) if n in spoiled else hunk for n, hunk in enumerate(block.hunks))
    forge.attach(repo, forge.signed(replace(block, hunks=hunks), key))
    findings = forge.judge(repo).findings
    return [finding.code for finding in findings if finding.code == "answer-missing"]


def empty(hunk: AttestedHunk) -> AttestedHunk:
    return replace(hunk, invariant="", breaks="", questions=())


def test_both_answered(twice: Repo, key: Path) -> None:
    assert attest(twice, key) == []


@pytest.mark.parametrize("spoiled", [0, 1])
def test_one_answer_is_for_one_of_them_in_either_order(
    twice: Repo, key: Path, spoiled: int
) -> None:
    assert attest(twice, key, spoiled) == ["answer-missing"]


def test_no_answer_is_for_none(twice: Repo, key: Path) -> None:
    assert attest(twice, key, 0, 1) == ["answer-missing"] * 2
