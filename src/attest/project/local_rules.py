"""The rules that a contributor's clone goes by: those of the project, as far as the
clone knows them. The check in CI decides; this avoids surprises there."""

from __future__ import annotations

from dataclasses import replace

from attest.errors import EnvironmentFault
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.project import base_commit
from attest.project.rules import ProjectRules
from attest.signatures import openpgp_key, signing_key
from attest.trust.known_keys import OpenPGPKeys, TrustedKeys


def read(repository: Repository, isolated: Isolated) -> ProjectRules:
    """The rules of the project. Who may sign is left to the check: a contributor's key may
    be known to a forge alone.

    Raises:
        EnvironmentFault: `attest.base` names no commit, or a file of the rules is invalid.
    """
    oid = base_commit.revision(repository)
    if oid is None:
        rules = ProjectRules.built_in(isolated)
    else:
        rules = ProjectRules.read(isolated, oid, anybody=True)
    return replace(rules, known=_with_own(repository, isolated, rules.known))


def _with_own(repository: Repository, isolated: Isolated, known: TrustedKeys) -> TrustedKeys:
    """Add the person's own OpenPGP key, so that their own blocks can be verified."""
    key_name = repository.config.get(signing_key.SETTING) or ""
    if not key_name.startswith(openpgp_key.PREFIX):
        return known
    try:
        key = signing_key.find_configured(repository)
        assert isinstance(key, openpgp_key.OpenPGPKey), key_name
        public_key = (key.value, openpgp_key.export(key))
    except EnvironmentFault:
        return known  # commits by another key are judged all the same; signing will say why
    files = known.keys.files if known.keys else ()
    return replace(known, keys=OpenPGPKeys([*files, public_key], isolated.hold))
