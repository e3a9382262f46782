"""Judges what has landed on a branch, unit by unit (docs/format.md, "The landed walk")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from attest.errors import LimitExceeded, NothingToJudge
from attest.git import branches, commit_object
from attest.git.commit_list import find_ends
from attest.git.diff import Change
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.project.rules import ProjectRules
from attest.report.findings import Outcome, Report, UnitKind, Verdict
from attest.verification import (
    commit_check,
    enforcement,
    landed_hints,
    unit_check,
    units,
    verdicts,
)
from attest.verification.blocks import Message
from attest.verification.rebases import Rebases, Step
from attest.verification.units import UnitTask


def check_landed(
    repository: Repository,
    isolated: Isolated,
    revisions: str,
    rules: ProjectRules,
    now: datetime,
    *,
    keep: bool = False,
    is_pending: bool = False,
) -> Report:
    """Judge a range of a branch that pull requests were merged into.

    Args:
        revisions: `A..B`.
        rules, now, keep: see `check.check`.
        is_pending: it stands in a merge queue, so that its author can still answer for it. In
            what has landed, the commands for that would rewrite the branch.

    Raises:
        NothingToJudge: the range is empty, history is missing, or B does not contain A.
        UsageError, EnvironmentFault, GrammarsUnavailable: see `check.check`.
    """
    if rules.answers and rules.chooses:
        rules.chooser.assert_available()
    base, tip = find_ends(repository, revisions)
    steps = line(isolated, base, tip)
    walk = _Walk(isolated, rules, now, steps, Rebases(isolated, rules, now, steps), keep)
    judged = tuple(reversed(walk.verdicts()))
    if not is_pending:
        judged = tuple(landed_hints.adjusted(one) for one in judged)
    return Report(
        revisions,
        judged,
        rules.oid,
        enforcement.reprieve(isolated, rules, tip, now),
        rules.policy.unit,
        has_policy=rules.digest is not None,
    )


def line(isolated: Isolated, base: str, tip: str) -> list[Step]:
    """The line from a commit down to an older one, newest first, without the older one: by first
    parents, or by another parent where only that one leads there. Somebody may have merged main
    into their own branch and pushed it as main.

    Raises:
        NothingToJudge: there is no commit between them, or no parent leads there.
    """
    command = ("rev-list", "--ancestry-path", "--parents", tip, f"^{base}")
    rows = [row.split(" ") for row in isolated.run(*command).stdout.decode("ascii").splitlines()]
    parents_of = {oid: parents for oid, *parents in rows}
    steps: list[Step] = []
    current = tip
    while current != base:
        parents = parents_of.get(current, [])
        leading = [one for one in parents if one == base or one in parents_of]
        if not leading:
            raise NothingToJudge(
                f"{current[:10]} does not lead back to {base[:10]}",
                "Name a range whose older end is in the history of its newer one.",
            )
        before = leading[0]
        others = tuple(dict.fromkeys(one for one in parents if one != before))
        steps.append(Step(current, before, others))
        current = before
    if not steps:
        raise NothingToJudge(f"{base[:10]} already has every commit of {tip[:10]}")
    return steps


@dataclass
class _Walk:
    """The walk down a line.

    Args:
        rebases: finds what a rebase landed.
        keep: report every hunk, with its lines.
    """

    isolated: Isolated
    rules: ProjectRules
    now: datetime
    steps: list[Step]
    rebases: Rebases
    keep: bool

    def verdicts(self) -> list[Verdict]:
        """The verdict on each unit, newest first."""
        judged: list[Verdict] = []
        at = 0
        while at < len(self.steps):
            step = self.steps[at]
            length = 1
            try:
                if step.others:
                    judged.append(self._merge(step))
                else:
                    verdict, length = self._commits(at)
                    judged.append(verdict)
            except LimitExceeded as limit:
                commit = commit_object.parse(self.isolated.commit(step.oid), step.oid)
                over = verdicts.over_limit(step.oid, commit.subject, limit.message)
                judged.append(over.verdict)
            at += length
        return judged

    def _commits(self, at: int) -> tuple[Verdict, int]:
        """The verdict on the unit that ends with a commit that is no merge, and how many steps
        it takes."""
        isolated, rules, now = self.isolated, self.rules, self.now
        rebase = self.rebases.find(at)
        if rebase is None:
            alone = commit_check.judge(isolated, self.steps[at].oid, rules, now, keep=self.keep)
            if alone.verdict.outcome == "failed":
                rebase = self.rebases.find_below(at)
            if rebase is None:
                return alone.verdict, 1
        steps = self.steps[at : at + rebase.length]
        oids = [one.oid for one in steps]
        change = isolated.change(rebase.old, rebase.new, keep=self.keep)
        task = self._unit("rebase", steps[-1].before, oids, rebase.old, change)
        message = task.messages[rebase.place]
        return unit_check.judge(isolated, task, [message], now).verdict, rebase.length

    def _unit(
        self, kind: UnitKind, base: str, oids: Sequence[str], old: str, change: Change
    ) -> UnitTask:
        return units.load(self.isolated, kind, base, oids, old, change, self.rules, keep=self.keep)

    def _merge(self, step: Step) -> Verdict:
        isolated, rules, now = self.isolated, self.rules, self.now
        raw = isolated.commit(step.oid)
        commit = commit_object.parse(raw, step.oid)
        own = Message(commit.message, commit.author_email, oid=step.oid)
        bases = branches.merge_bases(isolated, step.before, step.others[0])
        if len(step.others) > 1 or len(bases) > 1:
            branch = branches.read(isolated, step.before, step.oid)
            old = branches.tree_of(isolated, step.before)
            change = isolated.change(old, commit.tree, keep=self.keep)
            task = self._unit("merge", step.before, branch.commits, old, change)
            return unit_check.judge(isolated, task, task.messages, now).verdict
        own_verdict = commit_check.judge(isolated, step.oid, rules, now, keep=self.keep).verdict
        if bases[0] == step.others[0]:
            return own_verdict  # the line has all of the other parent already
        branch = branches.read(isolated, step.before, step.others[0])
        task = replace(units.of_branch(isolated, branch, rules, keep=self.keep), kind="merge")
        branch_verdict = unit_check.judge(isolated, task, [own, *task.messages], now).verdict
        return _both(branch_verdict, own_verdict)


def _both(branch_verdict: Verdict, own_verdict: Verdict) -> Verdict:
    """The verdict on a merge: on what it brought in, and on what it decides itself. Both must
    pass."""
    order: tuple[Outcome, ...] = ("failed", "tolerated", "attested", "exempt", "not-needed")
    outcome = next(one for one in order if one in (branch_verdict.outcome, own_verdict.outcome))
    shown = own_verdict if branch_verdict.outcome == "not-needed" else branch_verdict
    return shown._replace(
        oid=own_verdict.oid,
        subject=own_verdict.subject,
        unit="merge",
        commits=(*own_verdict.commits, *branch_verdict.commits),
        outcome=outcome,
        findings=(*branch_verdict.findings, *own_verdict.findings),
        hunks=(*branch_verdict.hunks, *own_verdict.hunks),
        disclosures=tuple(dict.fromkeys((*branch_verdict.disclosures, *own_verdict.disclosures))),
    )
