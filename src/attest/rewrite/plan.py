"""What a rewriting would do, and why it may not: nothing is changed here."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from attest.errors import EnvironmentFault, UsageError
from attest.git import commit_object, identity, in_progress, revisions
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.rewrite import published
from attest.rewrite.published import Published
from attest.signatures import signing_key
from attest.signatures.commit_signer import CommitSigner

_SHOWN = 10
_ROOTS = 100


@dataclass(frozen=True, slots=True)
class Step:
    """A commit that is written anew.

    Args:
        raw: the commit object as it is.
        signed: git's signature, or None.
    """

    oid: str
    raw: bytes
    parents: tuple[str, ...]
    signed: bytes | None


@dataclass(frozen=True, slots=True)
class Ref:
    """A ref and the commit that it leads to; `HEAD` where it is detached. An
    annotated tag leads there through an object of its own."""

    name: str
    oid: str
    annotated: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A rewriting that nothing speaks against.

    Args:
        steps: parents before their children.
        refs: what moves along.
        known: old commits whose new version is there already, and that version.
        tags: tags that stay on the old commits.
        above: branches that build on the old commits and stay on them.
        others: commits by other people that only get a new parent.
        published: whether a remote has commits that are written anew.
        pushes: the commands that replace them there.
        shared: those of the others that a remote has.
        ordered: whether the new commits need times in the order of the old ones:
            git takes several merge bases in that order.
        signer: who signs commits again; None where none is signed.
    """

    steps: tuple[Step, ...]
    refs: tuple[Ref, ...]
    known: dict[str, str]
    tags: tuple[Ref, ...]
    above: tuple[str, ...]
    others: tuple[str, ...]
    published: bool
    pushes: tuple[str, ...]
    shared: tuple[str, ...]
    ordered: bool
    signer: CommitSigner | None

    @property
    def branches(self) -> list[str]:
        return [ref.name.removeprefix("refs/heads/") for ref in self.refs]

    @property
    def warnings(self) -> list[str]:
        """What a person should know before anything is asked."""
        if not self.published:
            return []
        lines = ["a remote has these commits already: a forced push replaces them there"]
        if self.shared:
            count = len(self.shared)
            what = "1 commit by other people is" if count == 1 else f"{count} by other people are"
            lines.append(
                f"{what} on top of them there, and will get a new parent: whoever works on that "
                "branch has to take over the new version (git pull --rebase)"
            )
        return lines


def plan(
    repository: Repository,
    isolated: Isolated,
    targets: Sequence[str],
    tips: Sequence[str],
    *,
    named: Collection[str] = (),
    known: Mapping[str, str] | None = None,
    remote: Published | None = None,
) -> Plan:
    """Plan to put blocks into commits.

    Args:
        targets: the commits that get one.
        tips: where to look for their descendants; where no branch ends there, the
            branches that contain the last target.
        named: targets that the person asked for by name, and so may be
            published or someone else's.
        known: old commits that have a new version already: what builds on them is
            put onto that.
        remote: what remotes have of ranges that the person named, and may be replaced
            there.

    Raises:
        UsageError: a target may not be rewritten, with the reason.
        EnvironmentFault: something that is under way, or a signature, forbids it.
    """
    heads = _refs(repository, "refs/heads")
    head = repository.head()
    public = published.of(repository, targets)
    remote = remote or Published()
    free = {*named, *remote.free}
    _assert_named("published already", sorted(public), free)
    known = dict(known or {})
    wanted = [*known, *targets]
    bounds = _bounds(public, named, remote)
    affected = _affected(repository, wanted, tips, bounds)
    refs = _moving(repository, affected, heads, head)
    lost = _lost(affected, wanted, refs)
    if lost and (targets or not refs):
        more = [*tips, *_containing(repository, lost)]
        affected = _affected(repository, wanted, more, bounds)
        refs = _moving(repository, affected, heads, head)
    _assert_reached(affected, targets, refs, known)
    in_progress.assert_idle(repository, {ref.name for ref in refs})
    steps = tuple(_step(isolated, oid) for oid in affected if oid not in known)
    mine = identity.author(repository).email.encode().lower()
    others = [
        s.oid for s in steps if commit_object.parse(s.raw, s.oid).author_email.lower() != mine
    ]
    _assert_named("by another person", [oid for oid in others if oid in set(targets)], named)
    moved = {ref.name for ref in refs}
    return Plan(
        steps,
        refs,
        known,
        tuple(ref for ref in _refs(repository, "refs/tags") if ref.oid in affected),
        tuple(_above(repository, affected, heads, moved)),
        tuple(oid for oid in others if oid not in set(targets)),
        bool(public),
        tuple(_pushes(repository, refs, remote)) if public else (),
        tuple(sorted(published.of(repository, others) - set(targets))) if public else (),
        any(_several_bases(repository, step) for step in steps),
        _signer(repository, steps, mine),
    )


def _assert_named(what: str, oids: Sequence[str], named: Collection[str]) -> None:
    """Commits of others, and published ones, are rewritten only by their names."""
    unnamed = [oid for oid in oids if oid not in named]
    if unnamed:
        raise UsageError(
            f"{_count(unnamed)} {what}: {_short(unnamed)}",
            "To answer for it all the same, name that commit itself: attest answer COMMIT",
        )


def _count(oids: Collection[str]) -> str:
    return "a commit is" if len(oids) == 1 else f"{len(oids)} commits are"


def _short(oids: Collection[str]) -> str:
    shown = ", ".join(oid[:10] for oid in list(oids)[:_SHOWN])
    return shown + (", …" if len(oids) > _SHOWN else "")


def _bounds(
    public: Collection[str], named: Collection[str], remote: Published
) -> Sequence[str] | None:
    """Commits behind which no target is, and so nothing that builds on one; None for all
    that remotes have."""
    if not public:
        return None
    return () if any(oid in named for oid in public) else remote.bounds


def _pushes(repository: Repository, refs: Sequence[Ref], remote: Published) -> Iterator[str]:
    """What replaces the old commits at the remotes."""
    command = "git push --force-with-lease"
    head, plain = repository.branch(), repository.object_id("@{push}")
    moved = {ref.name for ref in refs}
    found: dict[str, list[str]] = {}
    for one in remote.own:
        name = f"refs/heads/{one.local}"
        if name in moved and not (name == head and plain):
            found.setdefault(one.remote, []).append(one.refspec)
    if (head in moved and plain) or not found:
        yield command
    for where, specs in found.items():
        yield f"{command} {shlex.join([where, *specs])}"


def _affected(
    repository: Repository,
    targets: Sequence[str],
    tips: Sequence[str],
    bounds: Sequence[str] | None,
) -> dict[str, list[str]]:
    """The targets that *tips* reach and all their descendants up to *tips*,
    parents first, each with its parents.

    Args:
        bounds: see `_bounds`.
    """
    limits = ["--not", "--remotes"] if bounds is None else []
    args = ["rev-list", "--parents", "--topo-order", "--reverse", "--ignore-missing", "--stdin"]
    stdin = "\n".join([*tips, *(f"^{oid}" for oid in bounds or ())]).encode()
    out = repository.git(*args, *limits, stdin=stdin).decode("ascii")
    wanted, found = set(targets), dict[str, list[str]]()
    for line in out.splitlines():
        oid, *parents = line.split(" ")
        if oid in wanted or any(parent in found for parent in parents):
            found[oid] = parents
    return found


def _refs(repository: Repository, under: str) -> list[Ref]:
    """Refs and the commits they lead to; symbolic ones move by themselves."""
    form = "--format=%(objectname) %(*objectname) %(symref) %(refname)"
    out = repository.git("for-each-ref", form, under).decode("utf-8", "surrogateescape")
    found = []
    for line in filter(None, out.split("\n")):
        oid, peeled, symbolic, name = line.split(" ", 3)
        if not symbolic:
            found.append(Ref(name, peeled or oid, annotated=bool(peeled)))
    return found


def _moving(
    repository: Repository, affected: Collection[str], heads: Sequence[Ref], head: str | None
) -> tuple[Ref, ...]:
    refs = [ref for ref in heads if ref.oid in affected]
    if head is not None and head in affected and repository.branch() is None:
        refs.append(Ref("HEAD", head))
    return tuple(refs)


def _containing(repository: Repository, oids: Sequence[str]) -> list[str]:
    """Where the branches are that reach one of these commits."""
    some = [f"--contains={oid}" for oid in oids[-_SHOWN:]]
    return (
        repository.git("for-each-ref", "--format=%(objectname)", *some, "refs/heads")
        .decode()
        .split()
    )


def _lost(
    affected: Mapping[str, Sequence[str]], wanted: Sequence[str], refs: Sequence[Ref]
) -> list[str]:
    """Those of *wanted* that no moving ref reaches."""
    reached: set[str] = set()
    left = [ref.oid for ref in refs]
    while left:
        oid = left.pop()
        if oid in affected and oid not in reached:
            reached.add(oid)
            left += affected[oid]
    return [oid for oid in wanted if oid not in reached]


def _assert_reached(
    affected: Mapping[str, Sequence[str]],
    targets: Sequence[str],
    refs: Sequence[Ref],
    known: Mapping[str, str],
) -> None:
    """Every target must come along with a branch; else its new version would be lost."""
    if not targets and not refs:
        old, new = list(known.items())[-1]
        raise UsageError(
            f"{old[:10]} was written anew with its answers, and is on no branch",
            f"Push the new one. A tag is moved with:\n  git tag -f NAME {new[:10]}",
        )
    lost = _lost(affected, targets, refs)
    if lost:
        raise UsageError(
            f"{_count(lost)} on no branch: {_short(lost)}",
            "attest moves branches, never tags. Make a branch there, answer, and tag the "
            f"new commit:\n  git branch NAME {lost[-1][:10]}",
        )


def _above(
    repository: Repository,
    affected: Mapping[str, Sequence[str]],
    heads: Sequence[Ref],
    moved: Collection[str],
) -> list[str]:
    roots = [oid for oid, parents in affected.items() if not affected.keys() & set(parents)]
    some = [f"--contains={oid}" for oid in roots[:_ROOTS]]
    containing = set(repository.refs("refs/heads", *some))
    names = [ref.name for ref in heads if ref.name in containing and ref.name not in moved]
    return [name.removeprefix("refs/heads/") for name in names]


def _step(isolated: Isolated, oid: str) -> Step:
    raw = isolated.commit(oid)
    found = commit_object.parse(raw, oid)
    if b"\0" in found.message:
        raise UsageError(
            f"the message of {oid[:10]} holds a NUL byte, behind which git shows nothing",
            "Write the message anew (git rebase -i, reword), and answer again.",
        )
    return Step(oid, raw, found.parents, commit_object.signature(raw))


def _several_bases(repository: Repository, step: Step) -> bool:
    """Whether a merge has several merge bases (a criss-cross)."""
    if len(step.parents) != 2:
        return False
    return len(revisions.merge_bases(repository, *step.parents)) > 1


def _signer(repository: Repository, steps: Sequence[Step], mine: bytes) -> CommitSigner | None:
    """Who signs the signed ones again.

    Raises:
        EnvironmentFault: one cannot be signed again as it was.
    """
    signed = [(step, step.signed) for step in steps if step.signed is not None]
    if not signed:
        return None
    settings = {name: repository.config(name) for name in ("gpg.format", "user.signingKey")}
    settings["gpg.ssh.program"] = signing_key.SSH.program(repository)
    settings["gpg.openpgp.program"] = signing_key.GPG.program(repository)
    settings["gpg.x509.program"] = repository.config("gpg.x509.program", kind="path") or "gpgsm"
    committer = identity.committer(repository).partition(b">")[0] + b">"
    own = (mine, committer.partition(b"<")[2].removesuffix(b">").lower())
    signer = CommitSigner.of(settings, committer.decode("utf-8", "replace"))
    for step, armoured in signed:
        reason = signer.objection(armoured)
        if commit_object.committer_email(step.raw).lower() not in own:
            reason = "another person signed it, and only they can sign it again"
        if reason:
            raise EnvironmentFault(
                f"commit {step.oid[:10]} is signed, and would lose its signature: {reason}",
                _without(step),
            )
    return signer


def _without(step: Step) -> str:
    """What to do about a commit that cannot be signed again. A merge of the project's
    branch, which a forge makes at the press of a button, is not needed."""
    if len(step.parents) == 2:
        return (
            "Leave the merge out: put your commits onto what it merged, and answer again.\n"
            f"  git rebase {step.parents[1][:10]}"
        )
    return "Set git up to sign as it did then, or leave that commit out of what you push."
