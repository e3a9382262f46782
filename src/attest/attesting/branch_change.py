"""The difference of a whole branch with the commit that is about to be made, where the policy says
`unit = "pull-request"`; and the judgement of a branch in the contributor's clone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from attest.console import say
from attest.errors import GrammarsUnavailable
from attest.git import branches
from attest.git.diff import Change
from attest.project import base_commit, branch_base
from attest.project.base_commit import Base
from attest.project.session import Session
from attest.text import showable
from attest.verification.task import CommitReview
from attest.verification.unit_check import judge_branch


@dataclass(frozen=True, slots=True)
class ComingBranch:
    """A branch as it will be with one more commit.

    Args:
        base: the merge base with the project's branch.
        old: the tree of *base*.
        count: its commits without merges, the coming one among them.
        change: its difference.
    """

    base: str
    old: str
    count: int
    change: Change


def read(session: Session, parents: Sequence[str], new: str) -> ComingBranch | None:
    """The branch that the coming commit ends.

    Args:
        parents: of the coming commit.
        new: its tree.

    Returns:
        None where the branch is not one of the project: nothing is known to compare it with.

    Raises:
        NothingToJudge: history is missing in this clone.
        EnvironmentFault: `attest.base` names no commit.
    """
    isolated = session.isolated
    base = branch_base.find(session.repository, parents[0]) if parents else None
    if base is None:
        return None
    bases = branches.merge_bases(isolated, base.oid, *parents)
    if len(bases) > 1:
        say(
            f"the branch and {_name(base)} have {len(bases)} merge bases, which the check "
            "refuses: merge the base branch in, which leaves one"
        )
    limits = ("rev-list", "--count", "--no-merges", *parents, f"^{base.oid}")
    count = int(isolated.run(*limits).stdout) + (len(parents) == 1)
    old = branches.tree_of(isolated, bases[0])
    return ComingBranch(bases[0], old, max(1, count), isolated.change(old, new, keep=True))


def judge_here(
    session: Session, base: Base, tip: str
) -> tuple[CommitReview, GrammarsUnavailable | None]:
    """Judge a branch as far as this installation can; see `check.judge_here`.

    Raises:
        NothingToJudge, EnvironmentFault: see `judge_branch`.
    """
    rules, isolated, now = session.rules, session.isolated, datetime.now(UTC)
    try:
        return judge_branch(isolated, base.oid, tip, rules, now, keep=True), None
    except GrammarsUnavailable as fault:
        rules = replace(rules, chooses=False)
        return judge_branch(isolated, base.oid, tip, rules, now, keep=True), fault


def _name(base: Base) -> str:
    return showable(base_commit.short(base.name))
