"""What a check found, as plain data."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is off, and its remedy (docs/findings.md)."""

    code: Code
    message: str
    hint: str = ""
    severity: Severity = "error"
    path: str | None = None
    line: int | None = None


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
    """

    range: str
    verdicts: tuple[Verdict, ...] = field(default=())
    base: str | None = None
    advisory: bool = False

    @property
    def ok(self) -> bool:
        """Whether the range holds: some commit was judged and none failed."""
        return bool(self.verdicts) and all(v.outcome != "failed" for v in self.verdicts)
