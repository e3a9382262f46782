"""What a check finds, as plain data: findings, the verdict on a commit, the report."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from attest.report.answers import Disclosed, HunkReport, UnaskedGroup

Code = Literal[
    "unattested",
    "block-invalid",
    "signature-invalid",
    "hunk-not-covered",
    "attester-mismatch",
    "signer-unknown",
    "answer-missing",
    "answer-weak",
    "limit-exceeded",
    "rules-unsupported",
    "project-mismatch",
    "key-revoked",
    "address-unverified",
    "presence-missing",
    "level-too-low",
    "merge-refused",
    "merge-base-ambiguous",
    "merge-decides",
    "transient-path",
    "block-reused",
    "attester-not-opener",
    "policy-changed",
    "disclosure-missing",
    "disclosure-invalid",
    "disclosure-forbidden",
    "sign-off-missing",
]
Severity = Literal["error", "warning"]
Level = Literal["exact", "hunks", "partial", "none"]
Outcome = Literal["attested", "failed", "not-needed", "exempt", "tolerated"]
SignerKind = Literal["trusted", "forge", "unknown"]
UnitKind = Literal["commit", "branch", "merge", "rebase"]
"""What a verdict is about (docs/format.md, "Units"); a squash commit is a commit."""
PolicyUnit = Literal["commit", "pull-request"]
"""What the policy wants an attestation for."""
Presence = Literal["touch", "pin"]
"""What a security key saw when it signed."""


MAX_LISTED = 50
"""Findings about hunks that are listed for one commit (docs/findings.md); a commit may have
100,000 of them, and nobody reads on after fifty."""
DEFAULT_BRANCH = "main"
"""What a remedy names where nobody knows the branch that a change is for."""
WHERE = "In a clone of your fork, on the branch of the pull request:"
"""Where the commands of a remedy are run."""


def commands(start: str) -> tuple[str, str]:
    """The two commands that make a red check green, in a clone, on the branch of the pull
    request (docs/fix-a-red-check.md).

    Args:
        start: where the commits begin: the branch that they are for, or a commit.
    """
    return (f"attest answer {shlex.quote(f'{start}..HEAD')}", "git push --force-with-lease")


class Finding(NamedTuple):
    """One problem of a commit, and its remedy (docs/findings.md).

    Args:
        message: what is wrong, in words; it may hold texts of the judged commit.
        hint: what to do, one or more lines; empty where `answer_again` says it all.
        path: the file, escaped for a terminal; None where it is about the whole commit.
        line: in the new file; in the old one for a deletion.
        answer_again: the remedy is that the commit's author answers again; a report adds
            the `commands` for that.
    """

    code: Code
    message: str
    hint: str = ""
    severity: Severity = "error"
    path: str | None = None
    line: int | None = None
    answer_again: bool = False


class UnaskedHunk(NamedTuple):
    """A hunk that changes behaviour and that nobody is asked about.

    Args:
        path, line: see `Finding`.
        kind: what it changes (docs/questions.md).
        commit: id of the commit that has it; empty where only one commit is looked at.
        risk: what it is ranked by.
    """

    path: str
    line: int | None
    kind: str
    group: UnaskedGroup
    commit: str = ""
    risk: int = 0

    @property
    def place(self) -> str:
        """The commit, the path and the line, as far as they are known."""
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{self.commit[:10]} {place}" if self.commit else place

    def of_commit(self, oid: str) -> UnaskedHunk:
        """The hunk, with the commit that has it."""
        return self._replace(commit=oid)


class UnaskedHunks(NamedTuple):
    """What nobody is asked about in a change.

    Args:
        groups: how many hunks each group has, in the order of `UnaskedGroup`; none has 0.
        behaviour: those that change behaviour, the riskiest first.
    """

    groups: Mapping[UnaskedGroup, int]
    behaviour: tuple[UnaskedHunk, ...] = ()

    @property
    def total(self) -> int:
        """How many hunks nobody is asked about."""
        return sum(self.groups.values())


CLAIMED_FACT = "Fact shown to the contributor (their claim)"
"""What readers see before a fact: nothing can compute it again, and nobody checks it."""


class UnitCommit(NamedTuple):
    """A commit of a unit.

    Args:
        author, committer: name and address, as the commit claims.
    """

    oid: str
    subject: str
    author: str
    committer: str


class Verdict(NamedTuple):
    """What the check says about one commit, or about the newest of several that are one unit.

    Args:
        outcome: see docs/findings.md, "Verdicts". `tolerated` means that it is not
            attested, and that the policy only warns about what is missing.
        level: how far the valid blocks reach (docs/format.md, "What a valid block proves").
        unit: what it is about.
        commits: all commits of the unit, newest first; empty where they were not read.
        has_counts: whether the hunks were counted. They are not where the exact change was
            attested and no answers were judged: then they were not read.
        total: hunks that must be covered.
        attested_count: how many of those are.
        answered_count: hunks whose questions are answered.
        attester: `Attested-by` of the first block that counts; None without one.
        key: the fingerprint of its key.
        signer: what is known of the signers; of several, the least trusted counts.
        exempt: why the policy exempts it; None where it does not.
        unasked_hunks: what the base's rules ask nobody about; None where no answers were judged.
        hunks: those that were asked about or that fail, each with its answers; in the order
            of the diff. All of them where the caller wanted to see them.
        disclosures: what the message says of assistance.
        presence: what a security key saw at the signature of every block that counts.
    """

    oid: str
    subject: str
    outcome: Outcome
    level: Level
    unit: UnitKind = "commit"
    commits: tuple[UnitCommit, ...] = ()
    has_counts: bool = True
    total: int = 0
    attested_count: int = 0
    answered_count: int = 0
    attester: str | None = None
    key: str | None = None
    signer: SignerKind | None = None
    findings: tuple[Finding, ...] = ()
    exempt: str | None = None
    unasked_hunks: UnaskedHunks | None = None
    hunks: tuple[HunkReport, ...] = ()
    disclosures: tuple[Disclosed, ...] = ()
    presence: Presence | None = None


class FirstSteps(NamedTuple):
    """What somebody needs to know who has never heard of attest.

    Args:
        install: what installs it: a command, or a sentence; empty where it is installed.
        key_pages: where a forge takes the key, if the check reads the keys of its logins.
    """

    install: str = ""
    key_pages: tuple[str, ...] = ()


class Report(NamedTuple):
    """The verdicts on a range, oldest commit first.

    Args:
        range: as it was named.
        base: the commit that the rules are from; None where they are the built-in ones.
        has_policy: whether that commit has one; where it has none, the built-in rules apply.
        reprieve: why problems are only reported, in words; empty where they fail.
        unit: what a verdict stands for, by the policy.
        start: what the range in a remedy's command begins with: see `commands`.
        first_steps: what a red check says to who has never heard of attest.
    """

    range: str
    verdicts: tuple[Verdict, ...] = ()
    base: str | None = None
    reprieve: str = ""
    unit: PolicyUnit = "commit"
    start: str = DEFAULT_BRANCH
    has_policy: bool = True
    first_steps: FirstSteps = FirstSteps()

    @property
    def advisory(self) -> bool:
        """Whether problems are only reported."""
        return bool(self.reprieve)

    def asked_only(self) -> Report:
        """Without the hunks that nobody was asked about."""
        verdicts = [
            one._replace(hunks=tuple(hunk for hunk in one.hunks if hunk.is_asked))
            for one in self.verdicts
        ]
        return self._replace(verdicts=tuple(verdicts))

    def remedy(self, finding: Finding) -> list[str]:
        """The remedy of a finding, line by line. Commands are indented, below a line that
        says where to run them."""
        lines = finding.hint.split("\n") if finding.hint else []
        if finding.answer_again and finding.severity == "error":
            lines += [WHERE, *(f"  {command}" for command in commands(self.start))]
        return lines

    @property
    def units(self) -> frozenset[str]:
        """What the verdicts are about."""
        return frozenset(verdict.unit for verdict in self.verdicts)

    @property
    def ok(self) -> bool:
        """Whether the range passes: some commit was judged and none failed."""
        return bool(self.verdicts) and all(v.outcome != "failed" for v in self.verdicts)
