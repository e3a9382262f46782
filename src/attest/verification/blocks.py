"""The blocks of a message, each read and judged by itself (docs/format.md, "Grammar")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from attest.attestation import codec
from attest.attestation.block import Block, BlockError, Scan
from attest.project.rules import ProjectRules
from attest.questions import selection
from attest.report.findings import Finding, SignerKind
from attest.signatures import sshsig
from attest.signatures.openpgp import KeyRevoked, KeyUnknown
from attest.signatures.wire import SignatureInvalid
from attest.trust import signer

CLOCK_SKEW = timedelta(days=1)
"""How far ahead of the check a block may claim to be made (docs/format.md, "When a key is
good"): clocks of contributors are wrong by hours, or by a time zone."""


class JudgedBlock(NamedTuple):
    """A block that could be read, and what is wrong with it.

    Args:
        verified: whether its signature does.
        signer: what is known of its key.
        findings: about the block alone, whatever the commit changes.
        flags: of a security key's signature: what it saw (touch, PIN).
    """

    block: Block
    verified: bool
    signer: SignerKind
    findings: tuple[Finding, ...]
    flags: int | None = None

    @property
    def valid(self) -> bool:
        return self.verified and (
            not self.findings or all(finding.severity == "warning" for finding in self.findings)
        )


class MessageBlocks:
    """The blocks of a message, each judged by itself.

    Args:
        readable: those that the grammar allows; of blocks with equal signed bytes, one.
        unreadable_findings: findings about the others.

    Attributes:
        valid_blocks: those that prove something.
        verified_blocks: those whose signature verifies, whoever made it.
        compared_blocks: those that the change is compared with. Where none is valid (an unknown
            signer, say), those that verify: they prove nothing, but the report should list
            at once all that its author has to fix.
    """

    def __init__(
        self, readable: Sequence[JudgedBlock], unreadable_findings: Sequence[Finding]
    ) -> None:
        self.readable, self.unreadable_findings = readable, unreadable_findings
        self.valid_blocks = [block for block in readable if block.valid]
        self.verified_blocks = [block for block in readable if block.verified]
        self.compared_blocks = self.valid_blocks or self.verified_blocks

    def parts(self) -> list[MessageBlocks]:
        """The blocks that are taken together. One for a branch stands alone: united with others,
        it would excuse hunks that nobody answered for (docs/format.md, "Which blocks count")."""
        whole = [one for one in self.readable if one.block.branch_commits is not None]
        if not whole:
            return [self]
        single = [one for one in self.readable if one.block.branch_commits is None]
        parts = [MessageBlocks((one,), self.unreadable_findings) for one in whole]
        return [*parts, MessageBlocks(single, self.unreadable_findings)] if single else parts

    @property
    def rejections(self) -> list[Finding]:
        """Findings about blocks that are not valid."""
        return [
            *self.unreadable_findings,
            *(f for block in self.readable if not block.valid for f in block.findings),
        ]


class Message(NamedTuple):
    """A text that may have blocks: a commit's message, or the description of a pull request.

    Args:
        author_email: whose blocks count: the author of the commit, or of the branch.
        opener: the login that opened the pull request, for a description; its blocks count too.
        oid: the commit; empty for a description.
    """

    content: bytes
    author_email: bytes
    opener: str = ""
    oid: str = ""


def read(scan: Scan, message: Message, rules: ProjectRules, now: datetime) -> MessageBlocks:
    """Read and judge the blocks of a message.

    Args:
        scan: where they stand.
        now: the present time, for expiry of keys and claims from the future.

    Raises:
        EnvironmentFault: gpg is needed and missing.
    """
    blocks: list[Block] = []
    findings: list[Finding] = []
    # git shows a message up to its first NUL byte. What stands behind it is hidden from
    # everyone who reads the history, and must not speak for the commit.
    nul = message.content.find(b"\0")
    last_shown = message.content.count(b"\n", 0, nul) if nul >= 0 else len(message.content)
    for span in scan.spans:
        try:
            if span.start > last_shown:
                raise BlockError("it stands behind a NUL byte, where git shows nothing")
            blocks.append(codec.parse_text(span.text))
        except BlockError as error:
            place = f"line {span.start + error.line + 1} of the message"
            findings.append(
                Finding(
                    "block-invalid",
                    f"{place}: {error.reason}",
                    "Its author must answer again.",
                    answer_again=True,
                )
            )
    judged_blocks = [judge(block, message, rules, now) for block in blocks]
    if len(judged_blocks) < 2:
        return MessageBlocks(judged_blocks, findings)
    # Blocks with equal signed bytes count once, or one answer would cover two hunks that
    # are alike. A valid one is kept: whoever puts a copy with a broken signature before
    # it must not be able to spoil it.
    blocks_by_payload: dict[bytes, JudgedBlock] = {}
    for each in sorted(judged_blocks, key=lambda each: not each.valid):
        blocks_by_payload.setdefault(each.block.payload, each)
    return MessageBlocks(tuple(blocks_by_payload.values()), findings)


def judge(block: Block, message: Message, rules: ProjectRules, now: datetime) -> JudgedBlock:
    """Judge a block of a message by itself, whatever its commit changes.

    Raises:
        EnvironmentFault: gpg is needed and missing.
    """
    try:
        flags = verify(block, rules, now)
    except SignatureInvalid as error:
        return JudgedBlock(block, False, "unknown", (_invalid_finding(block, error),))
    author, opener = message.author_email, message.opener
    status = signer.judge(block, author, rules.known, now, opener=opener)
    findings = (*status.findings, *_find_misplacement(block, rules, now))
    if findings:
        findings = tuple(map(rules.policy.adjusted, findings))
    return JudgedBlock(block, True, status.kind, findings, flags)


def verify(block: Block, rules: ProjectRules, now: datetime) -> int | None:
    """Verify a block's signature against the key that it names. Whose key that is, is
    another question: see `signer.judge`.

    Returns:
        The flags of a security key; None for other keys.

    Raises:
        SignatureInvalid: it does not verify; `KeyUnknown` and `KeyRevoked` say why not.
        EnvironmentFault: gpg is needed and missing.
    """
    if block.key.startswith("openpgp "):
        ring = rules.known.ring()
        if ring is None:
            raise KeyUnknown(f"no key of {block.fingerprint} is known here")
        moments = rules.known.moments(block, now)
        ring.verify(block.signature, block.payload, block.fingerprint, moments)
        return None
    bits = rules.known.rsa_bits
    return sshsig.verify(block.signature, block.payload, block.fingerprint, rsa_bits=bits).flags


def _invalid_finding(block: Block, error: SignatureInvalid) -> Finding:
    if isinstance(error, KeyUnknown):
        return Finding(
            "signer-unknown",
            f"{error.message} (by {block.attester})",
            "A maintainer adds the key to .attest/keys/ in the base (gpg --armor --export).",
        )
    if isinstance(error, KeyRevoked):
        return Finding(
            "key-revoked",
            f"{error.message} (by {block.attester}, {block.key})",
            "Its author must choose another key (attest init --key FILE) and answer again.",
            answer_again=True,
        )
    return Finding(
        "signature-invalid",
        f"{error.message} (by {block.attester}, {block.key})",
        "The block was changed after it was signed, or its key may not sign: its author "
        "answers again.",
        answer_again=True,
    )


def _find_misplacement(block: Block, rules: ProjectRules, now: datetime) -> Iterator[Finding]:
    """Findings about a block whose signature verifies, but which was made for another
    project, other rules or another time."""
    if block.at > now + CLOCK_SKEW:
        yield Finding(
            "block-invalid",
            f"it claims to have been made at {block.at:%Y-%m-%dT%H:%M:%SZ}, which is in the future",
            "Its author must set the clock and answer again.",
            answer_again=True,
        )
    project = rules.project_name
    if project is not None and block.project != project:
        yield Finding(
            "project-mismatch",
            f"it was made for the project {block.project!r}, not for {project!r}"
            if block.project is not None
            else f"it names no project, but this project is {project!r}",
            "Its author must answer again, in a clone that has this project's rules. If the "
            "clone's only remote is a fork, first add the project as a remote:\n"
            "  git remote add upstream URL-OF-THE-PROJECT\n"
            "  git fetch upstream",
            answer_again=True,
        )
    if rules.answers and block.rules != selection.RULES:
        yield Finding(
            "rules-unsupported",
            f"version {block.rules} of the rules chose the questions; this attest knows "
            f"version {selection.RULES} alone",
            "Check with a newer attest, or answer for the commit again with this one.",
        )
