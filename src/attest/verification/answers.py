"""What a commit and its blocks fall short of, as findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attest import text
from attest.attestation import block
from attest.attestation.block import Block
from attest.git.diff import Change, Hunk
from attest.interview.form import QuestionForm
from attest.policy import disclosure
from attest.project import rules as rules
from attest.project.rules import ProjectRules
from attest.questions import selection
from attest.questions.compose import HunkQuestions
from attest.report.findings import Finding
from attest.signatures import sshsig
from attest.state.store import Answers
from attest.verification.coverage import Coverage, cover

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
        "Its author answers for it.",
        again=True,
    )


def uncovered(coverage: Coverage) -> Iterator[Finding]:
    """Hunks that no block covers."""
    each = zip(coverage.hunks, coverage.covered, coverage.needed, strict=True)
    open_hunks = [hunk for hunk, covered, needed in each if needed and not covered]
    for hunk in open_hunks[:MAX_LISTED]:
        yield Finding(
            "hunk-not-covered",
            "this hunk is not the one that was attested",
            "It was changed after the answers, or comes from elsewhere: its author answers again.",
            path=text.showable(hunk.path),
            line=hunk.line,
            again=True,
        )
    if len(open_hunks) > MAX_LISTED:
        more = len(open_hunks) - MAX_LISTED
        yield Finding("hunk-not-covered", f"and {more} more hunks are not covered", again=True)


def unanswered(
    change: Change, coverage: Coverage, base: ProjectRules, blocks: Sequence[Block]
) -> Iterator[Finding]:
    """Hunks that the base's rules choose, and that lack an answer.

    With several blocks (a squash), a hunk that one of them covers by its file may be
    a larger one now than it was then (docs/format.md, "What a valid block proves").
    """
    known = [one.rules for one in blocks if one.rules in base.accepted & set(selection.SINCE)]
    if not known:
        return  # each block has its `rules-unsupported`
    hint = "Its author answers the rest."
    if any(one.policy != base.digest for one in blocks):
        hint += " (The attester was asked by another policy than the base's, or by none.)"
    rules = max(known)
    chosen = {id(one.hunk): one for one in base.choose(change, rules)}
    excused = _Excused(change, base, blocks, rules)
    listed = 0
    for hunk, said, covered in zip(coverage.hunks, coverage.answers, coverage.covered, strict=True):
        posed = chosen.get(id(hunk))
        if posed is None or (said is None and (not covered or excused(hunk))):
            continue
        lacking = _lacking(base, posed, said)
        if lacking and listed < MAX_LISTED:
            listed += 1
            place = text.showable(hunk.path)
            yield Finding("answer-missing", lacking, hint, path=place, line=hunk.line, again=True)
    answered = _answered(change, coverage, base, rules)
    if answered < len(chosen):
        total = coverage.total
        yield Finding(
            "answer-missing",
            f"{answered} of {total} hunks are answered; {len(chosen)} must be",
            hint,
            again=True,
        )


def weak_answers(
    change: Change, coverage: Coverage, base: ProjectRules, blocks: Sequence[Block]
) -> Iterator[Finding]:
    """Answers that say nothing of their change (docs/questions.md, "Answers")."""
    known = [one.rules for one in blocks if one.rules in base.accepted & set(selection.SINCE)]
    if not known:
        return
    answers = {
        id(hunk): said
        for hunk, said in zip(coverage.hunks, coverage.answers, strict=True)
        if said is not None
    }
    posed = base.choose(change, max(known))
    items = [
        QuestionForm.of(one, number, len(posed), _as_kept(answers[id(one.hunk)]))
        for number, one in enumerate(posed, 1)
        if id(one.hunk) in answers
    ]
    listed = 0
    for item in items:
        for label, said in item.said_all.items():
            found = item.weakness(label, said, [one for one in items if one.number < item.number])
            if found is not None and listed < MAX_LISTED:
                listed += 1
                yield Finding(
                    "answer-weak",
                    f"the answer to `{label}`: {found.reason} ({found.rule})",
                    found.remedy,
                    path=text.showable(item.hunk.path),
                    line=item.hunk.line,
                    again=True,
                )


def _as_kept(said: block.AttestedHunk) -> Answers:
    pairs = [(text.normalise(one.asked), one.answer) for one in said.questions]
    return Answers(said.invariant, said.breaks, said.unsure, pairs)


def _answered(change: Change, coverage: Coverage, base: ProjectRules, rules: int) -> int:
    """How many hunks are answered that could have been chosen."""
    treatments = base.treatments(file.path for file in change.files)
    by_size = min(rules, selection.BY_SYNTAX - 1)
    able = {
        id(hunk)
        for hunk in selection.choose_by_size(change.hunks, treatments, len(change.hunks), by_size)
    }
    return sum(
        id(hunk) in able and said is not None and not base.standard.lacking(said)
        for hunk, said in zip(coverage.hunks, coverage.answers, strict=True)
    )


class _Excused:
    """Whether a chosen hunk needs no answer of its own: one of several blocks covers it
    by its file, answered as much as its own change called for, and answered for no
    less telling hunk in its place."""

    def __init__(
        self, change: Change, base: ProjectRules, blocks: Sequence[Block], rules: int
    ) -> None:
        several = len(blocks) > 1 and not any(one.change == change.digest for one in blocks)
        several = several and not any(cover(change, [one]).level == "hunks" for one in blocks)
        self._blocks = blocks if several else ()
        self._base = base
        self._files = {id(hunk): file.digest for file in change.files for hunk in file.hunks}
        self._ranks = base.ranks(change, rules) if self._blocks else {}

    def __call__(self, hunk: Hunk) -> bool:
        file = self._files[id(hunk)]
        return any(file in one.files and self._enough(one, hunk) for one in self._blocks)

    def _enough(self, one: Block, hunk: Hunk) -> bool:
        said = [said for said in one.hunks if not self._base.standard.lacking(said)]
        ranks = [self._ranks[known.digest] for known in said if known.digest in self._ranks]
        wanted = min(self._base.policy.questions.most, one.asked[1])
        limit = self._ranks.get(hunk.digest, 0)
        return len(said) >= wanted and all(rank <= limit for rank in ranks)


def _lacking(base: ProjectRules, posed: HunkQuestions, said: block.AttestedHunk | None) -> str:
    """What a chosen hunk's answers lack, in words."""
    if said is None:
        if posed.analysis is None:
            return "this hunk is one of the largest: it had to be answered"
        return f"this hunk had to be answered: {posed.analysis.kind}"
    third = posed.texts.third
    answers = {_unquoted(one.asked): one.answer for one in said.questions}
    answer = answers.get(_unquoted(third), "")
    labels = base.standard.lacking(said, answer if third else None)
    if not labels:
        return ""
    texts = {"invariant": said.invariant, "breaks": said.breaks, "answer": answer}
    short = [
        f"`{label}` has {why}" for label in labels if (why := base.standard.objection(texts[label]))
    ]
    if short:
        return f"the answer to {' and '.join(short)}"
    unsure = "" if base.standard.unsure else "; the policy takes no `unsure` for it"
    own = f" ({text.showable(third)})" if "answer" in labels else ""
    named = " and ".join(f"`{label}`" for label in labels)
    return f"no answer to {named}{own}, and nothing stands in{unsure}"


def _unquoted(question: str) -> str:
    """A question without the code that it quotes, which a rebase may change around a hunk
    that stays what it was."""
    return re.sub(r"`[^`]*`|«[^«»]*»", "`…`", text.normalise(question))


def absent(
    change: Change, base: ProjectRules, blocks: Sequence[tuple[Block, int | None]], level: str
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


def foreseen(change: Change, base: ProjectRules, kind: str) -> Iterator[str]:
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
            + ".\nChoose it first: attest init --key FILE",
            path=text.showable(hunk.path),
            line=hunk.line,
            again=True,
        )


def _too_low(whose: str) -> Finding:
    return Finding(
        "level-too-low",
        f"every hunk is covered, but {whose} wants the exact change that was attested",
        "Its author answers for the commit as it is now.",
        again=True,
    )


def undisclosed(message: bytes, base: ProjectRules, *, needed: bool) -> Iterator[Finding]:
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
