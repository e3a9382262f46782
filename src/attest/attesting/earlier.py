"""Answers about an earlier version of a hunk, which are offered for the present one.

A review asks for a nit, a rebase meets a conflict, two commits are squashed: the hunk is another
one, and most of it is what was answered for. Where they are kept or signed decides nothing: the
person sees them and confirms them (docs/adr/0020).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from attest import text
from attest.analysis.change import analyse_change
from attest.answers import resembling
from attest.answers.answers import Answers
from attest.attestation import block, codec, encoding
from attest.attestation.block import AttestedHunk, Block
from attest.attesting import unseen
from attest.errors import LimitExceeded, NothingToJudge
from attest.git import branches, commit_object, merge, revisions
from attest.git.commit_object import Commit
from attest.git.diff import parse_raw
from attest.interview.form import QuestionForm
from attest.project import base_commit
from attest.project.session import Session
from attest.signatures import signing_key
from attest.signatures.wire import SignatureInvalid
from attest.state.answered import AnsweredHunk
from attest.verification import blocks

MAX_MESSAGES = 200
"""Commits whose messages are looked at for blocks: the newest of branches and reflogs."""
MAX_CHANGES = 12
"""Commits whose changes are read, of those with blocks that can help."""

EarlierAnswers = list[tuple[AnsweredHunk, Answers]]


def offer(session: Session, forms: Sequence[QuestionForm]) -> None:
    """Offer earlier answers where a hunk that lacks some resembles one that was answered for:
    one of the same file and scope, with most lines the same (`resembling.likeness`).

    Where what differs is seen by no program (comments, white space), the answers are taken over.

    Raises:
        EnvironmentFault: an object, or what is kept in the git directory, is damaged.
    """
    open_forms = [form for form in forms if not form.complete and form.hunk.textual]
    alive = {form.hunk.digest for form in forms}
    for form in list(open_forms):
        if _offer(session, form, _stored_answers(session, form.hunk.path, alive)):
            open_forms.remove(form)
    if open_forms:
        signed_answers = _signed_answers(session, {form.hunk.path for form in open_forms})
        for form in open_forms:
            _offer(session, form, [one for one in signed_answers if one[0].digest not in alive])


def _offer(session: Session, form: QuestionForm, earlier_answers: EarlierAnswers) -> bool:
    """Offer the answers about the hunk that a form's resembles most; whether there is one."""
    hunk, best, most = form.hunk, None, 0.0
    for answered, answers in earlier_answers:
        likeness = 0.0
        if answered.scope == form.scope:
            likeness = resembling.likeness(answered.body, hunk.body)
        if likeness > most:  # of equal ones the first: the newest
            best, most = (answered, answers), likeness
    if best is None:
        return False
    answered, answers = best
    words = form.context is not None and form.context.prose
    if not form.answers and unseen.differ_unseen(session, answered, hunk, about_words=words):
        form.answers = replace(answers, questions=list(answers.questions))
        session.store.keep(hunk.digest, text.showable(hunk.path), form.answers)
        session.store.keep_answered(hunk.path, AnsweredHunk.of(hunk, form.scope))
    else:
        form.earlier = answers
    return True


def _stored_answers(session: Session, path: bytes, alive: Collection[str]) -> EarlierAnswers:
    """The hunks of a path that have answers in this clone, the newest first.

    Args:
        alive: digests of hunks that are asked about now: their answers are about themselves.
    """
    store = session.store
    hunks = [hunk for hunk in store.answered_hunks(path) if hunk.digest not in alive]
    known = ((hunk, store.answers(hunk.digest)) for hunk in hunks)
    return [(hunk, answers) for hunk, answers in known if answers]


def _signed_answers(session: Session, paths: Collection[bytes]) -> EarlierAnswers:
    """What this person signed about hunks of some paths, in blocks of commits that branches
    or reflogs still have; the newest commit first."""
    earlier_answers: EarlierAnswers = []
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
            old = _old_tree(session, oid, commit, is_for_branch=is_for_branch)
            hunks = list(_of_change(session, old, commit.tree, hunks_by_digest, paths))
        except (NothingToJudge, LimitExceeded):
            continue  # a part of it is missing in this clone
        budget -= bool(hunks)
        earlier_answers += hunks
    return earlier_answers


def _own_blocks(session: Session, commit: Commit, own: Collection[str]) -> Iterator[Block]:
    """The blocks of a message that a key of this person signed: anybody can write one."""
    for span in block.scan(commit.message).spans:
        try:
            read = codec.parse(span.lines)
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
    old: str,
    new: str,
    hunks_by_digest: dict[str, AttestedHunk],
    paths: Collection[bytes],
) -> Iterator[tuple[AnsweredHunk, Answers]]:
    """The hunks between two trees that blocks answer for."""
    isolated = session.isolated
    changed_paths = {entry.path for entry in parse_raw(isolated.raw(old, new))}
    if changed_paths.isdisjoint(paths):
        return
    change = isolated.change(old, new, keep=True)
    for analysis in analyse_change(change, changed_paths.intersection(paths), isolated.content):
        attested = hunks_by_digest.get(analysis.hunk.digest)
        if attested is not None:
            yield AnsweredHunk.of(analysis.hunk, analysis.scope), of_block(attested)


def of_block(attested: AttestedHunk) -> Answers:
    """The answers of a block about one hunk."""
    return Answers(
        attested.invariant,
        attested.breaks,
        attested.unsure,
        [(question.text, question.answer) for question in attested.questions],
        encoding.as_fact(attested.fact),
    )
