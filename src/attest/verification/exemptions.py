"""Which commits need no attestation, by the base's policy."""

from __future__ import annotations

from datetime import datetime

from attest.git.commit_object import Commit
from attest.git.diff import Change
from attest.policy.model import Exempt
from attest.policy.paths import Patterns
from attest.project.rules import ProjectRules
from attest.signatures import commit_signature


def reason(
    raw: bytes,
    found: Commit,
    change: Change,
    base: ProjectRules,
    now: datetime,
    *,
    hides: bool = False,
) -> str | None:
    """Why a commit is exempt; None where it is not.

    It holds for a signer of the commit itself whose key the base knows, or for the
    actor that CI names; an author's address can only narrow it.

    Args:
        raw: the commit object.
        hides: it is a merge that decides something which its change does not show.
    """
    narrow = [one for one in base.policy.exempt if not (hides and one.paths)]
    fits = [one for one in narrow if _narrowed(one, found, change)]
    for one in fits:
        if base.actor and base.actor.lower() in [actor.lower() for actor in one.actors]:
            return f"actor {base.actor}" + _why(one)
    if not any(one.signers for one in fits):
        return None
    known = base.known
    good = [s for s in known.signers or () if s.fingerprint not in known.revoked]
    who = commit_signature.signer_of(raw, good, known.ring(), (now,), known.revoked)
    for one in fits:
        signed = [address for address in who if address in one.signers]
        if signed:
            return f"signed by {signed[0]}" + _why(one)
    return None


def _narrowed(one: Exempt, found: Commit, change: Change) -> bool:
    authors = [author.encode() for author in one.authors]
    if authors and found.author_email not in authors:
        return False
    patterns = Patterns.of(one.paths)
    return not one.paths or all(patterns.match(file.path) for file in change.files)


def _why(one: Exempt) -> str:
    return f" ({one.reason})" if one.reason else ""
