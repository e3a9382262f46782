"""Whether the one who signed a block may answer for a commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from attest import text
from attest.attestation.block import Block
from attest.errors import UsageError
from attest.report.findings import Finding, SignerKind
from attest.signatures import allowed_signers, sshsig
from attest.signatures.allowed_signers import Signer
from attest.trust.known_keys import TrustedKeys

_ADD = (
    "A maintainer lists the key for that address; or its author chooses a known key "
    "(attest init --key FILE), and answers again: attest answer COMMIT"
)
_OTHER = (
    "Its author chooses a key that is good now (attest init --key FILE), and answers again: "
    "attest answer COMMIT"
)


@dataclass(frozen=True, slots=True)
class SignerStatus:
    """What is known of a block's signer.

    Args:
        kind: `trusted`, the base ties the key to the attester's address; `forge`, only
            a login's published keys vouch for it; or `unknown`.
        findings: errors and warnings.
    """

    kind: SignerKind
    findings: tuple[Finding, ...] = ()


def load(files: Sequence[Path]) -> list[Signer]:
    """Read `allowed_signers` files.

    Raises:
        UsageError: a file cannot be read.
        EnvironmentFault: a line is wrong.
    """
    signers: list[Signer] = []
    for file in files:
        try:
            written = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"the signers file {file} cannot be read: {error}",
                "Name an existing file in OpenSSH's allowed_signers format.",
            ) from None
        signers += allowed_signers.parse(written, str(file))
    return signers


def judge(block: Block, author_email: bytes, known: TrustedKeys, now: datetime) -> SignerStatus:
    """Judge who signed: the attester must be the commit's author, or a signer that
    the base knows; addresses are compared byte by byte, names never.

    Args:
        author_email: of the commit, as its bytes are.
    """
    reason = known.revoked.get(block.fingerprint)
    if reason is not None:
        return SignerStatus("unknown", (_revoked(block, reason),))
    mismatch = () if block.email.encode() == author_email else (_mismatch(block, author_email),)
    if known.anybody and not block.key.startswith("openpgp "):
        warning = Finding(
            "signer-unknown",
            "nothing says whose key this is",
            "Name the known keys: .attest/allowed_signers in the base, or --signers FILE "
            "(OpenSSH's allowed_signers format), or --forge.",
            severity="warning",
        )
        return SignerStatus("unknown", (warning, *mismatch))
    refused = _refused(block, known, now)
    if refused is None:
        return SignerStatus("trusted")
    vouched = _by_forge(block, known)
    if vouched is not None:
        return SignerStatus(vouched.kind, (*vouched.findings, *mismatch))
    return SignerStatus("unknown", (Finding("signer-unknown", *refused), *mismatch))


def _refused(block: Block, known: TrustedKeys, now: datetime) -> tuple[str, str] | None:
    """Why the base lets this key not speak for the attester, and the remedy; None if
    it does."""
    if block.key.startswith("openpgp "):
        ring = known.ring()
        if ring is not None and block.email in ring.addresses(block.fingerprint):
            return None
        return f"{block.fingerprint} is not known for {block.email}", _ADD
    space = sshsig.NAMESPACE.decode()
    mine = [one for one in known.signers or () if one.fingerprint == block.fingerprint]
    if not mine:
        return f"{block.fingerprint} is not among the known signers", _ADD
    mine = [signer for signer in mine if signer.speaks_for(block.email)]
    if not mine:
        return f"{block.fingerprint} is known, but not for {block.email}", _ADD
    mine = [signer for signer in mine if signer.good_for(space)]
    if not mine:
        return (
            f"{block.fingerprint} is not allowed for the namespace {space}",
            f"A maintainer adds {space} to the namespaces of its line.",
        )
    if not any(_good(signer, known.moments(block, now)) for signer in mine):
        return (
            f"{block.fingerprint} is past its valid-before, or not yet past its valid-after",
            _OTHER,
        )
    return None


def _good(signer: Signer, moments: Iterable[datetime]) -> bool:
    return all(signer.good_at(moment) for moment in moments)


def _by_forge(block: Block, known: TrustedKeys) -> SignerStatus | None:
    """What a login's published keys say of a block; None where they have not its key.
    They vouch for the login, and for no address that the base knows."""
    forge = next((one for one in known.forges if one.has(block.fingerprint)), None)
    if forge is None:
        return None
    if any(signer.speaks_for(block.email) for signer in known.signers or ()):
        other = Finding(
            "signer-unknown",
            f"the key is one of {forge.spec}'s, but {block.email} is listed with other keys",
            _ADD,
        )
        return SignerStatus("unknown", (other,))
    if forge.vouches(block.email):
        return SignerStatus("forge")
    unverified = Finding(
        "address-unverified",
        f"the key is one of {forge.spec}'s; nothing ties {block.email} to that login",
        "Read the name as a claim. Sure is: the login's key signed.",
        severity="warning",
    )
    return SignerStatus("forge", (unverified,))


def _revoked(block: Block, reason: str) -> Finding:
    return Finding(
        "key-revoked",
        f"{block.fingerprint} is revoked" + (f": {text.showable(reason)}" if reason else ""),
        "Its author chooses another key (attest init --key FILE), and answers again.",
        answer_again=True,
    )


def _mismatch(block: Block, author_email: bytes) -> Finding:
    return Finding(
        "attester-mismatch",
        f"attested by {block.email}, but the author is {author_email.decode('utf-8', 'replace')}",
        "The commit's author answers for it, or a signer that the project knows.",
        answer_again=True,
    )
