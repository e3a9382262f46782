"""The branch that changes are for, as far as a clone knows it."""

from __future__ import annotations

from collections.abc import Iterator

from attest.errors import EnvironmentFault, NothingToJudge
from attest.git.repository import Repository

SETTING = "attest.base"
BRANCHES = ("main", "master")
"""What a default branch is called, where a clone does not know the remote's `HEAD`."""


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
    yield from _tips(repository, (f"refs/heads/{branch}" for branch in BRANCHES))


def names(repository: Repository) -> list[str]:
    """The remote-tracking branches that changes are for, by their full names: what
    `attest.base` names, and the default branch of the first remote that has one here."""
    base = repository.config(SETTING)
    named = repository.ask("rev-parse", "--symbolic-full-name", base) if base else None
    found = [named] if named and named.startswith("refs/remotes/") else []
    for remote in _remotes(repository):
        symbolic = repository.ask("symbolic-ref", "--quiet", f"refs/remotes/{remote}/HEAD")
        wanted = {symbolic, *(f"refs/remotes/{remote}/{branch}" for branch in BRANCHES)}
        known = [name for name in repository.refs(f"refs/remotes/{remote}") if name in wanted]
        if known:
            return [*found, *known]
    return found


def _of_remotes(repository: Repository) -> Iterator[str]:
    for remote in _remotes(repository):
        wanted = (f"refs/remotes/{remote}/{branch}" for branch in ("HEAD", *BRANCHES))
        yield from _tips(repository, wanted)


def _remotes(repository: Repository) -> list[str]:
    """The names of the remotes: `upstream` first, then `origin`."""
    remotes = [name for name in (repository.ask("remote") or "").split("\n") if name]
    first = ("upstream", "origin")
    return sorted(remotes, key=lambda r: (first.index(r) if r in first else 2, r))


def tracking(repository: Repository, branch: str) -> Iterator[str]:
    """The remote-tracking branches of that name, by their full names; `upstream` first."""
    for remote in _remotes(repository):
        name = f"refs/remotes/{remote}/{branch}"
        if repository.ask("rev-parse", "--verify", "--quiet", "--end-of-options", name):
            yield name


def _tips(repository: Repository, names: Iterator[str]) -> Iterator[str]:
    for name in names:
        oid = repository.ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if oid:
            yield oid
