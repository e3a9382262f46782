"""Journey 2: commits that are made already -> questions -> blocks in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from attest import check, commit, draft, interview, keys, quick, text
from attest.change import Change
from attest.check import Judged
from attest.errors import NothingToJudge, UsageError
from attest.findings import Verdict
from attest.git.isolated import Isolated
from attest.git.repository import Ident, Repository
from attest.prompts.item import Item, Prompter
from attest.questions import select
from attest.rewrite import execute, plan
from attest.rewrite.execute import Addition
from attest.rewrite.journal import Journal, Record
from attest.rewrite.plan import Plan
from attest.signatures.signing import SigningKey
from attest.store import Answers, Pending, Store

KEPT_BLOCKS = 100
"""Blocks of one rewriting that are kept for a message that is written anew."""

LISTED = 10
"""Commits that are listed at most."""
NAMED = 12
"""Commits that an error names at most."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Commits to look at.

    Args:
        oids: the commits, parents before their children.
        tips: where their branches end.
        named: those of them that the person asked for by name.
    """

    oids: tuple[str, ...]
    tips: tuple[str, ...]
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Made:
    """A commit that has yet to be answered for.

    Args:
        said: what its own blocks say, by hunk digest, where they are by the
            person who is asked now.
    """

    oid: str
    subject: str
    encoded: bool
    change: Change
    said: dict[str, Answers]

    @property
    def title(self) -> str:
        return text.showable(f"{self.oid[:10]} {self.subject}".strip())


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at the wanted commits found.

    Args:
        todo: to be answered for.
        held: commits that hold already, or need no attestation.
        stuck: commits that fail in a way that no answer mends.
        others, published: left alone: other people's commits, and those that a
            remote has.
        successors: old commits whose new version is there already, and that.
        items: what is asked, each hunk once.
    """

    wanted: Wanted
    todo: tuple[Made, ...]
    held: int = 0
    stuck: tuple[Verdict, ...] = ()
    others: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    successors: dict[str, str] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)

    @property
    def nothing_to_do(self) -> bool:
        return not self.todo and not self.successors

    @property
    def listing(self) -> list[str]:
        """What there is to do, commit by commit, in words."""
        lines = []
        if self.todo:
            count = len(self.todo)
            have = "has" if count == 1 else "have"
            lines.append(f"{_number(count, 'commit')} of yours {have} no attestation that holds:")
            lines += [f"  {made.title}" for made in self.todo[:LISTED]]
        if len(self.todo) > LISTED:
            lines.append(f"  … and {len(self.todo) - LISTED} more")
        if self.successors:
            count = len(self.successors)
            lines.append(
                f"{_number(count, 'commit')} below {'was' if count == 1 else 'were'} answered for "
                "and written anew; what builds on the old version is put onto the new one"
            )
        return lines

    @property
    def questions(self) -> int:
        """How many questions have no answer yet."""
        return sum(_open(item.answers) for item in self.items)

    @property
    def left_alone(self) -> list[str]:
        """What was not asked about, and why, in words."""
        lines = []
        if self.held:
            lines.append(f"{_number(self.held, 'commit')} attested already, or without a change")
        if self.others:
            lines.append(f"{_number(len(self.others), 'commit')} by other people, left alone")
        if self.published:
            lines.append(f"{_number(len(self.published), 'commit')} that a remote has, left alone")
        return lines

    @property
    def summary(self) -> str:
        """How much there is to do, in words."""
        if not self.todo:
            return f"{_number(len(self.successors), 'commit')} answered for in another version"
        hunks = len(self.items)
        words = [_number(len(self.todo), "commit"), _number(hunks, "hunk")]
        if not self.questions:
            return f"{', '.join(words)}, all answered before"
        words.append(_number(self.questions, "question"))
        minutes = sum(1 for item in self.items if _open(item.answers))
        return f"{', '.join(words)}: about {_duration(minutes)}"


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _open(answers: Answers) -> int:
    if answers.complete:
        return 0
    return sum(not text.says_something(said) for said in (answers.invariant, answers.breaks))


def _duration(minutes: int) -> str:
    return _number(minutes, "minute") if minutes < 90 else f"{round(minutes / 60)} hours"


def of_range(repository: Repository, isolated: Isolated, words: Sequence[str]) -> Wanted:
    """The commits of ranges (`A..B`), and single ones by their names.

    Raises:
        NothingToJudge: one is unknown, or there is none.
        UsageError: a word is neither.
    """
    oids: dict[str, None] = {}
    tips, named = [], set()
    for word in words:
        found = check.commits(repository, isolated, word)
        oids |= dict.fromkeys(found)
        tips.append(found[-1])
        if ".." not in word:
            named |= set(found)
    head = repository.head()
    tips += [head] if head else []  # what is checked out comes along
    return Wanted(tuple(oids), tuple(tips), frozenset(named))


def unpushed(repository: Repository, tips: Sequence[str], known: Sequence[str] = ()) -> Wanted:
    """The commits that no remote has, as far as this clone knows.

    Args:
        tips: ids of commits or tags.
        known: ids that a remote said it has.
    """
    command = quick.outgoing(list(tips), list(known))
    out = repository.git(*command[:1], "--topo-order", "--reverse", *command[1:])
    return Wanted(tuple(out.decode("ascii").split()), tuple(tips))


def find(repository: Repository, isolated: Isolated, store: Store, wanted: Wanted) -> Found:
    """Look at every wanted commit; remember those that hold.

    Raises:
        NothingToJudge: history is missing.
    """
    folder = str(repository.common_dir / "attest")
    settled = {oid.decode() for oid in quick.read(folder)}
    public = plan.published(repository, wanted.oids) - wanted.named
    fresh = [oid for oid in wanted.oids if oid not in public | wanted.named]
    successors = Journal(repository).successors(fresh)
    author = repository.author()
    todo, held, stuck, others = [], [], [], []
    left = []
    for oid in wanted.oids:
        named = oid in wanted.named
        if oid in successors:
            continue
        if oid in settled and not named:
            held.append(oid)
            continue
        raw = commit.parse(isolated.commit(oid), oid)
        if raw.author_email != author.email.encode() and not named:
            others.append(oid)
            continue
        judged = check.judge(isolated, oid, None, datetime.now(UTC), keep=True)
        if judged.verdict.outcome == "not-needed" or (_holds(judged) and not named):
            held.append(oid)
        elif oid in public:
            left.append(oid)
        elif not judged.mendable:
            stuck.append(judged.verdict)
        else:
            said = _said(judged, author)
            todo.append(Made(oid, raw.subject, raw.encoding is not None, judged.change, said))
    quick.settle(folder, held)
    found = Found(
        wanted,
        tuple(todo),
        len(held),
        tuple(stuck),
        tuple(others),
        tuple(left),
        successors,
    )
    found.items.extend(_items(todo, store))
    return found


def _holds(judged: Judged) -> bool:
    return judged.verdict.outcome == "attested"


def _said(judged: Judged, author: Ident) -> dict[str, Answers]:
    """The answers in a commit's own blocks: only what this person signed before is
    put into their mouth again."""
    said = {}
    for one in judged.blocks:
        if one.email == author.email:
            for hunk in one.hunks:
                questions = [(made.asked, made.answer) for made in hunk.questions]
                said[hunk.digest] = Answers(hunk.invariant, hunk.breaks, hunk.unsure, questions)
    return said


def _items(todo: Sequence[Made], store: Store) -> list[Item]:
    """Each hunk that is asked about once, however many commits make it."""
    items: dict[str, Item] = {}
    for made in todo:
        for hunk in select.choose(made.change.hunks):
            if hunk.digest not in items:
                answers = store.answers(hunk.digest) or made.said.get(hunk.digest) or Answers()
                items[hunk.digest] = Item(0, 0, hunk, answers, made.title)
    for number, item in enumerate(items.values(), 1):
        item.number, item.total = number, len(items)
    return list(items.values())


def plan_for(repository: Repository, isolated: Isolated, found: Found) -> Plan:
    """Plan the rewriting, before anybody is asked anything.

    Raises:
        AttestError: see `plan.plan`.
    """
    targets = [made.oid for made in found.todo]
    return plan.plan(
        repository,
        isolated,
        targets,
        found.wanted.tips,
        named=found.wanted.named,
        known=found.successors,
    )


def attest(
    repository: Repository,
    isolated: Isolated,
    store: Store,
    found: Found,
    planned: Plan,
    prompter: Prompter | None,
    *,
    trailers: Sequence[str] = (),
    now: datetime,
    say: Say,
) -> Record | None:
    """Ask, sign, and put the blocks into the commits.

    Args:
        found: with something to do.
        planned: what `plan_for` made of it.
        prompter: None where there is nothing to answer for, only to put onto new
            versions.
        trailers: lines that go into each commit with its block.
        now: the time to claim, in UTC.
        say: tells the person something that is no question.

    Returns:
        What was rewritten; None if the person chose not to sign.

    Raises:
        AttestError: see `interview.run`, `draft.sign`, `plan` and `execute`; answers
            are kept, and every branch is as before.
    """
    if prompter is None:
        return _execute(repository, isolated, planned, {}, say)
    key, author = keys.ready(repository), repository.author()
    for made in found.todo:
        draft.assert_fits(author, ascii_only=made.encoded)
    if found.items:
        interview.run(found.items, prompter, store)
    answers = {item.hunk.digest: item.answers for item in found.items}
    drafts = [_draft(made, answers, author, key, prompter, now) for made in found.todo]
    for made, one in zip(found.todo, drafts, strict=True):
        if draft.too_many_files(one.block, made.change):
            say(f"{made.title}: more than 1,000 files; a rebase will lose its attestation")
    if not prompter.confirm(_summary(found, planned, author, key)):
        return None
    if key.kind.startswith("sk-"):
        say(f"touch your security key, {_number(len(drafts), 'time')}")
    signed = draft.sign(repository, key, drafts) if drafts else []
    for made, lines in list(zip(found.todo, signed, strict=True))[-KEPT_BLOCKS:]:
        hunks = [hunk.digest for hunk in made.change.hunks]
        store.keep_pending(Pending(made.change.digest, "-", "", "", list(lines), [], hunks))
    additions = {
        made.oid: Addition(lines, _trailers(trailers, made), made.change)
        for made, lines in zip(found.todo, signed, strict=True)
    }
    return _execute(repository, isolated, planned, additions, say)


def _execute(
    repository: Repository,
    isolated: Isolated,
    planned: Plan,
    additions: dict[str, Addition],
    say: Say,
) -> Record:
    record = execute.execute(repository, isolated, planned, additions, datetime.now(UTC))
    for line in execute.told(planned, record):
        say(line)
    return record


def _draft(
    made: Made,
    answers: dict[str, Answers],
    author: Ident,
    key: SigningKey,
    prompter: Prompter,
    now: datetime,
) -> draft.Unsigned:
    hunks = select.choose(made.change.hunks)
    asked = [Item(n, len(hunks), hunk, answers[hunk.digest]) for n, hunk in enumerate(hunks, 1)]
    unsigned = draft.unsigned(made.change, asked, author, key, prompter.mode, now)
    return draft.Unsigned(unsigned, made.encoded)


def _trailers(trailers: Sequence[str], made: Made) -> tuple[str, ...]:
    return tuple(map(text.to_ascii, trailers)) if made.encoded else tuple(trailers)


def _summary(found: Found, planned: Plan, author: Ident, key: SigningKey) -> str:
    total = sum(len(made.change.hunks) for made in found.todo)
    rest = "; your signature covers the rest" if len(found.items) < total else ""
    count = _number(len(planned.steps), "commit")
    others = f" ({len(planned.others)} by other people)" if planned.others else ""
    answered = (
        f"{_number(len(found.todo), 'commit')}: {len(found.items)} of "
        f"{_number(total, 'hunk')} answered{rest}.\n"
    )
    return (
        f"{answered if found.todo else ''}"
        f"Writes {count} anew{others}, messages only, on {', '.join(planned.branches)}.\n"
        f"You: {author.name} <{author.email}>\nKey: {key.fingerprint}"
    )


def assert_mendable(found: Found) -> None:
    """Make sure that answering is of use.

    Raises:
        UsageError: commits fail, and no answer can mend them.
    """
    if found.stuck:
        first = found.stuck[0]
        finding = next(one for one in first.findings if one.severity == "error")
        raise UsageError(
            f"no answer can mend {first.oid[:10]} {first.subject}: {finding.message}",
            finding.hint,
        )


def assert_any(found: Found) -> None:
    """Make sure that there is, or was, something to answer for.

    Raises:
        NothingToJudge: every commit was left alone, or there was none.
    """
    if found.nothing_to_do and not found.held:
        raise NothingToJudge(
            "\n".join(["there is no commit of yours to answer for", *found.left_alone]),
            _by_name([*found.published, *found.others]),
        )


def _by_name(oids: Sequence[str]) -> str:
    if not oids:
        return ""
    names = " ".join(oid[:10] for oid in oids) if len(oids) <= NAMED else "COMMIT..."
    return f"To answer for them all the same, name them: attest answer {names}"
