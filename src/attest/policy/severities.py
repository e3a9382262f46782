"""How severe each finding is, and which of that a policy may change (docs/findings.md)."""

from __future__ import annotations

from collections.abc import Mapping

from attest.policy.values import KeyMistake
from attest.report.findings import Code, Severity

FIXED: frozenset[Code] = frozenset(
    {
        "block-invalid",
        "signature-invalid",
        "attester-mismatch",
        "key-revoked",
        "project-mismatch",
        "limit-exceeded",
        "merge-base-ambiguous",
    }
)
"""Findings that are errors whatever a policy says: without them a block proves nothing."""

WARNINGS: frozenset[Code] = frozenset(
    {
        "policy-changed",
        "address-unverified",
        "answer-weak",
        "attester-not-opener",
        "block-reused",
        "merge-decides",
        "transient-path",
    }
)
"""Findings that are warnings where a policy says nothing."""


def assert_adjustable(codes: dict[Code, Severity]) -> dict[Code, Severity]:
    """The severities that a policy gives, as they are.

    Raises:
        KeyMistake: one of them is fixed.
    """
    for code in codes:
        if code in FIXED:
            raise KeyMistake(code, "is always an error; for all findings: mode = 'advisory'")
    return codes


def of(code: Code, policy: Mapping[Code, Severity]) -> Severity:
    """How severe a finding with this code is.

    Args:
        policy: the severities that the policy gives.
    """
    if code in FIXED:
        return "error"
    return policy.get(code, "warning" if code in WARNINGS else "error")
