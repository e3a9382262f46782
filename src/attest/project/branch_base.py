"""Which branch of the project a whole branch is compared with (docs/merging.md, "The base")."""

from __future__ import annotations

from attest.git import remotes, revisions
from attest.git.repository import Repository
from attest.project import base_commit
from attest.project.base_commit import Base


def find(repository: Repository, tip: str, start: str = "") -> Base | None:
    """The base of the branch that *tip* is the newest commit of.

    A clone may know several branches of the base's name: the project's, the fork's old one. The
    one that leaves the fewest commits is nearest to where the branch began. One that has the
    whole branch already (a fork's, which took it in) says nothing about the project's, unless
    that is the first of them.

    Args:
        start: what the range on the command line begins with; empty for the base of this clone.

    Returns:
        None where the clone knows no branch of the project.

    Raises:
        NothingToJudge: *start* names no commit.
        EnvironmentFault: `attest.base` names no commit.
    """
    bases = _candidates(repository, tip, start)
    if not bases:
        return None
    counts = [revisions.count(repository, tip, base.oid) for base in bases]
    if not counts[0]:
        return bases[0]
    return min(
        (pair for pair in zip(counts, bases, strict=True) if pair[0]), key=lambda pair: pair[0]
    )[1]


def is_base_itself(repository: Repository, base: Base, tip: str) -> bool:
    """Whether *tip* ends the local branch that becomes the base when it is pushed: a maintainer's
    `main` with what they merged, and not the branch of a pull request."""
    remote, _, branch = base.name.removeprefix(remotes.TRACKING).partition("/")
    head = f"refs/heads/{branch}"
    if not base.name.startswith(remotes.TRACKING) or repository.object_id(head) != tip:
        return False
    target = repository.git("for-each-ref", "--format=%(push)", head).decode().strip()
    return target == base.name or (not target and remotes.names(repository) == [remote])


def _candidates(repository: Repository, tip: str, start: str) -> list[Base]:
    """The branches that may be meant, the project's first."""
    if start:
        named_base = Base(start, repository.resolve(start))
        named = remotes.tracking(repository, start) if _is_plain(repository, start) else []
        return [named_base, *_resolved(repository, named)]
    first = base_commit.find(repository)
    if first is None or repository.config.get(base_commit.SETTING):
        return [first] if first else []
    branch = first.name.removeprefix(remotes.TRACKING).partition("/")[2]
    # A branch that is pushed under the base's own name (from a fork's `main`) is in the fork's
    # branch of that name, which then is no base of it.
    is_own = repository.branch() == f"refs/heads/{branch}" and repository.head() == tip
    names = remotes.tracking(repository, branch) if branch and not is_own else []
    return [first, *_resolved(repository, [name for name in names if name != first.name])]


def _is_plain(repository: Repository, word: str) -> bool:
    return revisions.is_branch_name(repository, word)


def _resolved(repository: Repository, names: list[str]) -> list[Base]:
    known = ((name, repository.commit_id(name)) for name in names)
    return [Base(name, oid) for name, oid in known if oid]
