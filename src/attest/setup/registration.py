"""Where a key has to be registered, so that others know whose it is."""

from __future__ import annotations

from collections.abc import Iterator

from attest.errors import EnvironmentFault
from attest.forge import hosts, key_pages, workflow
from attest.git import commit_object, identity, remotes
from attest.git.repository import Repository
from attest.policy.model import Policy
from attest.project.rule_files import SIGNERS, RuleFiles
from attest.project.session import Session
from attest.setup import maintainer
from attest.signatures.allowed_signers import Signer
from attest.signatures.signing_key import Key
from attest.signatures.ssh_key import SigningKey

_SEPARATE = "Until then, attest signs all the same, and a check reports `signer-unknown`."


def lines(repository: Repository, key: Key) -> list[str]:
    """What to do with a key that is to sign here, and is not listed by the project; nothing where
    it is.

    Raises:
        AttestError: the project's rules cannot be read.
    """
    try:
        email = identity.author(repository).email
    except EnvironmentFault:  # who has no identity yet is asked for one when they sign
        return []
    with Session.open(repository) as session:
        signers, policy = _listed_signers(session), session.rules.policy
    signers_of_key = [one for one in signers or () if one.fingerprint == key.fingerprint]
    if any(one.speaks_for(email) for one in signers_of_key):
        return []
    places = [
        *(_in_project(key, email, policy) if signers is not None else ()),
        *_at_forge(repository),
    ]
    if not places:
        places = [f"- in your account at the forge, or in the project's {SIGNERS}"]
    return ["Register this key once, so that others know whose it is:", *places, _SEPARATE]


def _listed_signers(session: Session) -> list[Signer] | None:
    """The signers that the base lists; None where it wants no list. (A clone's own rules take
    any key, so that nobody is kept from signing.)"""
    rules, isolated = session.rules, session.isolated
    if rules.oid is None:
        return None
    tree = commit_object.parse(isolated.commit(rules.oid), rules.oid).tree
    signers = RuleFiles.read(isolated, rules.oid, tree).signers(rules.policy.signers.rsa_bits)
    return [] if signers is None and rules.digest is not None else signers


def _in_project(key: Key, email: str, policy: Policy) -> Iterator[str]:
    if isinstance(key, SigningKey):
        yield f"- in the project: ask a maintainer to add this line to {SIGNERS}:"
        yield f"    {maintainer.signer_line(email, key.public, policy)}"


def _at_forge(repository: Repository) -> Iterator[str]:
    for url in remotes.urls(repository):
        forge = workflow.of_remote(url)
        if forge is not None:
            yield f"- in your account, if the project checks with --forge {forge}:"
            note = " (as a key for authentication or for signing)" if forge == "github" else ""
            yield f"    {key_pages.url(forge, f'https://{hosts.read(url)}')}{note}"
            return
