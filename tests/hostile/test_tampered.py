"""A block that was changed in any way after it was signed fails, and says why."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from attest.attestation.block import Question
from attest.git.isolated import Isolated
from attest.project.rules import ProjectRules
from attest.questions import analysis_cache
from attest.report.findings import Verdict
from attest.verification import commit_check
from support import forge
from support.forge import NOW, honest, signed
from support.repo import Repo

BROKEN = {"unattested", "block-invalid", "signature-invalid"}


@dataclass
class Stage:
    """A commit without its block, and a check that is kept running: thousands
    of messages are judged in one process."""

    git: Isolated
    bare: bytes
    block: list[bytes]
    repo: Repo

    def judge(self, lines: list[bytes]) -> Verdict:
        """The verdict on the commit with these lines as its block."""
        raw = self.bare + b"\n" + b"\n".join(lines) + b"\n"
        object_id = "f" * 40
        real = self.git.commit

        def commit(oid: str) -> bytes:
            return raw if oid == object_id else real(oid)

        with mock.patch.object(self.git, "commit", commit):
            return commit_check.judge(
                self.git, object_id, ProjectRules.built_in(self.git), NOW
            ).verdict

    def fails(self, lines: list[bytes], codes: set[str] = BROKEN) -> None:
        verdict = self.judge(lines)
        assert verdict.outcome == "failed", lines
        result = set(forge.errors(verdict))
        assert result <= codes, (result, lines)
        assert result, lines


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, key: Path) -> Iterator[Stage]:
    with staged(Repo.create(tmp_path_factory.mktemp("tampered")), key) as made:
        yield made


@contextmanager
def staged(repo: Repo, key: Path) -> Iterator[Stage]:
    """A change of two files, with a block that has every kind of line."""
    lines = [f"line {n}\n" for n in range(40)]
    repo.write("a.py", "".join(lines))
    repo.commit("start")
    lines[3] = lines[20] = "changed\n"
    repo.write("a.py", "".join(lines))
    repo.write("b.py", "new\n")
    repo.commit("change")
    change = forge.change_of(repo)
    block = honest(change)
    first = replace(
        block.hunks[0],
        invariant="a long invariant, " * 8 + "with % and @ in it",
        questions=(Question("why", "because"), Question("since when", "long ago")),
        unsure="the rest",
        fact="No test mentions `a`.",
    )
    whole = replace(
        block,
        hunks=(first, *block.hunks[1:]),
        files=tuple(file.digest for file in change.files),
        project="project",
        policy="0" * 56,
    )
    # All blocks are of one change.
    cache = {analysis_cache.VARIABLE: str(repo.home / "cache")}
    with forge.isolated(repo) as git, mock.patch.dict(os.environ, cache):
        yield Stage(git, repo.raw(), signed(whole, key), repo)


def test_untouched_it_holds(stage: Stage) -> None:
    verdict = stage.judge(stage.block)
    assert (verdict.outcome, verdict.level) == ("attested", "exact")


def test_blanks_and_returns_around_lines_are_not_signed(stage: Stage) -> None:
    assert stage.judge([b" \t" + line + b" \t\r" for line in stage.block]).outcome == "attested"


def one_of(values: Sequence[int]) -> list[Any]:
    """The first one for each run of the tests, the others for the long run."""
    return [values[0], *(pytest.param(one, marks=pytest.mark.long) for one in values[1:])]


BITS = (0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80)


@pytest.mark.parametrize("bit", one_of(BITS))
def test_a_bit_flipped_anywhere(stage: Stage, bit: int) -> None:
    """At every position but the ends of lines, of which blanks are taken off."""
    text = b"\n".join(stage.block)
    for at, byte in enumerate(text):
        flipped = text[:at] + bytes([byte ^ bit]) + text[at + 1 :]
        stage.fails(flipped.split(b"\n"))


@pytest.mark.parametrize("byte", one_of((0x0A, 0x00, 0x0D, 0x20, 0x25, 0x3D, 0x7F, 0xFF)))
def test_a_byte_put_in_anywhere(stage: Stage, byte: int) -> None:
    text = b"\n".join(stage.block)
    stripped = [line.strip(b" \t\r") for line in stage.block]
    for at in range(1, len(text)):
        lines = (text[:at] + bytes([byte]) + text[at:]).split(b"\n")
        if [line.strip(b" \t\r") for line in lines] != stripped:
            stage.fails(lines)


def test_a_byte_dropped_anywhere(stage: Stage) -> None:
    text = b"\n".join(stage.block)
    for at in range(len(text)):
        stage.fails((text[:at] + text[at + 1 :]).split(b"\n"))


def test_two_lines_swapped(stage: Stage) -> None:
    for one, two in combinations(range(len(stage.block)), 2):
        lines = list(stage.block)
        lines[one], lines[two] = lines[two], lines[one]
        if lines != stage.block:
            stage.fails(lines)


def test_a_line_dropped(stage: Stage) -> None:
    for at in range(len(stage.block)):
        stage.fails(stage.block[:at] + stage.block[at + 1 :])


def test_a_line_doubled(stage: Stage) -> None:
    for at, line in enumerate(stage.block):
        if at:
            stage.fails([*stage.block[:at], line, *stage.block[at:]])


def test_the_first_line_doubled_is_a_second_block(stage: Stage) -> None:
    """Of its own, and a broken one: a warning beside the block that holds."""
    verdict = stage.judge([stage.block[0], *stage.block])
    assert verdict.outcome == "attested"
    assert [f.code for f in verdict.findings if f.code == "block-invalid"] == ["block-invalid"]


@pytest.mark.parametrize("between", [b"", b"Reviewed-by: R <r@example.com>", b"#", b"Attest:"])
def test_a_foreign_line_between(stage: Stage, between: bytes) -> None:
    for at in range(1, len(stage.block)):
        lines = [*stage.block[:at], between, *stage.block[at:]]
        stage.fails(lines)


def test_cut_short(stage: Stage) -> None:
    text = b"\n".join(stage.block)
    for at in range(len(text)):
        stage.fails(text[:at].split(b"\n"))


def test_moved_to_another_commit(stage: Stage) -> None:
    """Each of these is another change: of content, path, mode or parent."""
    repo, bare = stage.repo, stage.bare
    attested = repo.head
    try:
        made = []
        repo.write("b.py", "newer\n")
        made.append(repo.commit())
        repo.git("reset", "--quiet", "--hard", attested)
        repo.git("mv", "b.py", "c.py")
        made.append(repo.commit("moved", "--amend"))
        repo.git("reset", "--quiet", "--hard", attested)
        repo.git("update-index", "--chmod=+x", "b.py")
        made.append(repo.commit("mode", "--amend"))
        repo.git("reset", "--quiet", "--hard", attested)
        root = repo.git("commit-tree", "-m", "root", f"{attested}^{{tree}}")
        made.append(root)
        for oid in made:
            stage.bare = repo.raw(oid)
            stage.fails(stage.block, {"hunk-not-covered", "answer-missing"})
            assert "hunk-not-covered" in forge.errors(stage.judge(stage.block))
    finally:
        stage.bare = bare
        repo.git("reset", "--quiet", "--hard", attested)
