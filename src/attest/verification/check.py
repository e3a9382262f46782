"""Journey 3: from a range of commits to a report.

Every input is hostile: the judged commits, their messages and paths. What
cannot be judged fails, and is never skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from attest import text
from attest.attestation import block
from attest.attestation.block import Block
from attest.errors import (
    EnvironmentFault,
    GrammarsUnavailable,
    LimitExceeded,
    NothingToJudge,
    UsageError,
)
from attest.git import commit_object, integrity, merge_all
from attest.git.commit_object import Commit
from attest.git.diff import Change, parse_raw
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.policy.model import Treatment
from attest.project.rules import ProjectRules
from attest.report.findings import Finding, Outcome, Report, SignerKind, Verdict
from attest.verification import answers, blocks, exemptions
from attest.verification.blocks import JudgedBlock
from attest.verification.coverage import Coverage, cover


@dataclass(frozen=True, slots=True)
class CommitReview:
    """A commit with all that was found out about it, for `check` and `show`.

    Args:
        has_blocks: whether its message holds a block, valid or not.
        blocks: those that can be read and whose signature holds.
        mendable: whether answering can make it hold.
    """

    verdict: Verdict
    change: Change
    coverage: Coverage
    has_blocks: bool = False
    blocks: tuple[Block, ...] = ()
    mendable: bool = True


def commits(repository: Repository, isolated: Isolated, wanted: str) -> list[str]:
    """The commits of a range, oldest first.

    Args:
        wanted: `A..B` (either side may be empty for HEAD), or one revision.

    Raises:
        NothingToJudge: it is empty, an end is unknown, or history is missing.
        UsageError: it is `A...B`, or something else that is no range.
    """
    if "..." in wanted:
        raise UsageError(f"{wanted!r} is not a range that can be checked", "Write A..B.")
    if ".." not in wanted:
        return [repository.resolve(wanted)]
    base, _, tip = wanted.partition("..")
    start, stop = repository.resolve(base or "HEAD"), repository.resolve(tip or "HEAD")
    out = isolated.run("rev-list", "--topo-order", "--reverse", stop, f"^{start}").stdout
    found = out.decode("ascii").split()
    if not found:
        raise NothingToJudge(
            f"the range {wanted} has no commits",
            "There is nothing that its base does not have already; name another base (--base).",
        )
    return found


def check(
    repository: Repository, isolated: Isolated, wanted: str, base: ProjectRules, now: datetime
) -> Report:
    """Judge every commit of a range.

    Args:
        base: the rules.
        now: the present time, for expiry of keys and claims from the future.

    Raises:
        GrammarsUnavailable: answers are judged, and what reads code is not here.
    """
    if base.answers:
        base.chooser.assert_available()
    oids = commits(repository, isolated, wanted)
    verdicts = tuple(judge(isolated, oid, base, now).verdict for oid in oids)
    return Report(wanted, verdicts, base.oid, base.policy.mode == "advisory")


@dataclass(frozen=True, slots=True)
class CommitTask:
    """A commit, with all that is needed to judge it."""

    oid: str
    commit: Commit
    change: Change
    base: ProjectRules
    treatments: Mapping[bytes, Treatment]
    hidden: tuple[Finding, ...] = ()

    @property
    def needed(self) -> bool:
        """Whether anything in it needs attesting."""
        return bool(self.hidden) or any(t != "ignore" for t in self.treatments.values())

    def cover(self, blocks: Sequence[Block]) -> Coverage:
        return cover(self.change, blocks, self.treatments, self.base.standard)

    def adjusted(self, findings: Iterator[Finding]) -> list[Finding]:
        return [self.base.policy.adjusted(finding) for finding in findings]


def judge(
    isolated: Isolated, oid: str, base: ProjectRules, now: datetime, *, keep: bool = False
) -> CommitReview:
    """Judge one commit.

    Args:
        keep: keep the hunks' bodies for showing.

    Raises:
        NothingToJudge: the commit or a parent is missing (a shallow clone).
    """
    try:
        raw = isolated.commit(oid)
        found = commit_object.parse(raw, oid)
    except LimitExceeded as limit:
        return _over_limit(oid, "", limit.message)
    try:
        for parent in found.parents:
            isolated.commit(parent)
        old = isolated.base_tree(found.parents)
        change = _change(isolated, old, found, keep=keep)
        treatments = base.treatments.of(file.path for file in change.files)
        hidden = tuple(_hidden_by_merge(isolated, found, change, base))
    except LimitExceeded as limit:
        return _over_limit(oid, found.subject, limit.message)
    task = CommitTask(oid, found, change, base, treatments, hidden)
    why = exemptions.reason(raw, found, change, base, now, hides=bool(hidden))
    if why is not None:
        return _spared(task, "exempt", [], why)
    refused = task.adjusted(_refused_merge(task))
    if not task.needed:
        told = answers.undisclosed(found.message, base, needed=False)
        untold = task.adjusted(told) if change and base.answers else []
        return _spared(task, "not-needed", [*refused, *untold])
    scan = block.scan(found.message)
    if scan.limit:
        return _over_limit(oid, found.subject, scan.limit, change)
    readable, broken = blocks.read(scan, found, base, now)
    judged = _verdict(task, readable, broken, scan, refused)
    if judged.blocks and judged.coverage.level not in ("exact", "hunks"):
        # Before it is said that a block does not fit: is the change what git shows?
        _assert_whole(isolated, old, found)
        integrity.assert_files(isolated, [file.row for file in change.files])
    return judged


def judge_here(
    isolated: Isolated, oid: str, base: ProjectRules, now: datetime, *, keep: bool = False
) -> tuple[CommitReview, GrammarsUnavailable | None]:
    """Judge one commit as far as this installation can, for a contributor's own look.

    Args:
        keep: keep the hunks' bodies for showing.

    Returns:
        What was judged. Where the grammars are missing, whether the right hunks were
        answered for was not; then the fault comes with it.

    Raises:
        NothingToJudge: the commit or a parent is missing (a shallow clone).
    """
    try:
        return judge(isolated, oid, base, now, keep=keep), None
    except GrammarsUnavailable as fault:
        return judge(isolated, oid, replace(base, chooses=False), now, keep=keep), fault


def _change(isolated: Isolated, old: str, found: Commit, *, keep: bool) -> Change:
    """A commit's change; where it cannot be read, the first tree that is to blame."""
    try:
        return isolated.change(old, found.tree, keep=keep)
    except EnvironmentFault:
        _assert_whole(isolated, old, found)
        raise


def _assert_whole(isolated: Isolated, old: str, found: Commit) -> None:
    """Make sure that a commit's tree, and those that it is compared with, are what their
    names say."""
    for oid in found.parents:
        tree = commit_object.parse(isolated.commit(oid), oid).tree
        integrity.assert_trees(isolated, tree, found.tree)
    integrity.assert_trees(isolated, old, found.tree)


def _spared(
    task: CommitTask, outcome: Outcome, findings: list[Finding], why: str = ""
) -> CommitReview:
    """The verdict on a commit that needs no attestation."""
    found = [*findings, *task.adjusted(answers.changed_rules(task.change))]
    failed = any(finding.severity == "error" for finding in found)
    verdict = Verdict(
        task.oid,
        task.commit.subject,
        "failed" if failed else outcome,
        "none",
        findings=tuple(found),
        exempt=why or None,
    )
    return CommitReview(verdict, task.change, task.cover(()), mendable=False)


def _refused_merge(task: CommitTask) -> Iterator[Finding]:
    """A merge that the policy does not take."""
    if len(task.commit.parents) < 2:
        return
    if task.base.policy.merges == "forbid":
        yield Finding(
            "merge-refused", "the policy takes no merge commits", "Rebase the branch instead."
        )
    elif task.base.policy.merges == "clean" and task.needed:
        yield Finding(
            "merge-refused",
            "the policy takes no merge that decides something by itself",
            "Rebase the branch instead, and resolve the conflicts in its commits.",
        )


def _hidden_by_merge(
    isolated: Isolated, found: Commit, change: Change, base: ProjectRules
) -> Iterator[Finding]:
    """What a merge decides without that its change shows it.

    The change of a merge is measured from git's own merge of two parents, and
    from the first parent alone otherwise (docs/format.md). A conflict left as
    git left it, and what an octopus or a merge of unrelated histories drops from
    the other parents, would be in no hunk.
    """
    if len(found.parents) < 2:
        return
    hint = "Merge one branch at a time and resolve each conflict, or rebase instead of merging."
    merge = isolated.merge(found.parents[0], found.parents[1])
    if len(found.parents) == 2 and merge is not None:
        shown = {file.path for file in change.files}
        left = isolated.present(merge.tree, sorted(merge.conflicts - shown))
        what = "a conflict is left as git left it: no hunk shows how it was decided"
    else:
        merge = merge_all.merge_all(isolated, found.parents)
        left = [row.path for row in parse_raw(isolated.raw(merge.tree, found.tree))]
        what = "the merge differs here from what git makes of its parents"
    needed = [path for path, want in base.treatments.of(left).items() if want != "ignore"]
    for path in needed[: answers.MAX_LISTED]:
        yield Finding("hunk-not-covered", what, hint, path=text.showable(path))


def _verdict(
    task: CommitTask,
    readable: Sequence[JudgedBlock],
    broken: Sequence[Finding],
    scan: block.Scan,
    refused: Sequence[Finding],
) -> CommitReview:
    base, change = task.base, task.change
    valid = [one for one in readable if one.valid]
    coverage = task.cover([one.block for one in valid])
    holds = coverage.level in ("exact", "hunks")
    nothing = not scan.spans and bool(change)
    findings = task.adjusted(iter([answers.unattested(scan)] if nothing else []))
    findings += [*refused, *task.adjusted(iter(task.hidden))]
    off = [*broken, *(f for one in readable if not one.valid for f in one.findings)]
    findings += [replace(f, severity="warning") for f in off] if holds else off
    signed = valid or [one for one in readable if one.signed]
    if signed:
        blocks = [one.block for one in signed]
        reach = task.cover(blocks)
        findings += task.adjusted(answers.uncovered(reach))
        if base.answers and base.chooses:
            findings += task.adjusted(answers.unanswered(change, reach, base, blocks))
            findings += task.adjusted(answers.weak_answers(change, reach, base, blocks))
        present = [(one.block, one.flags) for one in signed if one.signer == "trusted"]
        findings += task.adjusted(answers.absent(change, base, present, reach.level))
    if base.answers:
        told = answers.undisclosed(task.commit.message, base, needed=True)
        findings += task.adjusted(told)
    findings += dict.fromkeys(f for one in valid for f in one.findings)
    findings += task.adjusted(answers.changed_rules(change))
    mendable = not task.hidden and not any(f.code in UNMENDABLE for f in findings)
    findings = [replace(one, again=one.again and mendable) for one in findings]
    failed = any(finding.severity == "error" for finding in findings)
    first = next(iter([*signed, *readable]), None)
    verdict = Verdict(
        task.oid,
        task.commit.subject,
        "failed" if failed else "attested" if holds else "tolerated",
        coverage.level,
        coverage.total,
        coverage.count,
        coverage.answered,
        first.block.attester if first else None,
        first.block.fingerprint if first else None,
        _signer(signed),
        tuple(findings),
    )
    return CommitReview(
        verdict,
        change,
        coverage,
        bool(scan.spans),
        tuple(one.block for one in readable if one.signed),
        mendable=mendable,
    )


UNMENDABLE = ("merge-refused", "disclosure-invalid", "disclosure-forbidden")
"""What no answer makes good: the commit or its message must be made anew."""


def _signer(signed: Sequence[JudgedBlock]) -> SignerKind | None:
    if not signed:
        return None
    kinds = {one.signer for one in signed}
    return next(kind for kind in ("unknown", "forge", "trusted") if kind in kinds)


def _over_limit(oid: str, subject: str, reason: str, change: Change | None = None) -> CommitReview:
    change = change or Change("", ())
    finding = Finding(
        "limit-exceeded", reason, "Split the commit, or shorten its message; it is not judged."
    )
    verdict = Verdict(oid, subject, "failed", "none", len(change.hunks), findings=(finding,))
    return CommitReview(verdict, change, cover(change, ()), mendable=False)
