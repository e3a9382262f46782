"""Which commits are judged, and by the rules of which base."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from attest.errors import UsageError
from attest.forge.ci_event import Run
from attest.git import commit_object
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.policy.model import FILE
from attest.project import base_commit
from attest.project.rule_files import FOLDER
from attest.report.findings import DEFAULT_BRANCH


@dataclass(frozen=True, slots=True)
class CheckTarget:
    """What a check is about.

    Args:
        wanted: a range, or one revision.
        base: the commit that the rules are from; None where no rules apply.
        run: what CI says of it, where CI was asked.
        named: the base as the command line names it; empty where CI does.
    """

    wanted: str
    base: str | None
    run: Run | None = None
    named: str = ""

    @property
    def start(self) -> str:
        """What the range of a remedy begins with, in the contributor's clone."""
        if self.run is not None:
            pushed = self.run.number is None  # no pull request, so there is no base branch
            return self.run.branch or (self.run.base[:12] if pushed else DEFAULT_BRANCH)
        named = self.named.removeprefix("refs/remotes/").removeprefix("refs/heads/")
        return DEFAULT_BRANCH if named in ("", "HEAD", "@") else named


def find(
    repository: Repository,
    isolated: Isolated,
    wanted: str | None,
    base: str | None,
    ci: Callable[[str | None], Run | None],
) -> CheckTarget:
    """Find the range and its base: from the command line, else from CI's variables,
    else from the upstream. The base is never taken from the judged commits.

    Args:
        wanted, base: of the command line.
        ci: looks for CI's variables, given the id of the base that was named.

    Raises:
        UsageError: one revision is to be judged where rules apply, and no base is named.
        NothingToJudge: a revision is unknown in this clone, or CI does not say enough.
    """
    if base is not None:
        named = repository.resolve(base)
        run = ci(named) if wanted is None else None
        if run is not None:
            return CheckTarget(f"{named}..{run.head}", named, run)
        return CheckTarget(wanted or f"{base}..HEAD", named, named=base)
    if wanted is None:
        run = ci(None)
        if run is not None:
            return CheckTarget(f"{run.base}..{run.head}", repository.resolve(run.base), run)
        found = repository.default_base()
        return CheckTarget(f"{found}..HEAD", repository.resolve(found), named=found)
    if ".." in wanted:
        start = wanted.partition("..")[0]
        return CheckTarget(wanted, repository.resolve(start or "HEAD"), named=start)
    _assert_no_rules(repository, isolated, wanted)
    return CheckTarget(wanted, None)


def left_out(repository: Repository, isolated: Isolated, task: CheckTarget) -> Iterator[str]:
    """What stands between the base and the one commit that is judged, in words: a green
    check must not be taken for one of the branch."""
    if task.base is None or ".." in task.wanted:
        return
    oid = repository.resolve(task.wanted)
    counted = isolated.run("rev-list", "--count", oid, f"^{task.base}", check=False).stdout
    between = int(counted or b"0") - 1
    if between > 0:
        count = "1 commit" if between == 1 else f"{between} commits"
        yield (
            f"judged: {task.wanted} alone; {count} between it and the base "
            f"{'is' if between == 1 else 'are'} not. For all: {task.base[:10]}..{task.wanted}"
        )


def _assert_no_rules(repository: Repository, isolated: Isolated, wanted: str) -> None:
    """Rules apply where the commit or a parent has any, or the branch that it is for."""
    oid = repository.resolve(wanted)
    parents = commit_object.parse(isolated.commit(oid), oid).parents
    for one in dict.fromkeys((oid, *parents, *base_commit.found(repository))):
        tree = commit_object.parse(isolated.commit(one), one).tree
        if isolated.entries(tree, FILE, FOLDER):
            raise UsageError(
                f"{one[:10]} has rules ({FILE} or {FOLDER}/), and a commit is not "
                "judged by its own",
                f"Name the base that they are from: attest check main..{wanted} (all commits), "
                f"or --base main {wanted} (that one alone)",
            )
