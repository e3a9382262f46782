"""Signing again the commits that git had signed: a rewritten commit loses its signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

from attest.console import say
from attest.errors import EnvironmentFault
from attest.git import commit_object, identity
from attest.git.repository import Repository
from attest.rewrite.compose import Step
from attest.signatures import own_commits, signing_key
from attest.signatures.commit_signer import CommitSigner

_MAX_SHOWN = 5
"""Commits that are named at most."""


@dataclass(frozen=True, slots=True)
class Resigning:
    """What becomes of git's signatures in a rewrite.

    Args:
        signer: who signs commits again; None where none is.
        lost_signatures: why a commit cannot be signed again, by its id. Nobody but a forge can
            make its signature, and `git rebase` drops it, too; here it takes the person's consent.
    """

    signer: CommitSigner | None = None
    lost_signatures: Mapping[str, str] = field(default_factory=dict)


def plan(repository: Repository, steps: Sequence[Step], author: bytes) -> Resigning:
    """Who signs the signed commits again, and which of them nobody here can sign.

    Args:
        author: the address of whoever rewrites, in lower case.
    """
    signatures = [(step, step.signature) for step in steps if step.signature is not None]
    if not signatures:
        return Resigning()
    committer = identity.committer(repository).partition(b">")[0] + b">"
    own_addresses = (author, committer.partition(b"<")[2].removesuffix(b">").lower())
    commit_signer = CommitSigner.of(_settings(repository), committer.decode("utf-8", "replace"))
    own_keys = cache(partial(signing_key.own_fingerprints, repository))
    lost_signatures = {}
    for step, armoured in signatures:
        reason = commit_signer.objection(armoured)
        is_own = commit_object.committer_email(step.raw).lower() in own_addresses
        # A person has several addresses, and a key is theirs whatever address is beside it.
        if not is_own and not own_commits.signed_by_own_key(
            repository, step.oid, step.raw, own_keys
        ):
            reason = "another person signed it, and only they can sign it again"
        if reason:
            lost_signatures[step.oid] = reason
    return Resigning(commit_signer, lost_signatures)


def lines(lost_signatures: Mapping[str, str]) -> list[str]:
    """What would be lost, commit by commit."""
    return [
        f"commit {oid[:10]} is signed, and would lose its signature: {reason}"
        for oid, reason in list(lost_signatures.items())[:_MAX_SHOWN]
    ] + (
        [f"… and {len(lost_signatures) - _MAX_SHOWN} more"]
        if len(lost_signatures) > _MAX_SHOWN
        else []
    )


def refusal(
    steps: Sequence[Step], lost_signatures: Mapping[str, str], command: str
) -> EnvironmentFault:
    """The error where nobody agreed to lose signatures.

    Args:
        command: the attest command that does the same, with consent.
    """
    first = next(step for step in steps if step.oid in lost_signatures)
    return EnvironmentFault(
        "\n".join(lines(lost_signatures)),
        f"To drop the signature, as git rebase does:\n  {command} --drop-signatures\n"
        f"Or keep it: {_without(first)}",
    )


def _settings(repository: Repository) -> dict[str, str | None]:
    """What git is set up to sign with (git-config(1), `gpg.*`)."""
    key_setting = signing_key.git_setting(repository, say)
    settings = {"gpg.format": repository.config.get("gpg.format")}
    settings["user.signingKey"] = key_setting[1] if key_setting else None
    settings["gpg.ssh.program"] = signing_key.SSH.program(repository)
    settings["gpg.openpgp.program"] = signing_key.GPG.program(repository)
    settings["gpg.x509.program"] = repository.config.get("gpg.x509.program", kind="path") or "gpgsm"
    return settings


def _without(step: Step) -> str:
    """What to do about a commit that cannot be signed again. A merge of the project's
    branch, which a forge makes at the press of a button, is not needed."""
    if len(step.parents) == 2:
        return (
            "leave the merge out. Rebase your commits onto what it merged, and answer again.\n"
            f"  git rebase {step.parents[1][:10]}"
        )
    return "configure git to sign as it did then, or push without that commit."
