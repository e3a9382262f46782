"""One's own commits under another address, as far as one's own key shows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime

from attest.git import commit_object
from attest.project.session import Session
from attest.signatures import own_commits
from attest.verification import commit_check

MAX_COMMITS = 50
"""Commits by other addresses that are looked at: the last ones."""


def find_signed(
    session: Session, others: Sequence[str], own_keys: Callable[[], Collection[str]]
) -> Iterator[tuple[str, str]]:
    """Commits that lack an attestation, and that a key of this person signed, for git or in a
    block; each with its author's address.

    Args:
        others: ids of commits by other addresses.
        own_keys: fingerprints of this person's keys; listing them starts programs.
    """
    isolated, rules = session.isolated, session.rules
    for oid in others[-MAX_COMMITS:]:
        raw = isolated.commit(oid)
        commit = commit_object.parse(raw, oid)
        by_git = own_commits.is_signed(raw)
        if not by_git and b"Attest-Sig: " not in commit.message:
            continue
        review, _ = commit_check.judge_here(isolated, oid, rules, datetime.now(UTC))
        if review.verdict.outcome != "failed":
            continue
        keys = {block.fingerprint for block in review.blocks}
        if not keys.isdisjoint(own_keys()) or own_commits.signed_by_own_key(
            session.repository, oid, raw, own_keys
        ):
            yield oid, commit.author_email.decode("utf-8", "replace")
