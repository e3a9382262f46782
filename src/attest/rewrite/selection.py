"""Which existing commits a command or a push is about."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from attest import text
from attest.git import identity, revisions
from attest.git.push_updates import SINCE
from attest.git.repository import Repository
from attest.project import base_commit, branch_base, rule_files
from attest.project.session import Session
from attest.rewrite import named_commits, permission
from attest.rewrite.named_commits import NamedCommits
from attest.rewrite.permission import PublishedCommits


@dataclass(frozen=True, slots=True)
class CommitSelection:
    """Commits to look at.

    Args:
        oids: the commits, parents before their children.
        tips: where their branches end.
        named_oids: those of them that the person asked for by name.
        remote: what remotes have of them.
        notes: what the person should know about how their words were read.
        starts: the newest commit of each branch, which is looked at as a whole where the policy
            says so; with what its range begins with, which is empty for the project's branch.
    """

    oids: tuple[str, ...]
    tips: tuple[str, ...]
    named_oids: frozenset[str] = frozenset()
    remote: PublishedCommits = field(default_factory=PublishedCommits)
    notes: tuple[str, ...] = ()
    starts: Mapping[str, str] = field(default_factory=dict)


def of_range(session: Session, words: Sequence[str]) -> CommitSelection:
    """The commits of ranges (`A..B`), and single ones by their names.

    Raises:
        NothingToJudge: one is unknown, or there is none.
        UsageError: a word is neither.
    """
    repository = session.repository
    read = [named_commits.read(repository, session.isolated, word) for word in words]
    head = repository.head()
    tips = [word.oids[-1] for word in read]
    tips += [head] if head else []  # the branch that is checked out moves along
    single = frozenset(oid for word in read if not word.is_range for oid in word.oids)
    oids = tuple(dict.fromkeys(oid for word in read for oid in word.oids))
    ranges = [oid for oid in oids if oid not in single]
    remote = permission.of_ranges(repository, ranges, tips, identity.author(repository).email)
    notes = list(dict.fromkeys(word.note for word in read if word.note))
    for word in read:
        notes += _find_other_rules(session, word)
    if remote.kept_oids and repository.branch() is None:
        notes.append(named_commits.ON_NO_BRANCH)
    starts = {word.oids[-1]: word.word.partition("..")[0] if word.is_range else "" for word in read}
    return CommitSelection(oids, tuple(tips), single, remote, tuple(notes), starts)


def _find_other_rules(session: Session, word: NamedCommits) -> list[str]:
    """Lines that say that a range begins with rules by which attest does not ask and sign: a
    check of that range goes by them. What the project's branch has had is only older."""
    repository, rules = session.repository, session.rules
    start, dots, _ = word.word.partition("..")
    oid = repository.commit_id(start) if start and dots else None
    if oid is None or rules.oid is None or not revisions.count(repository, oid, rules.oid):
        return []
    entries = (rule_files.entries(session.isolated, one) for one in (oid, rules.oid))
    if next(entries) == next(entries):
        return []
    base = base_commit.find(repository)
    base_name = base_commit.short(base.name) if base else "HEAD"
    name, range_ = text.showable(start), text.showable(word.word)
    command = shlex.join(["git", "-c", f"{base_commit.SETTING}={start}", "attest", "answer"])
    return [
        f"{name} has other rules than {base_name}, by whose rules attest asks and signs here.",
        f"A check of {range_} goes by those of {name}. Push them first, or answer by them:",
        f"  {command} {shlex.quote(word.word)}",
    ]


def of_branch(session: Session) -> CommitSelection:
    """The commits of HEAD that the project's branch does not have.

    Raises:
        NothingToJudge: there is none, or no branch of the project is known.
    """
    head = session.repository.head()
    base = branch_base.find(session.repository, head) if head else None
    return of_range(session, [f"{base.name if base else 'HEAD'}..HEAD"])


def of_unpushed(
    repository: Repository, tips: Sequence[str], known: Sequence[str] = ()
) -> CommitSelection:
    """The commits that no remote has, as far as this clone knows.

    Args:
        tips: ids of commits or tags.
        known: ids that a remote said it has.
    """
    limits = ["--not", f"--glob={SINCE}", "--remotes"]
    args = ("rev-list", "--topo-order", "--reverse", "--ignore-missing", "--stdin", *limits)
    # A remote may have ids that this clone does not: --ignore-missing passes over them.
    stdin = "\n".join([*tips, *(f"^{oid}" for oid in known)]).encode()
    out = repository.git(*args, stdin=stdin)
    oids = tuple(out.decode("ascii").split())
    new = set(oids)
    # A tag stands for its commit. What a remote has already is not looked at.
    starts = {oid: "" for oid in map(repository.commit_id, tips) if oid in new and oid}
    return CommitSelection(oids, tuple(tips), starts=starts)
