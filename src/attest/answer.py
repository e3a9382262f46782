"""Journey 1: from the staged change to a signed block that waits for its commit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from attest import block, commit, interview, keys, text
from attest.block import AttestedHunk, Block
from attest.change import Change, Hunk, change_digest
from attest.errors import EnvironmentFault, NothingToJudge, UsageError
from attest.git.isolated import Isolated
from attest.git.repository import Ident, Repository
from attest.prompts.item import Item, Prompter
from attest.prompts.terminal import has_terminal
from attest.questions import select
from attest.signatures import signing, sshsig
from attest.signatures.signing import SigningKey
from attest.signatures.wire import SignatureInvalid
from attest.store import Pending, Store

_TRAILER = re.compile(f"[A-Za-z0-9-]+: [^\x00-\x1f\x7f-\x9f{text.BIDI}]+")
MAX_BYTES = 256 * 1024
"""The largest block that is written; the reader's limits are wider."""

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


def staged(repository: Repository, isolated: Isolated, *, amend: bool = False) -> Staged:
    """Read the change that `git commit` (or `git commit --amend`) would make.

    Raises:
        NothingToJudge: there is none.
        UsageError: the index has conflicts, or there is nothing to amend.
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
    return Staged(head, old, new, change)


def verify(pending: Pending) -> None:
    """Make sure that what waits is a block of ours before it enters a message.

    Raises:
        EnvironmentFault: it is not; somebody else wrote into the git directory.
    """
    lines = [line.encode() for line in pending.block]
    try:
        payload = block.payload(lines)
        _assert_readable(pending.block, payload)
        read = block.parse(lines)
        sshsig.verify(read.signature, payload, read.fingerprint)
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
    return list(commit.parse(isolated.commit(oid), oid).parents)


def items(change: Change, store: Store) -> list[Item]:
    """What would be asked about a change, with the answers kept so far."""
    return interview.items(select.choose(change.hunks), store)


def attest(
    repository: Repository,
    task: Staged,
    prompter: Prompter,
    store: Store,
    *,
    trailers: Sequence[str] = (),
    now: datetime,
    say: Say,
) -> Pending | None:
    """Ask, sign, and keep the block until its commit is made.

    Args:
        trailers: lines that go into the commit with the block.
        now: the time to claim, in UTC.
        say: tells the person something that is no question.

    Returns:
        The block that waits; None if the person chose not to sign.

    Raises:
        AttestError: see `interview.run` and `signing.sign`; answers are kept.
    """
    key = keys.chosen(repository)
    author = _author(repository)
    asked = items(task.change, store)
    total = len(task.change.hunks)
    rest = "; your signature covers the rest" if len(asked) < total else ""
    if rest:
        say(f"{len(asked)} of {total} hunks are asked about, the largest{rest}")
    interview.run(asked, prompter, store)
    unsigned = _block(task.change, asked, author, key, prompter, now)
    if not unsigned.files and any(h.digest not in _asked(asked) for h in task.change.hunks):
        say("more than 1,000 files: only the exact change is covered, a rebase will lose it")
    summary = f"{len(asked)} of {total} hunk{'s' if total > 1 else ''} answered{rest}."
    if not prompter.confirm(f"{summary}\nYou: {unsigned.attester}\nKey: {key.fingerprint}"):
        return None
    if key.kind.startswith("sk-"):
        say("touch your security key to sign")
    lines = _sign(repository, key, unsigned)
    pending = Pending(
        task.change.digest,
        task.head,
        task.old,
        task.new,
        lines,
        list(trailers),
        [hunk.digest for hunk in task.change.hunks],
    )
    store.keep_pending(pending)
    return pending


def _author(repository: Repository) -> Ident:
    author = repository.author()
    if _encoded(repository) and not author.email.isascii():
        raise UsageError(
            f"{author.email} is not ASCII, and i18n.commitEncoding is not UTF-8",
            "Unset i18n.commitEncoding, or use an address in ASCII (user.email).",
        )
    return author


def _sign(repository: Repository, key: SigningKey, unsigned: Block) -> list[str]:
    """The lines of the signed block, read back before they are given out."""
    ascii_only = _encoded(repository)
    lines = block.write(unsigned, ascii_only=ascii_only)
    _bounded(lines)
    payload = block.payload([line.encode() for line in lines])
    blob = signing.sign(payload, key, program=keys.program(repository), terminal=has_terminal())
    lines = block.write(replace(unsigned, signature=blob), ascii_only=ascii_only)
    _assert_readable(lines, payload)
    return lines


def _asked(asked: Sequence[Item]) -> set[str]:
    return {item.hunk.digest for item in asked}


def _block(
    change: Change,
    asked: Sequence[Item],
    author: Ident,
    key: SigningKey,
    prompter: Prompter,
    now: datetime,
) -> Block:
    chosen = {id(item.hunk) for item in asked}
    files = [f.digest for f in change.files if any(id(h) not in chosen for h in f.hunks)]
    return Block(
        at=now.replace(microsecond=0),
        mode=prompter.mode,
        asked=(len(asked), len(change.hunks)),
        rules=select.RULES,
        name=_name(author.name),
        email=author.email,
        key=f"ssh {key.fingerprint}",
        change=change.digest,
        hunks=tuple(_attested(item) for item in asked),
        files=tuple(files) if len(files) <= block.MAX_FILES else (),
    )


def _attested(item: Item) -> AttestedHunk:
    answers = item.answers
    return AttestedHunk(
        item.hunk.digest,
        where(item.hunk),
        answers.invariant,
        answers.breaks,
        tuple(block.Question(asked, answer) for asked, answer in answers.questions),
        answers.unsure,
    )


def where(hunk: Hunk) -> str:
    """`Attest-Where`: the path, and git's guess at the enclosing scope."""
    path = text.encode_path(hunk.path, ascii_only=True)
    if len(path) > text.LONGEST_WORD:
        return path[: text.LONGEST_WORD].rsplit("%", 1)[0] + "…"
    heading = text.normalise(hunk.heading.decode("utf-8", "replace")).rstrip("{:( ")
    room = text.WIDTH - len("Attest-Where: ") - len(path) - 1
    scope = text.encode(heading[: max(room, 0)].rstrip(), ascii_only=True)
    return f"{path} {scope}" if scope and len(scope) <= room else path


def _name(name: str) -> str:
    return text.normalise(name.replace("<", "").replace(">", "")) or "unknown"


def _encoded(repository: Repository) -> bool:
    """Whether a commit made now gets an `encoding` header."""
    encoding = repository.config("i18n.commitEncoding") or "utf-8"
    return encoding.lower() not in ("utf-8", "utf8")


def _assert_readable(lines: Sequence[str], payload: bytes) -> None:
    """What is stored must be what a reader finds in the commit."""
    spans = block.scan("\n".join(lines).encode()).spans
    assert len(spans) == 1, lines
    assert block.parse(spans[0].lines).payload == payload, lines


def _bounded(lines: Sequence[str]) -> None:
    if len(lines) > block.MAX_LINES // 2 or sum(len(line) for line in lines) > MAX_BYTES:
        raise UsageError(
            "the answers are too long for a commit message",
            "Shorten them with `attest answer --editor`; nothing was signed.",
        )
