"""Which blocks of a message count, and which the change is compared with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attest.report.findings import Finding, SignerKind
from attest.verification.blocks import JudgedBlock, MessageBlocks
from attest.verification.verdicts import least_trusted
from support.blocks import BLOCK

WARNING = Finding("signer-unknown", "attest does not know whose key this is", severity="warning")
ERROR = Finding("key-revoked", "it is revoked")
BROKEN = Finding("block-invalid", "line 3 of the message: unknown key")


def judged(
    *findings: Finding, verifies: bool = True, signer: SignerKind = "trusted", key: str = "a"
) -> JudgedBlock:
    return JudgedBlock(replace(BLOCK, payload=key.encode()), verifies, signer, findings)


VALID, WARNED = judged(), judged(WARNING)
REVOKED, FORGED = judged(ERROR), judged(ERROR, verifies=False)


def test_a_warning_leaves_a_block_valid_and_an_error_does_not() -> None:
    assert [one.valid for one in (VALID, WARNED, REVOKED, FORGED)] == [True, True, False, False]


def test_the_change_is_compared_with_valid_blocks_alone_where_there_are_any() -> None:
    blocks = MessageBlocks((VALID, REVOKED, FORGED), ())
    assert blocks.compared_blocks == blocks.valid_blocks == [VALID]
    assert blocks.verified_blocks == [VALID, REVOKED]


def test_without_a_valid_block_those_that_verify_are_compared() -> None:
    blocks = MessageBlocks((FORGED, REVOKED), ())
    assert (blocks.valid_blocks, blocks.compared_blocks) == ([], [REVOKED])


def test_no_block_is_compared_whose_signature_does_not_verify() -> None:
    assert MessageBlocks((FORGED,), (BROKEN,)).compared_blocks == []


def test_findings_about_valid_blocks_are_not_among_the_rejected() -> None:
    blocks = MessageBlocks((WARNED, REVOKED), (BROKEN,))
    assert blocks.rejections == [BROKEN, ERROR]


@pytest.mark.parametrize(
    ("kinds", "least"),
    [
        ([], None),
        (["trusted"], "trusted"),
        (["trusted", "forge"], "forge"),
        (["forge", "unknown", "trusted"], "unknown"),
    ],
)
def test_of_several_signers_theleast_trusted_counts(
    kinds: list[SignerKind], least: SignerKind | None
) -> None:
    assert least_trusted([judged(signer=kind) for kind in kinds]) == least
