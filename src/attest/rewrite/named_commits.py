"""The commits that a person names on the command line, for `attest answer`."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from attest import text
from attest.errors import NothingToJudge
from attest.git import identity, remotes, revisions
from attest.git.commit_list import commits
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.project import base_commit

ON_NO_BRANCH = (
    "HEAD is on no branch, so attest cannot know which of the remote's branches is yours: "
    "first switch to the branch of the pull request (git switch BRANCH)"
)


@dataclass(frozen=True, slots=True)
class NamedCommits:
    """What a word means here.

    Args:
        word: a range, or a commit; not always as it was written: see `read`.
        oids: the commits, parents before their children.
        note: how the word was read, where that may surprise.
    """

    word: str
    oids: tuple[str, ...]
    note: str = ""

    @property
    def is_range(self) -> bool:
        return ".." in self.word


def read(repository: Repository, isolated: Isolated, word: str) -> NamedCommits:
    """Find the commits of `A..B`, or of one revision.

    A report of CI says `main..HEAD` and cannot know the clone. So where there is no A here
    but a remote has such a branch, that is meant; and where A is checked out itself (a pull
    request from the main branch of a fork), the project's branch of that name is.

    Raises:
        NothingToJudge: it is unknown, or empty; the hint names a range that is not.
        UsageError: it is not a range.
    """
    start, dots, stop = word.partition("..")
    meant = word
    if dots and not stop.startswith("."):
        ref = _of_remote(repository, start, stop)
        meant = f"{ref}..{stop}" if ref else word
    note = f"{text.showable(start)} is read as {_short(ref)}" if meant != word else ""
    note = note or (_hint(repository, start, stop) if dots else "")
    try:
        return NamedCommits(meant, tuple(commits(repository, isolated, meant)), note)
    except NothingToJudge as fault:
        if not dots or not _is_empty(repository, meant):
            raise
        raise NothingToJudge(fault.message, "\n".join(_other_places(repository, start))) from None


def _of_remote(repository: Repository, start: str, stop: str) -> str | None:
    """The remote-tracking branch that is meant by a name."""
    if not start or not revisions.is_branch_name(repository, start):
        return None
    named = remotes.tracking(repository, start)
    if repository.branch() == f"refs/heads/{start}":
        project = [ref for ref in named if ref in base_commit.names(repository)]
        return next(iter(project), None) if stop == "HEAD" else None
    known = repository.object_id(start)
    return None if known else next(iter(named), None)


def _hint(repository: Repository, start: str, stop: str) -> str:
    """Commits of one's own that a range lacks, since they are on the local branch that it
    begins with, and not on the project's."""
    head = f"refs/heads/{start}"
    if not start or start.startswith("refs/") or not repository.object_id(head):
        return ""
    ref = next(iter(base_commit.names(repository)), None)
    if ref is None:
        return ""
    mine = identity.author(repository).email
    count = revisions.count(repository, head, ref, author=mine)
    if not count:
        return ""
    commits = "1 commit" if count == 1 else f"{count} commits"
    range_ = shlex.quote(f"{_short(ref)}..{stop or 'HEAD'}")
    return (
        f"{text.showable(start)} has {commits} of yours here that {_short(ref)} does not have; "
        f"if they are also in the pull request: attest answer {range_}"
    )


def _is_empty(repository: Repository, word: str) -> bool:
    start, _, stop = word.partition("..")
    before = repository.resolve(start or "HEAD")
    return revisions.count(repository, repository.resolve(stop or "HEAD"), before) == 0


def _other_places(repository: Repository, start: str) -> Iterator[str]:
    """Where the commits may be that an empty range was meant for, in words."""
    for ref in base_commit.names(repository):
        if repository.head() and revisions.count(repository, "HEAD", ref):
            range_ = shlex.quote(f"{_short(ref)}..HEAD")
            yield f"{_short(ref)} does not have all of HEAD: attest answer {range_}"
            return
    name = text.showable(start or "HEAD")
    yield f"{name} already contains HEAD. Compare with the project's own branch:"
    yield "  git remote add upstream URL-OF-THE-PROJECT"
    yield "  git fetch upstream"
    branch = start if revisions.is_branch_name(repository, start or "@") else "main"
    yield f"  attest answer {shlex.quote(f'upstream/{branch}..HEAD')}"


def _short(ref: str | None) -> str:
    return text.showable((ref or "").removeprefix("refs/remotes/"))
