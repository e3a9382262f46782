"""Commits that are made already: which of them have yet to be answered for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from attest import text
from attest.answers.answers import Answers
from attest.errors import GrammarsUnavailable, NothingToJudge, UsageError
from attest.git import commit_object
from attest.git.commit_object import Commit
from attest.git.diff import Change
from attest.git.isolated import Isolated
from attest.git.push_updates import SINCE
from attest.git.repository import Repository
from attest.interview.form import QuestionForm
from attest.policy import disclosure
from attest.project.rules import ProjectRules
from attest.report.findings import Verdict
from attest.rewrite import named_commits, published
from attest.rewrite.journal import Journal
from attest.rewrite.published import Published
from attest.signatures import signing_key
from attest.state import verified
from attest.state.store import Store
from attest.verification import check
from attest.verification.task import CommitReview

LISTED = 10
"""Commits that are listed at most."""
NAMED = 12
"""Commits that an error names at most."""


@dataclass(frozen=True, slots=True)
class CommitSelection:
    """Commits to look at.

    Args:
        oids: the commits, parents before their children.
        tips: where their branches end.
        named: those of them that the person asked for by name.
        remote: what remotes have of them.
        notes: what the person should know of how their words were taken.
    """

    oids: tuple[str, ...]
    tips: tuple[str, ...]
    named: frozenset[str] = frozenset()
    remote: Published = field(default_factory=Published)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnattestedCommit:
    """A commit that has yet to be answered for.

    Args:
        said: what its own blocks say, by hunk digest, where they are by a key of
            the person who is asked now.
        email: the author's, where that is this person; as it stands in the commit.
        stranger: it holds, but by a key that is not this person's.
        untold: its message says nothing of how tools helped, or that none did.
    """

    oid: str
    subject: str
    encoded: bool
    change: Change
    said: dict[str, Answers]
    email: str | None = None
    stranger: bool = False
    untold: bool = True

    @property
    def title(self) -> str:
        note = " (answered in your name, by a key that is not yours)" if self.stranger else ""
        return text.showable(f"{self.oid[:10]} {self.subject}".strip()) + note


@dataclass(frozen=True, slots=True)
class OutgoingReview:
    """What a look at the wanted commits found.

    Args:
        todo: to be answered for.
        held: commits that hold already, or need no attestation.
        unjudged: commits with signed answers of which, without the grammars, nobody
            can know here whether they are those that the project wants; and why.
        stuck: commits that fail in a way that no answer mends.
        others, published: left alone: other people's commits, and those that a
            remote has.
        successors: old commits whose new version is there already, and that.
        items: what is asked, each hunk once.
    """

    wanted: CommitSelection
    todo: tuple[UnattestedCommit, ...]
    held: int = 0
    unjudged: tuple[int, str] = (0, "")
    stuck: tuple[Verdict, ...] = ()
    others: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    successors: dict[str, str] = field(default_factory=dict)
    items: list[QuestionForm] = field(default_factory=list)

    @property
    def nothing_to_do(self) -> bool:
        return not self.todo and not self.successors

    @property
    def listing(self) -> list[str]:
        """What there is to do, commit by commit, in words."""
        lines = listed(self.todo)
        if self.successors:
            count = len(self.successors)
            lines.append(
                f"{number(count, 'commit')} below {'was' if count == 1 else 'were'} answered for "
                "and written anew; what builds on the old version is put onto the new one"
            )
        return lines

    @property
    def doubts(self) -> list[str]:
        """What could not be judged, in words."""
        count, why = self.unjudged
        if not count:
            return []
        have = "has" if count == 1 else "have"
        what = f"{number(count, 'commit')} of yours {have} signed answers"
        return [f"{what}. Whether the project wants more is for its CI to check: {why}"]

    @property
    def questions(self) -> int:
        """How many questions have no answer yet."""
        return sum(len(item.lacking) for item in self.items)

    @property
    def left_alone(self) -> list[str]:
        """What was not asked about, and why, in words."""
        lines = []
        if self.held:
            lines.append(f"{number(self.held, 'commit')} attested already, or without a change")
        if self.others:
            lines.append(f"{number(len(self.others), 'commit')} by other people, left alone")
        if self.published:
            count = number(len(self.published), "commit")
            lines.append(f"{count} that a remote has, left alone: others may build on that")
            lines.append(f"  {_by_name(self.published)}" if self.todo else "")
        return list(filter(None, lines))

    @property
    def summary(self) -> str:
        """How much there is to do, in words."""
        if not self.todo:
            return f"{number(len(self.successors), 'commit')} answered for in another version"
        hunks = len(self.items)
        words = [number(len(self.todo), "commit"), number(hunks, "hunk")]
        if not self.questions:
            return f"{', '.join(words)}, all answered before"
        words.append(number(self.questions, "question"))
        minutes = sum(1 for item in self.items if item.lacking)
        return f"{', '.join(words)}: about {_duration(minutes)}"


def listed(todo: Sequence[UnattestedCommit], which: str = "") -> list[str]:
    """Commits that have no attestation, in words.

    Args:
        which: more about them, between their number and what is off.
    """
    if not todo:
        return []
    have = "has" if len(todo) == 1 else "have"
    lines = [f"{number(len(todo), 'commit')} of yours{which} {have} no attestation that holds:"]
    lines += [f"  {made.title}" for made in todo[:LISTED]]
    return lines + ([f"  … and {len(todo) - LISTED} more"] if len(todo) > LISTED else [])


def number(count: int, what: str) -> str:
    """A count in words: `1 commit`, `2 commits`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _duration(minutes: int) -> str:
    return number(minutes, "minute") if minutes < 90 else f"{round(minutes / 60)} hours"


def of_range(repository: Repository, isolated: Isolated, words: Sequence[str]) -> CommitSelection:
    """The commits of ranges (`A..B`), and single ones by their names.

    Raises:
        NothingToJudge: one is unknown, or there is none.
        UsageError: a word is neither.
    """
    read = [named_commits.read(repository, isolated, word) for word in words]
    head = repository.head()
    tips = [one.oids[-1] for one in read]
    tips += [head] if head else []  # what is checked out comes along
    single = frozenset(oid for one in read if not one.is_range for oid in one.oids)
    oids = tuple(dict.fromkeys(oid for one in read for oid in one.oids))
    ranges = [oid for oid in oids if oid not in single]
    remote = published.look(repository, ranges, tips, repository.author().email)
    notes = list(dict.fromkeys(one.note for one in read if one.note))
    if remote.kept and repository.branch() is None:
        notes.append(named_commits.ON_NO_BRANCH)
    return CommitSelection(oids, tuple(tips), single, remote, tuple(notes))


def unpushed(
    repository: Repository, tips: Sequence[str], known: Sequence[str] = ()
) -> CommitSelection:
    """The commits that no remote has, as far as this clone knows.

    Args:
        tips: ids of commits or tags.
        known: ids that a remote said it has.
    """
    limits = ["--not", f"--glob={SINCE}", "--remotes"]
    args = ("rev-list", "--topo-order", "--reverse", "--ignore-missing", "--stdin", *limits)
    stdin = "\n".join([*tips, *(f"^{oid}" for oid in known)]).encode()
    out = repository.git(*args, stdin=stdin)
    return CommitSelection(tuple(out.decode("ascii").split()), tuple(tips))


def find(
    repository: Repository,
    isolated: Isolated,
    store: Store,
    wanted: CommitSelection,
    base: ProjectRules,
) -> OutgoingReview:
    """Look at every wanted commit; remember those that hold.

    Args:
        base: the rules of the project.

    Raises:
        NothingToJudge: history is missing.
        GrammarsUnavailable: there is something to ask, and what is asked cannot be chosen.
    """
    look = _Look(repository, isolated, wanted, base)
    for oid in wanted.oids:
        look.at(oid)
    verified.add(look.folder, look.held)
    try:
        items = _items(look.todo, store, base)
    except GrammarsUnavailable as fault:
        count = number(len(look.todo), "commit")
        raise GrammarsUnavailable(
            f"{count} of yours must be answered for, and {fault.message}", fault.hint
        ) from None
    return OutgoingReview(
        wanted,
        tuple(look.todo),
        len(look.held),
        (len(look.unjudged), look.unjudged[0] if look.unjudged else ""),
        tuple(look.stuck),
        tuple(look.others),
        tuple(look.published),
        look.successors,
        items,
    )


class _Look:
    """One look at the wanted commits, sorting them."""

    def __init__(
        self,
        repository: Repository,
        isolated: Isolated,
        wanted: CommitSelection,
        base: ProjectRules,
    ) -> None:
        self.repository, self.isolated, self.wanted = repository, isolated, wanted
        self.base = base
        self.folder = str(repository.common_dir / "attest")
        verified.forget_unless(self.folder, base.digest or "")
        self.settled = {oid.decode("ascii", "replace") for oid in verified.read(self.folder)}
        self.kept = wanted.remote.kept - wanted.named
        fresh = [oid for oid in wanted.oids if oid not in self.kept | wanted.named]
        self.successors = Journal(repository).successors(fresh)
        self.me = repository.author().email.encode().lower()
        self.todo: list[UnattestedCommit] = []
        self.held: list[str] = []
        self.unjudged: list[str] = []
        self.stuck: list[Verdict] = []
        self.others: list[str] = []
        self.published: list[str] = []
        self._own: set[str] | None = None

    def at(self, oid: str) -> None:
        """Look at one commit."""
        by_name = oid in self.wanted.named
        if oid in self.successors:
            return
        if oid in self.settled and not by_name:
            self.held.append(oid)
            return
        found = commit_object.parse(self.isolated.commit(oid), oid)
        if found.author_email.lower() != self.me and not by_name:
            self.others.append(oid)
            return
        judged, fault = check.judge_here(
            self.isolated, oid, self.base, datetime.now(UTC), keep=True
        )
        stranger = found.author_email.lower() == self.me and self._by_a_stranger(judged)
        holds = judged.verdict.outcome == "attested" and not by_name and not stranger
        if holds and fault is not None:
            self.unjudged.append(fault.message)
        elif judged.verdict.outcome in ("not-needed", "exempt") or holds:
            self.held.append(oid)
        elif oid in self.kept:
            self.published.append(oid)
        elif not judged.answerable or self._needs_another_key(judged):
            self.stuck.append(judged.verdict)
        else:
            self.todo.append(self._made(oid, found, judged, stranger=stranger))

    def _needs_another_key(self, judged: CommitReview) -> bool:
        """Whether all that is off is a security key that is not at hand."""
        codes = {one.code for one in judged.verdict.findings if one.severity == "error"}
        if codes != {"presence-missing"}:
            return False
        return not signing_key.chosen(self.repository).kind.startswith("sk-")

    def _by_a_stranger(self, judged: CommitReview) -> bool:
        """Whether it holds, and only by keys that are not this person's."""
        if judged.verdict.outcome != "attested":
            return False
        return not {one.fingerprint for one in judged.blocks} & self.own

    def _said(self, judged: CommitReview) -> dict[str, Answers]:
        """The answers in a commit's own blocks: only what this person signed before,
        with a key of theirs, is put into their mouth again."""
        return {
            hunk.digest: Answers(
                hunk.invariant,
                hunk.breaks,
                hunk.unsure,
                [(question.asked, question.answer) for question in hunk.questions],
            )
            for one in judged.blocks
            if one.email.encode().lower() == self.me and one.fingerprint in self.own
            for hunk in one.hunks
        }

    @property
    def own(self) -> set[str]:
        if self._own is None:
            self._own = signing_key.own(self.repository)
        return self._own

    def _made(
        self, oid: str, found: Commit, judged: CommitReview, *, stranger: bool
    ) -> UnattestedCommit:
        mine = found.author_email.lower() == self.me
        return UnattestedCommit(
            oid,
            found.subject,
            found.encoding is not None,
            judged.change,
            self._said(judged),
            found.author_email.decode("utf-8", "replace") if mine else None,
            stranger=stranger,
            untold=not disclosure.said(found.message, self.base.policy.disclosure),
        )


def _items(
    todo: Sequence[UnattestedCommit], store: Store, base: ProjectRules
) -> list[QuestionForm]:
    """Each hunk that is asked about once, however many commits make it."""
    items: dict[str, QuestionForm] = {}
    for made in todo:
        for one in base.chooser.choose(made.change):
            digest = one.hunk.digest
            if digest not in items:
                answers = store.answers(digest) or made.said.get(digest) or Answers()
                items[digest] = QuestionForm.of(
                    one, 0, 0, answers, base.standard, made.title, strict=base.strict
                )
    for number, item in enumerate(items.values(), 1):
        item.number, item.total = number, len(items)
    return list(items.values())


def assert_mendable(found: OutgoingReview) -> None:
    """Make sure that answering is of use.

    Raises:
        UsageError: commits fail, and no answer can mend them.
    """
    if found.stuck:
        first = found.stuck[0]
        errors = [one for one in first.findings if one.severity == "error"]
        order = sorted(errors, key=lambda one: one.code not in check.NEEDS_NEW_COMMIT)
        finding = next((one for one in order if one.code != "unattested"), order[0])
        raise UsageError(
            f"no answer can mend {first.oid[:10]} {first.subject}: {finding.message}",
            finding.hint,
        )


def assert_any(found: OutgoingReview) -> None:
    """Make sure that there is, or was, something to answer for.

    Raises:
        NothingToJudge: every commit was left alone, or there was none.
    """
    if found.nothing_to_do and not found.held and not found.unjudged[0]:
        raise NothingToJudge(
            "\n".join(["there is no commit of yours to answer for", *found.left_alone]),
            _by_name([*found.published, *found.others]),
        )


def _by_name(oids: Sequence[str]) -> str:
    if not oids:
        return ""
    names = " ".join(oid[:10] for oid in oids) if len(oids) <= NAMED else "COMMIT..."
    them = "it" if len(oids) == 1 else "them"
    return f"To answer for {them} all the same, name {them}: attest answer {names}"
