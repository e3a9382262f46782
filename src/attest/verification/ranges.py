"""Which commits are judged, and by the rules of which base."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from attest.errors import AttestError, NothingToJudge, UsageError
from attest.forge.ci_event import Run
from attest.git import commit_object
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.policy.model import FILE
from attest.project import base_commit
from attest.project.base_commit import Base
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
        named = base_commit.short(self.named)
        return DEFAULT_BRANCH if named in ("", "HEAD", "@") else named


def find(
    repository: Repository,
    isolated: Isolated,
    wanted: str | None,
    base: str | None,
    ci: Callable[[str | None], Run | None],
) -> CheckTarget:
    """Find the range and its base: from the command line, else from CI's variables,
    else from this clone (`base_commit.find`). The base is never one of the judged commits.

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
        here = _base_here(repository)
        return CheckTarget(f"{here.name}..HEAD", here.oid, named=here.name)
    if ".." in wanted:
        start = wanted.partition("..")[0]
        return CheckTarget(wanted, repository.resolve(start or "HEAD"), named=start)
    _assert_no_rules(repository, isolated, wanted)
    return CheckTarget(wanted, None)


def _base_here(repository: Repository) -> Base:
    """What HEAD is compared with where neither the person nor CI says.

    Raises:
        NothingToJudge: this clone knows no base.
        EnvironmentFault: `attest.base` names no commit.
    """
    base = base_commit.find(repository)
    if base is None:
        raise NothingToJudge(
            "there is nothing to compare HEAD with: no upstream, no default branch of a remote",
            "Name the range (attest check main..HEAD) or the base (attest check --base main).",
        )
    # A setting can be any revision; with `..` in it, it would be taken for another range.
    return replace(base, name=base.oid) if ".." in base.name else base


def other_rules(repository: Repository, isolated: Isolated, task: CheckTarget) -> Iterator[str]:
    """Whose rules apply, in words, where a range begins at a commit whose rules are not
    those of the project's branch: CI would judge the same commits differently.

    A range that a person names brings its own base, as CI's does. It may begin at an old
    commit, or in a fork.
    """
    if task.run is not None or task.base is None:
        return
    with suppress(AttestError):  # what a note needs must not fail a check
        project = base_commit.find(repository)
        if project is not None and project.oid != task.base:
            first, second = (_rules(isolated, oid) for oid in (task.base, project.oid))
            if first != second:
                name = base_commit.short(project.name)
                yield (
                    f"the rules of {task.base[:10]} apply, where the range begins; those of "
                    f"{name} differ. To check by them: attest check --base {shlex.quote(name)} "
                    f"{shlex.quote(task.wanted)}"
                )


def _rules(isolated: Isolated, oid: str) -> dict[bytes, tuple[str, str]]:
    """Mode and object id of each file that holds rules of a commit."""
    return isolated.entries(commit_object.parse(isolated.commit(oid), oid).tree, FILE, FOLDER)


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
    for one in dict.fromkeys((oid, *parents, *base_commit.candidates(repository))):
        if _rules(isolated, one):
            raise UsageError(
                f"{one[:10]} has rules ({FILE} or {FOLDER}/), and a commit is not "
                "judged by its own",
                f"Name the base that they are from: attest check main..{wanted} (all commits), "
                f"or --base main {wanted} (that one alone)",
            )
