"""Which commits are judged, and by the rules of which base."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from attest.errors import AttestError, NothingToJudge, UsageError
from attest.git import commit_object
from attest.git.commit_list import Ends, find_ends
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.policy.model import FILE
from attest.project import base_commit, rule_files
from attest.project.base_commit import Base
from attest.project.rule_files import FOLDER
from attest.report.findings import DEFAULT_BRANCH

if TYPE_CHECKING:
    from attest.forge.ci_event import Run


class CheckTarget(NamedTuple):
    """What a check is about.

    Args:
        revisions: a range, or one revision.
        base: the commit that the rules are from; None where no rules apply.
        run: what CI says about it, where CI was asked.
        base_name: the base as the command line names it; empty where CI does.
        ends: the commits that *revisions* names, where the rules were looked up for them: those
            are judged, also where a name leads to another by now.
    """

    revisions: str
    base: str | None
    run: Run | None = None
    base_name: str = ""
    ends: Ends | None = None

    @property
    def start(self) -> str:
        """What the range in a remedy's command begins with, in the contributor's clone."""
        if self.run is not None:
            pushed = self.run.number is None  # not a pull request, so there is no base branch
            return self.run.branch or (self.run.base[:12] if pushed else DEFAULT_BRANCH)
        name = base_commit.short(self.base_name)
        return DEFAULT_BRANCH if name in ("", "HEAD", "@") else name


def find(
    repository: Repository,
    isolated: Isolated,
    revisions: str | None,
    base: str | None,
    ci: Callable[[str | None], Run | None],
    named: Ends | None = None,
) -> CheckTarget:
    """Find the range and its base: from the command line, else from CI's variables,
    else from this clone (`base_commit.find`). The base is never one of the judged commits,
    which could bring their own rules.

    Args:
        revisions, base: those of the command line.
        ci: looks for CI's variables, given the id of the base that was named.
        named: the commits that *revisions* names, where somebody looked already.

    Raises:
        UsageError: one revision is to be judged where rules apply, and no base is named.
        NothingToJudge: a revision is unknown in this clone, or CI does not say enough.
    """
    if base is not None:
        oid = repository.resolve(base)
        run = ci(oid) if revisions is None else None
        if run is not None:
            ends = Ends(oid, repository.resolve(run.head))
            return CheckTarget(f"{oid}..{run.head}", oid, run, ends=ends)
        revisions = revisions or f"{base}..HEAD"
        ends = named or find_ends(repository, revisions)
        return CheckTarget(revisions, oid, base_name=base, ends=ends)
    if revisions is None:
        run = ci(None)
        if run is not None:
            revisions = f"{run.base}..{run.head}"
            ends = find_ends(repository, revisions)
            return CheckTarget(revisions, ends.start, run, ends=ends)
        own = _base_here(repository)
        ends = Ends(own.oid, repository.resolve("HEAD"))
        return CheckTarget(f"{own.name}..HEAD", own.oid, base_name=own.name, ends=ends)
    ends = named or find_ends(repository, revisions)
    if ends.start:
        start = revisions.partition("..")[0]
        return CheckTarget(revisions, ends.start, base_name=start, ends=ends)
    _assert_no_rules(repository, isolated, revisions, ends.tip)
    return CheckTarget(revisions, None, ends=ends)


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
    return base._replace(name=base.oid) if ".." in base.name else base


def other_rules(repository: Repository, isolated: Isolated, target: CheckTarget) -> Iterator[str]:
    """Whose rules apply, in words, where a range begins at a commit whose rules are not
    those of the project's branch: CI would judge the same commits differently.

    A range that a person names brings its own base, as CI's does. It may begin at an old
    commit, or in a fork.
    """
    if target.run is not None or target.base is None:
        return
    with suppress(AttestError):  # what a note needs must not fail a check
        project = base_commit.find(repository)
        if project is not None and project.oid != target.base:
            first, second = (
                rule_files.entries(isolated, oid) for oid in (target.base, project.oid)
            )
            if first != second:
                name = base_commit.short(project.name)
                yield (
                    f"the rules of {target.base[:10]} apply, where the range begins; those of "
                    f"{name} differ. To check by them: attest check --base {shlex.quote(name)} "
                    f"{shlex.quote(target.revisions)}"
                )


def not_judged(isolated: Isolated, target: CheckTarget) -> Iterator[str]:
    """A note, in words, about commits between the base and the one commit that is judged:
    a green check must not be taken for one of the whole branch."""
    if target.base is None or target.ends is None or target.ends.start:
        return
    words = ("--count", target.ends.tip, f"^{target.base}")
    output = isolated.run("rev-list", *words, check=False).stdout
    between = int(output or b"0") - 1
    if between > 0:
        start = target.base_name or target.base[:10]
        count = "1 commit" if between == 1 else f"{between} commits"
        yield (
            f"only {target.revisions} is checked; {count} between it and the base "
            f"{'is' if between == 1 else 'are'} not. "
            f"To check all: {shlex.quote(f'{start}..{target.revisions}')}"
        )


def _assert_no_rules(repository: Repository, isolated: Isolated, revision: str, oid: str) -> None:
    """Refuse to judge a commit without a base where rules apply: where the commit or a
    parent has any, or the branch that it is for. By the built-in rules it might pass what
    the project's would fail; by its own it would decide for itself."""
    parents = commit_object.parse(isolated.commit(oid), oid).parents
    for commit in dict.fromkeys((oid, *parents, *base_commit.candidates(repository))):
        if rule_files.entries(isolated, commit):
            base = base_commit.find(repository)
            name = shlex.quote(base_commit.short(base.name) if base else DEFAULT_BRANCH)
            word = shlex.quote(revision)
            raise UsageError(
                f"{commit[:10]} has rules ({FILE} or {FOLDER}/), and a commit is not "
                "judged by its own rules",
                f"Name the base that the rules are from: attest check {name}..{word} "
                f"(all commits), or --base {name} {word} (that one alone)",
            )
