"""What is worth asking: versions 1 to 3 of the rules.

Version 1 asks about every path that needs attesting, the largest hunks first;
version 2 leaves out those that are only covered (lock files, and what the policy
says); version 3 looks at what the change does (docs/questions.md). The check
makes the same choice by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
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

WHATEVER = 9
"""From this risk on a hunk is asked about beyond the budget too, up to twice of it: so
that nobody spends it on decoys."""

Outcome = Literal["asked", "grouped", "left", "trivial"]


@dataclass(slots=True)
class Choice:
    """What became of a hunk.

    Args:
        looked: the hunk.
        why: in words, for `attest questions --why`.
        places: how many hunks it stands for, itself too.
        stands_in: the number of the hunk that is asked in its place.
        rank: its place among all hunks, the most telling first.
    """

    looked: HunkAnalysis
    outcome: Outcome = "left"
    why: str = ""
    places: int = 1
    stands_in: int | None = None
    rank: int = 0
    order: tuple[int, int, bytes, int] = field(default=(0, 0, b"", 0))


def choose_by_size(
    hunks: Sequence[Hunk], treatments: Mapping[bytes, Treatment], most: int, rules: int
) -> list[Hunk]:
    """The hunks to ask about by versions 1 and 2, in the order of the diff.

    Largest first by lines taken out and put in; ties by path, then by place.

    Args:
        treatments: what the policy wants of each path.
        most: the most hunks of a commit.
    """
    wanted: tuple[Treatment, ...] = ("ask", "cover") if rules == 1 else ("ask",)
    numbers = [n for n, hunk in enumerate(hunks) if treatments[hunk.path] in wanted]
    by_size = sorted(numbers, key=lambda n: (-hunks[n].size, hunks[n].path, n))
    return [hunks[n] for n in sorted(by_size[:most])]


def choose(
    looked: Sequence[HunkAnalysis],
    most: int,
    kinds: Mapping[Kind, Literal["ask", "cover"]],
    special: Collection[int] = (),
) -> list[Choice]:
    """What becomes of each hunk by version 3, in the order of the diff.

    Args:
        looked: the hunks that can be asked about.
        most: the most hunks of a commit.
        kinds: what the policy wants of kinds, against what is usual.
        special: ids of those that a maintainer has a question about.
    """
    choices = [Choice(one) for one in looked]
    for number, choice in enumerate(choices):
        _weigh(choice, number, kinds, id(choice.looked) in special)
    _group(choices, _same_edit, "the same edit as", HIGH + 9)
    _group(choices, _same_place, "in the same place as", HIGH)
    for rank, choice in enumerate(sorted(choices, key=lambda c: c.order)):
        choice.rank = rank
    waiting = sorted((c for c in choices if not c.why), key=lambda c: c.order)
    telling = [c for c in waiting if -c.order[0] > LOW]
    for place, choice in enumerate(waiting):
        if (telling and -choice.order[0] <= LOW) or (not telling and place > 0):
            choice.why = "less telling than what is asked about"
        elif place >= most and not (-choice.order[0] >= WHATEVER and place < 2 * most):
            choice.why = f"more than {most} hunks are worth asking about; these are less telling"
        else:
            choice.outcome = "asked"
            choice.why = choice.looked.kind
    return choices


def _weigh(
    choice: Choice, number: int, kinds: Mapping[Kind, Literal["ask", "cover"]], special: bool
) -> None:
    """What a hunk is worth, by itself and by the policy."""
    one = choice.looked
    kept = tuple(fact for fact in one.facts if kinds.get(fact.kind) != "cover")
    if not kept:
        choice.outcome, choice.why = "trivial", f"{one.kind}: the policy asks nothing about it"
        return
    one.facts = kept
    asked = any(kinds.get(fact.kind) == "ask" for fact in kept)
    if one.kind in TRIVIAL and not asked and not special:
        choice.outcome, choice.why = "trivial", one.kind
        return
    risk = max(one.risk, LOW + 1 if asked else 0, HIGH + 1 if special else 0)
    choice.order = (-risk, -one.hunk.size, one.hunk.path, number)


def _same_edit(one: HunkAnalysis) -> object:
    where = one.hunk.path if one.risk >= HIGH else b""
    return (one.language.sort, one.signature, where) if any(map(any, one.signature)) else None


def _same_place(one: HunkAnalysis) -> object:
    """A function or type; for what is no code, the file."""
    together = one.language.sort not in ("code", "migration") or one.kind == "binary"
    if together or one.kind == "import-changed":
        return (one.hunk.path, one.kind == "import-changed")
    return (one.hunk.path, one.scope) if one.scope else None


def _group(
    choices: Sequence[Choice], key: Callable[[HunkAnalysis], object], what: str, below: int
) -> None:
    """Ask about the most telling of those that belong together, in place of the rest."""
    groups: dict[object, list[int]] = {}
    for number, choice in enumerate(choices):
        found = key(choice.looked) if not choice.why else None
        if found is not None:
            groups.setdefault(found, []).append(number)
    for numbers in groups.values():
        numbers.sort(key=lambda n: choices[n].order)
        first = choices[numbers[0]]
        for number in numbers[1:]:
            other = choices[number]
            if -other.order[0] >= below:
                continue
            other.outcome, other.stands_in = "grouped", numbers[0]
            other.why = what
            first.places += 1 if below > HIGH else 0
