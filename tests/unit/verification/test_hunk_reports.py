"""Which hunks a report lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from attest.attestation.block import AttestedHunk
from attest.git.diff import Change, DiffEntry, FileChange, Hunk
from attest.policy.model import Treatment
from attest.project.rules import ProjectRules
from attest.verification import hunk_reports
from attest.verification.task import ChangeTask
from support import forge
from support.blocks import BLOCK, A, B, C, D, E
from support.repo import Repo


def file(path: bytes, *digests: str) -> FileChange:
    row = DiffEntry("100644", "100644", "1" * 40, "2" * 40, "M", path)
    return FileChange(row, tuple(Hunk(row, one, n, 1, n, 1) for n, one in enumerate(digests, 1)))


CHANGE = Change(A, (file(b"covered", B, C), file(b"not", D), file(b"ignored", E)))
ANSWERED = AttestedHunk(B, "covered", "it is kept", "it breaks")
UNSURE = AttestedHunk(C, "covered", "", "", unsure="why it is so")
BARE = AttestedHunk(C, "covered", "", "")
TREATMENTS: Mapping[bytes, Treatment] = {b"covered": "ask", b"not": "cover", b"ignored": "ignore"}


@pytest.mark.parametrize(
    ("hunks", "listed"),
    [
        ((ANSWERED, BARE), ["covered:1 answered", "not:1 not-covered"]),
        ((ANSWERED, UNSURE), ["covered:1 answered", "covered:2 answered", "not:1 not-covered"]),
        ((), ["covered:1 not-covered", "covered:2 not-covered", "not:1 not-covered"]),
    ],
)
def test_a_report_lists_what_was_answered_for_or_fails(
    bare_repo: Repo, hunks: tuple[AttestedHunk, ...], listed: list[str]
) -> None:
    with forge.isolated(bare_repo) as isolated:
        rules = replace(ProjectRules.built_in(isolated), answers=False)
        task = ChangeTask(old="", change=CHANGE, rules=rules, treatments=TREATMENTS)
        blocks = [replace(BLOCK, change="f" * 56, hunks=hunks)]
        coverage = task.cover(blocks)
        brief = hunk_reports.find(task, coverage, blocks, every=False)
        every = hunk_reports.find(task, coverage, blocks, every=True)
    assert [f"{one.place} {one.state}" for one in brief] == listed
    assert [one.place for one in brief] == [one.place for one in every if one.is_asked]
    assert len(every) == 4
