"""Answers that this person signed in commits which the clone still has (docs/adr/0020)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from attest.analysis.change import analyse_change
from attest.answers.answers import Answers
from attest.attestation import block, codec, encoding
from attest.attestation.block import AttestedHunk, Block
from attest.errors import LimitExceeded, NothingToJudge
from attest.git import branches, commit_object, merge, revisions, tree_paths
from attest.git.commit_object import Commit
from attest.git.diff import parse_raw
from attest.project import base_commit
from attest.project.session import Session
from attest.signatures import signing_key
from attest.signatures.wire import SignatureInvalid
from attest.state.hunk_index import AnsweredHunk
from attest.verification import blocks

MAX_MESSAGES = 200
"""Commits whose messages are looked at for blocks: the newest of branches and reflogs."""
MAX_CHANGES = 12
"""Commits whose changes are read, of those with blocks that can help."""


@dataclass(frozen=True, slots=True)
class EarlierAnswers:
    """A hunk that was answered for, with its path and its answers."""

    path: bytes
    hunk: AnsweredHunk
    answers: Answers


def find(session: Session, paths: Collection[bytes], tree: str) -> list[EarlierAnswers]:
    """What this person signed about hunks of some paths, and of paths that are gone, in blocks of
    commits that branches or reflogs still have; the newest commit first.

    Args:
        tree: that the present change leads to: what it does not have is gone.
    """
    earlier_answers: list[EarlierAnswers] = []
    own_keys: set[str] | None = None
    budget = MAX_CHANGES
    for oid in revisions.newest(session.repository, MAX_MESSAGES):
        commit = commit_object.parse(session.isolated.commit(oid), oid)
        if b"Attest-Sig: " not in commit.message or budget == 0:
            continue
        own_keys = (
            signing_key.own_fingerprints(session.repository) if own_keys is None else own_keys
        )
        own_blocks = list(_own_blocks(session, commit, own_keys))
        hunks_by_digest = {hunk.digest: hunk for one in own_blocks for hunk in one.hunks}
        if not hunks_by_digest:
            continue
        is_for_branch = any(one.branch_commits is not None for one in own_blocks)
        try:
            trees = _old_tree(session, oid, commit, is_for_branch=is_for_branch), commit.tree
            hunks = list(_of_change(session, trees, hunks_by_digest, paths, tree))
        except (NothingToJudge, LimitExceeded):
            continue  # a part of it is missing in this clone
        budget -= bool(hunks)
        earlier_answers += hunks
    return earlier_answers


def _own_blocks(session: Session, commit: Commit, own: Collection[str]) -> Iterator[Block]:
    """The blocks of a message that a key of this person signed: anybody can write one."""
    for span in block.scan(commit.message).spans:
        try:
            read = codec.parse_text(span.text)
            if read.fingerprint in own:
                blocks.verify(read, session.rules, datetime.now(UTC))
                yield read
        except (block.BlockError, SignatureInvalid):
            continue


def _old_tree(session: Session, oid: str, commit: Commit, *, is_for_branch: bool) -> str:
    """What the blocks of a commit compare its tree with.

    Args:
        is_for_branch: one is for the whole branch that the commit ended.
    """
    base = base_commit.find(session.repository) if is_for_branch else None
    if base is not None:
        first = branches.merge_bases(session.isolated, base.oid, oid)[0]
        if first != oid:  # it has not landed
            return branches.tree_of(session.isolated, first)
    return merge.base(session.isolated, commit.parents, commit.tree).tree


def _of_change(
    session: Session,
    trees: tuple[str, str],
    hunks_by_digest: dict[str, AttestedHunk],
    paths: Collection[bytes],
    tree: str,
) -> Iterator[EarlierAnswers]:
    """The hunks between two trees that blocks answer for."""
    isolated = session.isolated
    changed_paths = {entry.path for entry in parse_raw(isolated.raw(*trees))}
    fitting_paths = changed_paths.intersection(paths) | gone(session, changed_paths, tree)
    if not fitting_paths:
        return
    change = isolated.change(*trees, keep=True)
    for analysis in analyse_change(change, fitting_paths, isolated.content):
        hunk, attested = analysis.hunk, hunks_by_digest.get(analysis.hunk.digest)
        if attested is not None:
            answered = AnsweredHunk.of(hunk, analysis.scope)
            yield EarlierAnswers(hunk.path, answered, of_block(attested))


def gone(session: Session, paths: Collection[bytes], tree: str) -> set[bytes]:
    """Those of some paths that a tree does not have."""
    there = tree_paths.entries_at(session.isolated, tree, paths) if paths else {}
    return set(paths) - there.keys()


def of_block(attested: AttestedHunk) -> Answers:
    """The answers of a block about one hunk."""
    return Answers(
        attested.invariant,
        attested.breaks,
        attested.unsure,
        [(question.text, question.answer) for question in attested.questions],
        encoding.as_fact(attested.fact),
    )
