"""Which commits need no attestation, by the base's policy."""

from __future__ import annotations

from datetime import datetime

from attest.git.commit_object import Commit
from attest.git.diff import Change
from attest.policy.model import Exemption
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
    exemptions = _applicable(rules, task.commit, task.change, is_hidden=bool(task.hidden_findings))
    for exemption in exemptions:
        if rules.actor and rules.actor.lower() in [actor.lower() for actor in exemption.actors]:
            return f"actor {rules.actor}" + _describe(exemption)
    if not any(exemption.signers for exemption in exemptions):
        return None
    trusted = rules.known
    good_keys = [key for key in rules.listed_signers if key.fingerprint not in trusted.revocations]
    addresses = commit_signature.signer_of(
        task.raw, good_keys, trusted.ring(), (now,), trusted.revocations
    )
    for exemption in exemptions:
        signer_addresses = [address for address in addresses if address in exemption.signers]
        if signer_addresses:
            return f"signed by {signer_addresses[0]}" + _describe(exemption)
    return None


def find_ci_exemption(
    rules: ProjectRules, commit: Commit, change: Change, *, is_hidden: bool
) -> Exemption | None:
    """The exemption that names a commit's author, and that holds if CI names the right actor,
    which no clone can know; None where there is none. For a contributor's own look.

    Args:
        is_hidden: the commit is a merge that decides something which its change does not show.
    """
    exemptions = _applicable(rules, commit, change, is_hidden=is_hidden)
    return next((one for one in exemptions if one.actors and one.authors), None)


def _applicable(
    rules: ProjectRules, commit: Commit, change: Change, *, is_hidden: bool
) -> list[Exemption]:
    """The exemptions whose author and paths fit a commit."""
    return [
        exemption
        for exemption in rules.policy.exempt
        if not (is_hidden and exemption.paths) and _applies(exemption, commit, change)
    ]


def _applies(exemption: Exemption, commit: Commit, change: Change) -> bool:
    """Whether author and paths are among those that an exemption is for; all paths of the
    change must be."""
    authors = [author.encode() for author in exemption.authors]
    if authors and commit.author_email not in authors:
        return False
    patterns = Patterns.of(exemption.paths)
    return not exemption.paths or all(patterns.match(file.path) for file in change.files)


def _describe(exemption: Exemption) -> str:
    return f" ({exemption.reason})" if exemption.reason else ""
