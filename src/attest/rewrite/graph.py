"""Which commits and refs a rewrite of some commits touches."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from attest.git import revisions
from attest.git.repository import Repository

_CONTAINED = 10
"""Commits whose branches are looked for at most: each one costs git a walk."""
_ROOTS = 100
"""Commits that `git for-each-ref --contains` is given at most, on one command line."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A ref and the commit that it leads to; `HEAD` where it is detached. An
    annotated tag leads there through an object of its own, which may be signed."""

    name: str
    oid: str
    annotated: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """What a rewrite touches.

    Args:
        parents: the commits that are rewritten, parents before their children, each with
            its parents.
        refs: what moves along.
    """

    parents: dict[str, list[str]]
    refs: tuple[Ref, ...]

    def find_unreached(self, oids: Sequence[str]) -> list[str]:
        """Those of *oids* that no moving ref reaches: their new version would be lost."""
        reached: set[str] = set()
        stack = [ref.oid for ref in self.refs]
        while stack:
            oid = stack.pop()
            if oid in self.parents and oid not in reached:
                reached.add(oid)
                stack += self.parents[oid]
        return [oid for oid in oids if oid not in reached]


def refs(repository: Repository, under: str) -> list[Ref]:
    """Refs and the commits they lead to. Symbolic ones are left out: they move with the
    ref that they name."""
    form = "--format=%(objectname) %(*objectname) %(symref) %(refname)"
    out = repository.git("for-each-ref", form, under).decode("utf-8", "surrogateescape")
    refs_ = []
    for line in filter(None, out.split("\n")):
        oid, peeled, symbolic, name = line.split(" ", 3)
        if not symbolic:
            refs_.append(Ref(name, peeled or oid, annotated=bool(peeled)))
    return refs_


def tags_at(repository: Repository, oids: Collection[str]) -> tuple[Ref, ...]:
    """The tags that lead to some commits."""
    tags = [ref for ref in refs(repository, "refs/tags") if ref.oid in oids]
    form = ("for-each-ref", "--format=%(contents:signature)")
    return tuple(
        replace(ref, signed=ref.annotated and bool(repository.git(*form, ref.name).strip()))
        for ref in tags
    )


def move_command(tag: Ref, new: str) -> str:
    """The command that makes a tag of the same sort for another commit (git-tag(1))."""
    option = " -s" if tag.signed else " -a" if tag.annotated else ""
    return f"git tag -f{option} {shlex.quote(tag.name.removeprefix('refs/tags/'))} {new[:10]}"


def reach(
    repository: Repository,
    targets: Collection[str],
    tips: Sequence[str],
    bounds: Sequence[str] | None,
    heads: Sequence[Ref],
) -> Reach:
    """What a rewrite of *targets* touches, as far as *tips* reach.

    Args:
        bounds: commits behind which no target is; None for all that remotes have.
        heads: the branches of the clone.
    """
    parents = _descendants(repository, set(targets), tips, bounds)
    moving = [ref for ref in heads if ref.oid in parents]
    head = repository.head()
    if head is not None and head in parents and repository.branch() is None:
        moving.append(Ref("HEAD", head))
    return Reach(parents, tuple(moving))


def _descendants(
    repository: Repository,
    targets: Collection[str],
    tips: Sequence[str],
    bounds: Sequence[str] | None,
) -> dict[str, list[str]]:
    """The targets that *tips* reach, and all their descendants up to *tips*."""
    limits = ["--not", "--remotes"] if bounds is None else []
    args = ["rev-list", "--parents", "--topo-order", "--reverse", "--ignore-missing", "--stdin"]
    stdin = "\n".join([*tips, *(f"^{oid}" for oid in bounds or ())]).encode()
    out = repository.git(*args, *limits, stdin=stdin).decode("ascii")
    descendants = dict[str, list[str]]()
    for line in out.splitlines():  # parents first, so that one pass finds every descendant
        oid, *parents = line.split(" ")
        if oid in targets or any(parent in descendants for parent in parents):
            descendants[oid] = parents
    return descendants


def tips_containing(repository: Repository, oids: Sequence[str]) -> list[str]:
    """The tips of the branches that reach one of these commits."""
    options = [f"--contains={oid}" for oid in oids[-_CONTAINED:]]
    out = repository.git("for-each-ref", "--format=%(objectname)", *options, "refs/heads")
    return out.decode("ascii").split()


def branches_above(
    repository: Repository, parents: Mapping[str, Sequence[str]], heads: Sequence[Ref]
) -> list[str]:
    """The branches that contain a rewritten commit and do not end at one, by their short
    names: they stay on the old commits."""
    roots = [
        oid for oid, parents_of_one in parents.items() if not parents.keys() & set(parents_of_one)
    ]
    options = [f"--contains={oid}" for oid in roots[:_ROOTS]]
    containing = set(repository.refs("refs/heads", *options))
    return [
        ref.name.removeprefix("refs/heads/")
        for ref in heads
        if ref.name in containing and ref.oid not in parents
    ]


def has_several_bases(repository: Repository, parents: Sequence[str]) -> bool:
    """Whether the parents of a merge have several merge bases (a criss-cross)."""
    if len(parents) != 2:
        return False
    return len(revisions.merge_bases(repository, *parents)) > 1
