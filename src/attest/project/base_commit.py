"""The base: the commit whose rules apply, and that a contributor's change is for.

Every command that is not given a base, and does not run in CI, takes it from here, so that
`attest policy explain` shows the rules by which a plain `attest check` judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from attest.errors import EnvironmentFault, NothingToJudge
from attest.git import remotes
from attest.git.repository import Repository

SETTING = "attest.base"


class Base(NamedTuple):
    """A commit, and the name that it was found by.

    Args:
        name: the full name of a branch; for `attest.base`, what the setting says.
    """

    name: str
    oid: str


def find(repository: Repository) -> Base | None:
    """The base of the work in this clone: what `attest.base` names, else the default
    branch of the remote `upstream`, of `origin`, or of another, else the branch that the
    one checked out follows. None where the clone knows none of them.

    Never HEAD: a commit is not judged by its own rules (docs/threat-model.md).

    Raises:
        EnvironmentFault: `attest.base` names no commit.
    """
    setting = repository.config.get(SETTING)
    if not setting:
        return next(_known_bases(repository), None)
    try:
        return Base(setting, repository.resolve(setting))
    except NothingToJudge as fault:
        raise EnvironmentFault(
            f"{SETTING} is {setting!r}: {fault.message}",
            f"Fetch it, or set another: git config {SETTING} origin/main",
        ) from None


def short(name: str) -> str:
    """A branch as people name it, such as `upstream/main`."""
    return name.removeprefix(remotes.TRACKING).removeprefix("refs/heads/")


def revision(repository: Repository) -> str | None:
    """The commit whose rules a contributor's clone goes by: the base, else HEAD (a new
    project, before it is pushed). None without a commit.

    Raises:
        EnvironmentFault: `attest.base` names no commit.
    """
    base = find(repository)
    return base.oid if base else repository.head()


def candidates(repository: Repository) -> Iterator[str]:
    """Every commit that may be the tip of a branch that changes are for.

    Raises:
        EnvironmentFault: `attest.base` names no commit.
    """
    known = list(_known_bases(repository))
    setting = repository.config.get(SETTING)
    first = find(repository) if setting else next(iter(known), None)
    head = None if first else repository.head()
    yield from [head] if head else []
    yield from (base.oid for base in (first, *known) if base)
    local = [f"refs/heads/{branch}" for branch in remotes.BRANCHES]
    for name in repository.refs(*local):
        with suppress(NothingToJudge):
            yield repository.resolve(name)


def names(repository: Repository) -> list[str]:
    """The remote-tracking branches that changes are for, by their full names: what
    `attest.base` names, and what may be the default branch of the first remote that has
    one here."""
    refs = []
    setting = repository.config.get(SETTING)
    if setting:
        with suppress(NothingToJudge):
            repository.resolve(setting)  # so that git knows it below
            words = ("--verify", "--symbolic-full-name", "--end-of-options", setting)
            name = repository.git("rev-parse", *words).decode("utf-8", "surrogateescape").strip()
            refs += [name] if name.startswith(remotes.TRACKING) else []
    for remote in remotes.names(repository):
        known = remotes.default_branches(repository, remote)
        if known:
            return list(dict.fromkeys([*refs, *known]))
    return refs


def _known_bases(repository: Repository) -> Iterator[Base]:
    """Bases that no setting names."""
    for remote in remotes.names(repository):
        for name, oid in remotes.default_branches(repository, remote).items():
            with suppress(NothingToJudge):
                yield Base(name, oid or repository.resolve(name))
    tracking_ref = remotes.upstream(repository)
    if tracking_ref is not None:
        with suppress(NothingToJudge):
            yield Base(tracking_ref, repository.resolve(tracking_ref))
