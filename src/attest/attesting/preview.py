"""What would be asked about changes, and why: for `attest questions`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from attest import text
from attest.git import commit_object
from attest.git.diff import Change, Hunk
from attest.git.isolated import Isolated
from attest.interview.form import place
from attest.policy.paths import is_lock_file
from attest.project.rules import ProjectRules
from attest.questions import selection
from attest.questions.compose import HunkQuestions
from attest.questions.selection import Choice

Outcome = Literal["asked", "grouped", "left", "trivial", "covered", "ignored"]


@dataclass(frozen=True, slots=True)
class Line:
    """One hunk, and what becomes of it.

    Args:
        stands_in: the place of the hunk that is asked about in its place.
    """

    hunk: Hunk
    outcome: Outcome
    why: str
    kinds: tuple[str, ...] = ()
    scope: str = ""
    stands_in: str = ""
    posed: HunkQuestions | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """One change: a commit, or what is staged (without an id)."""

    oid: str
    subject: str
    lines: tuple[Line, ...]
    rules: int

    @property
    def asked(self) -> int:
        """How many hunks are asked about."""
        return sum(line.outcome == "asked" for line in self.lines)


def of_commit(isolated: Isolated, oid: str, base: ProjectRules) -> Listing:
    """What would be asked about a commit.

    Raises:
        NothingToJudge: the commit, a parent or a file is missing in this clone.
        LimitExceeded: it is larger than the limits.
    """
    found = commit_object.parse(isolated.commit(oid), oid)
    change = isolated.change(isolated.base_tree(found.parents), found.tree, keep=True)
    return of_change(change, base, oid, found.subject)


def of_change(change: Change, base: ProjectRules, oid: str = "", subject: str = "") -> Listing:
    """What would be asked about a change."""
    rules = base.rules
    posed = {id(one.hunk): one for one in base.choose(change, rules)}
    choices = base.choices(change) if rules >= selection.BY_SYNTAX else []
    by_hunk = {id(choice.analysis.hunk): choice for choice in choices}
    treatments = base.treatments(file.path for file in change.files)
    lines = []
    for hunk in change.hunks:
        treatment = treatments[hunk.path]
        choice = by_hunk.get(id(hunk))
        if choice is not None:
            lines.append(_of_choice(choice, choices, posed.get(id(hunk))))
        elif treatment == "ask" or id(hunk) in posed:
            outcome: Outcome = "asked" if id(hunk) in posed else "left"
            lines.append(Line(hunk, outcome, "by its size", posed=posed.get(id(hunk))))
        else:
            outcome = "covered" if treatment == "cover" else "ignored"
            lock = "a lock file, by its name"
            why = lock if is_lock_file(hunk.path) else "as the policy says of its path"
            lines.append(Line(hunk, outcome, why))
    return Listing(oid, subject, tuple(lines), rules)


def _of_choice(choice: Choice, choices: Sequence[Choice], posed: HunkQuestions | None) -> Line:
    one = choice.analysis
    stands_in = ""
    if choice.stands_in is not None:
        stands_in = place(choices[choice.stands_in].analysis.hunk)
    return Line(
        one.hunk,
        choice.outcome,
        choice.reason,
        tuple(dict.fromkeys(effect.kind for effect in one.effects)),
        ".".join(one.scope),
        stands_in,
        posed,
    )


def as_text(listing: Listing, *, why: bool) -> Iterator[str]:
    """Lines to show.

    Args:
        why: with the hunks that are not asked about, and the reasons.
    """
    if listing.oid:
        yield text.showable(f"commit {listing.oid[:10]} {listing.subject}")
    total = len(listing.lines)
    yield f"{listing.asked} of {total} hunk{'' if total == 1 else 's'} asked about"
    for line in listing.lines:
        if line.outcome != "asked" and not why:
            continue
        scope = f"  {line.scope}" if line.scope else ""
        yield ""
        yield text.showable(f"{line.outcome}  {place(line.hunk)}{scope}")
        if why:
            yield text.showable(f"  because: {_because(line)}")
        if line.posed is not None:
            asked = line.posed.texts
            for question in (asked.invariant, asked.breaks, asked.third):
                if question:
                    yield text.showable(f"  - {question}")


def _because(line: Line) -> str:
    kinds = ", ".join(line.kinds)
    if line.outcome == "asked" or not kinds:
        return kinds or line.why
    if line.stands_in:
        return f"{line.why} {line.stands_in} ({kinds})"
    return f"{line.why} ({kinds})" if kinds != line.why else kinds


def as_json(listings: Sequence[Listing]) -> str:
    """The same as JSON, with everything in it."""
    data = [
        {
            "commit": listing.oid or None,
            "subject": listing.subject,
            "rules": listing.rules,
            "asked": listing.asked,
            "hunks": [_json(line) for line in listing.lines],
        }
        for listing in listings
    ]
    return json.dumps({"version": 1, "changes": data}, indent=2, ensure_ascii=False)


def _json(line: Line) -> dict[str, Any]:
    hunk, posed = line.hunk, line.posed
    return {
        "path": text.showable(hunk.path),
        "line": hunk.line,
        "digest": hunk.digest,
        "scope": line.scope,
        "outcome": line.outcome,
        "kinds": list(line.kinds),
        "why": line.why,
        "stands_in": line.stands_in or None,
        "places": posed.places if posed else 1,
        "questions": {
            "invariant": posed.texts.invariant,
            "breaks": posed.texts.breaks,
            "own": posed.texts.third or None,
        }
        if posed
        else None,
    }
