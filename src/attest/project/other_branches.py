"""Which rules apply to a branch without a policy, such as a release branch: those of the default
branch, where its policy says so (`branches = "all"`)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from attest.errors import NothingToJudge
from attest.git import commit_object
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.policy import parser
from attest.policy.model import FILE
from attest.project import base_commit
from attest.project.rule_files import RuleFiles

if TYPE_CHECKING:
    from attest.forge.ci_event import Run

TRACKING = "refs/remotes/origin/"
"""Where the CI jobs of GitHub and Forgejo keep the default branch."""
PROJECT_HEAD = "refs/attest/default"
"""Where that of GitLab keeps it. The branches of its clone are the fork's, whose variables name the
fork's default branch."""


def rules_commit(repository: Repository, isolated: Isolated, base: str, run: Run | None) -> str:
    """The commit whose rules apply to what is for a base: the base itself, unless it has no
    policy and the tip of the default branch has one that says so.

    Args:
        run: what CI says. It names the default branch; without it, this clone does.

    Raises:
        EnvironmentFault: a policy is not valid.
        NothingToJudge: a commit is missing in this clone.
    """
    if _policy(isolated, base) is not None:
        return base
    tip = _default_tip(repository, run)
    content = _policy(isolated, tip) if tip else None
    if content is None:
        return base
    assert tip is not None
    follows = parser.read(content, f"{tip[:10]}:{FILE}").branches == "all"
    return tip if follows else base


def _policy(isolated: Isolated, oid: str) -> bytes | None:
    tree = commit_object.parse(isolated.commit(oid), oid).tree
    return RuleFiles.read(isolated, oid, tree).policy()


def _default_tip(repository: Repository, run: Run | None) -> str | None:
    """The tip of the default branch; None where it is not known here."""
    if run is None:
        own_base = base_commit.find(repository)
        return own_base.oid if own_base else None
    if run.forge == "gitlab":
        with suppress(NothingToJudge):
            return repository.resolve(PROJECT_HEAD)
    if run.default_branch:
        with suppress(NothingToJudge):
            return repository.resolve(f"{TRACKING}{run.default_branch}")
    return None
