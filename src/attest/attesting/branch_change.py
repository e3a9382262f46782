"""The difference of a whole branch with the commit that is about to be made, where the policy says
`unit = "pull-request"`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attest.console import say
from attest.git import branches
from attest.git.diff import Change
from attest.project import base_commit, branch_base
from attest.project.base_commit import Base
from attest.project.session import Session
from attest.text import showable


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


def _name(base: Base) -> str:
    return showable(base_commit.short(base.name))
