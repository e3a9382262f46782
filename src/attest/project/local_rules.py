"""The rules that a contributor's clone goes by: those of the project, as far as the
clone knows them. The check has the last word; this spares surprises."""

from __future__ import annotations

from dataclasses import replace

from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.project import base_commit
from attest.project.rules import ProjectRules
from attest.signatures import openpgp_key, signing_key
from attest.trust.known_keys import OpenPGPKeys, TrustedKeys


def base(repository: Repository, isolated: Isolated) -> ProjectRules:
    """The rules of the project; who may sign is left to the check.

    Raises:
        EnvironmentFault: the setting names nothing, or a file of the rules is not as
            it must be.
    """
    found = base_commit.revision(repository)
    made = ProjectRules.built_in(isolated)
    if found is not None:
        made = ProjectRules.read(isolated, found, anybody=True)
    return replace(made, known=_with_own(repository, isolated, made.known))


def _with_own(repository: Repository, isolated: Isolated, known: TrustedKeys) -> TrustedKeys:
    """With the person's own OpenPGP key, so that their own blocks can be read."""
    named = repository.config(signing_key.SETTING) or ""
    if not named.startswith(openpgp_key.PREFIX):
        return known
    key = signing_key.configured(repository)
    assert isinstance(key, openpgp_key.OpenPGPKey), named
    files = known.keys.files if known.keys else ()
    return replace(
        known, keys=OpenPGPKeys([*files, (key.value, openpgp_key.export(key))], isolated.hold)
    )
