"""Which commits that a remote has may be rewritten, because a range names them.

A contributor's own topic branch, pushed to their fork, may be: a red check asks for it. What
anybody else builds on may not, above all what the project has merged (docs/adr/0010).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from attest.git import remotes
from attest.git.repository import Repository
from attest.project import base_commit
from attest.rewrite import takeover

_REMOTES, _HEADS = "refs/remotes/", "refs/heads/"
_PULL_REQUESTS = ("refs/pull/", "refs/merge-requests/", "refs/pull-requests/", "refs/changes/")
"""Where forges keep what is proposed to them (in GitHub's and Forgejo's, GitLab's, Bitbucket's
and Gerrit's words). They follow the branch that was pushed, and nobody builds on them."""


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A branch of a remote that a local branch is pushed to. Names are short but for `ref`,
    the remote-tracking one."""

    ref: str
    remote: str
    branch: str
    local: str

    @property
    def refspec(self) -> str:
        return self.local if self.local == self.branch else f"{self.local}:{self.branch}"


@dataclass(frozen=True, slots=True)
class PublishedCommits:
    """What remotes have of the commits of ranges, as far as this clone knows.

    Args:
        counterparts: the counterparts that a forced push may replace.
        free_oids: published commits that may be rewritten: nobody but these branches has them.
        kept_oids: published commits that stay, although a range names them.
        bounds: commits up to which everything stays; no free commit is behind them.
    """

    counterparts: tuple[Counterpart, ...] = ()
    free_oids: frozenset[str] = frozenset()
    kept_oids: frozenset[str] = frozenset()
    bounds: tuple[str, ...] = ()


def of(repository: Repository, oids: Sequence[str]) -> set[str]:
    """Those of *oids* that a remote has, as far as this clone knows."""
    stdin = "\n".join(oids).encode()
    out = repository.git("rev-list", "--stdin", "--not", "--remotes", stdin=stdin)
    return set(oids) - set(out.decode("ascii").split())


def of_ranges(
    repository: Repository, oids: Sequence[str], tips: Sequence[str], author: str
) -> PublishedCommits:
    """What remotes have of the commits of ranges, and which of them may be rewritten.

    Args:
        oids: the commits; parents before their children.
        tips: where the ranges end, and HEAD.
        author: the address of whoever rewrites.
    """
    public = of(repository, oids)
    if not public:
        return PublishedCommits()
    refs = _Refs(repository, set(oids), set(tips), author)
    counterparts = refs.counterparts()
    bounds = tuple(refs.bounds({counterpart.ref for counterpart in counterparts}))
    limits = "\n".join([*oids, *(f"^{oid}" for oid in bounds)]).encode()
    out = repository.git("rev-list", "--ignore-missing", "--stdin", stdin=limits)
    oids_beyond = set(out.decode("ascii").split())
    taken_oids = takeover.by_others(repository, oids, tips, author.lower()) & public
    kept_oids = (public - oids_beyond) | taken_oids
    return PublishedCommits(
        tuple(counterparts), frozenset(public - kept_oids), frozenset(kept_oids), bounds
    )


class _Refs:
    """The branches of a clone and of its remotes."""

    def __init__(
        self, repository: Repository, oids: Collection[str], tips: Collection[str], author: str
    ) -> None:
        self.repository, self.author = repository, author.lower()
        form = "--format=%(objectname) %(symref) %(push) %(refname)"
        self.tracking: dict[str, str] = {}
        self.local: dict[str, str] = {}
        self.pushed: dict[str, str] = {}
        out = repository.git("for-each-ref", form, _REMOTES, _HEADS)
        for line in filter(None, out.decode("utf-8", "surrogateescape").split("\n")):
            oid, symbolic, push, name = line.split(" ", 3)
            if name.startswith(_HEADS):
                self.local[name] = oid
                self.pushed[name] = push
            elif not symbolic:
                self.tracking[name] = oid
        self.remotes = remotes.names(repository)
        self.mainline = base_commit.names(repository)
        project = self.mainline[-1].removeprefix(_REMOTES) if self.mainline else ""
        several = len(self.remotes) > 1
        self.project = next(
            (r for r in self.remotes if project.startswith(f"{r}/") and several), ""
        )
        self.heads = [name for name, oid in self.local.items() if oid in oids]
        self.checked_out = {repository.branch()} | {
            name for name, oid in self.local.items() if oid in tips
        }

    def counterparts(self) -> list[Counterpart]:
        """The branches that the local ones in the range are pushed to. By the same name,
        they are one's own. By another name, as a remote's default branch, or in the
        project's own repository beside a fork, they are only where nobody else has put a
        commit there."""
        counterparts: dict[str, Counterpart] = {}
        for head in self.heads:
            local = head.removeprefix(_HEADS)
            same = [f"{_REMOTES}{remote}/{local}" for remote in self.remotes]
            for name in [*same, self.pushed[head]]:
                remote = next((r for r in self.remotes if name.startswith(f"{_REMOTES}{r}/")), None)
                if name not in self.tracking or name in self.mainline or remote is None:
                    continue
                branch = name.removeprefix(f"{_REMOTES}{remote}/")
                shared = self._is_default(name, remote, branch) or remote == self.project
                plain = branch == local and not shared and head in self.checked_out
                if plain or self._has_only_own_commits(name):
                    counterparts[name] = Counterpart(name, remote, branch, local)
        return list(counterparts.values())

    def bounds(self, own: Collection[str]) -> list[str]:
        """What everybody else may build on: the other branches of remotes, the project's
        branch as it is known here, and releases."""
        ignored = self._pull_request_refs()
        bounds = [
            oid
            for name, oid in self.tracking.items()
            if name not in own and not any(fnmatchcase(name, glob) for glob in ignored)
        ]
        # A local `main` may be ahead of every remote here: the project fetched by its URL.
        bounds += [
            self.local[name]
            for name in map(f"{_HEADS}{{}}".format, remotes.BRANCHES)
            if name in self.local
            and name not in self.checked_out
            and not self._has_only_own_commits(name)
        ]
        if self.repository.config.get(base_commit.SETTING):
            bounds += filter(None, [base_commit.revision(self.repository)])
        return list(dict.fromkeys([*bounds, *self._releases()]))

    def _releases(self) -> list[str]:
        """The commits of annotated tags: those are meant for releases, and others for one's
        own use (git-tag(1))."""
        form = "--format=%(objecttype) %(*objecttype) %(*objectname)"
        lines = self.repository.git("for-each-ref", form, "refs/tags").decode("ascii").split("\n")
        start = "tag commit "
        return [line.removeprefix(start) for line in lines if line.startswith(start)]

    def _pull_request_refs(self) -> list[str]:
        """Where remote-tracking refs are that lead to no branch of the remote."""
        globs = []
        for remote in self.remotes:
            for spec in self.repository.config.all(f"remote.{remote}.fetch"):
                source, _, target = spec.removeprefix("+").partition(":")
                if source.startswith(_PULL_REQUESTS) and target:
                    globs.append(target.replace("[", "[[]"))  # only `*` is special to git
        return globs

    def _is_default(self, name: str, remote: str, branch: str) -> bool:
        head = self.repository.symbolic_ref(f"{_REMOTES}{remote}/HEAD")
        return branch in remotes.BRANCHES or head == name

    def _has_only_own_commits(self, name: str) -> bool:
        """Whether every commit is one's own that a branch has beyond the project's."""
        limits = [ref for ref in self.mainline if ref in self.tracking]
        if not limits:
            return False  # without a branch of the project, nothing shows where it begins
        args = ("rev-list", "--format=%ae", name, "--not", *limits, "--")
        lines = self.repository.git(*args).decode("utf-8", "replace").split("\n")
        authors = {line.lower() for line in lines[1::2]}  # the others are `commit ID`
        return authors <= {self.author}
