"""What a commit and its blocks fall short of, as findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attest import base as rules
from attest import block, disclosure, text
from attest.base import Base
from attest.block import Block
from attest.change import Change, Hunk
from attest.coverage import Coverage, cover
from attest.findings import Finding
from attest.questions import select
from attest.signatures import sshsig

MAX_LISTED = 50
"""Findings about hunks that are listed for one commit; the rest is counted."""

_FLAGS = {
    "touch": sshsig.USER_PRESENT,
    "pin": sshsig.USER_PRESENT | sshsig.USER_VERIFIED,
}


def unattested(scan: block.Scan) -> Finding:
    """No block that could be read or trusted stands in the message."""
    stray = " (it has Attest- lines, but no block begins)" if scan.stray else ""
    return Finding(
        "unattested",
        f"the commit has no attestation{stray}",
        "Its author answers for it: `attest answer COMMIT`, or a whole range of them.",
    )


def uncovered(coverage: Coverage) -> Iterator[Finding]:
    """Hunks that no block covers."""
    each = zip(coverage.hunks, coverage.covered, coverage.needed, strict=True)
    open_hunks = [hunk for hunk, covered, needed in each if needed and not covered]
    for hunk in open_hunks[:MAX_LISTED]:
        yield Finding(
            "hunk-not-covered",
            "this hunk is not the one that was attested",
            "It was changed after the answers, or comes from elsewhere. "
            "Answer for it: `attest answer COMMIT`.",
            path=text.showable(hunk.path),
            line=hunk.line,
        )
    if len(open_hunks) > MAX_LISTED:
        more = len(open_hunks) - MAX_LISTED
        yield Finding("hunk-not-covered", f"and {more} more hunks are not covered")


def unanswered(
    change: Change, coverage: Coverage, base: Base, blocks: Sequence[Block]
) -> Iterator[Finding]:
    """Hunks that the base's rules choose, and that lack an answer.

    With several blocks (a squash), a hunk that one of them covers by its file may be
    a larger one now than it was then (docs/format.md, "What a valid block proves").
    """
    known = [one.rules for one in blocks if one.rules in base.accepted & set(select.SINCE)]
    if not known:
        return  # each block has its `rules-unsupported`
    hint = "Its author answers the rest: `attest answer COMMIT`."
    if any(one.policy != base.digest for one in blocks):
        hint += " (The attester was asked by another policy than the base's, or by none.)"
    chosen = {id(hunk) for hunk in base.choose(change, max(known))}
    excused = _Excused(change, base, blocks)
    listed = 0
    for hunk, said, covered in zip(coverage.hunks, coverage.answers, coverage.covered, strict=True):
        if id(hunk) not in chosen or (said is None and (not covered or excused(hunk))):
            continue
        lacking = _lacking(base, said)
        if lacking and listed < MAX_LISTED:
            listed += 1
            place = text.showable(hunk.path)
            yield Finding("answer-missing", lacking, hint, path=place, line=hunk.line)
    answered = _answered(change, coverage, base, max(known))
    if answered < len(chosen):
        total = coverage.total
        yield Finding(
            "answer-missing",
            f"{answered} of {total} hunks are answered; {len(chosen)} must be",
            hint,
        )


def _answered(change: Change, coverage: Coverage, base: Base, rules: int) -> int:
    """How many hunks are answered that could have been chosen."""
    treatments = base.treatments(file.path for file in change.files)
    able = {id(hunk) for hunk in select.choose(change.hunks, treatments, len(change.hunks), rules)}
    return sum(
        id(hunk) in able and said is not None and not base.standard.lacking(said)
        for hunk, said in zip(coverage.hunks, coverage.answers, strict=True)
    )


class _Excused:
    """Whether a chosen hunk needs no answer of its own: one of several blocks covers it
    by its file, answered as much as its own change called for, and answered for no
    smaller hunk in its place."""

    def __init__(self, change: Change, base: Base, blocks: Sequence[Block]) -> None:
        several = len(blocks) > 1 and not any(one.change == change.digest for one in blocks)
        several = several and not any(cover(change, [one]).level == "hunks" for one in blocks)
        self._blocks = blocks if several else ()
        self._base = base
        self._files = {id(hunk): file.digest for file in change.files for hunk in file.hunks}
        self._sizes = {hunk.digest: hunk.size for hunk in change.hunks}

    def __call__(self, hunk: Hunk) -> bool:
        file = self._files[id(hunk)]
        return any(file in one.files and self._enough(one, hunk) for one in self._blocks)

    def _enough(self, one: Block, hunk: Hunk) -> bool:
        said = [said for said in one.hunks if not self._base.standard.lacking(said)]
        sizes = [self._sizes[known.digest] for known in said if known.digest in self._sizes]
        wanted = min(self._base.policy.questions.most, one.asked[1])
        return len(said) >= wanted and all(size >= hunk.size for size in sizes)


def _lacking(base: Base, said: block.AttestedHunk | None) -> str:
    """What a chosen hunk's answers lack, in words."""
    if said is None:
        return "this hunk is one of the largest: it had to be answered"
    labels = base.standard.lacking(said)
    if not labels:
        return ""
    short = [f"`{label}` has {why}" for label in labels if (why := _short(base, said, label))]
    if short:
        return f"the answer to {' and '.join(short)}"
    unsure = "" if base.standard.unsure else "; the policy takes no `unsure` for it"
    return f"no answer to {' and '.join(f'`{x}`' for x in labels)}, and nothing stands in{unsure}"


def _short(base: Base, said: block.AttestedHunk, label: str) -> str:
    return base.standard.objection(getattr(said, label))


def absent(
    change: Change, base: Base, blocks: Sequence[tuple[Block, int | None]], level: str
) -> Iterator[Finding]:
    """What the policy wants for paths that matter, and the commit has not.

    Args:
        blocks: those by signers whom the base knows, each with the flags of its
            security key, if one made it.
    """
    if base.policy.level == "exact" and level == "hunks":
        yield _too_low("the policy")
    for patterns, presence, wanted in base.requirements:
        hunks = [hunk for hunk in change.hunks if patterns.match(hunk.path)]
        if hunks and wanted == "exact" and level == "hunks" and base.policy.level != "exact":
            yield _too_low(f"the policy for {text.showable(hunks[0].path)}")
        if hunks and presence is not None:
            need = _FLAGS[presence]
            present = [one for one, flags in blocks if flags is not None and flags & need == need]
            reach = cover(change, present)
            yield from _without(presence, hunks, reach)


def foreseen(change: Change, base: Base, kind: str) -> Iterator[str]:
    """What a key of this kind will not do for a change, in words for its author."""
    if kind.startswith("sk-"):
        return
    for patterns, presence, _ in base.requirements:
        path = next((f.path for f in change.files if patterns.match(f.path)), None)
        if path is not None and presence is not None:
            shown = text.showable(path)
            yield f"{shown}: the project wants a security key with a {presence}; yours is {kind}"


def _without(presence: str, hunks: Sequence[Hunk], reach: Coverage) -> Iterator[Finding]:
    covered = {id(h) for h, ok in zip(reach.hunks, reach.covered, strict=True) if ok}
    bare = [hunk for hunk in hunks if id(hunk) not in covered]
    for hunk in bare[:MAX_LISTED]:
        yield Finding(
            "presence-missing",
            f"this path needs a signature by a security key that the base knows, with a {presence}",
            "Attest it with a security key (ed25519-sk) that .attest/allowed_signers lists"
            + (", made with: ssh-keygen -O verify-required" if presence == "pin" else "")
            + ".",
            path=text.showable(hunk.path),
            line=hunk.line,
        )


def _too_low(whose: str) -> Finding:
    return Finding(
        "level-too-low",
        f"every hunk is covered, but {whose} wants the exact change that was attested",
        "Attest the commit as it is now: `attest answer COMMIT`.",
    )


def undisclosed(message: bytes, base: Base, *, needed: bool) -> Iterator[Finding]:
    """What the message does not tell of assistance, or must not.

    Args:
        needed: the commit needs an attestation, so that its author was asked.
    """
    if base.policy.discloses:
        for finding in disclosure.judge(message, base.policy.disclosure):
            if needed or finding.code != "disclosure-missing":
                yield finding


def changed_rules(change: Change) -> Iterator[Finding]:
    """Files that the check reads its rules from, or that make CI run it."""
    found = [file.path for file in change.files if rules.is_rule(file.path)]
    for path in found[:MAX_LISTED]:
        yield Finding(
            "policy-changed",
            "the commit changes what the check itself goes by; it is judged by the base's",
            "A maintainer looks at it before it lands.",
            severity="warning",
            path=text.showable(path),
        )
