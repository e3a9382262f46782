"""The rules that a contributor's clone goes by: those of the project, as far as the
clone knows them. The check has the last word; this spares surprises."""

from __future__ import annotations

from dataclasses import replace

from attest import keys, mainline
from attest.base import Base
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.signatures import pgpkey
from attest.trust.known import Keys, Known


def base(repository: Repository, isolated: Isolated) -> Base:
    """The rules of the project; who may sign is left to the check.

    Raises:
        EnvironmentFault: the setting names nothing, or a file of the rules is not as
            it must be.
    """
    found = mainline.revision(repository)
    made = Base.built_in(isolated)
    if found is not None:
        made = Base.read(isolated, found, anybody=True)
    return replace(made, known=_with_own(repository, isolated, made.known))


def _with_own(repository: Repository, isolated: Isolated, known: Known) -> Known:
    """With the person's own OpenPGP key, so that their own blocks can be read."""
    named = repository.config(keys.SETTING) or ""
    if not named.startswith(pgpkey.PREFIX):
        return known
    key = keys.configured(repository)
    assert isinstance(key, pgpkey.OpenPGPKey), named
    files = known.keys.files if known.keys else ()
    return replace(known, keys=Keys([*files, (key.value, pgpkey.export(key))], isolated.hold))
