"""Attacks with the blocks of a squash: whatever they claim, each hunk that the check chooses
needs an answer. Each attack has an honest sibling that passes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from attest.attestation.block import Block, Question
from support import ruled
from support.forge import attach, change_of, honest, signed
from support.repo import Repo

ELSEWHERE = "0" * 56


def squashed(repo: Repo, key: Path, most: int, **sizes: int) -> None:
    """A commit of new files with so many lines; the longest is chosen first."""
    ruled.begin(repo, key, f"[questions]\nmost = {most}\n")
    for name, size in sizes.items():
        ruled.change(repo, f"{name}.py", f"a line of {name}\n" * size)
    repo.commit("squashed")


def part(repo: Repo, answered: str, by_file: str = "") -> Block:
    """A block for another change that answers for the hunks of some files (by their names)
    and covers others by their files; it claims that nothing more was asked."""
    change = change_of(repo)
    names = [hunk.path.decode().removesuffix(".py") for hunk in change.hunks]
    block = honest(change)
    hunks = [h for name, h in zip(names, block.hunks, strict=True) if name in answered.split()]
    files = [f.digest for f, name in zip(change.files, names, strict=True) if name in by_file]
    return replace(
        block, change=ELSEWHERE, hunk_counts=(0, 0), hunks=tuple(hunks), files=tuple(files)
    )


def errors(repo: Repo, key: Path, *blocks: Block) -> list[str]:
    attach(repo, *(signed(block, key) for block in blocks))
    return ruled.errors(repo)


@pytest.mark.parametrize(("answered", "expected"), [("", ["answer-missing"]), ("big", [])])
def test_a_decoy_that_the_squash_dropped(
    repo: Repo, key: Path, answered: str, expected: list[str]
) -> None:
    squashed(repo, key, 1, big=50, small=5)
    decoy = part(repo, answered, "big")
    gone = replace(honest(change_of(repo)).hunks[0], digest="d" * 56)
    decoy = replace(decoy, hunks=(*decoy.hunks, gone), hunk_counts=(1, 2))
    assert errors(repo, key, decoy, part(repo, "small")) == expected


@pytest.mark.parametrize(("answered", "expected"), [("", ["answer-missing"]), ("big", [])])
def test_blocks_that_claim_that_nothing_was_asked(
    repo: Repo, key: Path, answered: str, expected: list[str]
) -> None:
    squashed(repo, key, 1, big=50, small=5)
    assert errors(repo, key, part(repo, answered, "big"), part(repo, "", "small")) == expected


@pytest.mark.parametrize("most", [1, 2])
def test_two_blocks_that_excuse_each_other(repo: Repo, key: Path, most: int) -> None:
    squashed(repo, key, most, huge=90, big=50, mid=20, small=5)
    pair = part(repo, "mid", "huge"), part(repo, "small", "big")
    assert errors(repo, key, *pair) == ["answer-missing"]


def test_the_riskiest_hunks_of_the_whole_are_enough(repo: Repo, key: Path) -> None:
    squashed(repo, key, 2, huge=90, big=50, mid=20, small=5)
    assert errors(repo, key, part(repo, "huge", "mid"), part(repo, "big", "small")) == []


@pytest.mark.parametrize("places", [(0, 1), (1, 0)])
def test_two_blocks_that_answer_the_same_hunk_in_either_order(
    repo: Repo, key: Path, places: tuple[int, int]
) -> None:
    """One of them does not answer the project's own question; that it does not excuses nothing."""
    asked = '[[question]]\nask = "Who decided?"\npattern = "line"\n'
    ruled.begin(repo, key, asked)
    ruled.change(repo, "big.py", "a line\n")
    repo.commit("squashed")
    bare = part(repo, "big")
    (hunk,) = bare.hunks
    full = replace(bare, hunks=(replace(hunk, questions=(Question("Who decided?", "we did"),)),))
    blocks = [[bare, full][place] for place in places]
    assert errors(repo, key, *blocks) == []
    repo.git("reset", "-q", "--soft", "HEAD~1")
    repo.commit("squashed once more")
    assert errors(repo, key, bare) == ["answer-missing"]


@pytest.mark.parametrize("count", [2, 3])
def test_a_squash_of_commits_that_left_hunks_passes(repo: Repo, key: Path, count: int) -> None:
    ruled.begin(repo, key, "[questions]\nmost = 1\n")
    messages = []
    for number in range(count):
        for size in (9, 4):
            name = f"f{number}_{size}"
            ruled.change(repo, f"{name}.py", f"a line of {name}\n" * (size + number))
        repo.attested(f"commit {number}")
        messages.append(repo.message())
    repo.git("reset", "-q", "--soft", "main")
    repo.commit("\n".join(messages), "--no-verify")
    assert ruled.errors(repo) == []
