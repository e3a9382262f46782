"""Sorts existing commits by what is to be done about them."""

from __future__ import annotations

from datetime import UTC, datetime

from attest.answers.answers import Answers
from attest.attesting import signed_answers
from attest.attesting.squash_commits import SquashedCommits
from attest.git import commit_object, identity
from attest.git.commit_object import Commit
from attest.policy import disclosure, stated_lines
from attest.project.session import Session
from attest.report.findings import Verdict
from attest.rewrite.journal import Journal
from attest.rewrite.review import UnattestedCommit
from attest.rewrite.selection import CommitSelection
from attest.signatures import signing_key
from attest.state import check_cache
from attest.verification import commit_check, exemptions
from attest.verification.task import CommitReview


class Reviewer:
    """Sorts the commits of one selection, each into one of its lists."""

    def __init__(self, session: Session, selection: CommitSelection, *, again: bool) -> None:
        repository = session.repository
        self.session, self.selection, self.again = session, selection, again
        self.folder = str(repository.common_dir / "attest")
        # Commits that were verified by an older policy have to be looked at again.
        check_cache.forget_unless(self.folder, session.rules.digest or "")
        self.verified_oids = {
            oid.decode("ascii", "replace") for oid in check_cache.read(self.folder)
        }
        self.kept_oids = selection.remote.kept_oids - selection.named_oids
        new_oids = [
            oid for oid in selection.oids if oid not in self.kept_oids | selection.named_oids
        ]
        self.successors = Journal(repository).successors(new_oids)
        self.author = identity.author(repository).email.encode().lower()
        self.squashed = SquashedCommits(session)
        self.todo: list[UnattestedCommit] = []
        self.attested_oids: list[str] = []
        self.unjudged_oids: list[str] = []
        self.unfixable_verdicts: list[Verdict] = []
        self.others: list[str] = []
        self.published_oids: list[str] = []
        self.exempt_oids: list[str] = []
        self.unanswered_oids: list[str] = []
        self.notes: list[str] = []
        self._own_keys: set[str] | None = None

    @property
    def marks(self) -> list[str]:
        """What the cache of verified commits remembers."""
        return self.attested_oids

    def sort_all(self) -> None:
        """Look at every commit of the selection."""
        for oid in self.selection.oids:
            self.sort(oid)

    def sort(self, oid: str) -> None:
        """Look at one commit. The order matters: what costs nothing comes first, and
        nobody is asked about a commit that must not be rewritten."""
        by_name = oid in self.selection.named_oids
        again = by_name or self.again
        if oid in self.successors:
            return
        if oid in self.verified_oids and not again:
            self.attested_oids.append(oid)
            return
        isolated, rules = self.session.isolated, self.session.rules
        commit = commit_object.parse(isolated.commit(oid), oid)
        is_own = commit.author_email.lower() == self.author
        if not is_own and not by_name:
            self.others.append(oid)
            return
        commit_review, fault = commit_check.judge_here(
            isolated, oid, rules, datetime.now(UTC), keep=True
        )
        foreign_key = is_own and self._signed_by_foreign_key(commit_review)
        is_attested = commit_review.verdict.outcome == "attested" and not again and not foreign_key
        if is_attested and fault is not None:
            self.unjudged_oids.append(fault.message)
        elif is_attested or commit_review.verdict.outcome in ("not-needed", "exempt"):
            self.attested_oids.append(oid)
        elif not by_name and self._is_left_to_ci(commit, commit_review):
            self.exempt_oids.append(oid)
        elif oid in self.kept_oids:
            self.published_oids.append(oid)
        elif not commit_review.answerable or self._needs_another_key(commit_review):
            self.unfixable_verdicts.append(commit_review.verdict)
        else:
            one = self._unattested(oid, commit, commit_review, foreign_key=foreign_key)
            if self.again and not one.attested and not self._has_answers(one):
                self.unanswered_oids.append(oid)
            else:
                self.todo.append(one)

    def _has_answers(self, commit: UnattestedCommit) -> bool:
        stored_answers = (self.session.store.answers(hunk.digest) for hunk in commit.change.hunks)
        return bool(commit.answers) or any(stored_answers)

    def _is_left_to_ci(self, commit: Commit, commit_review: CommitReview) -> bool:
        is_hidden = not commit_review.answerable
        exempt = exemptions.find_ci_exemption(
            self.session.isolated,
            self.session.rules,
            commit,
            commit_review.change,
            is_hidden=is_hidden,
        )
        return exempt is not None

    def _needs_another_key(self, commit_review: CommitReview) -> bool:
        """Whether the only error is that a security key is missing, which is not at hand."""
        findings = commit_review.verdict.findings
        codes = {finding.code for finding in findings if finding.severity == "error"}
        if codes != {"presence-missing"}:
            return False
        return not signing_key.choose(self.session.repository).kind.startswith("sk-")

    def _signed_by_foreign_key(self, commit_review: CommitReview) -> bool:
        """Whether it is attested, and only by keys that are not this person's."""
        if commit_review.verdict.outcome != "attested":
            return False
        return not {signed.fingerprint for signed in commit_review.blocks} & self.own_keys

    def _answers(self, commit_review: CommitReview) -> dict[str, Answers]:
        """The answers in a commit's own blocks, to be offered again. Only those that this
        person signed before, with a key of theirs: anybody can write a block in their name."""
        return {
            hunk.digest: signed_answers.of_block(hunk)
            for signed in commit_review.blocks
            if signed.email.encode().lower() == self.author and signed.fingerprint in self.own_keys
            for hunk in signed.hunks
        }

    @property
    def own_keys(self) -> set[str]:
        """Fingerprints of the person's keys. Listed when they are first needed, since
        that starts programs (ssh-add, gpg)."""
        if self._own_keys is None:
            self._own_keys = signing_key.own_fingerprints(self.session.repository)
        return self._own_keys

    def _unattested(
        self, oid: str, commit: Commit, commit_review: CommitReview, *, foreign_key: bool
    ) -> UnattestedCommit:
        is_own = commit.author_email.lower() == self.author
        policy = self.session.rules.policy.disclosure
        attested = commit_review.verdict.outcome == "attested" and not foreign_key
        change, raw = commit_review.change, self.session.isolated.commit(oid)
        asked_before = attested or self.session.store.disclosure(change.digest) is not None
        inherited = () if asked_before else self.squashed.disclosed(change, raw)
        return UnattestedCommit(
            oid,
            commit.subject,
            commit.author_email,
            commit.encoding is not None,
            change,
            self._answers(commit_review),
            email=commit.author_email.decode("utf-8", "replace") if is_own else None,
            foreign_key=foreign_key,
            has_blocks=commit_review.has_blocks,
            undisclosed=not inherited and not disclosure.is_stated(commit.message, policy),
            inherited_lines=inherited,
            disclosed_lines=tuple(stated_lines.find(commit.message, policy)),
            attested=attested,
        )
