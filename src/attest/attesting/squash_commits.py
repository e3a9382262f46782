"""What the messages of commits disclosed that were squashed into another one.

git keeps the message of the first commit for a fixup, and none at all where the person writes a new
one. What stood in the others is not to be lost: a line that discloses the help of a tool says it of
code that is still there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cached_property

from attest.errors import LimitExceeded, NothingToJudge
from attest.git import commit_object, identity, merge, revisions
from attest.git.commit_object import Commit
from attest.git.diff import Change, parse_raw
from attest.policy import stated_lines
from attest.project.session import Session
from attest.text import has_words

MAX_COMMITS = 20
"""Commits that disclose something and that no branch has any more: the newest of the reflogs."""

MAX_AGE = timedelta(days=90)
"""How old they may be: git forgets older positions of refs by default (gc.reflogExpire)."""

_Version = tuple[str, bytes]
"""Subject and author line, which the versions of a commit share."""
_Line = tuple[bytes, bytes]
"""A path, and a line that was put in or taken out."""


class SquashedCommits:
    """Finds what this person's commits disclosed that are part of another one now."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def disclosed(self, change: Change, raw: bytes = b"") -> tuple[str, ...]:
        """The lines that apply to a change, and do not come from it.

        Args:
            change: with the bodies of its hunks.
            raw: its commit, whose own earlier versions do not count: what a person corrected
                there is not to come back. Empty where it is not made yet.
        """
        if not self._candidates:
            return ()
        lines, rules = set(_lines(change)), self._session.rules.policy.disclosure
        version, message = _version(raw) if raw else None, raw.partition(b"\n\n")[2]
        known = stated_lines.find(message, rules)
        squashed_lines = [
            line
            for one, (commit, trailers) in self._candidates.items()
            if one != version and self._is_part(commit, lines)
            for line in trailers
        ]
        kept = stated_lines.without_none(list(dict.fromkeys([*known, *squashed_lines])), rules)
        return tuple(line for line in kept if line not in known)

    @cached_property
    def _candidates(self) -> dict[_Version, tuple[Commit, list[str]]]:
        """This person's commits that disclosed something and that only reflogs have: of several
        versions of one the newest; with their lines."""
        session, rules = self._session, self._session.rules.policy.disclosure
        candidates: dict[_Version, tuple[Commit, list[str]]] = {}
        names = list(rules.trailers)
        since = session.clock() - MAX_AGE
        oids = revisions.left_behind(session.repository, names, MAX_COMMITS, since) if names else []
        own = identity.author(session.repository).email.encode().lower() if oids else b""
        for oid in oids:
            raw = session.isolated.commit(oid)
            commit, lines = commit_object.parse(raw, oid), []
            if commit.author_email.lower() == own:
                lines = stated_lines.find(commit.message, rules)
            if lines:
                candidates.setdefault(_version(raw), (commit, lines))
        return candidates

    def _is_part(self, commit: Commit, lines: set[_Line]) -> bool:
        """Whether most lines that a commit changed are changed in the same way now."""
        isolated = self._session.isolated
        try:
            base = merge.base(isolated, commit.parents, commit.tree)
            paths = {entry.path for entry in parse_raw(isolated.raw(base.tree, commit.tree))}
            if paths.isdisjoint(path for path, _ in lines):
                return False
            own = list(_lines(isolated.change(base.tree, commit.tree, keep=True)))
        except (NothingToJudge, LimitExceeded):
            return False  # a part of it is missing in this clone
        return bool(own) and 2 * sum(line in lines for line in own) > len(own)


def _version(raw: bytes) -> _Version:
    return commit_object.parse(raw, "").subject, commit_object.author_line(raw)


def words(lines: Sequence[str]) -> list[str]:
    """Lines that say what is kept, before anything is asked."""
    return [f"a commit that was squashed disclosed this, and it is kept: {line}" for line in lines]


def _lines(change: Change) -> Iterator[_Line]:
    """The changed lines with a letter or a digit, and the sign of each."""
    for hunk in change.hunks:
        for line in hunk.body.split(b"\n"):
            if line[:1] in (b"+", b"-") and has_words(line[1:].decode("utf-8", "replace")):
                yield hunk.path, line[:1] + b"".join(line[1:].split())
