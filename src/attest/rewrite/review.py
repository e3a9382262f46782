"""What a review of existing commits finds: those to answer for, and why the others are not."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from attest import text
from attest.answers.answers import Answers
from attest.facts import search
from attest.facts.search import FactSearch
from attest.git.branches import Branch
from attest.git.diff import Change
from attest.interview.form import QuestionForm
from attest.project import base_commit
from attest.project.base_commit import Base
from attest.report.findings import Verdict
from attest.rewrite.selection import CommitSelection


@dataclass(frozen=True, slots=True)
class BranchUnit:
    """A branch that is answered for as a whole.

    Args:
        base: the branch of the project that it is compared with.
        replaced_oids: its commits with earlier blocks of this person, which the new one
            replaces and which may be rewritten.
    """

    base: Base
    branch: Branch
    replaced_oids: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """The number that the block names: commits without merges, one at least."""
        return max(1, len(self.branch.own_commits))

    @property
    def description(self) -> str:
        """What it is compared with, in words."""
        count = len(self.branch.commits)
        noun = "commit" if count == 1 else "commits"
        return f"{count} {noun} against {text.showable(base_commit.short(self.base.name))}"


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
        inherited_lines: that commits disclosed which were squashed into it.
        disclosed_lines: that its message has.
        has_blocks: its message has blocks, which are not enough.
        attested: it is attested, and the person wants to see its answers again.
        unit: the branch that is answered for as a whole, in this commit; None where the commit
            is answered for by itself. *change* is then the branch's difference.
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
    inherited_lines: tuple[str, ...] = ()
    disclosed_lines: tuple[str, ...] = ()
    has_blocks: bool = False
    attested: bool = False
    unit: BranchUnit | None = None

    @property
    def title(self) -> str:
        """Id and subject, fit for a terminal."""
        note = " (signed in your name, by a key that is not yours)" if self.foreign_key else ""
        more = len(self.unit.branch.commits) - 1 if self.unit else 0
        if more:
            note = f" (and {more} more commit{'s' if more > 1 else ''}, as one change){note}"
        return text.showable(f"{self.oid[:10]} {self.subject}".strip()) + note


@dataclass(frozen=True, slots=True)
class OutgoingReview:
    """What became of each selected commit.

    Args:
        todo: to be answered for.
        attested_count: how many are attested already, or need no attestation.
        unjudged_count: how many have signed answers of which, without the grammars, nobody can
            know here whether they are those that the project wants.
        why_unjudged: the reason; empty where there is none of them.
        unfixable_verdicts: commits that fail in a way that no answer changes.
        unanswered_oids: skipped: nobody answered for them yet, and only answers are to be changed.
        others, published_oids: skipped: other people's commits, and those that a remote has.
        exempt_oids: skipped: the project exempts their author, if its CI names the right actor.
        other_addresses: those of the others that this person's key signed, each with the address of
            its author: theirs, by the looks of it, under another address.
        successors: old commits that have been rewritten, and their new version.
        forms: what is asked, each hunk once.
        searches: what this clone knows about them, a search for each commit of `todo`.
        notes: what the person should know about where a block goes.
    """

    selection: CommitSelection
    todo: tuple[UnattestedCommit, ...]
    attested_count: int = 0
    unjudged_count: int = 0
    why_unjudged: str = ""
    unfixable_verdicts: tuple[Verdict, ...] = ()
    unanswered_oids: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    published_oids: tuple[str, ...] = ()
    exempt_oids: tuple[str, ...] = ()
    other_addresses: tuple[tuple[str, str], ...] = ()
    successors: dict[str, str] = field(default_factory=dict)
    forms: list[QuestionForm] = field(default_factory=list)
    searches: tuple[FactSearch, ...] = ()
    notes: tuple[str, ...] = ()

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
    def commit_count(self) -> int:
        """How many commits are answered for, with all that belong to whole branches."""
        return sum(len(one.unit.branch.commits) if one.unit else 1 for one in self.todo)

    @property
    def questions(self) -> int:
        """How many questions have no answer yet, or one that is not final."""
        return sum(len(form.open_labels) for form in self.forms)
