"""A change to judge, that of a commit or of a whole branch, and what was found out about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from attest.attestation.block import Block
from attest.errors import AttestError, EnvironmentFault
from attest.git import commit_object, diff_tree, integrity, merge
from attest.git.commit_object import Commit
from attest.git.diff import Change, DeferredChange, FileChange, change_digest, parse_raw, raw_paths
from attest.git.hunk_view import NO_SURROUNDINGS, FileLines, Surroundings
from attest.git.isolated import Isolated
from attest.policy.model import Treatment
from attest.project.rules import ProjectRules
from attest.report.findings import Finding, Verdict
from attest.verification import merges
from attest.verification.coverage import Coverage, cover

if TYPE_CHECKING:
    from attest.git.range_reader import RangeEntry


MOST_AHEAD = diff_tree.MOST_AHEAD // 2
"""Commits whose hunks are asked for together, while those of as many are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTask:
    """A change, with all that is needed to judge what blocks say of it.

    Args:
        old: the tree that it begins with.
        treatments: what the policy wants of each changed path.
        transient: paths that a commit of a branch changes and the branch's difference does not,
            each with the newest such commit. The policy's `[[require]]` counts for them, too.
        keeps_lines: the hunks' bodies are kept for showing.
        surroundings: knows the lines around them, where they are.
    """

    old: str
    change: Change
    rules: ProjectRules
    treatments: Mapping[bytes, Treatment]
    transient: Mapping[bytes, str] = field(default_factory=dict)
    keeps_lines: bool = False
    surroundings: Surroundings = NO_SURROUNDINGS

    @property
    def paths(self) -> list[bytes]:
        """The changed paths, in the order of the diff."""
        return self.change.paths

    @property
    def has_attestable(self) -> bool:
        """Whether a changed path needs attesting."""
        return not {"ignore"}.issuperset(self.treatments.values())

    def cover(self, blocks: Sequence[Block]) -> Coverage:
        """How far blocks reach, by the policy."""
        return cover(self.change, blocks, self.treatments, *self.rules.answer_bounds)

    def adjusted(self, findings: Iterable[Finding]) -> list[Finding]:
        """Findings, each as severe as the policy says."""
        findings = list(findings)
        return list(map(self.rules.policy.adjusted, findings)) if findings else findings


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitTask(ChangeTask):
    """A commit, with all that is needed to judge it; `old` is the tree that docs/format.md
    compares it with ("The two trees").

    Args:
        raw: the commit object's bytes.
        hidden_findings: findings about what a merge decides and no hunk shows.
        is_merged: `old` is git's own merge of its parents, so the change is what it decides.
    """

    oid: str
    raw: bytes
    commit: Commit
    hidden_findings: tuple[Finding, ...] = ()
    is_merged: bool = False

    @property
    def needed(self) -> bool:
        """Whether anything in it needs attesting."""
        return bool(self.hidden_findings) or self.has_attestable


class CommitReview(NamedTuple):
    """A commit, or a branch, with all that was found out about it, for `check` and `show`.

    Args:
        has_blocks: its message (of a branch: one of its messages) has a block, valid or not.
        blocks: those that can be read and whose signature verifies.
        answerable: new answers can make it pass.
    """

    verdict: Verdict
    change: Change
    coverage: Coverage
    has_blocks: bool = False
    blocks: tuple[Block, ...] = ()
    answerable: bool = True


def load(
    isolated: Isolated,
    oid: str,
    raw: bytes,
    commit: Commit,
    rules: ProjectRules,
    *,
    keep: bool,
    paths_only: bool = False,
) -> CommitTask:
    """Read what a commit changes, and what the rules want of it. Of the hunks, `load_ahead` says
    when they are read; those of a merge, or to be kept, are read at once.

    Args:
        raw, commit: its object, as bytes and parsed.
        keep: keep the hunks' bodies for showing.
        paths_only: read the hunks of a merge alone; of another commit, the paths are enough.

    Raises:
        NothingToJudge: a parent is missing (a shallow clone).
        LimitExceeded: the change is larger than a limit.
        EnvironmentFault: the change cannot be read.
    """
    for parent in commit.parents:
        isolated.commit(parent)
    base = merge.base(isolated, commit.parents, commit.tree)
    is_merge = len(commit.parents) > 1
    try:
        if is_merge or keep or (rules.answers and not paths_only):
            change = merge.change(isolated, base, commit.tree, keep=keep)
        elif paths_only:
            change = _paths(isolated, base.tree, commit.tree)
        else:
            rows = isolated.raw(base.tree, commit.tree)
            change = _deferred(isolated, commit, base.tree, rows, change_digest(rows), rules)
    except EnvironmentFault:
        # Name the tree that is damaged rather than what git made of it.
        _assert_trees(isolated, commit, base.tree)
        raise
    return CommitTask(
        oid=oid,
        raw=raw,
        commit=commit,
        old=base.tree,
        change=change,
        rules=rules,
        treatments=rules.treatments.of(change.paths),
        hidden_findings=tuple(merges.find_hidden(isolated, commit, change, rules)),
        is_merged=base.is_merged,
        keeps_lines=keep,
        surroundings=FileLines(isolated) if keep else NO_SURROUNDINGS,
    )


def load_ahead(
    isolated: Isolated, entry: RangeEntry, raw: bytes, commit: Commit, rules: ProjectRules
) -> CommitTask:
    """Read what a commit changes that has one parent or none, from what was read ahead of it.

    The hunks are read at once, unless no answers are judged and the message has the digest of
    the whole change: then a valid block covers all of it, and they are read only where
    something asks for them.

    Args:
        raw, commit: its object, as bytes and parsed.

    Raises:
        LimitExceeded, EnvironmentFault: see `load`.
    """
    change = _deferred(isolated, commit, entry.old, entry.rows or b"", entry.digest, rules)
    return CommitTask(
        oid=entry.oid,
        raw=raw,
        commit=commit,
        old=entry.old,
        change=change,
        rules=rules,
        treatments=rules.treatments.of(change.paths),
    )


def _deferred(
    isolated: Isolated, commit: Commit, old: str, rows: bytes, digest: str, rules: ProjectRules
) -> Change:
    """A change whose hunks are read when they are needed; see `load_ahead`."""

    def read() -> tuple[FileChange, ...]:
        try:
            return isolated.files(old, commit.tree, parse_raw(rows))
        except EnvironmentFault:
            _assert_trees(isolated, commit, old)
            raise

    change = DeferredChange(digest, raw_paths(rows), read)
    if _needs_hunks(commit, digest, rules):
        assert change.files is not None
    return change


def _needs_hunks(commit: Commit, digest: str, rules: ProjectRules) -> bool:
    """Whether the hunks of a commit are looked at for certain."""
    return rules.answers or digest.encode() not in commit.message


class HunksAhead:
    """Asks git for the hunks of some commits that `load_ahead` will read, so that it finds them
    meanwhile; for a few at once, since it is waited for the sizes of their files.

    Args:
        rules: those of the base.
    """

    def __init__(self, isolated: Isolated, rules: ProjectRules) -> None:
        self._isolated, self._rules = isolated, rules
        self._entries: list[RangeEntry] = []

    def add(self, entry: RangeEntry) -> None:
        """Ask for those of a commit soon; before it is judged, there is `ask`."""
        if entry.rows and entry.commit and _needs_hunks(entry.commit, entry.digest, self._rules):
            self._entries.append(entry)
            if len(self._entries) == MOST_AHEAD:
                self._ask()

    def ask(self, entry: RangeEntry) -> None:
        """Make sure that those of a commit, the first that was added, have been asked for."""
        if self._entries and self._entries[0].oid == entry.oid:
            self._ask()

    def _ask(self) -> None:
        questions = []
        for entry in self._entries:
            assert entry.commit is not None
            with suppress(AttestError):  # raised where it is judged
                questions.append((entry.old, entry.commit.tree, parse_raw(entry.rows or b"")))
        self._entries.clear()
        self._isolated.ask_ahead(questions)


def _paths(isolated: Isolated, old: str, new: str) -> Change:
    """The paths that differ between two trees, as a change without hunks."""
    raw = isolated.raw(old, new)
    return Change(change_digest(raw), tuple(FileChange(row, ()) for row in parse_raw(raw)))


def assert_objects(isolated: Isolated, task: CommitTask) -> None:
    """Make sure that the trees and files behind a change are what their names say. git does
    not hash what it reads, so a damaged clone can show another change than the real one
    (docs/threat-model.md, "On the check").

    Raises:
        EnvironmentFault: an object is not what its name says.
    """
    _assert_trees(isolated, task.commit, task.old)
    integrity.assert_files(isolated, [file.row for file in task.change.files])


def _assert_trees(isolated: Isolated, commit: Commit, old: str) -> None:
    for oid in commit.parents:
        tree = commit_object.parse(isolated.commit(oid), oid).tree
        integrity.assert_trees(isolated, tree, commit.tree)
    integrity.assert_trees(isolated, old, commit.tree)
