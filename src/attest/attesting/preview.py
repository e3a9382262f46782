"""What would be asked about changes, and why: for `attest questions`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from attest import text
from attest.attesting.staged import StagedChange
from attest.facts import search
from attest.facts.fact import Fact
from attest.facts.search import Attested, FactSearch
from attest.git import branches, commit_object, merge
from attest.git.branches import Branch
from attest.git.diff import Hunk
from attest.git.hunk_view import place
from attest.policy.model import Treatment
from attest.policy.paths import is_lock_file
from attest.project.session import Session
from attest.questions import selection
from attest.questions.compose import HunkQuestions
from attest.questions.selection import Choice

Outcome = Literal["asked", "grouped", "left", "trivial", "covered", "ignored"]


@dataclass(frozen=True, slots=True)
class HunkPreview:
    """One hunk, and what becomes of it.

    Args:
        substitute: the place of the hunk that is asked about in its place.
        questions: what is asked; None where nothing is.
        fact: what this clone knows about it, which is shown and asked with it.
        omissions: why it has no other fact.
    """

    hunk: Hunk
    outcome: Outcome
    reason: str
    kinds: tuple[str, ...] = ()
    scope: str = ""
    substitute: str = ""
    questions: HunkQuestions | None = None
    fact: Fact | None = None
    omissions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """One change: a commit, or what is staged (without an id)."""

    oid: str
    subject: str
    hunks: tuple[HunkPreview, ...]

    @property
    def question_count(self) -> int:
        """How many hunks are asked about."""
        return sum(hunk.outcome == "asked" for hunk in self.hunks)


def of_commit(session: Session, oid: str) -> Preview:
    """What would be asked about a commit.

    Raises:
        NothingToJudge: the commit, a parent or a file is missing in this clone.
        LimitExceeded: it is larger than the limits.
    """
    isolated = session.isolated
    commit = commit_object.parse(isolated.commit(oid), oid)
    change = merge.change(
        isolated, merge.base(isolated, commit.parents, commit.tree), commit.tree, keep=True
    )
    attested = search.of_commit(commit, change)
    return _of_change(session, attested, oid, commit.subject)


def of_branch(session: Session, branch: Branch) -> Preview:
    """What would be asked about the whole difference of a branch.

    Raises:
        NothingToJudge: a commit or a file is missing in this clone.
        LimitExceeded: it is larger than the limits.
    """
    change = branches.change(session.isolated, branch, keep=True)
    tip = commit_object.parse(session.isolated.commit(branch.tip), branch.tip)
    more = len(branch.commits) - 1
    subject, message = tip.subject, tip.message.decode("utf-8", "replace")
    if more:  # of several commits, no message is about the whole difference
        subject += f" (and {more} more commit{'s' if more > 1 else ''}, as one change)"
        message = ""
    attested = Attested(change, branch.new, branch.merge_bases[0], message)
    return _of_change(session, attested, branch.tip, subject)


def of_staged(session: Session, staged: StagedChange) -> Preview:
    """What would be asked about what is staged.

    Raises:
        NothingToJudge: a file is missing in this clone.
    """
    change, new = staged.change, staged.new
    return _of_change(session, search.of_index(session.repository, change, new, staged.parents))


def _of_change(session: Session, attested: Attested, oid: str = "", subject: str = "") -> Preview:
    change, rules = attested.change, session.rules
    selected = rules.chooser.choose(change)
    questions = {preview.hunk: preview for preview in selected}
    with FactSearch(session.repository, attested, selected) as facts:
        facts.wait()
        facts_by_hunk = {one.hunk: facts.get(one.hunk) for one in selected}
        omissions = {one.hunk: tuple(facts.reasons(one.hunk)) for one in selected}
    choices = rules.chooser.choices(change)
    by_hunk = {choice.analysis.hunk: choice for choice in choices}
    treatments = rules.treatments.of(file.path for file in change.files)
    hunks = []
    for hunk in change.hunks:
        choice = by_hunk.get(hunk)
        if choice is not None:
            preview = _of_choice(choice, choices, questions.get(hunk))
            fact, reasons = facts_by_hunk.get(hunk), omissions.get(hunk, ())
            hunks.append(replace(preview, fact=fact, omissions=reasons))
        else:
            hunks.append(_unread_preview(hunk, treatments[hunk.path]))
    return Preview(oid, subject, tuple(hunks))


def _unread_preview(hunk: Hunk, treatment: Treatment) -> HunkPreview:
    """A hunk that the policy asks nothing about, so that its code is not read."""
    outcome: Outcome = "covered" if treatment == "cover" else "ignored"
    lock_file = is_lock_file(hunk.path)
    reason = "its name is that of a lock file" if lock_file else "as the policy says of its path"
    return HunkPreview(hunk, outcome, reason)


def _of_choice(
    choice: Choice, choices: Sequence[Choice], questions: HunkQuestions | None
) -> HunkPreview:
    analysis = choice.analysis
    substitute = ""
    if choice.stands_in is not None:
        substitute = place(choices[choice.stands_in].analysis.hunk)
    return HunkPreview(
        analysis.hunk,
        choice.outcome,
        choice.reason,
        kinds=tuple(dict.fromkeys(effect.kind for effect in analysis.effects)),
        scope=".".join(analysis.scope),
        substitute=substitute,
        questions=questions,
    )


def as_text(preview: Preview, *, with_reasons: bool) -> Iterator[str]:
    """Lines to show.

    Args:
        with_reasons: with the hunks that are not asked about, and the reasons.
    """
    if preview.oid:
        yield text.showable(f"commit {preview.oid[:10]} {preview.subject}")
    total = len(preview.hunks)
    yield f"{preview.question_count} of {total} hunk{'' if total == 1 else 's'} asked about"
    for hunk in preview.hunks:
        if hunk.outcome != "asked" and not with_reasons:
            continue
        scope = f"  {hunk.scope}" if hunk.scope else ""
        yield ""
        yield text.showable(f"{hunk.outcome}  {place(hunk.hunk)}{scope}")
        if with_reasons:
            yield text.showable(f"  because: {_reason(hunk)}")
        if hunk.questions is not None:
            texts = hunk.questions.texts
            fact = hunk.fact
            if fact is not None:
                yield text.showable(f"  fact: {fact.text}")
            breaks = fact.question if fact is not None else texts.breaks
            for question in (texts.invariant, breaks, texts.third):
                if question:
                    yield text.showable(f"  - {question}")
        for reason in hunk.omissions if with_reasons else ():
            yield text.showable(f"  no fact: {reason}")


def _reason(hunk: HunkPreview) -> str:
    kinds = ", ".join(hunk.kinds)
    if hunk.outcome == "asked" or not kinds:
        return kinds or hunk.reason
    if hunk.substitute:
        return f"{hunk.reason} {hunk.substitute} ({kinds})"
    return f"{hunk.reason} ({kinds})" if kinds != hunk.reason else kinds


def as_json(previews: Sequence[Preview]) -> str:
    """The same as JSON, with everything in it."""
    data = [
        {
            "commit": preview.oid or None,
            "subject": preview.subject,
            "rules": selection.RULES,
            "asked": preview.question_count,
            "hunks": [_json(hunk) for hunk in preview.hunks],
        }
        for preview in previews
    ]
    document = json.dumps({"version": 1, "changes": data}, indent=2, ensure_ascii=False)
    return text.json_for_runners(document)


def _json(preview: HunkPreview) -> dict[str, Any]:
    hunk, questions, fact = preview.hunk, preview.questions, preview.fact
    return {
        "path": text.showable(hunk.path),
        "line": hunk.line,
        "digest": hunk.digest,
        "scope": preview.scope,
        "outcome": preview.outcome,
        "kinds": list(preview.kinds),
        "why": preview.reason,
        "stands_in": preview.substitute or None,
        "places": questions.places if questions else 1,
        "fact": {"kind": fact.kind, "text": fact.text} if fact else None,
        "questions": {
            "invariant": questions.texts.invariant,
            "breaks": fact.question if fact else questions.texts.breaks,
            "own": questions.texts.third or None,
        }
        if questions
        else None,
    }
