"""The remotes of a clone, and the branches of theirs that changes are for. The one place
that knows which remote comes first."""

from __future__ import annotations

import os

from attest.errors import NothingToJudge
from attest.git import process
from attest.git.repository import Repository

TRACKING = "refs/remotes/"
"""Where remote-tracking branches are."""

BRANCHES = ("main", "master")
"""What a default branch is called, where a clone does not know the remote's `HEAD`."""

_FIRST = ("upstream", "origin")
"""In a clone of a fork, `origin` is the fork, and `upstream` the project by convention
(gh and glab name it so). A change is for the project, whose rules the check applies; what
the fork's branch has may be old, or the contributor's own."""


def names(repository: Repository) -> list[str]:
    """The names of the remotes: `upstream`, `origin`, then the others by name."""
    # git takes a name that begins with `/` for a path, and lists no such remote (remote.c).
    known = [name for name in repository.config.names("remote") if name[:1] not in ("", "/")]
    return sorted(known, key=lambda name: (_place(name), name))


def _place(name: str) -> int:
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)


def urls(repository: Repository) -> list[str]:
    """Where the remotes are, in the order of their names; as git would fetch from them."""
    addresses = []
    for name in names(repository):
        if repository.config.all(f"remote.{name}.url"):
            out = repository.git("remote", "get-url", name)
            addresses.append(out.decode("utf-8", "surrogateescape").removesuffix("\n"))
    return addresses


def default_branches(repository: Repository, remote: str) -> dict[str, str]:
    """What may be the default branch of a remote, as far as the clone has it: where the
    remote's `HEAD` leads, then `main` and `master`.

    Returns:
        Full names of remote-tracking branches, each with the id of its commit. It is empty where
        that needs a closer look: an object is missing, or is not a commit.
    """
    prefix = f"{TRACKING}{remote}/"
    refs = [f"{prefix}{name}" for name in ("HEAD", *BRANCHES)]
    form = "--format=%(refname) %(symref) %(objectname) "
    result = repository.run(("for-each-ref", f"{form}%(objecttype)", *refs))
    # git ends with an error where one of the objects is missing, whose type it cannot see.
    out = repository.git("for-each-ref", form, *refs) if result.returncode else result.stdout
    branches: dict[str, tuple[str, str]] = {}
    for line in filter(None, out.decode("utf-8", "surrogateescape").split("\n")):
        name, target, oid, kind = line.split(" ")
        branches[name] = target or name, oid if kind == "commit" else ""
    return dict(branches[name] for name in refs if name in branches)


_PULL_REQUESTS = ("refs/pull/{}/head", "refs/merge-requests/{}/head")
"""Where forges keep the newest commit of a request: GitHub, Forgejo and Gitea; GitLab."""


def fetch_pull_request(repository: Repository, number: int) -> str:
    """Fetch a pull request from the first remote that has it, and return the id of its newest
    commit. No branch and no file of the person changes.

    Raises:
        NothingToJudge: no remote has it.
        GitError: a remote cannot be reached.
    """
    refs = [ref.format(number) for ref in _PULL_REQUESTS]
    for remote in names(repository):
        listed = _over_the_network("ls-remote", remote, *refs)
        out = listed.decode("utf-8", "surrogateescape")
        for line in filter(None, out.split("\n")):
            oid, _, ref = line.partition("\t")
            _over_the_network("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", remote, ref)
            return oid
    raise NothingToJudge(
        f"no remote has a pull request {number}",
        "Add the project as a remote (git remote add upstream URL), or fetch its commits and "
        "name the range.",
    )


def _over_the_network(*args: str) -> bytes:
    """Run git as the person would: `Repository.git` lets it reach no remote."""
    env = {**os.environ, "LC_ALL": "C", "LANGUAGE": "C"}
    return process.run(args, env=env).stdout


def tracking(repository: Repository, branch: str) -> list[str]:
    """The remote-tracking branches of that name, by their full names; in the order of the
    remotes' names.

    Args:
        branch: a name that git takes for a branch.
    """
    refs = [f"{TRACKING}{remote}/{branch}" for remote in names(repository)]
    known = set(repository.refs(*refs)) if refs else set()
    return [name for name in refs if name in known]


def upstream(repository: Repository) -> str | None:
    """The branch that the one checked out is set to follow (`@{upstream}`), by its full
    name, whether it is here or not; None where there is none."""
    if not repository.config.subsections("branch", "merge"):
        return None  # no branch follows any
    branch = repository.branch()
    if branch is None:
        return None
    out = repository.git("for-each-ref", "--format=%(upstream)", branch)
    return out.decode("utf-8", "surrogateescape").strip("\n") or None
