"""The commits of a range, from the words that name it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from attest.errors import NothingToJudge, UsageError
from attest.git.children import Child
from attest.git.isolated import Isolated
from attest.git.object_ids import ObjectIds
from attest.git.repository import Repository
from attest.git.revisions import resolve_all


class Ends(NamedTuple):
    """The commits that a range is named by, or the one that a revision names.

    Args:
        start: where a range begins, which it leaves out; empty for one commit.
        tip: the newest one.
    """

    start: str
    tip: str


class Listing(NamedTuple):
    """A list of commits that git is making.

    Args:
        child: the git that makes it.
        isolated, words: where, and by which command.
    """

    child: Child
    isolated: Isolated
    words: Sequence[str]

    @property
    def is_running(self) -> bool:
        """Whether git is still at it."""
        return self.child.is_running

    def oids(self) -> ObjectIds:
        """Wait for the list: the commits, oldest first.

        Raises:
            NothingToJudge, EnvironmentFault: see `Isolated.run`.
        """
        code, lines = self.child.finish()
        return ObjectIds(lines if code == 0 else self.isolated.run(*self.words).stdout)


def begin_list(isolated: Isolated, ends: Ends | None) -> Listing | None:
    """Have git list the commits of a range, which takes a while for a long one. None where there is
    nothing to list."""
    if ends is None or not ends.start:
        return None
    words = ("rev-list", "--topo-order", "--reverse", ends.tip, f"^{ends.start}")
    return Listing(isolated.begin("list", *words), isolated, words)


def commits(
    repository: Repository,
    isolated: Isolated,
    revisions: str,
    ends: Ends | None = None,
    listing: Listing | None = None,
) -> Sequence[str]:
    """The commits of a range, oldest first.

    Args:
        revisions: see `find_ends`.
        ends: what it found, where it was asked.
        listing: see `begin_list`, where it was begun.

    Raises:
        NothingToJudge: the range is empty, an end is unknown, or history is missing.
        UsageError: see `find_ends`.
    """
    ends = ends or find_ends(repository, revisions)
    listing = listing or begin_list(isolated, ends)
    if listing is None:
        return [ends.tip]
    oids = listing.oids()
    if not oids:
        # Never a pass: a check that looked at nothing would look like one that found
        # nothing (docs/threat-model.md, "On the check").
        raise NothingToJudge(
            f"the range {revisions} has no commits",
            "Its base already has all of them; name another base (--base).",
        )
    return oids


def find_ends(repository: Repository, revisions: str) -> Ends:
    """The commits that *revisions* names.

    Args:
        revisions: `A..B` (either side may be empty for HEAD), or one revision.

    Raises:
        NothingToJudge: an end is unknown.
        UsageError: it is `A...B`, or something else that is not a range.
    """
    if "..." in revisions:
        raise UsageError(f"{revisions!r} is not a range that can be checked", "Write A..B.")
    start, dots, tip = revisions.partition("..")
    if not dots:
        return Ends("", repository.resolve(revisions))
    return Ends(*resolve_all(repository, start or "HEAD", tip or "HEAD"))
