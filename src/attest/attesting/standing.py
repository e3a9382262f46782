"""Whether an answered hunk still stands in a commit beside the change that is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from attest.errors import LimitExceeded, NothingToJudge
from attest.git import commit_object, merge, revisions
from attest.project.session import Session

MAX_COMMITS = 200
"""The newest commits that are looked at."""
MAX_CHANGES = 20
"""Those of them that are read for a path, at most."""


class StandingHunks:
    """Knows the hunks of the commits that a change comes after, or goes with.

    Args:
        tips: the commits from which history is looked at.
    """

    def __init__(self, session: Session, tips: Sequence[str]) -> None:
        self._session, self._tips = session, tips
        self._by_path: dict[bytes, set[str]] = {}

    def have(self, path: bytes, digest: str) -> bool:
        """Whether one of the commits makes the hunk with this digest."""
        if path not in self._by_path:
            self._by_path[path] = self._of_path(path)
        return digest in self._by_path[path]

    @cached_property
    def _oids(self) -> list[str]:
        return revisions.newest_from(self._session.repository, self._tips, MAX_COMMITS)

    def _of_path(self, path: bytes) -> set[str]:
        isolated, digests = self._session.isolated, set[str]()
        for oid in revisions.changing(self._session.repository, self._oids, path)[:MAX_CHANGES]:
            commit = commit_object.parse(isolated.commit(oid), oid)
            try:
                base = merge.base(isolated, commit.parents, commit.tree)
                change = isolated.change(base.tree, commit.tree)
            except (NothingToJudge, LimitExceeded):
                continue  # a part of it is missing in this clone
            digests.update(hunk.digest for hunk in change.hunks)
        return digests
