"""Journey 1: from the staged change to a signed block that waits for its commit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from attest import text
from attest.attestation import block, codec
from attest.attesting import assistance, builder
from attest.errors import EnvironmentFault, NothingToJudge, UsageError
from attest.git import commit_object
from attest.git.diff import Change, change_digest
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.interview import run
from attest.interview.form import QuestionForm
from attest.interview.prompter import Prompter
from attest.project.rules import ProjectRules
from attest.signatures import signing_key
from attest.signatures.wire import SignatureInvalid
from attest.state.store import Pending, Store
from attest.verification import blocks, requirements

_TRAILER = re.compile(f"[A-Za-z0-9-]+: [^\x00-\x1f\x7f-\x9f{text.BIDI}]+")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Staged:
    """What a commit made now would change.

    Args:
        head: HEAD's commit; empty on an unborn branch.
        old, new: the trees that are compared.
    """

    head: str
    old: str
    new: str
    change: Change


def staged(
    repository: Repository, isolated: Isolated, base: ProjectRules, *, amend: bool = False
) -> Staged:
    """Read the change that `git commit` (or `git commit --amend`) would make.

    Raises:
        NothingToJudge: there is none, or none that the project wants attested.
        UsageError: the index has conflicts, or there is nothing to amend.
        GrammarsUnavailable: what is asked cannot be chosen here.
    """
    if repository.bare:
        raise UsageError("a bare repository has no staged change", "Run this in a clone of it.")
    head = repository.head() or ""
    parents = [head, *repository.merge_heads()] if head else []
    if amend:
        if not head:
            raise UsageError("there is no commit to amend yet", "Leave --amend out.")
        parents = _parents(isolated, head)
    old = isolated.base_tree(parents)
    new = repository.staged_tree()
    change = isolated.change(old, new, keep=True)
    if not change:
        raise NothingToJudge(
            "nothing is staged: there is no change to answer for",
            "Stage it with `git add`; for the commit that is already made: attest answer --amend",
        )
    treatments = set(base.treatments.of(file.path for file in change.files).values())
    if treatments == {"ignore"}:
        raise NothingToJudge(
            "the project wants no attestation of the staged files",
            "Commit as ever. What holds for a path: attest policy explain PATH",
        )
    if "ask" in treatments:
        base.chooser.assert_available()
    return Staged(head, old, new, change)


def verify(pending: Pending, base: ProjectRules, now: datetime) -> None:
    """Make sure that what waits is a block of ours before it enters a message.

    Raises:
        EnvironmentFault: it is not; somebody else wrote into the git directory.
    """
    lines = [line.encode() for line in pending.block]
    try:
        payload = codec.payload(lines)
        builder.assert_readable(pending.block, payload)
        read = codec.parse(lines)
        blocks.verify(read, base, now)
    except (AssertionError, block.BlockError, SignatureInvalid):
        read = None
    trailers = all(_TRAILER.fullmatch(line) for line in pending.trailers)
    if read is None or read.change != pending.change or not trailers:
        raise EnvironmentFault(
            f"the block that waits for {pending.change} is not what attest wrote",
            "It is not added. Answer again: attest answer (or attest answer --amend).",
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A block that waits for a change which the coming commit could make.

    Args:
        amends: it fits if the commit amends HEAD.
    """

    pending: Pending
    amends: bool


def waiting(repository: Repository, isolated: Isolated, store: Store) -> list[Waiting]:
    """The blocks that fit what the coming commit could change.

    git does not tell a hook which commit will be the parent, so three are tried:
    HEAD, HEAD's own parents (`--amend`), and a merge in progress.
    """
    new = repository.staged_tree()
    head = repository.head()
    candidates: list[tuple[list[str], bool]] = [([head] if head else [], False)]
    if head:
        candidates.append((_parents(isolated, head), True))
        merging = repository.merge_heads()
        if merging:
            candidates.append(([head, *merging], False))
    found: dict[str, Waiting] = {}
    for parents, amends in candidates:
        change = change_digest(isolated.raw(isolated.base_tree(parents), new))
        pending = store.pending(change)
        if pending is not None:
            found.setdefault(change, Waiting(pending, amends))
    return list(found.values())


def amended(repository: Repository, isolated: Isolated) -> Change:
    """The change of the coming commit, should it amend HEAD."""
    head = repository.head()
    parents = _parents(isolated, head) if head else []
    return isolated.change(isolated.base_tree(parents), repository.staged_tree())


def _parents(isolated: Isolated, oid: str) -> list[str]:
    return list(commit_object.parse(isolated.commit(oid), oid).parents)


def items(change: Change, store: Store, base: ProjectRules) -> list[QuestionForm]:
    """What would be asked about a change, with the answers kept so far."""
    return run.forms(base.chooser.choose(change), store, base.standard, strict=base.strict)


def attest(
    repository: Repository,
    task: Staged,
    prompter: Prompter,
    store: Store,
    base: ProjectRules,
    *,
    assisted: Sequence[str] | None = None,
    now: datetime,
    say: Say,
) -> Pending | None:
    """Ask, sign, and keep the block until its commit is made.

    Args:
        base: the rules of the project.
        assisted: values of `--assisted-by`; None to ask, where the project wants it.
        now: the time to claim, in UTC.
        say: tells the person something that is no question.

    Returns:
        The block that waits; None if the person chose not to sign.

    Raises:
        AttestError: see `interview.run` and `signing.sign`; answers are kept.
    """
    key = signing_key.ready(repository, prompter.mode)
    author = repository.author()
    ascii_only = repository.encodes_commits()
    builder.assert_fits(author, ascii_only=ascii_only)
    told = assistance.of(base, store, [task.change.digest], assisted)
    asked = items(task.change, store, base)
    total = len(task.change.hunks)
    rest = "; your signature covers the rest" if len(asked) < total else ""
    if rest:
        say(f"{len(asked)} of {total} hunks are asked about{rest}")
    for line in requirements.unmet_by_key(task.change, base, key.kind):
        say(line)
    run.run(asked, prompter, store, told.telling, say)
    trailers = told.lines(store)
    unsigned = builder.unsigned(task.change, asked, author, key, prompter.mode, now, base)
    if builder.too_many_files(unsigned, task.change):
        say("more than 1,000 files: only the exact change is covered, a rebase will lose it")
    summary = f"{len(asked)} of {total} hunk{'s' if total > 1 else ''} answered{rest}."
    if not prompter.confirm(f"{summary}\nYou: {unsigned.attester}\nKey: {key.fingerprint}"):
        return None
    if key.kind.startswith("sk-"):
        say("touch your security key to sign")
    (lines,) = builder.sign(repository, key, [builder.UnsignedBlock(unsigned, ascii_only)])
    pending = Pending(
        task.change.digest,
        task.head,
        task.old,
        task.new,
        list(lines),
        list(trailers),
        [hunk.digest for hunk in task.change.hunks],
    )
    store.keep_pending(pending)
    return pending
