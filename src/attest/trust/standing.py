"""From a key to a known person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from attest.block import Block
from attest.errors import UsageError
from attest.findings import Finding
from attest.signatures import allowed_signers, sshsig
from attest.signatures.allowed_signers import Signer


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a block's signer.

    Args:
        trusted: the key is listed for the attester's address, and good.
        findings: errors and warnings.
    """

    trusted: bool
    findings: tuple[Finding, ...]


def load(files: Sequence[Path]) -> list[Signer]:
    """Read `allowed_signers` files.

    Raises:
        UsageError: a file cannot be read.
        EnvironmentFault: a line is wrong.
    """
    signers: list[Signer] = []
    for file in files:
        try:
            text = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"the signers file {file} cannot be read: {error}",
                "Name an existing file in OpenSSH's allowed_signers format.",
            ) from None
        signers += allowed_signers.parse(text, str(file))
    return signers


def judge(
    block: Block, author_email: bytes, signers: Sequence[Signer] | None, now: datetime
) -> Standing:
    """Judge who signed: the attester must be the commit's author, or a signer
    that is known; addresses are compared byte by byte, names never.

    Args:
        author_email: of the commit, as its bytes are.
        signers: the known ones; None where nobody said who is known.
    """
    is_author = block.email.encode() == author_email
    if signers is None:
        warning = Finding(
            "signer-unknown",
            "nothing says whose key this is",
            "Name the known keys: --signers FILE (OpenSSH's allowed_signers format).",
            severity="warning",
        )
        return Standing(
            False, (warning,) if is_author else (warning, _mismatch(block, author_email))
        )
    refused = _refused(block, signers, now)
    if refused is None:
        return Standing(True, ())
    unknown = Finding("signer-unknown", *refused)
    return Standing(False, (unknown,) if is_author else (unknown, _mismatch(block, author_email)))


def _refused(block: Block, signers: Sequence[Signer], now: datetime) -> tuple[str, str] | None:
    """Why no line of the signers lets this key speak for the attester, and the
    remedy; None if one does."""
    add = "A maintainer lists the key for that address, or the commit is attested with a known key."
    space = sshsig.NAMESPACE.decode()
    mine = [signer for signer in signers if signer.fingerprint == block.fingerprint]
    if not mine:
        return f"{block.fingerprint} is not among the known signers", add
    mine = [signer for signer in mine if signer.speaks_for(block.email)]
    if not mine:
        return f"{block.fingerprint} is known, but not for {block.email}", add
    mine = [signer for signer in mine if signer.good_for(sshsig.NAMESPACE.decode())]
    if not mine:
        return (
            f"{block.fingerprint} is not allowed for the namespace {space}",
            f"A maintainer adds {space} to the namespaces of its line.",
        )
    if not any(signer.good_at(now) and signer.good_at(block.at) for signer in mine):
        return (
            f"{block.fingerprint} is past its valid-before, or not yet past its valid-after",
            "Attest the commit with a key that is good now.",
        )
    return None


def _mismatch(block: Block, author_email: bytes) -> Finding:
    return Finding(
        "attester-mismatch",
        f"attested by {block.email}, but the author is {author_email.decode('utf-8', 'replace')}",
        "The commit's author attests it, or a signer that the project knows.",
    )
