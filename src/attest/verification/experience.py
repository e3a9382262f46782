"""Whether the author of a commit has commits in the base already (`commits` of `[[exempt]]`).

An address in a commit is a claim, so it counts only where a key or a login stands for it:

- the base lists the key that signed the commit itself (namespace `git`) for that address, or
  the address is the no-reply one of a login that CI's forge vouches for: then every commit of
  the base by that address counts;
- such a login publishes the key that signed the commit itself: then those commits of the base
  by that address count that this key signed, or that have a block by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from attest.attestation import block
from attest.git import commit_object
from attest.git.commit_object import Commit
from attest.git.isolated import Isolated
from attest.project.rules import ProjectRules
from attest.signatures import commit_signature
from attest.trust import signer
from attest.verification import blocks
from attest.verification.blocks import Message
from attest.verification.task import CommitTask

_LOOKED_AT = 20
"""For each commit that is required, so many of the base are looked at, the newest first."""


def has(
    isolated: Isolated, task: CommitTask, addresses: Sequence[str], least: int, now: datetime
) -> bool:
    """Whether a verified author has enough commits in the base's history. Merges do not count.

    Args:
        addresses: those for which the base lists the key that signed the commit itself.
        least: how many are enough.
        now: the present time.

    Raises:
        NothingToJudge: history is missing (a shallow clone).
        EnvironmentFault: gpg or a forge is needed and cannot be used.
    """
    rules, email = task.rules, task.commit.author_email
    logins = rules.known.forges
    if email in [address.encode() for address in addresses] or signer.is_own_address(
        email, rules.known, logins
    ):
        return _enough(isolated, rules, email, least, lambda _raw, _commit: True)
    key = commit_signature.ssh_key_of(task.raw)
    if not key or key in rules.known.revocations or not any(login.has_key(key) for login in logins):
        return False

    def by_key(raw: bytes, commit: Commit) -> bool:
        if commit_signature.ssh_key_of(raw) == key:
            return True
        message = Message(commit.message, commit.author_email)
        judged = blocks.read(block.scan(commit.message), message, rules, now)
        return any(verified.block.fingerprint == key for verified in judged.verified_blocks)

    return _enough(isolated, rules, email, least, by_key)


def claims(isolated: Isolated, rules: ProjectRules, commit: Commit, least: int) -> bool:
    """Whether there are enough commits by the same address, for a contributor's own look: it
    proves nothing.

    Args, Raises: see `has`.
    """
    return _enough(isolated, rules, commit.author_email, least, lambda _raw, _commit: True)


def _enough(
    isolated: Isolated,
    rules: ProjectRules,
    email: bytes,
    least: int,
    counts: Callable[[bytes, Commit], bool],
) -> bool:
    """Whether enough commits of the base by an address count."""
    number = 0
    for raw, commit in _by_address(isolated, rules, email, least * _LOOKED_AT):
        number += counts(raw, commit)
        if number >= least:
            return True
    return False


def _by_address(
    isolated: Isolated, rules: ProjectRules, email: bytes, most: int
) -> Iterator[tuple[bytes, Commit]]:
    """The commits of the base by an address, the newest first."""
    if rules.oid is None or not email or not email.isascii():
        return
    for oid in _candidates(isolated, rules.oid, email.decode("ascii"), most):
        raw = isolated.commit(oid)
        commit = commit_object.parse(raw, oid)
        if commit.author_email == email:
            yield raw, commit


@lru_cache(maxsize=64)
def _candidates(isolated: Isolated, base: str, email: str, most: int) -> list[str]:
    """Commits with an address in the author line, where git searches the whole line for it.
    Kept, because the commits of a range mostly have one author."""
    options = ("--no-merges", "--fixed-strings", f"--author=<{email}>", f"--max-count={most}")
    return isolated.run("rev-list", *options, base).stdout.decode("ascii").split()
