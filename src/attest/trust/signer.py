"""Whether whoever signed a block may answer for the commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from attest import text
from attest.attestation.block import Block
from attest.errors import UsageError, reason
from attest.report.findings import Finding, SignerKind
from attest.signatures import allowed_signers, sshsig
from attest.signatures.allowed_signers import Signer
from attest.trust.known_keys import TrustedKeys

if TYPE_CHECKING:
    from attest.forge.account import Login

_LIST_KEY = (
    "The attestation itself is complete. A maintainer can list the key for that address in "
    ".attest/allowed_signers; or the author adds it to their account, if the project checks with "
    "--forge. Or the author chooses a listed key (attest init --key FILE) and answers again: "
    "attest answer COMMIT"
)
_OTHER_KEY = (
    "Its author must choose a key that is valid now (attest init --key FILE) and answer again: "
    "attest answer COMMIT"
)


class SignerStatus(NamedTuple):
    """What is known of a block's signer.

    Args:
        kind: `trusted`, the base ties the key to the attester's address; `forge`, only
            a login's published keys vouch for it; or `unknown`.
        findings: errors and warnings.
    """

    kind: SignerKind
    findings: tuple[Finding, ...] = ()


_TRUSTED = SignerStatus("trusted")


def load(files: Sequence[Path]) -> list[Signer]:
    """Read `allowed_signers` files that the command line names.

    Raises:
        UsageError: a file cannot be read.
        EnvironmentFault: a line is invalid.
    """
    signers: list[Signer] = []
    for file in files:
        try:
            written = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"the signers file {file} cannot be read: {reason(error)}",
                "Name an existing file in OpenSSH's allowed_signers format.",
            ) from None
        signers += allowed_signers.parse(written, str(file))
    return signers


def judge(
    block: Block, author_email: bytes, trusted: TrustedKeys, now: datetime, *, opener: str = ""
) -> SignerStatus:
    """Judge who signed a block whose signature verifies.

    The attester must be the commit's author, or a signer that the base lists (docs/format.md,
    "What a valid block proves"). Addresses are compared byte by byte and names never, since
    two that look alike may differ; `Co-authored-by` proves nothing.

    Args:
        author_email: the commit's, as its bytes are.
        now: when the key must be good, beside the time that the block claims.
        opener: a login whose published keys may answer, whatever the author's address: that of
            who opened the pull request, for a block in its description.

    Raises:
        EnvironmentFault: gpg or a forge is needed and cannot be used.
    """
    # Before all else: a stolen key is revoked, and its thief can claim any time and address.
    reason = trusted.revocations.get(block.fingerprint)
    if reason is not None:
        return SignerStatus("unknown", (_revoked_finding(block, reason),))
    mismatch = () if block.email.encode() == author_email else (_mismatch(block, author_email),)
    if trusted.nobody_listed and not block.key.startswith("openpgp "):
        warning = Finding(
            "signer-unknown",
            "attest does not know whose key this is",
            "The attestation itself is complete. To know the key, list it in "
            ".attest/allowed_signers of the base, or name it with --signers FILE (OpenSSH's "
            "allowed_signers format); with --forge, the keys of the author's account count.",
            severity="warning",
        )
        return SignerStatus("unknown", (warning, *mismatch))
    objection = _objection(block, trusted, now)
    if objection is None:
        return _TRUSTED
    logins = [login for login in trusted.forges if login.has_key(block.fingerprint)]
    if not logins:
        return SignerStatus("unknown", (objection, *mismatch))
    by_forge = _judge_by_forge(block, trusted, logins)
    by_opener = any(login.is_named(opener) for login in logins)
    own = by_opener or is_own_address(author_email, trusted, logins)
    if by_forge.kind == "forge" and own:
        return by_forge
    return SignerStatus(by_forge.kind, (*by_forge.findings, *mismatch))


def _objection(block: Block, trusted: TrustedKeys, now: datetime) -> Finding | None:
    """Why the base does not let this key speak for the attester; None if it does. The
    order is that of a person who looks: key, address, use, time."""
    if block.key.startswith("openpgp "):
        ring = trusted.ring()
        if ring is not None and block.email in ring.addresses(block.fingerprint):
            return None
        return _unknown_finding(f"{block.fingerprint} is not listed for {block.email}", _LIST_KEY)
    signers = trusted.signers_for(block.fingerprint, block.email)
    moments = trusted.moments(block, now)
    if any(_is_good(signer, moments) for signer in signers):
        return None
    namespace = sshsig.NAMESPACE.decode()
    listed = trusted.signers_by_key.get(block.fingerprint, ())
    if not listed:
        return _unknown_finding(f"{block.fingerprint} is not a listed key", _LIST_KEY)
    if not any(signer.speaks_for(block.email) for signer in listed):
        return _unknown_finding(
            f"{block.fingerprint} is listed, but not for {block.email}", _LIST_KEY
        )
    if not signers:
        return _unknown_finding(
            f"{block.fingerprint} is not allowed for the namespace {namespace}",
            f"A maintainer adds {namespace} to the namespaces on its line.",
        )
    return _unknown_finding(
        f"{block.fingerprint} is past its valid-before, or not yet past its valid-after",
        _OTHER_KEY,
    )


def _unknown_finding(message: str, hint: str) -> Finding:
    return Finding("signer-unknown", message, hint)


def _is_good(signer: Signer, moments: Iterable[datetime]) -> bool:
    return all(signer.good_at(moment) for moment in moments)


def _judge_by_forge(block: Block, trusted: TrustedKeys, logins: Sequence[Login]) -> SignerStatus:
    """What the published keys of logins say about a block by one of them. They vouch for a
    login and not for an address that the base lists: or its owner's login could sign as a
    maintainer (docs/threat-model.md, "On the rules").

    Args:
        logins: those that publish the block's key.
    """
    names = " and ".join(str(login.spec) for login in logins)
    if _is_listed(block.email, trusted):
        listed = _unknown_finding(
            f"the key is published by {names}, but {block.email} is listed with other keys",
            _LIST_KEY,
        )
        return SignerStatus("unknown", (listed,))
    if any(login.vouches(block.email) for login in logins):
        return SignerStatus("forge")
    unverified = Finding(
        "address-unverified",
        f"the key is published by {names}, but nothing ties {block.email} to that login",
        "Treat the name as unverified; only the login's key is proven.",
        severity="warning",
    )
    return SignerStatus("forge", (unverified,))


def is_own_address(author_email: bytes, trusted: TrustedKeys, logins: Sequence[Login]) -> bool:
    """Whether a commit's author is one of some logins, by its no-reply address: the forge's
    buttons write that into a commit (docs/format.md, "What a valid block proves"). Not where
    the base lists the address: then it needs a listed key."""
    try:
        address = author_email.decode("ascii")
    except UnicodeDecodeError:
        return False
    return any(login.vouches(address) for login in logins) and not _is_listed(address, trusted)


def _is_listed(address: str, trusted: TrustedKeys) -> bool:
    return any(signer.speaks_for(address) for signer in trusted.signers or ())


def _revoked_finding(block: Block, reason: str) -> Finding:
    return Finding(
        "key-revoked",
        f"{block.fingerprint} is revoked" + (f": {text.showable(reason)}" if reason else ""),
        "Its author must choose another key (attest init --key FILE) and answer again.",
        answer_again=True,
    )


def _mismatch(block: Block, author_email: bytes) -> Finding:
    return Finding(
        "attester-mismatch",
        f"attested by {block.email}, but the author is {author_email.decode('utf-8', 'replace')}",
        "The commit's author must answer for it, or a signer that the project lists. If both "
        "addresses are yours, set user.email to the author's, and answer again.",
        answer_again=True,
    )
