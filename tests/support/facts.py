"""The facts that a clone knows about the hunks of a commit."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from unittest import mock

from attest.facts import search
from attest.facts.fact import Fact
from attest.facts.search import FactSearch
from attest.git import commit_object, merge
from attest.git.hunk_view import place
from attest.git.repository import Repository
from attest.project.session import Session
from attest.questions.compose import HunkQuestions
from support.repo import Repo

PATIENCE = 120.0
"""Seconds for all facts: a slow machine must not leave one out."""


@dataclass(frozen=True)
class Known:
    """What is known of one hunk: its fact, and why it has no other."""

    fact: Fact | None
    reasons: dict[str, str]

    @property
    def text(self) -> str:
        assert self.fact is not None, self.reasons
        return f"{self.fact.kind}: {self.fact.text} {self.fact.question}"


@contextlib.contextmanager
def searching(
    repo: Repo, revision: str = "HEAD", *, limit: float = PATIENCE
) -> Iterator[tuple[FactSearch, list[HunkQuestions]]]:
    """A search about a commit, and the hunks that are asked about."""
    with (
        mock.patch.dict(os.environ, repo.env, clear=True),
        contextlib.chdir(repo.path),
        Session.open(Repository.find()) as session,
    ):
        oid = session.repository.resolve(revision)
        commit = commit_object.parse(session.isolated.commit(oid), oid)
        old = merge.base_tree(session.isolated, commit.parents, commit.tree)
        change = session.isolated.change(old, commit.tree, keep=True)
        asked = session.rules.chooser.choose(change)
        attested = search.of_commit(commit, change)
        with FactSearch(session.repository, attested, asked, limit=limit) as facts:
            yield facts, asked


def known(repo: Repo, revision: str = "HEAD", *, limit: float = PATIENCE) -> dict[str, Known]:
    """What is known of each hunk that is asked about, by its place."""
    with searching(repo, revision, limit=limit) as (facts, asked):
        facts.wait()
        result = {}
        for one in asked:
            fact = facts.get(one.hunk)
            reasons = (reason.partition(": ") for reason in facts.reasons(one.hunk))
            result[place(one.hunk)] = Known(fact, {kind: why for kind, _, why in reasons})
        return result


def only(repo: Repo, revision: str = "HEAD", *, limit: float = PATIENCE) -> Known:
    """What is known of the one hunk that is asked about."""
    (result,) = known(repo, revision, limit=limit).values()
    return result
