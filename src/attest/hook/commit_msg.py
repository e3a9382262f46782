"""The hook that git gives a commit's message to: adds the block that waits for the commit."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from attest import text
from attest.attestation import block, message
from attest.attestation.message import Cleanup
from attest.attesting import waiting
from attest.console import say
from attest.errors import Exit, NothingToJudge
from attest.git import identity, in_progress, index, process, revisions
from attest.git.commit_options import CommitArguments
from attest.git.diff import parse_raw
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.hook import git_commit
from attest.policy import sign_off, stated_lines
from attest.project import local_rules
from attest.state import atomic
from attest.state.store import PendingBlock, Store

_MAX_LISTED = 20
"""Paths that are listed at most."""


def run(path: Path) -> int:
    """Add the waiting block to the message, if it is for this very change.

    Args:
        path: the file with the message; it is replaced whole or not at all.

    Returns:
        The hook's exit code.

    Raises:
        EnvironmentFault: what waits is not what attest wrote, or the file cannot be written.
    """
    repository = Repository.find(at_once=True)
    store = Store(repository.common_dir, repository.git_dir)
    old = path.read_bytes()
    with repository.isolated(say) as isolated:
        amends = git_commit.amends(repository)
        fits = _find_block(repository, isolated, store, amends)
        if fits is None:
            return Exit.OK
        pending = fits.pending
        rules = local_rules.read(repository, isolated)
        waiting.verify(pending, rules, datetime.now(UTC))
        is_new = fits.amends and not _is_in_head(repository, isolated, pending)
        alive: set[str] | None = set(pending.hunks)
        if amends is not False and not fits.replaces and block.scan(old).spans:
            # git did not say whether it amends. If it does, a block for the amended
            # commit's other hunks is not stale.
            alive = _with_amended(repository, isolated, pending)

    def stale(span: block.BlockSpan) -> bool:
        if alive is None:
            return False
        return message.gives_way(span, pending.block, alive, whole=fits.replaces)

    # An amended message has the line of the answer before this one.
    if rules.policy.sign_off == "required":
        _say_sign_off(repository, old)
    old_lines = stated_lines.find_superseded(
        old, rules.policy.disclosure, pending.trailers, replace=is_new
    )
    cleanup = _cleanup(repository)
    new = message.insert(old, pending.block, pending.trailers, stale, cleanup, old_lines)
    if new is not None and new != old:
        atomic.replace(path, new)
        store.mark_adding(pending.change)
    return Exit.OK


def _find_block(
    repository: Repository, isolated: Isolated, store: Store, amends: bool | None
) -> waiting.WaitingBlock | None:
    """The block that waits for this change. None where there is none, or where nobody can see
    which of two is meant; then this says so."""
    blocks = waiting.find(repository, isolated, store, amends)
    if len(blocks) > 1:
        say("two blocks wait for this change: one for a new commit, one for an amended commit,")
        say("and attest cannot see which one git makes. None is added. To add the right one:")
        say(f"  {in_progress.later_answer(repository)}")
        return None
    if not blocks:
        _say_what_differs(repository, isolated, store)
    return next(iter(blocks), None)


def _say_sign_off(repository: Repository, old: bytes) -> None:
    """Say that the project requires a line which is not there. Nobody but the person may add
    it: it certifies something."""
    if not sign_off.is_there(old, identity.author(repository).email.encode()):
        say(f"the project requires a line {sign_off.LINE}. To add yours:")
        say("  git commit --amend --signoff --no-edit")


def _is_in_head(repository: Repository, isolated: Isolated, pending: PendingBlock) -> bool:
    """Whether HEAD has this very block, so that the lines beside it are not newer than those
    that a person wrote into the message."""
    head = repository.head()
    return head is not None and "\n".join(pending.block).encode() in isolated.commit(head)


def _with_amended(
    repository: Repository, isolated: Isolated, pending: PendingBlock
) -> set[str] | None:
    """The digests of the coming commit's hunks, and of those that it would have if it
    amends HEAD; None where a shallow clone does not have them, so that no block is stale."""
    try:
        amended = waiting.amended(repository, isolated)
    except NothingToJudge:
        return None
    return {*pending.hunks, *(hunk.digest for hunk in amended.hunks)}


def _cleanup(repository: Repository) -> Cleanup:
    """How git cleans this message up (git-commit(1), `--cleanup`)."""
    command = git_commit.arguments()
    arguments = command or CommitArguments()
    mode = arguments.cleanup or repository.config.get("commit.cleanup") or "default"
    no_editor = os.environ.get("GIT_EDITOR") == ":"
    # `default` is `strip` where the message is edited, else `whitespace`.
    comments = mode == "strip" or (mode == "default" and not no_editor)
    # A `--cleanup=strip` that we do not see makes a message of comments an empty one.
    doubtful = command is None and not no_editor
    template = _template(repository, arguments)
    separators = os.fsencode(repository.config.get("trailer.separators") or ":")
    return Cleanup(
        _comment(repository),
        comments,
        template=template,
        doubtful=doubtful,
        separators=separators,
    )


_COMMENT_SETTINGS = ("core.commentChar", "core.commentString")
"""Two names of one setting, since git 2.45; before, git knows the first one alone."""


def _comment(repository: Repository) -> bytes | None:
    """What begins a comment for the git that runs here; None where git chooses it."""
    known = _COMMENT_SETTINGS if process.version() >= (2, 45) else _COMMENT_SETTINGS[:1]
    setting = repository.config.last(*known)
    value = repository.config.get(setting) if setting else None
    return None if value is not None and value.lower() == "auto" else os.fsencode(value or "#")


def _template(repository: Repository, arguments: CommitArguments) -> bytes:
    """The text that the message began with: a message of nothing else aborts the commit."""
    path = repository.config.get("commit.template", kind="path")
    if arguments.template is not None:
        # git runs hooks in the top folder; the path was written for the one it ran in.
        path = str(Path(os.environ.get("GIT_PREFIX", "")) / arguments.template)
    try:
        return Path(path).read_bytes() if path else b""
    except OSError:
        return b""


def _say_what_differs(repository: Repository, isolated: Isolated, store: Store) -> None:
    """A block waits on this HEAD but does not fit: name the paths that differ."""
    head = repository.head() or ""
    trees = revisions.recent_trees(repository)
    unused_blocks = [p for p in store.pending_blocks() if p.head == head and p.new not in trees]
    if not unused_blocks:
        return
    new = index.staged_tree(repository)
    differing = (parse_raw(isolated.raw(pending.new, new)) for pending in unused_blocks)
    entries = min(differing, key=len)  # of several, the one that is meant is the nearest
    say("this is not the change that you answered for, so no block is added. It differs in:")
    for entry in entries[:_MAX_LISTED]:
        say(f"  {text.showable(entry.path)}")
    later_answer = in_progress.later_answer(repository)
    condition = later_answer.condition or "once the commit is made"
    say(f"Your answers are kept. To add the block, {condition}: {later_answer.command}")
