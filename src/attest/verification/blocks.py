"""Each block of a message, read and judged by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from attest import text
from attest.attestation import block, codec
from attest.attestation.block import Block, BlockError
from attest.git.commit_object import Commit
from attest.project.rules import ProjectRules
from attest.questions import selection
from attest.report.findings import Finding, SignerKind
from attest.signatures import sshsig
from attest.signatures.openpgp import KeyRevoked, KeyUnknown
from attest.signatures.wire import SignatureInvalid
from attest.trust import signer

CLOCK_SKEW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class JudgedBlock:
    """A block that could be read, and what is wrong with it.

    Args:
        signed: the signature holds.
        signer: what is known of its key.
        flags: of a security key's signature, what it saw.
    """

    block: Block
    signed: bool
    signer: SignerKind
    findings: tuple[Finding, ...]
    flags: int | None = None

    @property
    def valid(self) -> bool:
        return self.signed and all(finding.severity == "warning" for finding in self.findings)


def read(
    scan: block.Scan, found: Commit, base: ProjectRules, now: datetime
) -> tuple[list[JudgedBlock], list[Finding]]:
    """Read and judge every block; byte-equal payloads count once.

    Returns:
        The blocks that could be read, and findings about the others.
    """
    parsed: list[Block] = []
    broken: list[Finding] = []
    before_nul, nul, _ = found.message.partition(b"\0")
    shown = before_nul.count(b"\n") if nul else len(found.message)
    for span in scan.spans:
        try:
            if span.start > shown:
                raise BlockError("it stands behind a NUL byte, where git shows nothing")
            parsed.append(codec.parse(span.lines))
        except BlockError as error:
            place = f"line {span.start + error.line + 1} of the message"
            broken.append(
                Finding(
                    "block-invalid",
                    f"{place}: {error.reason}",
                    "Its author answers again.",
                    again=True,
                )
            )
    judged = [_judge(one, found, base, now) for one in parsed]
    united: dict[bytes, JudgedBlock] = {}
    for one in sorted(judged, key=lambda b: not b.valid):
        united.setdefault(one.block.payload, one)
    return list(united.values()), broken


def _judge(found: Block, of: Commit, base: ProjectRules, now: datetime) -> JudgedBlock:
    try:
        flags = verify(found, base, now)
    except SignatureInvalid as error:
        return JudgedBlock(found, False, "unknown", (_invalid(found, error),))
    known = signer.judge(found, of.author_email, base.known, now)
    findings = (*known.findings, *_unfit(found, base, now))
    adjusted = tuple(base.policy.adjusted(finding) for finding in findings)
    return JudgedBlock(found, True, known.kind, adjusted, flags)


def verify(found: Block, base: ProjectRules, now: datetime) -> int | None:
    """Verify a block's signature; the flags of a security key.

    Raises:
        SignatureInvalid: it does not hold.
    """
    if found.key.startswith("openpgp "):
        ring = base.known.ring()
        if ring is None:
            raise KeyUnknown(f"no key of {found.fingerprint} is known here")
        moments = base.known.moments(found, now)
        ring.verify(found.signature, found.payload, found.fingerprint, moments)
        return None
    bits = base.known.rsa_bits
    return sshsig.verify(found.signature, found.payload, found.fingerprint, rsa_bits=bits).flags


def _invalid(found: Block, error: SignatureInvalid) -> Finding:
    if isinstance(error, KeyUnknown):
        return Finding(
            "signer-unknown",
            f"{error.message} (by {found.attester})",
            "A maintainer puts the key into .attest/keys/ in the base (gpg --armor --export).",
        )
    if isinstance(error, KeyRevoked):
        return Finding(
            "key-revoked",
            f"{error.message} (by {found.attester}, {found.key})",
            "Its author chooses another key (attest init --key FILE), and answers again.",
            again=True,
        )
    return Finding(
        "signature-invalid",
        f"{error.message} (by {found.attester}, {found.key})",
        "The block was changed after it was signed, or its key is not good: its author "
        "answers again.",
        again=True,
    )


def _unfit(found: Block, base: ProjectRules, now: datetime) -> Iterator[Finding]:
    """Why a block whose signature holds is not for this project, these rules or this
    time."""
    if found.at > now + CLOCK_SKEW:
        yield Finding(
            "block-invalid",
            f"it claims to be made at {found.at:%Y-%m-%dT%H:%M:%SZ}, which is in the future",
            "Its author sets the clock, and answers again.",
            again=True,
        )
    wanted = text.normalise(base.policy.project) if base.policy.project else None
    if wanted is not None and found.project != wanted:
        yield Finding(
            "project-mismatch",
            f"it was made for the project {found.project!r}, not for {wanted!r}"
            if found.project is not None
            else f"it names no project; this one is {wanted!r}",
            "Its author answers again, in a clone that has this project's rules. If its only "
            "remote is a fork, add the project first:\n"
            "  git remote add upstream URL-OF-THE-PROJECT\n"
            "  git fetch upstream",
            again=True,
        )
    if base.answers and found.rules not in base.chooser.usable:
        yield _unsupported(found.rules, base)


def _unsupported(rules: int, base: ProjectRules) -> Finding:
    if rules in base.chooser.accepted or rules > max(selection.SINCE):
        return Finding(
            "rules-unsupported",
            f"version {rules} of the rules chose what to ask; this attest knows "
            f"{', '.join(map(str, selection.SINCE))}",
            "Check with a newer attest, or answer for the commit again with this one.",
        )
    accepted = sorted(base.chooser.accepted)
    since = selection.SINCE.get(max(accepted))
    return Finding(
        "rules-unsupported",
        f"version {rules} of the rules chose what to ask; the policy accepts "
        f"{', '.join(map(str, accepted))}",
        f"Its author answers again, with attest {since or 'in its newest release'} or newer.",
        again=True,
    )
