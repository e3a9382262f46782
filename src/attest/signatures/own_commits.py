"""Whether git's signature of a commit was made with a key of the person who works here: for words,
and for what may be signed again. Nothing that a check decides depends on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from attest.errors import AttestError
from attest.git import commit_object
from attest.git.repository import Repository
from attest.signatures import commit_signature, openpgp_key, signing_key
from attest.signatures.commit_signer import format_of

_VALID = re.compile(r"^\[GNUPG:\] VALIDSIG (?:\S+ ){9}([0-9A-F]{40})$", re.MULTILINE)
"""gpg's line about a good signature; its last word is the primary key (GnuPG's doc/DETAILS)."""


def is_signed(raw: bytes) -> bool:
    """Whether a commit has a signature that could be this person's."""
    parts = commit_object.signed_parts(raw)
    return parts is not None and format_of(parts[1]) in ("ssh", "openpgp")


def signed_by_own_key(
    repository: Repository, oid: str, raw: bytes, own: Callable[[], Collection[str]]
) -> bool:
    """Whether this person's key signed a commit for git.

    Args:
        own: fingerprints of this person's keys, as `signing_key.own_fingerprints` finds them.
    """
    parts = commit_object.signed_parts(raw)
    if parts is None:
        return False
    if format_of(parts[1]) == "ssh":
        return commit_signature.ssh_key_of(raw) in own()
    return format_of(parts[1]) == "openpgp" and _has_secret_key(repository, oid)


def _has_secret_key(repository: Repository, oid: str) -> bool:
    """Whether the person's own keyring has the secret key that made a good signature."""
    status = repository.run(["verify-commit", "--raw", oid]).stderr.decode("utf-8", "replace")
    match = _VALID.search(status)
    if match is None:
        return False
    try:
        program = signing_key.GPG.program(repository)
        return openpgp_key.load(match[1], source=f"commit {oid[:10]}", program=program).secret
    except AttestError:
        return False  # gpg is missing, or does not know the key any more
