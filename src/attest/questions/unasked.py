"""What a choice leaves unasked: counted by group, and what changes behaviour one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from attest import text
from attest.analysis.kinds import LOW, TRIVIAL
from attest.git.diff import Change
from attest.policy.model import Treatment
from attest.questions.selection import SAME_EDIT, Choice
from attest.report.answers import UnaskedGroup
from attest.report.findings import UnaskedHunk, UnaskedHunks


def of(
    change: Change, treatments: Mapping[bytes, Treatment], choices: Sequence[Choice]
) -> UnaskedHunks:
    """What nobody is asked about in a change. It takes one step for each hunk.

    Args:
        treatments: what the policy wants of each path.
        choices: what becomes of each hunk that can be asked about.
    """
    counts: Counter[UnaskedGroup] = Counter()
    behaviour = []
    for choice in choices:
        group = group_of(choice)
        if group is None:
            continue
        counts[group] += 1
        if _changes_behaviour(choice):
            hunk = choice.analysis.hunk
            place = text.showable(hunk.path)
            kind, risk = choice.analysis.kind, choice.risk
            behaviour.append(UnaskedHunk(place, hunk.line, kind, group, risk=risk))
    for file in change.files:
        treatment = treatments[file.path]
        if treatment != "ask":
            group = "covered-paths" if treatment == "cover" else "ignored-paths"
            counts[group] += len(file.hunks)
    return UnaskedHunks(_ordered(counts), _riskiest_first(behaviour))


def _riskiest_first(hunks: Iterable[UnaskedHunk]) -> tuple[UnaskedHunk, ...]:
    """Hunks as they are listed. A list is cut somewhere, and many harmless hunks must not push
    a risky one behind that."""
    return tuple(sorted(hunks, key=lambda hunk: -hunk.risk))


def of_commits(each: Iterable[tuple[str, UnaskedHunks]]) -> UnaskedHunks:
    """What nobody is asked about in several commits.

    Args:
        each: a commit's id, and what is unasked there.
    """
    counts: Counter[UnaskedGroup] = Counter()
    behaviour: list[UnaskedHunk] = []
    for oid, unasked in each:
        counts.update(unasked.groups)
        behaviour += [hunk.of_commit(oid) for hunk in unasked.behaviour]
    return UnaskedHunks(_ordered(counts), _riskiest_first(behaviour))


def _ordered(counts: Mapping[UnaskedGroup, int]) -> dict[UnaskedGroup, int]:
    """The counts in the order in which the groups are declared, the same everywhere."""
    groups: tuple[UnaskedGroup, ...] = get_args(UnaskedGroup)
    return {group: counts[group] for group in groups if counts.get(group)}


def group_of(choice: Choice) -> UnaskedGroup | None:
    """Why nobody is asked about a hunk; None where somebody is. What became of the hunk
    counts first, then its kind."""
    kind = choice.analysis.kind
    if choice.outcome == "asked":
        return None
    if choice.outcome == "trivial":
        return "trivial" if kind in TRIVIAL else "covered-kinds"
    if choice.outcome == "grouped" and choice.reason == SAME_EDIT:
        return "repeats"
    if kind.startswith("test-"):
        return "tests"
    if choice.risk <= LOW:
        return "prose" if kind == "prose" else "low"
    return "related" if choice.outcome == "grouped" else "limit"


def _changes_behaviour(choice: Choice) -> bool:
    """Whether a hunk could have been asked about by its own rank, which the policy may have
    raised, but the budget or an asked hunk left it out."""
    return choice.outcome in ("left", "grouped") and choice.risk > LOW
