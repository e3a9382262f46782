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
        revisions: a range, or one revision.
        base: the commit that the rules are from; None where no rules apply.
        run: what CI says about it, where CI was asked.
        base_name: the base as the command line names it; empty where CI does.
    """

    revisions: str
    base: str | None
    run: Run | None = None
    base_name: str = ""

    @property
    def start(self) -> str:
        """What the range in a remedy's command begins with, in the contributor's clone."""
        if self.run is not None:
            pushed = self.run.number is None  # not a pull request, so there is no base branch
            return self.run.branch or (self.run.base[:12] if pushed else DEFAULT_BRANCH)
        name = self.base_name.removeprefix("refs/remotes/").removeprefix("refs/heads/")
        return DEFAULT_BRANCH if name in ("", "HEAD", "@") else name


def find(
    repository: Repository,
    isolated: Isolated,
    revisions: str | None,
    base: str | None,
    ci: Callable[[str | None], Run | None],
) -> CheckTarget:
    """Find the range and its base: from the command line, else from CI's variables,
    else from the upstream. The base is never taken from the judged commits, which could
    bring their own rules.

    Args:
        revisions, base: those of the command line.
        ci: looks for CI's variables, given the id of the base that was named.

    Raises:
        UsageError: one revision is to be judged where rules apply, and no base is named.
        NothingToJudge: a revision is unknown in this clone, or CI does not say enough.
    """
    if base is not None:
        oid = repository.resolve(base)
        run = ci(oid) if revisions is None else None
        if run is not None:
            return CheckTarget(f"{oid}..{run.head}", oid, run)
        return CheckTarget(revisions or f"{base}..HEAD", oid, base_name=base)
    if revisions is None:
        run = ci(None)
        if run is not None:
            return CheckTarget(f"{run.base}..{run.head}", repository.resolve(run.base), run)
        default = repository.default_base()
        return CheckTarget(f"{default}..HEAD", repository.resolve(default), base_name=default)
    if ".." in revisions:
        start = revisions.partition("..")[0]
        return CheckTarget(revisions, repository.resolve(start or "HEAD"), base_name=start)
    _assert_no_rules(repository, isolated, revisions)
    return CheckTarget(revisions, None)


def not_judged(repository: Repository, isolated: Isolated, target: CheckTarget) -> Iterator[str]:
    """A note, in words, about commits between the base and the one commit that is judged:
    a green check must not be taken for one of the whole branch."""
    if target.base is None or ".." in target.revisions:
        return
    oid = repository.resolve(target.revisions)
    counted = isolated.run("rev-list", "--count", oid, f"^{target.base}", check=False).stdout
    between = int(counted or b"0") - 1
    if between > 0:
        count = "1 commit" if between == 1 else f"{between} commits"
        yield (
            f"only {target.revisions} is checked; {count} between it and the base "
            f"{'is' if between == 1 else 'are'} not. "
            f"To check all: {target.base[:10]}..{target.revisions}"
        )


def _assert_no_rules(repository: Repository, isolated: Isolated, revision: str) -> None:
    """Refuse to judge a commit without a base where rules apply: where the commit or a
    parent has any, or the branch that it is for. By the built-in rules it might pass what
    the project's would fail; by its own it would decide for itself."""
    oid = repository.resolve(revision)
    parents = commit_object.parse(isolated.commit(oid), oid).parents
    for commit in dict.fromkeys((oid, *parents, *base_commit.found(repository))):
        tree = commit_object.parse(isolated.commit(commit), commit).tree
        if isolated.entries(tree, FILE, FOLDER):
            raise UsageError(
                f"{commit[:10]} has rules ({FILE} or {FOLDER}/), and a commit is not "
                "judged by its own rules",
                f"Name the base that the rules are from: attest check main..{revision} "
                f"(all commits), or --base main {revision} (that one alone)",
            )
