"""Several commits that are judged as one change (docs/format.md, "Units")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from attest.git import branches, commit_object
from attest.git.branches import Branch
from attest.git.diff import Change
from attest.git.hunk_view import NO_SURROUNDINGS, FileLines
from attest.git.isolated import Isolated
from attest.project.rules import ProjectRules
from attest.report.findings import UnitCommit, UnitKind
from attest.verification import task as tasks
from attest.verification import verdicts
from attest.verification.blocks import Message
from attest.verification.task import ChangeTask, CommitTask


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTask(ChangeTask):
    """A unit of several commits, with all that is needed to judge it.

    Args:
        kind: a branch, the branch of a merge, or commits that a rebase landed.
        base: the commit that it begins at: the base branch's tip, or what stood below it.
        new: the tree that it ends with.
        commits: its commits, newest first. Of those that are no merges, the paths are read alone.
    """

    kind: UnitKind
    base: str
    new: str
    commits: tuple[CommitTask, ...]

    @property
    def tip(self) -> CommitTask:
        """The newest commit."""
        return self.commits[0]

    @property
    def own_commits(self) -> list[CommitTask]:
        """The commits that are no merges, newest first."""
        return [one for one in self.commits if len(one.commit.parents) < 2]

    @property
    def messages(self) -> list[Message]:
        """The messages that may have its block, newest first."""
        return [
            Message(one.commit.message, one.commit.author_email, oid=one.oid)
            for one in self.commits
        ]

    @property
    def unit_commits(self) -> tuple[UnitCommit, ...]:
        """Its commits, as a report lists them."""
        return tuple(verdicts.unit_commit(one.oid, one.commit) for one in self.commits)


def of_branch(
    isolated: Isolated, branch: Branch, rules: ProjectRules, *, keep: bool = False
) -> UnitTask:
    """A branch before its merge, or the one that a merge brought in.

    Args:
        keep: keep the hunks' bodies for showing.

    Raises:
        LimitExceeded: a change is larger than a limit.
        NothingToJudge, EnvironmentFault: see `task.load`.
    """
    change = branches.change(isolated, branch, keep=keep)
    oids = branch.commits
    return load(isolated, "branch", branch.base, oids, branch.old, change, rules, keep=keep)


def load(
    isolated: Isolated,
    kind: UnitKind,
    base: str,
    oids: Sequence[str],
    old: str,
    change: Change,
    rules: ProjectRules,
    *,
    keep: bool = False,
) -> UnitTask:
    """Read the commits of a unit.

    Args:
        base: see `UnitTask`.
        oids: its commits, newest first.
        old: the tree that *change* begins with.
        keep: the change has the hunks' bodies, for showing.

    Raises:
        LimitExceeded, NothingToJudge, EnvironmentFault: see `of_branch`.
    """
    commits = tuple(_member(isolated, oid, rules) for oid in oids)
    return UnitTask(
        kind=kind,
        base=base,
        old=old,
        new=commits[0].commit.tree,
        change=change,
        rules=rules,
        treatments=rules.treatments.of(file.path for file in change.files),
        transient=_transient(commits, change),
        keeps_lines=keep,
        surroundings=FileLines(isolated) if keep else NO_SURROUNDINGS,
        commits=commits,
    )


def _member(isolated: Isolated, oid: str, rules: ProjectRules) -> CommitTask:
    raw = isolated.commit(oid)
    commit = commit_object.parse(raw, oid)
    return tasks.load(isolated, oid, raw, commit, rules, keep=False, paths_only=True)


def _transient(commits: Sequence[CommitTask], change: Change) -> Mapping[bytes, str]:
    """Paths that need attesting, that a commit changes, and that the difference does not; each
    with the newest such commit."""
    shown = {file.path for file in change.files}
    transient: dict[bytes, str] = {}
    for one in commits:
        for path, treatment in one.treatments.items():
            if treatment != "ignore" and path not in shown:
                transient.setdefault(path, one.oid)
    return transient
