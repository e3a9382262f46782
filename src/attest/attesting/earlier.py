"""Answers about an earlier version of a hunk, which are offered for the present one.

A review asks for a nit, a rebase meets a conflict, two commits are squashed: the hunk is another
one, and most of it is what was answered for. Where they are kept or signed decides nothing: the
person sees them and confirms them (docs/adr/0020).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, reduce

from attest import text
from attest.answers import resembling
from attest.answers.answers import Answers
from attest.attesting import signed_answers, unseen
from attest.attesting.signed_answers import EarlierAnswers
from attest.attesting.standing import StandingHunks
from attest.errors import NothingToJudge
from attest.interview.form import QuestionForm
from attest.project.session import Session
from attest.state.hunk_index import AnsweredHunk

LARGEST_FILE = 1 << 20
"""Bytes of a file that is compared with one that may have been moved."""


def offer(session: Session, forms: Sequence[QuestionForm], tips: Sequence[str], tree: str) -> None:
    """Offer earlier answers where a hunk that lacks some resembles one that was answered for and
    has gone: one of the same file and scope, or of what these were called before, with most lines
    the same (`resembling.likeness`).

    Where what differs is seen by no program (comments, white space), the answers are taken over.

    Args:
        tips: the commits that the hunks come after, or that make them.
        tree: that they lead to.

    Raises:
        EnvironmentFault: an object, or what is kept in the git directory, is damaged.
    """
    _Offer(session, forms, tips, tree).make()


class _Offer:
    """One search for earlier answers; see `offer`."""

    def __init__(
        self, session: Session, forms: Sequence[QuestionForm], tips: Sequence[str], tree: str
    ) -> None:
        self._session, self._tree = session, tree
        self._open = [form for form in forms if not form.complete and form.hunk.textual]
        self._alive = {form.hunk.digest for form in forms}
        self._standing = StandingHunks(session, tips)
        self._offered: set[str] = set()

    def make(self) -> None:
        """Offer what there is: by the names of today first, and from this clone before commits."""
        for fits in (_has_same_names, self._had_other_names):
            for find in (self._find_kept, self._find_signed):
                for form in list(self._open):
                    if self._offer(form, find(form), fits):
                        self._open.remove(form)

    def _offer(
        self,
        form: QuestionForm,
        candidates: Sequence[EarlierAnswers],
        fits: Callable[[QuestionForm, EarlierAnswers], bool],
    ) -> bool:
        """Offer the answers about the hunk that a form's resembles most; whether there is one."""
        hunk = form.hunk
        likenesses = [
            (resembling.likeness(one.hunk.body, hunk.body), one)
            for one in candidates
            if one.hunk.digest == hunk.digest or one.hunk.digest not in self._alive
        ]
        # Of equal ones the first, which is the newest: the sort is stable.
        for likeness, one in sorted(likenesses, key=lambda pair: -pair[0]):
            is_same = one.hunk.digest == hunk.digest
            if likeness and fits(form, one) and (is_same or not self._is_there(one)):
                self._offered.add(one.hunk.digest)
                self._give(form, one if is_same else self._with_fixups(form, one, candidates))
                return True
        return False

    def _with_fixups(
        self, form: QuestionForm, best: EarlierAnswers, candidates: Sequence[EarlierAnswers]
    ) -> EarlierAnswers:
        """The answers about an earlier hunk, behind those about the one that it was a fixup of,
        and before those about fixups of it, or other hunks, that were squashed with it.

        Args:
            candidates: the newest first.
        """
        old, new = best.hunk.body, form.hunk.body
        targets = [
            one
            for one in candidates
            if resembling.edits(old, one.hunk.body) and self._is_part(form, one)
        ]
        fixups = [
            one
            for one in candidates
            if resembling.went_into(one.hunk.body, old, new)
            and one not in targets
            and self._is_part(form, one)
        ]
        chain = [*targets[:1], best, *fixups[::-1]]
        answers = reduce(Answers.followed_by, [one.answers for one in chain])
        return replace(best, answers=answers)

    def _is_part(self, form: QuestionForm, earlier: EarlierAnswers) -> bool:
        """Whether an earlier hunk was in the place of a form's hunk, or in it, and has gone."""
        scope = earlier.hunk.scope[: len(form.scope)]
        is_gone = earlier.hunk.digest not in self._alive
        return (earlier.path, scope) == (form.hunk.path, form.scope) and (
            is_gone and not self._is_there(earlier)
        )

    def _give(self, form: QuestionForm, earlier: EarlierAnswers) -> None:
        session, hunk = self._session, form.hunk
        words = form.context is not None and form.context.prose
        # The same hunk was signed under another address, or in another place: that is offered,
        # since nobody else's answers become this person's unseen.
        if (
            not form.answers
            and earlier.hunk.digest != hunk.digest
            and _has_same_names(form, earlier)
            and unseen.differ_unseen(session, earlier.hunk, hunk, about_words=words)
        ):
            form.answers = replace(earlier.answers, questions=list(earlier.answers.questions))
            session.store.keep(hunk.digest, text.showable(hunk.path), form.answers)
            session.store.keep_answered(hunk.path, AnsweredHunk.of(hunk, form.scope))
        else:
            form.earlier = earlier.answers

    def _is_there(self, earlier: EarlierAnswers) -> bool:
        """Whether the earlier hunk still stands in another commit, which it is about."""
        return self._standing.have(earlier.path, earlier.hunk.digest)

    def _had_other_names(self, form: QuestionForm, earlier: EarlierAnswers) -> bool:
        """Whether the file or what encloses the hunk had another name, and has gone by
        that name."""
        if earlier.hunk.digest in self._offered:
            return False  # it has another successor, by its own name
        if earlier.path != form.hunk.path and not self._was_moved(form, earlier):
            return False
        if earlier.hunk.scope == form.scope:
            return earlier.path != form.hunk.path
        if len(earlier.hunk.scope) != len(form.scope):
            return False
        old_names = set(earlier.hunk.scope) - set(form.scope)
        new = self._content(form.hunk.row.new_oid).decode("utf-8", "replace")
        return not any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", new) for name in old_names)

    def _was_moved(self, form: QuestionForm, earlier: EarlierAnswers) -> bool:
        """Whether a file that is gone, by now, is the one of a form: as for git, if half of it
        is the same."""
        if earlier.path not in self._gone(earlier.path):
            return False
        old, new = (self._content(oid) for oid in (earlier.hunk.blob, form.hunk.row.new_oid))
        return resembling.share_of_lines(old, new) >= 1 / 2

    def _gone(self, *paths: bytes) -> set[bytes]:
        return signed_answers.gone(self._session, paths, self._tree)

    def _content(self, oid: str) -> bytes:
        """A file; empty where it is not there, or too large."""
        if not oid.strip("0"):
            return b""
        try:
            return self._session.isolated.content(oid, LARGEST_FILE)[1] or b""
        except NothingToJudge:
            return b""

    def _find_kept(self, form: QuestionForm) -> list[EarlierAnswers]:
        """What was answered in this clone, the newest first."""
        store = self._session.store
        hunks = ((path, hunk) for path in self._paths(form) for hunk in store.answered_hunks(path))
        known = (EarlierAnswers(path, hunk, store.answers(hunk.digest)) for path, hunk in hunks)
        return [one for one in known if one.answers]

    def _paths(self, form: QuestionForm) -> Iterator[bytes]:
        yield form.hunk.path
        yield from self._moved_paths

    @cached_property
    def _moved_paths(self) -> Collection[bytes]:
        """Paths with answers in this clone that are gone."""
        known = self._session.store.answered_paths()
        return sorted(self._gone(*known)) if known else ()

    def _find_signed(self, _form: QuestionForm) -> list[EarlierAnswers]:
        return self._signed

    @cached_property
    def _signed(self) -> list[EarlierAnswers]:
        """What this person signed; the newest first."""
        paths = {form.hunk.path for form in self._open}
        return signed_answers.find(self._session, paths, self._tree)


def _has_same_names(form: QuestionForm, earlier: EarlierAnswers) -> bool:
    return (earlier.path, earlier.hunk.scope) == (form.hunk.path, form.scope)
