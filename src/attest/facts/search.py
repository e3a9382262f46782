"""The search for the one fact that is shown with each hunk (docs/questions.md, "Facts").

Facts depend on what this clone has and on how fast it is. They are shown and signed as the
contributor saw them, and the check neither computes nor judges them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from attest.facts import message
from attest.facts.fact import Fact, FactKind
from attest.facts.origin import Origins
from attest.facts.tree_search import TreeSearch
from attest.git import in_progress
from attest.git.commit_object import Commit
from attest.git.diff import Change, Hunk
from attest.git.lookups import LookupFailed, Lookups
from attest.git.repository import Repository
from attest.questions.compose import HunkQuestions

FIRST = 0.2
"""Seconds that the first question waits for its fact."""
ALL = 2.0
"""Seconds for all facts of a change; what is not known by then is left out."""
ORDER: tuple[FactKind, ...] = (
    "revert",
    "still-used",
    "relation",
    "origin",
    "tests",
)
"""Which fact is shown where several are known, the best first."""


@dataclass(frozen=True, slots=True)
class Attested:
    """What is attested: a commit, or what is staged.

    Args:
        change: from the old tree to the new one.
        tree: the new tree.
        base: the commit whose lines are replaced; empty where there is none, or several.
        message: of the commit; empty where it is not written yet.
        reverts: the id of the commit that is being taken back; empty where none is.
    """

    change: Change
    tree: str
    base: str = ""
    message: str = ""
    reverts: str = ""


def of_commit(commit: Commit, change: Change) -> Attested:
    """What is attested with a commit; a merge has no single side that is replaced."""
    base = commit.parents[0] if len(commit.parents) == 1 else ""
    return Attested(change, commit.tree, base, commit.message.decode("utf-8", "replace"))


def of_index(repository: Repository, change: Change, tree: str, parents: Sequence[str]) -> Attested:
    """What is attested with what is staged, before its message is written.

    Args:
        parents: of the commit to come.
    """
    base = parents[0] if len(parents) == 1 else ""
    return Attested(change, tree, base, reverts=in_progress.revert_head(repository))


@dataclass(slots=True)
class _HunkFacts:
    """What was found for one hunk so far."""

    facts: dict[FactKind, Fact] = field(default_factory=dict)
    reasons: dict[FactKind, str] = field(default_factory=dict)
    is_shown: bool = False
    chosen: Fact | None = None


class FactSearch:
    """Searches in the background, from `begin` or the first question to the moment when it is
    left. Its threads only run git.

    Args:
        questions_asked: the hunks that are asked about, in the order in which they are.
        limit: seconds for everything.
    """

    def __init__(
        self,
        repository: Repository,
        attested: Attested,
        questions_asked: Sequence[HunkQuestions],
        *,
        limit: float = ALL,
    ) -> None:
        self._attested, self._questions = attested, questions_asked
        self._facts_of = {one.hunk: _HunkFacts() for one in questions_asked}
        self._shown: set[str] = set()
        self._repository, self._limit, self._begin = repository, limit, 0.0
        self._git: Lookups | None = None
        self._news = threading.Condition()
        self._working: set[str] = set()
        self._finished: set[tuple[str, Hunk]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._git is not None:
            self._git.close()

    def get(self, hunk: Hunk, /) -> Fact | None:
        """The best fact about a hunk that is known by now, and that no other hunk has; the
        first hunk waits for it a little. The same answer always, once it is given.

        Returns:
            None where there is none, or none yet.
        """
        state = self._facts_of.get(hunk)
        if state is None:
            return None
        self.begin()
        if not any(one.is_shown for one in self._facts_of.values()):
            self._wait(lambda: self._is_searched(hunk), FIRST)
        with self._news:
            if not state.is_shown:
                state.is_shown = True
                state.chosen = self._best(state)
            return state.chosen

    def wait(self) -> None:
        """Wait until everything is known that will be."""
        self.begin()
        self._wait(lambda: not self._working, self._limit)

    def reasons(self, hunk: Hunk) -> list[str]:
        """Why there are no other facts about a hunk: "origin: no line is replaced"."""
        with self._news:
            state = self._facts_of[hunk]
            kinds = [kind for kind in ORDER if kind in state.reasons]
            return [f"{kind}: {state.reasons[kind]}" for kind in kinds]

    def begin(self) -> None:
        """Begin to search, unless that was done: before the first hunk is shown, so that what
        is to be shown gets ready meanwhile."""
        if self._git is not None:
            return
        self._begin = time.monotonic()
        self._git = git = Lookups(self._repository.git_dir, self._limit)
        works: tuple[Callable[[Lookups], None], ...] = (self._search_tree, self._search_origins)
        self._working = {work.__name__ for work in works}
        for work in works:
            threading.Thread(target=self._work, args=(work, git), daemon=True).start()

    def _best(self, state: _HunkFacts) -> Fact | None:
        for kind in ORDER:
            fact = state.facts.get(kind)
            if fact is None:
                continue
            key = fact.text.partition(" came with ")[2] or fact.text
            if key in self._shown:
                state.reasons[kind] = "another hunk has the same fact"
                continue
            self._shown.add(key)
            return fact
        return None

    def _is_searched(self, hunk: Hunk) -> bool:
        return not self._working or len([1 for _, one in self._finished if one == hunk]) == 2

    def _wait(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait for something, so many seconds from the beginning at most."""
        with self._news:
            left = self._begin + seconds - time.monotonic()
            self._news.wait_for(ready, max(left, 0))

    def _work(self, work: Callable[[Lookups], None], git: Lookups) -> None:
        try:
            work(git)
        finally:
            with self._news:
                self._working.discard(work.__name__)
                self._news.notify_all()

    def _note(self, hunk: Hunk, kind: FactKind, search: Callable[[], Fact | None]) -> None:
        """Keep what a search finds, or why it finds nothing."""
        fact, reason = None, ""
        try:
            fact = search()
        except LookupFailed as failed:
            reason = str(failed)
        with self._news:
            state = self._facts_of[hunk]
            if fact is not None and not state.is_shown:
                state.facts[kind] = fact
            elif fact is not None:
                state.reasons[kind] = "found after the question was asked"
            elif reason:
                state.reasons[kind] = reason

    def _end(self, name: str, hunk: Hunk) -> None:
        with self._news:
            self._finished.add((name, hunk))
            self._news.notify_all()

    def _search_tree(self, git: Lookups) -> None:
        tree = TreeSearch(self._attested.tree, self._attested.change, git)
        tree.read(self._questions)
        for one in self._questions:
            for kind, search in tree.searches(one):
                self._note(one.hunk, kind, search)
            self._end("tree", one.hunk)

    def _search_origins(self, git: Lookups) -> None:
        attested = self._attested
        reverted = message.reverted(attested.message)
        taken_back = attested.reverts or (reverted.oid if reverted else "")
        for one in self._questions:
            self._note(one.hunk, "revert", partial(self._revert, taken_back, git))
        origins = Origins(git, _ignored(self._repository))
        for one in self._questions:
            search = partial(origins.find, one, attested.base, taken_back)
            self._note(one.hunk, "origin", search)
            self._end("origins", one.hunk)

    def _revert(self, taken_back: str, git: Lookups) -> Fact | None:
        """The fact about the commit that is taken back, whose subject the clone may know."""
        revert = message.reverted(self._attested.message)
        if revert is None and not taken_back:
            raise LookupFailed("nothing is taken back")
        title = revert.title if revert else ""
        if not title:
            body = git.run("cat-file", "commit", taken_back).partition(b"\n\n")[2]
            title = body.decode("utf-8", "replace").lstrip().partition("\n")[0]
        return message.of_revert(message.Reverted(taken_back, title))


def _ignored(repository: Repository) -> Path | None:
    """The file of the commits that blame passes over, where the work tree has one."""
    if repository.work_tree is None:
        return None
    path = repository.work_tree / ".git-blame-ignore-revs"
    return path if path.is_file() else None
