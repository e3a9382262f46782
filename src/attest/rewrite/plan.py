"""What a rewrite would do, and why it may not be done: nothing is changed here."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from attest.errors import UsageError
from attest.git import commit_object, identity, in_progress, superproject
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.git.superproject import Pin
from attest.project.session import Session
from attest.rewrite import graph, permission, resigning
from attest.rewrite.compose import Step
from attest.rewrite.graph import Reach, Ref
from attest.rewrite.permission import PublishedCommits
from attest.rewrite.resigning import Resigning
from attest.rewrite.review import OutgoingReview

_MAX_SHOWN = 10
"""Commits that an error names at most."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A rewrite that nothing forbids.

    Args:
        targets: the commits whose messages change: they get a block, or lose an earlier one.
        steps: the commits that are rewritten, parents before their children: the targets,
            and what builds on them or on a commit that has a new version.
        refs: what moves along.
        known: old commits whose new version exists already, and that version.
        tags: tags that stay on the old commits.
        branches_above: branches that build on the old commits and stay on them.
        others: commits by other people that only get a new parent.
        published: whether a remote has commits that are rewritten.
        pushes: the commands that replace them there.
        shared_oids: those of the others that a remote has.
        ordered: whether the new commits need times in the order of the old ones:
            git takes several merge bases in that order.
        resigning: who signs commits again, and which lose their signature.
        pins: the superprojects that pin a commit which is rewritten.
    """

    targets: tuple[str, ...]
    steps: tuple[Step, ...]
    refs: tuple[Ref, ...]
    known: dict[str, str]
    tags: tuple[Ref, ...]
    branches_above: tuple[str, ...]
    others: tuple[str, ...]
    published: bool
    pushes: tuple[str, ...]
    shared_oids: tuple[str, ...]
    ordered: bool
    resigning: Resigning
    pins: tuple[Pin, ...] = ()

    @property
    def branches(self) -> list[str]:
        """The short names of what moves."""
        return [ref.name.removeprefix("refs/heads/") for ref in self.refs]


def plan(session: Session, review: OutgoingReview) -> Plan:
    """Plan to put blocks into the commits of a review, before anybody is asked anything:
    nobody should answer questions for a rewrite that is then refused.

    Raises:
        UsageError: a commit may not be rewritten, with the reason.
        EnvironmentFault: something that is under way forbids it.
    """
    repository, selection = session.repository, review.selection
    units = [commit.unit for commit in review.todo if commit.unit is not None]
    replaced = [oid for unit in units for oid in unit.replaced_oids]
    targets = tuple(dict.fromkeys([*(commit.oid for commit in review.todo), *replaced]))
    remote, known = selection.remote, dict(review.successors)
    public = permission.of(repository, targets)
    allowed = {*selection.named_oids, *remote.free_oids}
    _assert_allowed("already published", sorted(public), allowed)
    heads = graph.refs(repository, "refs/heads")
    bounds = _bounds(public, selection.named_oids, remote)
    reach = _reach(repository, [*known, *targets], targets, selection.tips, bounds, heads)
    _assert_reached(repository, reach, targets, known)
    in_progress.assert_idle(repository, {ref.name for ref in reach.refs})
    steps = tuple(_step(session.isolated, oid) for oid in reach.parents if oid not in known)
    _assert_shown_as_it_is(repository, steps)
    author = identity.author(repository).email.encode().lower()
    others, target_oids = _by_others(steps, author), set(targets)
    _assert_allowed(
        "by another person", [oid for oid in others if oid in target_oids], selection.named_oids
    )
    reparented = [oid for oid in others if oid not in target_oids]
    shared = permission.of(repository, reparented) if public else set[str]()
    return Plan(
        targets,
        steps,
        reach.refs,
        known,
        tags=graph.tags_at(repository, reach.parents),
        branches_above=tuple(graph.branches_above(repository, reach.parents, heads)),
        others=tuple(reparented),
        published=bool(public),
        pushes=tuple(_pushes(repository, reach.refs, remote)) if public else (),
        shared_oids=tuple(sorted(shared)),
        ordered=any(graph.has_several_bases(repository, step.parents) for step in steps),
        resigning=resigning.plan(repository, steps, author),
        pins=superproject.pins(repository, {step.oid for step in steps}),
    )


def _reach(
    repository: Repository,
    changed: Sequence[str],
    targets: Sequence[str],
    tips: Sequence[str],
    bounds: Sequence[str] | None,
    heads: Sequence[Ref],
) -> Reach:
    """What the rewrite touches. A commit that was named alone may be on branches that were
    not: then these come along, since its new version would be on no branch."""
    reach = graph.reach(repository, changed, tips, bounds, heads)
    unreached = reach.find_unreached(changed)
    if unreached and (targets or not reach.refs):
        more = graph.tips_containing(repository, unreached)
        reach = graph.reach(repository, changed, [*tips, *more], bounds, heads)
    return reach


def _by_others(steps: Sequence[Step], author: bytes) -> list[str]:
    """The commits that somebody else wrote."""
    return [
        step.oid
        for step in steps
        if commit_object.parse(step.raw, step.oid).author_email.lower() != author
    ]


def _assert_allowed(noun: str, oids: Sequence[str], allowed: Collection[str]) -> None:
    """Commits of others, and published ones, are rewritten only by their names: naming a
    commit is a decision, to be in a range is not (docs/adr/0010)."""
    forbidden_oids = [oid for oid in oids if oid not in allowed]
    if forbidden_oids:
        raise UsageError(
            f"{_count(forbidden_oids)} {noun}: {_short(forbidden_oids)}",
            "To rewrite it anyway, name that commit itself: attest answer COMMIT (or attest edit "
            "COMMIT, to change its answers)",
        )


def _count(oids: Collection[str]) -> str:
    return "a commit is" if len(oids) == 1 else f"{len(oids)} commits are"


def _short(oids: Collection[str]) -> str:
    names = ", ".join(oid[:10] for oid in list(oids)[:_MAX_SHOWN])
    return names + (", …" if len(oids) > _MAX_SHOWN else "")


def _bounds(
    public: Collection[str], named_oids: Collection[str], remote: PublishedCommits
) -> Sequence[str] | None:
    """Commits behind which no target is, and so nothing that builds on one; None for all
    that remotes have. Without a bound, git would walk the whole history: that is done only
    where a published commit was named, which may be anywhere."""
    if not public:
        return None
    return () if any(oid in named_oids for oid in public) else remote.bounds


def _pushes(repository: Repository, refs: Sequence[Ref], remote: PublishedCommits) -> Iterator[str]:
    """What replaces the old commits at the remotes: the plain command where git knows by
    itself where the branch goes, and with remote and branch where it does not."""
    command = "git push --force-with-lease"
    head, push_target = repository.branch(), repository.object_id("@{push}")
    names = {ref.name for ref in refs}
    refspecs: dict[str, list[str]] = {}
    for counterpart in remote.counterparts:
        name = f"refs/heads/{counterpart.local}"
        if name in names and not (name == head and push_target):
            refspecs.setdefault(counterpart.remote, []).append(counterpart.refspec)
    if (head in names and push_target) or not refspecs:
        yield command
    for where, specs in refspecs.items():
        yield f"{command} {shlex.join([where, *specs])}"


def _assert_reached(
    repository: Repository, reach: Reach, targets: Sequence[str], known: Mapping[str, str]
) -> None:
    """Every target must come along with a branch; else its new version would be lost.

    Raises:
        UsageError: one does not.
    """
    if not targets and not reach.refs:
        old, new = list(known.items())[-1]
        moves = [
            f"\n  {graph.move_command(tag, known[tag.oid])}"
            for tag in graph.tags_at(repository, known)[:_MAX_SHOWN]
        ]
        raise UsageError(
            f"{old[:10]} was rewritten with its answers, and the old version is on no branch",
            f"Push the new version, {new[:10]}."
            + (" To move a tag to it:" if moves else "")
            + "".join(moves),
        )
    unreached = reach.find_unreached(targets)
    if unreached:
        raise UsageError(
            f"{_count(unreached)} on no branch: {_short(unreached)}",
            "attest moves branches, never tags. Make a branch there, answer, and tag the "
            f"new commit:\n  git branch NAME {unreached[-1][:10]}",
        )


def _assert_shown_as_it_is(repository: Repository, steps: Sequence[Step]) -> None:
    """No commit has a replacement (git-replace(1)): it is about the old id alone, so that the new
    commit would show the old text again.

    Raises:
        UsageError: one has.
    """
    refs = set(repository.refs("refs/replace/"))
    for step in steps:
        if refs and f"refs/replace/{step.oid}" in refs:
            oid = step.oid[:10]
            base = f"{oid}^" if step.parents else "--root"
            raise UsageError(
                f"{oid} is replaced (git replace); its new version would lose the replacement",
                f"To make it permanent, then answer again:\n  git rebase --no-ff {base}\n"
                f"To drop it:\n  git replace -d {oid}",
            )


def _step(isolated: Isolated, oid: str) -> Step:
    raw = isolated.commit(oid)
    commit = commit_object.parse(raw, oid)
    if b"\0" in commit.message:
        raise UsageError(
            f"the message of {oid[:10]} contains a NUL byte, and git shows nothing after it",
            "Change it (git rebase -i, then reword), and answer again.",
        )
    return Step(oid, raw, commit.parents, commit_object.signature(raw))
