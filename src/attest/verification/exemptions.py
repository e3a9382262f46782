"""Which commits need no attestation, by the base's policy."""

from __future__ import annotations

from datetime import datetime

from attest.git.commit_object import Commit
from attest.git.diff import Change
from attest.policy.model import Exempt
from attest.policy.paths import Patterns
from attest.project.rules import ProjectRules
from attest.signatures import commit_signature
from attest.verification.task import CommitTask


def reason(task: CommitTask, now: datetime) -> str | None:
    """Why a commit is exempt; None where it is not.

    An exemption is for whoever signed the commit itself with a key that the base knows,
    or for the actor that CI names. An author's address is a claim that anybody can make:
    it can only narrow an exemption. So can paths, but not for a merge that decides
    something which its change does not show: that may be in any path.

    Args:
        now: the present time, when the signer's key must be good.

    Raises:
        EnvironmentFault: gpg is needed and missing.
    """
    rules = task.rules
    exemptions = _applicable(rules, task.commit, task.change, hidden=bool(task.hidden))
    for exemption in exemptions:
        if rules.actor and rules.actor.lower() in [actor.lower() for actor in exemption.actors]:
            return f"actor {rules.actor}" + _because(exemption)
    if not any(exemption.signers for exemption in exemptions):
        return None
    trusted = rules.known
    unrevoked = [key for key in rules.listed if key.fingerprint not in trusted.revoked]
    addresses = commit_signature.signer_of(
        task.raw, unrevoked, trusted.ring(), (now,), trusted.revoked
    )
    for exemption in exemptions:
        signed = [address for address in addresses if address in exemption.signers]
        if signed:
            return f"signed by {signed[0]}" + _because(exemption)
    return None


def left_to_ci(
    rules: ProjectRules, commit: Commit, change: Change, *, hidden: bool
) -> Exempt | None:
    """The exemption that names a commit's author, and that holds if CI names the right actor,
    which no clone can know; None where there is none. For a contributor's own look.

    Args:
        hidden: the commit is a merge that decides something which its change does not show.
    """
    exemptions = _applicable(rules, commit, change, hidden=hidden)
    return next((one for one in exemptions if one.actors and one.authors), None)


def _applicable(
    rules: ProjectRules, commit: Commit, change: Change, *, hidden: bool
) -> list[Exempt]:
    """The exemptions whose author and paths fit a commit."""
    return [
        exemption
        for exemption in rules.policy.exempt
        if not (hidden and exemption.paths) and _applies(exemption, commit, change)
    ]


def _applies(exemption: Exempt, commit: Commit, change: Change) -> bool:
    """Whether author and paths are among those that an exemption is for; all paths of the
    change must be."""
    authors = [author.encode() for author in exemption.authors]
    if authors and commit.author_email not in authors:
        return False
    patterns = Patterns.of(exemption.paths)
    return not exemption.paths or all(patterns.match(file.path) for file in change.files)


def _because(exemption: Exempt) -> str:
    return f" ({exemption.reason})" if exemption.reason else ""
