"""Signing again the commits that git had signed: a rewritten commit loses its signature."""

from __future__ import annotations

from collections.abc import Sequence

from attest.console import say
from attest.errors import EnvironmentFault
from attest.git import commit_object, identity
from attest.git.repository import Repository
from attest.rewrite.compose import Step
from attest.signatures import signing_key
from attest.signatures.commit_signer import CommitSigner


def signer(repository: Repository, steps: Sequence[Step], author: bytes) -> CommitSigner | None:
    """Who signs the signed ones again; None where none is signed.

    Args:
        author: the address of whoever rewrites, in lower case.

    Raises:
        EnvironmentFault: one cannot be signed again as it was. It is refused before
            anything is asked: nobody else can make another person's signature.
    """
    signed = [(step, step.signature) for step in steps if step.signature is not None]
    if not signed:
        return None
    committer = identity.committer(repository).partition(b">")[0] + b">"
    own = (author, committer.partition(b"<")[2].removesuffix(b">").lower())
    commit_signer = CommitSigner.of(_settings(repository), committer.decode("utf-8", "replace"))
    for step, armoured in signed:
        reason = commit_signer.objection(armoured)
        if commit_object.committer_email(step.raw).lower() not in own:
            reason = "another person signed it, and only they can sign it again"
        if reason:
            raise EnvironmentFault(
                f"commit {step.oid[:10]} is signed, and would lose its signature: {reason}",
                _without(step),
            )
    return commit_signer


def _settings(repository: Repository) -> dict[str, str | None]:
    """What git is set up to sign with (git-config(1), `gpg.*`)."""
    named = signing_key.of_git_by_name(repository, say)
    settings = {"gpg.format": repository.config.get("gpg.format")}
    settings["user.signingKey"] = named[1] if named else None
    settings["gpg.ssh.program"] = signing_key.SSH.program(repository)
    settings["gpg.openpgp.program"] = signing_key.GPG.program(repository)
    settings["gpg.x509.program"] = repository.config.get("gpg.x509.program", kind="path") or "gpgsm"
    return settings


def _without(step: Step) -> str:
    """What to do about a commit that cannot be signed again. A merge of the project's
    branch, which a forge makes at the press of a button, is not needed."""
    if len(step.parents) == 2:
        return (
            "Leave the merge out: rebase your commits onto what it merged, and answer again.\n"
            f"  git rebase {step.parents[1][:10]}"
        )
    return "Configure git to sign as it did then, or push without that commit."
