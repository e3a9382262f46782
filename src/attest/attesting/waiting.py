"""Signed blocks that wait for their commit, and the one that fits the coming commit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from attest import text
from attest.attestation import block, codec
from attest.attesting import builder
from attest.errors import EnvironmentFault, NothingToJudge
from attest.git import commit_object, in_progress, index, merge
from attest.git.diff import Change, change_digest
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.project.rules import ProjectRules
from attest.signatures.wire import SignatureInvalid
from attest.state.store import PendingBlock, Store
from attest.verification import blocks

_TRAILER = re.compile(f"[A-Za-z0-9-]+: [^\x00-\x1f\x7f-\x9f{text.BIDI}]+")
"""What a trailer may be that goes into a message: one line that shows all of itself."""


@dataclass(frozen=True, slots=True)
class WaitingBlock:
    """A block that waits for a change which the coming commit could make.

    Args:
        amends: it fits if the commit amends HEAD.
        is_for_branch: it is for the whole branch, whether HEAD is amended or not.
    """

    pending: PendingBlock
    amends: bool
    is_for_branch: bool = False

    @property
    def replaces(self) -> bool:
        """Whether an earlier block of the same person in the message gives way to it."""
        return self.amends or self.is_for_branch


def find(
    repository: Repository, isolated: Isolated, store: Store, amends: bool | None
) -> list[WaitingBlock]:
    """The blocks that fit what the coming commit could change; one, if it is known which fits.

    git does not pass the parents of the coming commit to a hook (githooks(5)). A merge in
    progress says them, since git amends nothing meanwhile. If there is none, two are tried:
    HEAD, and HEAD's own parents (`--amend`).

    Args:
        amends: whether the command line says that HEAD is amended; None where it cannot be seen.
    """
    new = index.staged_tree(repository)
    head = repository.head()
    merging = in_progress.merge_heads(repository)
    candidates: list[tuple[list[str], bool]] = [([head, *merging] if head else [], False)]
    if head and not merging:
        candidates.append((parents(isolated, head), True))
    waiting: dict[str, WaitingBlock] = {}
    for candidate, as_amended in candidates:
        try:
            old = merge.base_tree(isolated, candidate, new)
            change = change_digest(isolated.raw(old, new))
        except NothingToJudge:
            # A shallow clone ends at HEAD, and one without trees has no other tree. Nothing
            # can wait for an amended HEAD then: to answer for it takes the same objects.
            continue
        pending = store.pending_block(change)
        if pending is not None:
            waiting.setdefault(change, WaitingBlock(pending, as_amended))
    for_branch = _for_branch(store, head or "", new)
    if for_branch is not None:
        return [WaitingBlock(for_branch, bool(amends), is_for_branch=True)]
    return _fitting(list(waiting.values()), head or "", amends)


def _for_branch(store: Store, head: str, new: str) -> PendingBlock | None:
    """The block for a whole branch that ends with a tree: its change is not that of the coming
    commit, but it was made on the same HEAD."""
    waiting = (one for one in store.pending_blocks() if (one.head, one.new) == (head, new))
    return next((one for one in waiting if any(map(_is_unit, one.block))), None)


def _is_unit(line: str) -> bool:
    return line.startswith("Attest-Unit: ")


def _fitting(waiting: list[WaitingBlock], head: str, amends: bool | None) -> list[WaitingBlock]:
    """Those of several blocks that what is known leaves. Blocks stay after their commit (see
    `Store.keep_pending`): where the command line cannot be seen, one that was made on this very
    HEAD is meant, and not an older one that happens to fit."""
    if len(waiting) < 2:
        return waiting
    if amends is not None:
        return [block for block in waiting if block.amends is amends]
    return [block for block in waiting if block.pending.head == head] or waiting


def verify(pending: PendingBlock, rules: ProjectRules, now: datetime) -> None:
    """Make sure that what waits is a block of ours before it enters a message. The git
    directory is not only ours to write: other programs can put files there.

    Raises:
        EnvironmentFault: it is not; somebody else wrote into the git directory.
    """
    lines = [line.encode() for line in pending.block]
    try:
        builder.assert_readable(pending.block, codec.payload(lines))
        read = codec.parse(lines)
        blocks.verify(read, rules, now)
    except (AssertionError, block.BlockError, SignatureInvalid):
        read = None
    trailers = all(_TRAILER.fullmatch(line) for line in pending.trailers)
    if read is None or read.change != pending.change or not trailers:
        raise EnvironmentFault(
            f"the block that waits for {pending.change} is not what attest wrote",
            "It is not added. Answer again: attest answer (or attest answer --amend).",
        )


def amended(repository: Repository, isolated: Isolated) -> Change:
    """The change of the coming commit, should it amend HEAD.

    Raises:
        NothingToJudge: a parent of HEAD is missing in this clone.
    """
    head = repository.head()
    new = index.staged_tree(repository)
    base = merge.base(isolated, parents(isolated, head) if head else [], new)
    return merge.change(isolated, base, new)


def parents(isolated: Isolated, oid: str) -> list[str]:
    """The parents of a commit."""
    return list(commit_object.parse(isolated.commit(oid), oid).parents)
