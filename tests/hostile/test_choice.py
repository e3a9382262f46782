"""Which hunks must be the answered ones: the check chooses, not the block."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from attest.attestation.block import Block
from support import forge
from support.repo import Repo


@pytest.fixture
def nine(repo: Repo) -> Repo:
    """A commit of eight one-line files and the rewrite of a ninth."""
    for number in range(8):
        repo.write(f"small{number}", "x\n")
    repo.write("auth.py", "x\n" * 500)
    repo.commit("change")
    return repo


def answering(*, largest: bool) -> forge.Edit:
    """Answer for eight hunks, with or without the largest; cover the ninth."""

    def edit(honest: Block) -> Block:
        # git lists auth.py first, then small0 to small7
        hunks = honest.hunks[:8] if largest else honest.hunks[1:]
        return replace(honest, hunks=hunks)

    return edit


@pytest.mark.parametrize(("largest", "codes"), [(True, []), (False, ["answer-missing"])])
def test_the_largest_hunk_must_be_answered(
    nine: Repo, key: Path, largest: bool, codes: list[str]
) -> None:
    forge.attest(nine, key, answering(largest=largest))
    verdict = forge.judge(nine)
    assert (forge.errors(verdict), verdict.level) == (codes, "exact")
    assert (verdict.attested_count, verdict.answered_count) == (9, 8)
    missing = [f.path for f in verdict.findings if f.code == "answer-missing"]
    assert missing == ([] if largest else ["auth.py"])


def test_a_second_block_does_not_excuse_the_largest_hunk(nine: Repo, key: Path) -> None:
    change = forge.change_of(nine)
    blocks = [
        forge.signed(edit(forge.honest(change)), key)
        for edit in (answering(largest=False), lambda b: replace(b, hunks=b.hunks[2:3]))
    ]
    forge.attach(nine, *blocks)
    assert forge.codes(nine) == ["answer-missing"]


BLANKS = ["\u200b", "\u00a0", "\u2060", "\u00ad", "\u3164", "\u2800", "\ufe0f", "\u0301"]


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("where", ["answers", "unsure"])
def test_an_answer_that_shows_nothing_is_none(
    nine: Repo, key: Path, blank: str, where: str
) -> None:
    texts = {"invariant": blank, "breaks": blank} if where == "answers" else {"unsure": blank}
    empty = {"invariant": "", "breaks": "", "unsure": ""} | texts

    def edit(honest: Block) -> Block:
        first = replace(honest.hunks[0], **empty)  # type: ignore[arg-type]
        return replace(honest, hunks=(first, *honest.hunks[1:]))

    forge.attest(nine, key, edit)
    assert forge.codes(nine) == ["answer-missing"]
