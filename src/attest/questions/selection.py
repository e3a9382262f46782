"""Which hunks are worth a question: versions 1 to 3 of the rules.

Version 1 asks about every path that needs attesting, the largest hunks first;
version 2 leaves out those that are only covered (lock files, and what the policy
says); version 3 looks at what the change does (docs/questions.md). The check
makes the same choice by itself, so a version never changes once it is released.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.kinds import HIGH, LOW, TRIVIAL, Kind
from attest.git.diff import Hunk
from attest.policy.model import Treatment

RULES = 3
"""The newest version; attestations are made by it."""
SINCE = {1: "0.1.0", 2: "0.1.0", 3: "0.1.0"}
"""Versions that are known here, each with the release of attest that brought it."""
BY_SYNTAX = 3
"""From this version on, the choice reads the code."""

ALWAYS_ASKED = 9
"""Hunks of this risk are asked about beyond the budget too, up to twice as many: so that nobody
spends the budget on decoys."""

SAME_EDIT = "the same edit as"
"""The reason of a hunk that repeats another one."""

Outcome = Literal["asked", "grouped", "left", "trivial"]


@dataclass(slots=True)
class Choice:
    """What becomes of a hunk.

    Args:
        analysis: the hunk, and what it changes.
        reason: in words, for `attest questions --why`.
        places: how many hunks it stands for, itself too.
        stands_in: the number of the hunk that is asked about in its place.
        rank: its place among all hunks, the riskiest first.
        order: what ranks are sorted by: the risk, the size (both negative, so that more
            comes first), the path, and the place in the diff.
    """

    analysis: HunkAnalysis
    outcome: Outcome = "left"
    reason: str = ""
    places: int = 1
    stands_in: int | None = None
    rank: int = 0
    order: tuple[int, int, bytes, int] = field(default=(0, 0, b"", 0))

    @property
    def risk(self) -> int:
        """What it is ranked by: the risk of its kind, unless the policy asks for more."""
        return -self.order[0]


def choose_by_size(
    hunks: Sequence[Hunk], treatments: Mapping[bytes, Treatment], most: int, rules: int
) -> list[Hunk]:
    """The hunks to ask about by versions 1 and 2, in the order of the diff.

    Largest first by lines taken out and put in; ties by path, then by place.

    Args:
        treatments: what the policy wants of each path.
        most: the most hunks of a commit.
    """
    attested: tuple[Treatment, ...] = ("ask", "cover") if rules == 1 else ("ask",)
    numbers = [n for n, hunk in enumerate(hunks) if treatments[hunk.path] in attested]
    by_size = sorted(numbers, key=lambda n: (-hunks[n].size, hunks[n].path, n))
    return [hunks[n] for n in sorted(by_size[:most])]


def choose(
    analyses: Sequence[HunkAnalysis],
    most: int,
    kinds: Mapping[Kind, Literal["ask", "cover"]],
    special: Collection[int] = (),
) -> list[Choice]:
    """What becomes of each hunk by version 3, in the order of the diff.

    Args:
        analyses: the hunks that can be asked about.
        most: the most hunks of a commit.
        kinds: kinds that the policy asks about, or covers, against what is usual.
        special: numbers (in `analyses`) of those that a maintainer has a question about.
    """
    choices = [Choice(analysis) for analysis in analyses]
    for number, choice in enumerate(choices):
        _weigh(choice, number, kinds, number in special)
    _group(choices, _edit_key, SAME_EDIT, below=_ANY_RISK, counts=True)
    _group(choices, _place_key, "in the same place as", below=HIGH, counts=False)
    for rank, choice in enumerate(sorted(choices, key=lambda c: c.order)):
        choice.rank = rank
    _spend_budget(choices, most)
    return choices


_ANY_RISK = HIGH + 9
"""More than any risk. The key of an edit keeps risky ones of other files apart by itself."""


def _weigh(
    choice: Choice, number: int, kinds: Mapping[Kind, Literal["ask", "cover"]], special: bool
) -> None:
    """Rank a hunk, by itself and by the policy; leave out what nobody wants asked."""
    analysis = choice.analysis
    kept = tuple(effect for effect in analysis.effects if kinds.get(effect.kind) != "cover")
    if not kept:
        choice.outcome = "trivial"
        choice.reason = f"{analysis.kind}: the policy asks nothing about it"
        return
    analysis.effects = kept
    asked = any(kinds.get(effect.kind) == "ask" for effect in kept)
    if analysis.kind in TRIVIAL and not asked and not special:
        choice.outcome, choice.reason = "trivial", analysis.kind
        return
    risk = max(analysis.risk, LOW + 1 if asked else 0, HIGH + 1 if special else 0)
    choice.order = (-risk, -analysis.hunk.size, analysis.hunk.path, number)


def _spend_budget(choices: Sequence[Choice], most: int) -> None:
    """Ask about the riskiest hunks that are left, until the budget is spent. What is
    hardly worth a question gets one only where there is nothing else, and then one."""
    waiting = sorted((c for c in choices if not c.reason), key=lambda c: c.order)
    worthwhile = any(choice.risk > LOW for choice in waiting)
    for place, choice in enumerate(waiting):
        if (worthwhile and choice.risk <= LOW) or (not worthwhile and place > 0):
            choice.reason = "ranked below the hunks that are asked about"
        elif place >= most and not (choice.risk >= ALWAYS_ASKED and place < 2 * most):
            choice.reason = f"beyond the limit of {most} hunks a commit"
        else:
            choice.outcome = "asked"
            choice.reason = choice.analysis.kind


def _edit_key(analysis: HunkAnalysis) -> Hashable | None:
    """The same edit has the same key; a risky one only within its file, so that a decoy in
    another file cannot stand in for it."""
    if not any(map(any, analysis.signature)):
        return None
    file = analysis.hunk.path if analysis.risk >= HIGH else b""
    return (analysis.language.sort, analysis.signature, file)


def _place_key(analysis: HunkAnalysis) -> Hashable | None:
    """A function or type; for what is not code, the file."""
    whole_file = analysis.language.sort not in ("code", "migration") or analysis.kind == "binary"
    if whole_file or analysis.kind == "import-changed":
        return (analysis.hunk.path, analysis.kind == "import-changed")
    return (analysis.hunk.path, analysis.scope) if analysis.scope else None


def _group(
    choices: Sequence[Choice],
    key: Callable[[HunkAnalysis], Hashable | None],
    reason: str,
    *,
    below: int,
    counts: bool,
) -> None:
    """Ask about the riskiest of those that belong together, in place of the rest.

    Args:
        key: what those that belong together have in common; None for none.
        below: hunks of this risk or more are not folded into another one.
        counts: whether the question says in how many places it is the same.
    """
    groups: dict[Hashable, list[int]] = {}
    for number, choice in enumerate(choices):
        found = key(choice.analysis) if not choice.reason else None
        if found is not None:
            groups.setdefault(found, []).append(number)
    for numbers in groups.values():
        numbers.sort(key=lambda n: choices[n].order)
        first = choices[numbers[0]]
        for number in numbers[1:]:
            other = choices[number]
            if other.risk >= below:
                continue
            other.outcome, other.stands_in = "grouped", numbers[0]
            other.reason = reason
            first.places += counts
