"""The verdict on a commit at which nothing can be found, in one step.

In a long history nearly all commits are alike: one block ends the message, it is for exactly this
change, and its key is one that the base lists. Where no answers are judged, nothing else of such a
commit counts, and its verdict follows from a few comparisons. The signature is verified for each.
Of every other commit this says nothing: `commit_check` judges it. What this gives is always what
`commit_check` would (tests/hostile/test_plain_commits.py).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from attest.attestation import codec, usual_block
from attest.errors import AttestError
from attest.git.diff import raw_paths
from attest.policy import disclosure
from attest.project import rule_files
from attest.project.rules import ProjectRules
from attest.report.answers import Disclosed
from attest.report.findings import UnitCommit, Verdict
from attest.signatures import sshsig
from attest.signatures.wire import SignatureInvalid
from attest.verification import blocks, requirements

if TYPE_CHECKING:
    from attest.git.range_reader import RangeEntry


class _Signer(NamedTuple):
    """Somebody who may answer for commits of an author at any time.

    Args:
        attester, fingerprint: as in a `Verdict`.
    """

    attester: str
    fingerprint: str


class PlainCommits:
    """Judges commits of which nobody's answers are judged.

    Args:
        rules: those of the base.
        now: the present time, see `commit_check.judge`.
    """

    def __init__(self, rules: ProjectRules, now: datetime) -> None:
        self._rules, self._now = rules, now
        self._latest = now + blocks.CLOCK_SKEW
        self._signers: dict[tuple[str | bytes | None, ...], _Signer | None] = {}
        self._plain_paths: set[bytes] = set()

    @staticmethod
    def can_judge(rules: ProjectRules) -> bool:
        """Whether there can be a verdict by these rules. An exemption, or a requirement for
        some paths, needs a closer look at each commit."""
        return not (rules.answers or rules.policy.exempt or rules.policy.require)

    def verdict(self, entry: RangeEntry) -> Verdict | None:
        """The verdict on a commit that was read ahead; None where `commit_check` has to judge."""
        commit = entry.commit
        if commit is None or not entry.rows or commit.message.find(b"\0") >= 0:
            return None
        found = usual_block.find(commit.message)
        if found is None:
            return None
        start, text, parts = found
        if parts[11] != entry.digest or not self._are_plain(entry.rows):
            return None
        try:
            signer = self._signer(text, parts, commit.author_email)
            if signer is None or usual_block.read_time(parts[1]) > self._latest:
                return None
            payload, signature = usual_block.signed(text, parts)
            bits = self._rules.known.rsa_bits
            sshsig.verify(signature, payload, signer.fingerprint, rsa_bits=bits)
        except (ValueError, SignatureInvalid):
            return None
        subject = commit.subject
        return Verdict(
            entry.oid,
            subject,
            "attested",
            "exact",
            commits=(UnitCommit(entry.oid, subject, *commit.people),),
            has_counts=False,
            attester=signer.attester,
            key=signer.fingerprint,
            signer="trusted",
            disclosures=self._disclosures(commit.message, start),
        )

    def _disclosures(self, message: bytes, start: int) -> tuple[Disclosed, ...]:
        """What a message discloses; no line of its block, which begins at *start*, does."""
        if not disclosure.is_named(message[:start], self._rules.policy.disclosure):
            return ()
        return requirements.find_disclosures(message, self._rules)

    def _signer(self, text: bytes, parts: re.Match[str], author_email: bytes) -> _Signer | None:
        """Who signed a block, if it is somebody about whom nothing is found. Looked for once for
        all blocks that name the same person, key and project."""
        key = (author_email, *parts.group(6, 7, 8, 9))
        if key not in self._signers:
            self._signers[key] = self._find_signer(text, author_email)
        return self._signers[key]

    def _find_signer(self, text: bytes, author_email: bytes) -> _Signer | None:
        try:
            found = codec.parse_text(text)
            message = blocks.Message(b"", author_email)
            judged = blocks.judge(found, message, self._rules, self._now)
        except (ValueError, AttestError):
            return None
        known = self._rules.known.signers_for(found.fingerprint, found.email)
        is_timeless = any(one.valid_after is None and one.valid_before is None for one in known)
        is_plain = judged.signer == "trusted" and not judged.findings and judged.flags is None
        return _Signer(found.attester, found.fingerprint) if is_plain and is_timeless else None

    def _are_plain(self, rows: bytes) -> bool:
        """Whether the policy wants every changed path covered, and none holds rules."""
        try:
            paths = raw_paths(rows)
            if not self._plain_paths.issuperset(paths):
                new = set(paths) - self._plain_paths
                treatments = self._rules.treatments.of(new)
                if "ignore" in treatments.values() or any(map(rule_files.is_rule, new)):
                    return False
                self._plain_paths |= new
        except AttestError:
            return False
        return True
