"""Looks at whole branches, where the policy says `unit = "pull-request"`: what their author has
yet to answer for, and which commit gets the block (docs/adr/0028)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from attest import text
from attest.attestation import block, codec
from attest.errors import LimitExceeded
from attest.git import branches, commit_object, identity, revisions
from attest.git.branches import Branch
from attest.git.commit_object import Commit
from attest.policy import disclosure
from attest.project import base_commit, branch_base
from attest.project.base_commit import Base
from attest.project.session import Session
from attest.report.findings import DEFAULT_BRANCH
from attest.rewrite import permission
from attest.rewrite.review import BranchUnit
from attest.rewrite.reviewer import Reviewer
from attest.rewrite.selection import CommitSelection
from attest.state import check_cache
from attest.verification.task import CommitReview
from attest.verification.unit_check import judge_branch_here

_NO_BASE = (
    "this clone knows no branch of the project, so the difference of the whole branch is unknown; "
    f"fetch it, or name a range: attest answer {DEFAULT_BRANCH}..HEAD"
)
_INSTEAD = "to change no commit, print a block for the description: attest block --markdown"


class BranchReviewer(Reviewer):
    """Sorts each branch of a selection as a whole."""

    def __init__(self, session: Session, selection: CommitSelection, *, again: bool) -> None:
        notes = []
        self._units: list[tuple[str, Base, Branch]] = []
        for tip, start in selection.starts.items():
            base = branch_base.find(session.repository, tip, start)
            if base is None:
                notes.append(_NO_BASE)
            elif revisions.count(session.repository, tip, base.oid):
                branch = _read(session, base, tip)
                if start or not _lands(session, base, branch):
                    self._units.append((tip, base, branch))
        oids = [oid for _, _, branch in self._units for oid in reversed(branch.commits)]
        email = identity.author(session.repository).email
        remote = permission.of_ranges(session.repository, oids, selection.tips, email)
        known = tuple(dict.fromkeys([*oids, *selection.oids]))
        super().__init__(session, replace(selection, oids=known, remote=remote), again=again)
        self._attested_tips: list[str] = []
        self.notes += dict.fromkeys(notes)

    @property
    def marks(self) -> list[str]:
        """See `Reviewer.marks`. A part of an attested branch is not attested by that."""
        return [check_cache.BRANCH + tip for tip in self._attested_tips]

    def sort_all(self) -> None:
        """Look at every branch of the selection."""
        for tip, base, branch in self._units:
            self._sort_branch(tip, base, branch)

    def _sort_branch(self, tip: str, base: Base, branch: Branch) -> None:
        by_name = tip in self.selection.named_oids
        if tip in self.successors:
            return
        if not (self.again or by_name) and check_cache.BRANCH + tip in self.verified_oids:
            self.attested_oids += branch.commits
            return
        oid = tip if by_name else self._newest_own(branch)
        if oid is None:
            self.others += branch.commits
            return
        isolated, rules, now = self.session.isolated, self.session.rules, datetime.now(UTC)
        review, fault = judge_branch_here(isolated, base.oid, tip, rules, now, keep=True)
        foreign_key = not by_name and self._signed_by_foreign_key(review)
        is_again = self.again or by_name
        is_attested = review.verdict.outcome == "attested" and not is_again and not foreign_key
        if is_attested and fault is not None:
            self.unjudged_oids.append(fault.message)
        elif is_attested or review.verdict.outcome in ("not-needed", "exempt"):
            self.attested_oids += branch.commits
            self._attested_tips.append(tip)
        elif not by_name and self._is_left_to_ci(self._commit(oid), review):
            self.exempt_oids += branch.commits
        elif oid in self.kept_oids:
            self.published_oids.append(oid)
            self.notes += [f"others may build on {oid[:10]}, so it stays as it is", _INSTEAD]
        elif not review.answerable or self._needs_another_key(review):
            self.unfixable_verdicts.append(review.verdict)
        else:
            self._add(oid, tip, BranchUnit(base, branch), review, foreign_key=foreign_key)

    def _add(
        self, oid: str, tip: str, unit: BranchUnit, review: CommitReview, *, foreign_key: bool
    ) -> None:
        commit = self._commit(oid)
        unit = replace(unit, replaced_oids=self._replaced(oid, tip, unit.branch))
        one = self._unattested(oid, commit, review, foreign_key=foreign_key)
        is_disclosed = bool(one.inherited_lines) or any(
            map(self._is_disclosed, unit.branch.commits)
        )
        one = replace(one, unit=unit, undisclosed=not is_disclosed)
        if self.again and not one.attested and not self._has_answers(one):
            self.unanswered_oids.append(oid)
            return
        self.todo.append(one)
        self.notes += self._place_notes(oid, tip, commit, unit.branch)

    def _newest_own(self, branch: Branch) -> str | None:
        """The newest commit of this person: a block in a commit must be by its author."""
        own = (
            oid for oid in branch.commits if self._commit(oid).author_email.lower() == self.author
        )
        return next(own, None)

    def _commit(self, oid: str) -> Commit:
        return commit_object.parse(self.session.isolated.commit(oid), oid)

    def _is_disclosed(self, oid: str) -> bool:
        rules = self.session.rules.policy.disclosure
        return disclosure.is_stated(self._commit(oid).message, rules)

    def _replaced(self, target: str, tip: str, branch: Branch) -> tuple[str, ...]:
        """The commits whose blocks of this person are taken out: nobody has them but this
        branch, and no push needs force because of them alone."""
        public = permission.of(self.session.repository, branch.commits)
        free = self.selection.remote.free_oids if target in public else frozenset[str]()
        return tuple(
            oid
            for oid in branch.commits
            if oid != target
            and (oid not in public or oid in free)
            and self._has_own_block(self._commit(oid))
            and self._is_only_below(oid, tip)
        )

    def _has_own_block(self, commit: Commit) -> bool:
        if commit.author_email.lower() != self.author:
            return False
        for span in block.scan(commit.message).spans:
            try:
                if codec.parse(span.lines).fingerprint in self.own_keys:
                    return True
            except block.BlockError:
                continue
        return False

    def _is_only_below(self, oid: str, tip: str) -> bool:
        """Whether each local branch that has a commit has the whole branch: another one that
        ends below may need the block."""
        repository = self.session.repository
        having, whole = (
            set(repository.refs("refs/heads", f"--contains={one}")) for one in (oid, tip)
        )
        return having <= whole

    def _place_notes(self, oid: str, tip: str, commit: Commit, branch: Branch) -> list[str]:
        """Where the block goes, if not into a plain commit at the end of the branch."""
        name = f"{oid[:10]} {text.showable(commit.subject)}".strip()
        if oid != tip:
            author = text.showable(self._commit(tip).author_email)
            reason = f"the newest commit, {tip[:10]}, is by {author}"
            effect = f"your block goes into {name}, and what is above gets a new parent"
            return [f"{reason}, and a block must be by its commit's author: {effect}", _INSTEAD]
        if oid in branch.merges:
            risk = "a forge that rebases drops merges, and the block with it"
            return [f"the block goes into the merge {name}; {risk}", _INSTEAD]
        return []


def _read(session: Session, base: Base, tip: str) -> Branch:
    """The branch that a tip is the newest commit of.

    Raises:
        LimitExceeded: it is too long; most often, the base here is an old one.
        NothingToJudge, EnvironmentFault: see `branches.read`.
    """
    try:
        return branches.read(session.isolated, base.oid, tip)
    except LimitExceeded as limit:
        name = text.showable(base_commit.short(base.name))
        raise LimitExceeded(
            f"{limit.message} against {name}",
            f"If {name} is old here, fetch it. If it is not the project's branch, name that one:\n"
            "  git config attest.base REMOTE/BRANCH",
        ) from None


def _lands(session: Session, base: Base, branch: Branch) -> bool:
    """Whether a push would land what is no branch of one person: merges, or commits of others,
    on the base itself. Several branches are never answered for as one; the check judges each
    (docs/format.md, "The landed walk")."""
    if not branch_base.is_base_itself(session.repository, base, branch.tip):
        return False
    author = identity.author(session.repository).email.encode().lower()
    authors = {
        commit_object.parse(session.isolated.commit(oid), oid).author_email.lower()
        for oid in branch.commits
    }
    return bool(branch.merges) or authors != {author}
