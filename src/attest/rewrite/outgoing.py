"""Reviewing existing commits: which of them their author has yet to answer for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from attest import text
from attest.answers.answers import Answers
from attest.attesting import earlier
from attest.errors import GrammarsUnavailable
from attest.facts import search
from attest.facts.search import FactSearch
from attest.git import commit_object, identity
from attest.git.commit_object import Commit
from attest.git.diff import Change
from attest.git.hunk_view import FileLines
from attest.interview.form import QuestionForm
from attest.policy import disclosure
from attest.project.session import Session
from attest.questions.compose import HunkQuestions
from attest.report.findings import Verdict
from attest.rewrite import elsewhere
from attest.rewrite.journal import Journal
from attest.rewrite.selection import CommitSelection
from attest.signatures import signing_key
from attest.state import verified
from attest.verification import check, exemptions
from attest.verification.task import CommitReview


@dataclass(frozen=True, slots=True)
class UnattestedCommit:
    """A commit that its author has yet to answer for.

    Args:
        author: the author's address, as its bytes are.
        answers: those in its own blocks, by hunk digest, where a key of the person who
            is asked now signed them.
        email: the author's, where that is this person; as it stands in the commit.
        foreign_key: it is attested, but by a key that is not this person's.
        undisclosed: its message does not disclose whether tools helped.
        has_blocks: its message has blocks, which are not enough.
        attested: it is attested, and the person wants to see its answers again.
    """

    oid: str
    subject: str
    author: bytes
    encoded: bool
    change: Change
    answers: dict[str, Answers]
    email: str | None = None
    foreign_key: bool = False
    undisclosed: bool = True
    has_blocks: bool = False
    attested: bool = False

    @property
    def title(self) -> str:
        """Id and subject, fit for a terminal."""
        note = " (signed in your name, by a key that is not yours)" if self.foreign_key else ""
        return text.showable(f"{self.oid[:10]} {self.subject}".strip()) + note


@dataclass(frozen=True, slots=True)
class OutgoingReview:
    """What became of each selected commit.

    Args:
        todo: to be answered for.
        attested: how many are attested already, or need no attestation.
        unjudged: how many have signed answers of which, without the grammars, nobody can
            know here whether they are those that the project wants.
        why_unjudged: the reason; empty where there is none of them.
        unfixable: commits that fail in a way that no answer changes.
        unanswered: skipped: nobody answered for them yet, and only answers are to be changed.
        others, published: skipped: other people's commits, and those that a remote has.
        left_to_ci: skipped: the project exempts their author, if its CI names the right actor.
        elsewhere: those of the others that this person's key signed, each with the address of
            its author: theirs, by the looks of it, under another address.
        successors: old commits that have been rewritten, and their new version.
        forms: what is asked, each hunk once.
        searches: what this clone knows about them, a search for each commit of `todo`.
    """

    selection: CommitSelection
    todo: tuple[UnattestedCommit, ...]
    attested: int = 0
    unjudged: int = 0
    why_unjudged: str = ""
    unfixable: tuple[Verdict, ...] = ()
    unanswered: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    left_to_ci: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()
    successors: dict[str, str] = field(default_factory=dict)
    forms: list[QuestionForm] = field(default_factory=list)
    searches: tuple[FactSearch, ...] = ()

    def wait_for_facts(self) -> None:
        """Wait for facts, where all questions are shown together; not longer than for those of
        one change."""
        until = time.monotonic() + search.ALL
        for one in self.searches:
            if time.monotonic() < until:
                one.wait()

    @property
    def nothing_to_do(self) -> bool:
        return not self.todo and not self.successors

    @property
    def questions(self) -> int:
        """How many questions have no answer yet, or one that is not final."""
        return sum(len(form.unsettled) for form in self.forms)


def review(session: Session, selection: CommitSelection, *, again: bool = False) -> OutgoingReview:
    """Look at every selected commit; remember those that are attested.

    Args:
        again: those that are attested are to be seen again, too; and of the others only those
            that have any answer.

    Raises:
        NothingToJudge: history is missing.
        GrammarsUnavailable: there is something to ask, and what is asked cannot be chosen.
    """
    reviewer = _Reviewer(session, selection, again=again)
    for oid in selection.oids:
        reviewer.sort(oid)
    verified.add(reviewer.folder, reviewer.attested)
    try:
        forms, searches = _forms(session, reviewer.todo)
    except GrammarsUnavailable as fault:
        count = len(reviewer.todo)
        need = "commit needs" if count == 1 else "commits need"
        raise GrammarsUnavailable(
            f"{count} {need} your answers, and {fault.message}", fault.hint
        ) from None
    return OutgoingReview(
        selection,
        tuple(reviewer.todo),
        attested=len(reviewer.attested),
        unjudged=len(reviewer.unjudged),
        why_unjudged=reviewer.unjudged[0] if reviewer.unjudged else "",
        unfixable=tuple(reviewer.unfixable),
        unanswered=tuple(reviewer.unanswered),
        others=tuple(reviewer.others),
        published=tuple(reviewer.published),
        left_to_ci=tuple(reviewer.left_to_ci),
        elsewhere=tuple(elsewhere.signed(session, reviewer.others, lambda: reviewer.own_keys)),
        successors=reviewer.successors,
        forms=forms,
        searches=searches,
    )


class _Reviewer:
    """Sorts the commits of one selection, each into one of its lists."""

    def __init__(self, session: Session, selection: CommitSelection, *, again: bool) -> None:
        repository = session.repository
        self.session, self.selection, self.again = session, selection, again
        self.folder = str(repository.common_dir / "attest")
        # Commits that were verified by an older policy have to be looked at again.
        verified.forget_unless(self.folder, session.rules.digest or "")
        self.verified = {oid.decode("ascii", "replace") for oid in verified.read(self.folder)}
        self.kept = selection.remote.kept - selection.named
        fresh = [oid for oid in selection.oids if oid not in self.kept | selection.named]
        self.successors = Journal(repository).successors(fresh)
        self.author = identity.author(repository).email.encode().lower()
        self.todo: list[UnattestedCommit] = []
        self.attested: list[str] = []
        self.unjudged: list[str] = []
        self.unfixable: list[Verdict] = []
        self.others: list[str] = []
        self.published: list[str] = []
        self.left_to_ci: list[str] = []
        self.unanswered: list[str] = []
        self._own_keys: set[str] | None = None

    def sort(self, oid: str) -> None:
        """Look at one commit. The order matters: what costs nothing comes first, and
        nobody is asked about a commit that must not be rewritten."""
        by_name = oid in self.selection.named
        again = by_name or self.again
        if oid in self.successors:
            return
        if oid in self.verified and not again:
            self.attested.append(oid)
            return
        isolated, rules = self.session.isolated, self.session.rules
        commit = commit_object.parse(isolated.commit(oid), oid)
        own = commit.author_email.lower() == self.author
        if not own and not by_name:
            self.others.append(oid)
            return
        judged, fault = check.judge_here(isolated, oid, rules, datetime.now(UTC), keep=True)
        foreign_key = own and self._signed_by_foreign_key(judged)
        attested = judged.verdict.outcome == "attested" and not again and not foreign_key
        if attested and fault is not None:
            self.unjudged.append(fault.message)
        elif attested or judged.verdict.outcome in ("not-needed", "exempt"):
            self.attested.append(oid)
        elif not by_name and self._is_left_to_ci(commit, judged):
            self.left_to_ci.append(oid)
        elif oid in self.kept:
            self.published.append(oid)
        elif not judged.answerable or self._needs_another_key(judged):
            self.unfixable.append(judged.verdict)
        else:
            one = self._unattested(oid, commit, judged, foreign_key=foreign_key)
            if self.again and not one.attested and not self._has_answers(one):
                self.unanswered.append(oid)
            else:
                self.todo.append(one)

    def _has_answers(self, commit: UnattestedCommit) -> bool:
        kept = (self.session.store.answers(hunk.digest) for hunk in commit.change.hunks)
        return bool(commit.answers) or any(kept)

    def _is_left_to_ci(self, commit: Commit, judged: CommitReview) -> bool:
        hidden = not judged.answerable
        isolated, rules = self.session.isolated, self.session.rules
        exempt = exemptions.left_to_ci(isolated, rules, commit, judged.change, hidden=hidden)
        return exempt is not None

    def _needs_another_key(self, judged: CommitReview) -> bool:
        """Whether the only error is that a security key is missing, which is not at hand."""
        findings = judged.verdict.findings
        codes = {finding.code for finding in findings if finding.severity == "error"}
        if codes != {"presence-missing"}:
            return False
        return not signing_key.chosen(self.session.repository).kind.startswith("sk-")

    def _signed_by_foreign_key(self, judged: CommitReview) -> bool:
        """Whether it is attested, and only by keys that are not this person's."""
        if judged.verdict.outcome != "attested":
            return False
        return not {signed.fingerprint for signed in judged.blocks} & self.own_keys

    def _answers(self, judged: CommitReview) -> dict[str, Answers]:
        """The answers in a commit's own blocks, to be offered again. Only those that this
        person signed before, with a key of theirs: anybody can write a block in their name."""
        return {
            hunk.digest: earlier.of_block(hunk)
            for signed in judged.blocks
            if signed.email.encode().lower() == self.author and signed.fingerprint in self.own_keys
            for hunk in signed.hunks
        }

    @property
    def own_keys(self) -> set[str]:
        """Fingerprints of the person's keys. Listed when they are first needed, since
        that starts programs (ssh-add, gpg)."""
        if self._own_keys is None:
            self._own_keys = signing_key.own(self.session.repository)
        return self._own_keys

    def _unattested(
        self, oid: str, commit: Commit, judged: CommitReview, *, foreign_key: bool
    ) -> UnattestedCommit:
        own = commit.author_email.lower() == self.author
        policy = self.session.rules.policy.disclosure
        return UnattestedCommit(
            oid,
            commit.subject,
            commit.author_email,
            commit.encoding is not None,
            judged.change,
            self._answers(judged),
            email=commit.author_email.decode("utf-8", "replace") if own else None,
            foreign_key=foreign_key,
            has_blocks=judged.has_blocks,
            undisclosed=not disclosure.said(commit.message, policy),
            attested=judged.verdict.outcome == "attested" and not foreign_key,
        )


def _forms(
    session: Session, todo: Sequence[UnattestedCommit]
) -> tuple[list[QuestionForm], tuple[FactSearch, ...]]:
    """Each hunk that is asked about once, however many commits make it; and what knows facts
    about them."""
    searches = []
    around = FileLines(session.isolated)
    rules, forms = session.rules, dict[str, QuestionForm]()
    for commit in todo:
        chosen = rules.chooser.choose(commit.change)
        facts = session.isolated.hold(_facts(session, commit, chosen))
        searches.append(facts)
        for asked in chosen:
            digest = asked.hunk.digest
            if digest not in forms:
                answers = session.store.answers(digest) or commit.answers.get(digest) or Answers()
                forms[digest] = QuestionForm.of(
                    asked,
                    0,
                    0,
                    answers,
                    asked.requirements,
                    commit.title,
                    strict=rules.strict,
                    facts=facts,
                    around=around,
                )
    for number, form in enumerate(forms.values(), 1):
        form.number, form.total = number, len(forms)
    earlier.offer(session, list(forms.values()))
    return list(forms.values()), tuple(searches)


def _facts(
    session: Session, commit: UnattestedCommit, chosen: Sequence[HunkQuestions]
) -> FactSearch:
    """What this clone knows about a commit's hunks."""
    parsed = commit_object.parse(session.isolated.commit(commit.oid), commit.oid)
    return FactSearch(session.repository, search.of_commit(parsed, commit.change), chosen)
