"""The rules that a contributor's clone goes by: those of the project, as far as the
clone knows them. The check has the last word; this spares surprises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from attest import keys
from attest.base import Base
from attest.errors import EnvironmentFault, NothingToJudge
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.signatures import pgpkey
from attest.trust.known import Keys, Known

SETTING = "attest.base"


def base(repository: Repository, isolated: Isolated) -> Base:
    """The rules of the project; who may sign is left to the check.

    Raises:
        EnvironmentFault: the setting names nothing, or a file of the rules is not as
            it must be.
    """
    found = revision(repository)
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


def revision(repository: Repository) -> str | None:
    """The commit that the rules are from: of `attest.base`, else the default branch of
    the remote `upstream`, of `origin`, of another; else HEAD. None without a commit.

    Raises:
        EnvironmentFault: `attest.base` names no commit.
    """
    named = repository.config(SETTING)
    if named:
        try:
            return repository.resolve(named)
        except NothingToJudge as fault:
            raise EnvironmentFault(
                f"{SETTING} is {named!r}: {fault.message}",
                f"Fetch it, or set another: git config {SETTING} origin/main",
            ) from None
    for name in _candidates(repository):
        oid = repository.ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if oid:
            return oid
    return repository.head()


def _candidates(repository: Repository) -> Iterator[str]:
    remotes = [name for name in (repository.ask("remote") or "").split("\n") if name]
    first = ("upstream", "origin")
    for remote in sorted(remotes, key=lambda r: (first.index(r) if r in first else 2, r)):
        for branch in ("HEAD", "main", "master"):
            yield f"refs/remotes/{remote}/{branch}"
