"""What a policy requires of a commit besides answers: presence, level and disclosure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from attest import text
from attest.git.diff import Change
from attest.policy import disclosure
from attest.policy.paths import Patterns
from attest.project import rule_files
from attest.project.rules import ProjectRules
from attest.report.answers import Disclosed
from attest.report.findings import MAX_LISTED, Finding, Level, Presence
from attest.signatures import sshsig
from attest.verification.blocks import JudgedBlock
from attest.verification.coverage import cover
from attest.verification.task import ChangeTask

_FLAGS: Mapping[Presence, int] = {
    "touch": sshsig.USER_PRESENT,
    "pin": sshsig.USER_PRESENT | sshsig.USER_VERIFIED,
}
"""By what the policy wants (`presence`): the flags that the security key must have signed.
They are part of what it signs, so nobody can add them afterwards (docs/threat-model.md)."""


def find_unmet(task: ChangeTask, blocks: Sequence[JudgedBlock], level: Level) -> Iterator[Finding]:
    """Findings about what the policy requires of a change or of some of its paths. A path that
    only commits in between change counts, too (docs/format.md, "What the difference does not
    show").

    Args:
        blocks: those that count. For presence, only those by signers whom the base lists:
            anybody can make a security key.
        level: how far the blocks reach.
    """
    policy = task.rules.policy
    if policy.level == "exact" and level == "hunks":
        yield _level_too_low("the policy")
    if not policy.require:
        return
    listed_blocks = [block for block in blocks if block.signer == "trusted"]
    for requirement in policy.require:
        patterns, presence = Patterns.of(requirement.paths), requirement.presence
        paths = [path for path in task.paths if patterns.match_or_below(path)]
        transient = [path for path in task.transient if patterns.match_or_below(path)]
        if not paths and not transient:
            continue
        if requirement.level == "exact" and level == "hunks" and policy.level != "exact":
            yield _level_too_low(f"the policy for {text.showable([*paths, *transient][0])}")
        if presence is not None:
            flags = _FLAGS[presence]
            present_blocks = [
                judged_block.block
                for judged_block in listed_blocks
                if judged_block.flags is not None and judged_block.flags & flags == flags
            ]
            reach = cover(task.change, present_blocks)
            bare = [
                (entry.hunk.path, entry.hunk.line)
                for entry in reach.hunks
                if patterns.match_or_below(entry.hunk.path) and not entry.covered
            ]
            bare += [] if present_blocks else [(path, None) for path in transient]
            yield from _presence_missing(presence, bare)


def find_unmet_by_key(change: Change, rules: ProjectRules, kind: str) -> Iterator[str]:
    """What the policy requires of a change that a key cannot give, in words for its author,
    before anything is asked.

    Args:
        kind: the key's type, as OpenSSH names it; `openpgp` for an OpenPGP key.
    """
    if kind.startswith("sk-"):
        return
    for requirement in rules.policy.require:
        patterns, presence = Patterns.of(requirement.paths), requirement.presence
        path = next(filter(patterns.match_or_below, change.paths), None)
        if path is not None and presence is not None:
            name = text.showable(path)
            yield f"{name}: the project requires a security key with a {presence}; yours is {kind}"


def _presence_missing(presence: str, bare: Sequence[tuple[bytes, int | None]]) -> Iterator[Finding]:
    command = ", made with: ssh-keygen -O verify-required" if presence == "pin" else ""
    for path, line in bare[:MAX_LISTED]:
        yield Finding(
            "presence-missing",
            f"this path needs a signature by a listed security key, with a {presence}",
            "Attest it with a security key (ed25519-sk) that .attest/allowed_signers lists"
            f"{command}.\nChoose it first: attest init --key FILE",
            path=text.showable(path),
            line=line,
            answer_again=True,
        )


def _level_too_low(owner: str) -> Finding:
    return Finding(
        "level-too-low",
        f"every hunk is covered, but {owner} requires the exact change that was attested",
        "Its author answers for the commit as it is now.",
        answer_again=True,
    )


def common_presence(blocks: Sequence[JudgedBlock]) -> Presence | None:
    """What a security key saw at the signature of every block that counts; None where one was
    made without, or where there is no block."""
    if not blocks or any(block.flags is None for block in blocks):
        return None
    levels: tuple[Presence, ...] = ("pin", "touch")
    for level in levels:
        flags = _FLAGS[level]
        if all(block.flags is not None and block.flags & flags == flags for block in blocks):
            return level
    return None


def find_disclosures(message: bytes, rules: ProjectRules) -> tuple[Disclosed, ...]:
    """What a message says of assistance, by the trailers that the policy names."""
    pairs = disclosure.find_disclosures(message, rules.policy.disclosure)
    return tuple(Disclosed(trailer, tool) for trailer, tool in pairs[:MAX_LISTED])


def find_undisclosed(message: bytes, rules: ProjectRules, *, needed: bool) -> Iterator[Finding]:
    """Findings about what a message must disclose about assistance, or must not say.

    Args:
        needed: the commit needs an attestation. Where it does not, its author was never
            asked, so nothing can be missing; what the message does say is still judged.
    """
    if rules.policy.discloses:
        for finding in disclosure.judge(message, rules.policy.disclosure):
            if needed or finding.code != "disclosure-missing":
                yield finding


def find_changed_rules(paths: Iterable[bytes], unit: str = "commit") -> Iterator[Finding]:
    """Warnings about changes to files that the check reads its rules from, or that make CI
    run it. They do not apply to this check, which has the base's; but they will to the
    next one, so somebody must look at them."""
    for path in islice(filter(rule_files.is_rule, paths), MAX_LISTED):
        yield Finding(
            "policy-changed",
            f"this {unit} changes attest's own rules; it was checked against the base's rules",
            "A maintainer reviews this before it is merged.",
            severity="warning",
            path=text.showable(path),
        )
