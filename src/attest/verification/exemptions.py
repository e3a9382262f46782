"""Which commits need no attestation, by the base's policy."""

from __future__ import annotations

from datetime import datetime

from attest.git.commit_object import Commit
from attest.git.diff import Change
from attest.git.isolated import Isolated
from attest.policy.bots import BOTS, Bot
from attest.policy.model import Exemption
from attest.policy.paths import Patterns
from attest.project.rules import ProjectRules
from attest.signatures import commit_signature
from attest.verification import experience
from attest.verification.task import CommitTask


def reason(isolated: Isolated, task: CommitTask, now: datetime) -> str | None:
    """Why a commit is exempt; None where it is not.

    An exemption is for whoever signed the commit itself with a key that the base knows, for
    the actor that CI names, or for a verified author with enough commits in the base. An
    author's address is a claim that anybody can make: it can only narrow an exemption. So can
    paths, but not for a merge that decides something which its change does not show: that may
    be in any path.

    Args:
        now: the present time, when the signer's key must be good.

    Raises:
        EnvironmentFault: gpg is needed and missing.
    """
    rules = task.rules
    if not rules.policy.exempt:
        return None
    exemptions = _applicable(rules, task.commit, task.change, is_hidden=bool(task.hidden_findings))
    for exemption in exemptions:
        if rules.actor and rules.actor.lower() in [actor.lower() for actor in exemption.actors]:
            return f"actor {rules.actor}" + _describe(exemption)
        if exemption.bot is not None and _is_bot(BOTS[exemption.bot], rules, task.commit):
            return f"{exemption.bot}, which opened the pull request" + _describe(exemption)
    if not any(exemption.signers or exemption.commits for exemption in exemptions):
        return None
    addresses = signers(task, now)
    for exemption in exemptions:
        signer_addresses = [address for address in addresses if address in exemption.signers]
        if signer_addresses:
            return f"signed by {signer_addresses[0]}" + _describe(exemption)
    for exemption in exemptions:
        least = exemption.commits
        if least is not None and experience.has(isolated, task, addresses, least, now):
            return f"its author has {least} or more commits in the base" + _describe(exemption)
    return None


def signers(task: CommitTask, now: datetime) -> tuple[str, ...]:
    """The addresses for which the base lists the key that signed the commit itself.

    Args:
        now: the present time, when the key must be good.

    Raises:
        EnvironmentFault: gpg is needed and missing.
    """
    trusted, signers = task.rules.known, task.rules.listed_signers
    return commit_signature.signer_of(
        task.raw, signers, trusted.ring(), (now,), trusted.revocations
    )


def find_ci_exemption(
    isolated: Isolated, rules: ProjectRules, commit: Commit, change: Change, *, is_hidden: bool
) -> Exemption | None:
    """The exemption that a commit's author may have, and that CI alone can grant: it knows who
    the actor is, and which keys the forge publishes. None where there is none. For a
    contributor's own look.

    Args:
        is_hidden: the commit is a merge that decides something which its change does not show.
    """
    for one in _applicable(rules, commit, change, is_hidden=is_hidden):
        if one.actors and one.authors:
            return one
        if one.commits is not None and experience.claims(isolated, rules, commit, one.commits):
            return one
    return None


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
    return not exemption.paths or all(map(patterns.match, change.paths))


def _is_bot(bot: Bot, rules: ProjectRules, commit: Commit) -> bool:
    """Whether CI says that a bot is the actor, and the commit is by its address."""
    named = rules.actor.lower() == bot.login and rules.account in (None, bot.account)
    return named and commit.author_email == bot.address.encode()


def _describe(exemption: Exemption) -> str:
    return f" ({exemption.reason})" if exemption.reason else ""
