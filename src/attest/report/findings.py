"""What a check found, as plain data."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import Literal

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
    "policy-changed",
    "disclosure-missing",
    "disclosure-invalid",
    "disclosure-forbidden",
]
Severity = Literal["error", "warning"]
Level = Literal["exact", "hunks", "partial", "none"]
Outcome = Literal["attested", "failed", "not-needed", "exempt", "tolerated"]
SignerKind = Literal["trusted", "forge", "unknown"]


MAX_LISTED = 50
"""Findings about hunks that are listed for one commit (docs/findings.md); a commit may have
100,000 of them, and nobody reads on after fifty."""
DEFAULT_BRANCH = "main"
"""What a remedy names where nobody knows the branch that a change is for."""


WHERE = "In a clone of your fork, on the branch of the pull request:"


def commands(start: str) -> tuple[str, str]:
    """The two commands that make a red check green, in a clone, on the branch of the pull
    request (docs/fix-a-red-check.md).

    Args:
        start: where the commits begin: the branch that they are for, or a commit.
    """
    return (f"attest answer {shlex.quote(f'{start}..HEAD')}", "git push --force-with-lease")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is off, and its remedy (docs/findings.md).

    `again`: the remedy is that the commit's author answers again, and `commands` are how.
    """

    code: Code
    message: str
    hint: str = ""
    severity: Severity = "error"
    path: str | None = None
    line: int | None = None
    answer_again: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check says of one commit. `tolerated`: it is not attested, and the
    policy only warns of what is missing.

    `exempt` says why it needs no attestation, where the policy says so. `total`,
    `attested` and `answered` count hunks; `key` is the fingerprint of the key of the
    first valid block, `attester` its `Attested-by`.
    """

    oid: str
    subject: str
    outcome: Outcome
    level: Level
    total: int = 0
    attested: int = 0
    answered: int = 0
    attester: str | None = None
    key: str | None = None
    signer: SignerKind | None = None
    findings: tuple[Finding, ...] = ()
    exempt: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts of a range, oldest commit first.

    Args:
        base: the commit that the rules are from; None where they are the built-in ones.
        advisory: the policy wants a report, and no failure.
        start: what the range of a remedy begins with: see `commands`.
    """

    range: str
    verdicts: tuple[Verdict, ...] = field(default=())
    base: str | None = None
    advisory: bool = False
    start: str = DEFAULT_BRANCH

    def remedy(self, finding: Finding) -> list[str]:
        """The remedy of a finding, line by line; commands stand indented, below words that
        say where to run them."""
        lines = finding.hint.split("\n") if finding.hint else []
        if finding.answer_again and finding.severity == "error":
            lines += [WHERE, *(f"  {command}" for command in commands(self.start))]
        return lines

    @property
    def ok(self) -> bool:
        """Whether the range holds: some commit was judged and none failed."""
        return bool(self.verdicts) and all(v.outcome != "failed" for v in self.verdicts)
