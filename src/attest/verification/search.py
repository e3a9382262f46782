"""Looks for the block of a unit in its messages (docs/format.md, "Which blocks count")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from attest.attestation import block
from attest.attestation.block import Block, Scan
from attest.errors import LimitExceeded
from attest.report.findings import Finding
from attest.verification import blocks, verdicts
from attest.verification.blocks import JudgedBlock, Message, MessageBlocks
from attest.verification.coverage import Coverage
from attest.verification.units import UnitTask


class Candidate(NamedTuple):
    """Blocks that are taken together, and how they fit a unit.

    Args:
        message: where they stand.
        judged: one for a branch, or those for one commit.
        reach: how far the valid ones reach.
        findings: all about them; an error where they are not enough.
    """

    message: Message
    judged: MessageBlocks
    reach: Coverage
    findings: tuple[Finding, ...]

    @property
    def is_enough(self) -> bool:
        """Whether they are valid, and cover and answer all that they must."""
        return self.reach.complete and not verdicts.has_errors(self.findings)

    @property
    def rank(self) -> tuple[bool, int]:
        """What a report shows where none is enough: valid ones that cover the most."""
        return bool(self.judged.valid_blocks), self.reach.attested_count


class SearchResult(NamedTuple):
    """What was found in the messages of a unit.

    Args:
        best: the first that is enough, or else the one that comes closest; None without any.
        unreadable_findings: about blocks that were read before it and break the grammar.
        verified_blocks: all blocks that were read and whose signature verifies.
        block_count: how many blocks were read.
        has_stray_lines: a message has `Attest-` lines outside of every block.
    """

    best: Candidate | None
    unreadable_findings: tuple[Finding, ...]
    verified_blocks: tuple[Block, ...]
    block_count: int
    has_stray_lines: bool


def search(task: UnitTask, messages: Sequence[Message], now: datetime) -> SearchResult:
    """Find the first block that is enough for a unit.

    Args:
        messages: newest first.
        now: see `blocks.read`.

    Raises:
        LimitExceeded: a message is beyond a limit, or none of 64 blocks is enough and there
            are more.
        EnvironmentFault: gpg or a forge is needed and cannot be used.
    """
    single = len(task.own_commits) == 1
    best: Candidate | None = None
    broken: list[Finding] = []
    verified: list[JudgedBlock] = []
    count, stray = 0, False
    for message in messages:
        scan = block.scan(message.content)
        if scan.limit:
            raise LimitExceeded(f"{_name(message)}: {scan.limit}")
        stray = stray or scan.stray
        left = block.MAX_BLOCKS - count
        read = blocks.read(Scan(scan.spans[:left]), message, task.rules, now)
        count += len(scan.spans)
        broken += [_named(finding, message) for finding in read.unreadable_findings]
        verified += read.verified_blocks
        for part in _parts(read, is_single=single and _is_own(task, message)):
            candidate = _candidate(task, message, part)
            if best is None or candidate.is_enough or candidate.rank > best.rank:
                best = candidate
            if candidate.is_enough:
                return _result(best, broken, verified, count, stray=stray)
        if count > block.MAX_BLOCKS:
            raise LimitExceeded(f"none of the first {block.MAX_BLOCKS} blocks covers the branch")
    return _result(best, broken, verified, count, stray=stray)


def _result(
    best: Candidate | None,
    broken: Sequence[Finding],
    verified: Sequence[JudgedBlock],
    count: int,
    *,
    stray: bool,
) -> SearchResult:
    read = tuple(judged.block for judged in verified)
    return SearchResult(best, tuple(broken), read, count, stray)


def _parts(read: MessageBlocks, *, is_single: bool) -> list[MessageBlocks]:
    """The blocks of a message that are taken together. Those for one commit count only for a
    unit of one commit, in that commit."""
    parts = [MessageBlocks(part.readable, ()) for part in read.parts() if part.readable]
    return [
        part for part in parts if is_single or part.readable[0].block.branch_commits is not None
    ]


def _is_own(task: UnitTask, message: Message) -> bool:
    return any(one.oid == message.oid for one in task.own_commits)


def _candidate(task: UnitTask, message: Message, judged: MessageBlocks) -> Candidate:
    reach = task.cover([valid.block for valid in judged.valid_blocks])
    findings = [*judged.rejections, *(f for one in judged.valid_blocks for f in one.findings)]
    findings += verdicts.compare(task, judged, reach)
    return Candidate(message, judged, reach, tuple(dict.fromkeys(findings)))


def _named(finding: Finding, message: Message) -> Finding:
    return finding._replace(message=f"{_name(message)}: {finding.message}")


def _name(message: Message) -> str:
    return f"commit {message.oid[:10]}" if message.oid else "the description"
