"""The branch that changes are for, as far as a clone knows it."""

from __future__ import annotations

from collections.abc import Iterator

from attest.errors import EnvironmentFault, NothingToJudge
from attest.git.repository import Repository

SETTING = "attest.base"


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
    return next(_of_remotes(repository), None) or repository.head()


def found(repository: Repository) -> Iterator[str]:
    """Every commit that may be the tip of such a branch.

    Raises:
        EnvironmentFault: `attest.base` names no commit.
    """
    first = revision(repository)
    yield from [first] if first else []
    yield from _of_remotes(repository)
    yield from _tips(repository, (f"refs/heads/{branch}" for branch in ("main", "master")))


def _of_remotes(repository: Repository) -> Iterator[str]:
    remotes = [name for name in (repository.ask("remote") or "").split("\n") if name]
    first = ("upstream", "origin")
    for remote in sorted(remotes, key=lambda r: (first.index(r) if r in first else 2, r)):
        names = (f"refs/remotes/{remote}/{branch}" for branch in ("HEAD", "main", "master"))
        yield from _tips(repository, names)


def _tips(repository: Repository, names: Iterator[str]) -> Iterator[str]:
    for name in names:
        oid = repository.ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if oid:
            yield oid
