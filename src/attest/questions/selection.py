"""Which hunks are worth a question, by what they change (docs/questions.md). The check makes
the same choice by itself, so a version of the rules never changes once it is released.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.kinds import HIGH, LOW, TRIVIAL, Kind
from attest.questions.own import Fitting

RULES = 1
"""The version of these rules, which a block names."""

ALWAYS_ASKED = 9
"""Hunks of this risk are asked about beyond the budget too, up to twice as many: so that nobody
spends the budget on decoys."""

SAME_EDIT = "the same edit as"
"""The reason of a hunk that repeats another one."""

SPECIAL = ALWAYS_ASKED + 1
"""What a hunk is ranked by that a maintainer has a question about: before all others."""

Outcome = Literal["asked", "grouped", "left", "trivial"]


@dataclass(slots=True)
class Choice:
    """What becomes of a hunk.

    Args:
        analysis: the hunk, and what it changes.
        reason: in words, for `attest questions --why`.
        places: how many hunks it stands for, itself too.
        stands_in: the number of the hunk that is asked about in its place.
        order: what hunks are sorted by: the risk (negative, so that more comes first), whether
            it comes after what is as risky (a test, a setting, what no grammar reads), the size
            (negative), the path, and the place in the diff.
        own: the maintainer's questions about it.
    """

    analysis: HunkAnalysis
    outcome: Outcome = "left"
    reason: str = ""
    places: int = 1
    stands_in: int | None = None
    order: tuple[int, bool, int, bytes, int] = field(default=(0, False, 0, b"", 0))
    own: Fitting = ()

    @property
    def risk(self) -> int:
        """What it is ranked by: the risk of its kind, unless the policy asks for more."""
        return -self.order[0]


def choose(
    analyses: Sequence[HunkAnalysis],
    most: int,
    kinds: Mapping[Kind, Literal["ask", "cover"]],
    special: Mapping[int, Fitting],
) -> list[Choice]:
    """What becomes of each hunk, in the order of the diff.

    Args:
        analyses: the hunks that can be asked about.
        most: the most hunks of a commit.
        kinds: kinds that the policy asks about, or covers, against what is usual.
        special: the maintainer's questions, by the number (in `analyses`) of the hunk.
    """
    choices = [Choice(analysis, own=special.get(n, ())) for n, analysis in enumerate(analyses)]
    for number, choice in enumerate(choices):
        _weigh(choice, number, kinds)
    for choice in choices:
        to = choice.analysis.moved_to
        if to is not None and not choice.reason and choice.own in ((), choices[to].own):
            choice.outcome, choice.reason = "grouped", "moved to"
            choice.stands_in = to
    _ask_about_unread(choices, special)
    _group(choices, _conflict_key, "resolves the same conflict as", below=_ANY_RISK, counts=False)
    _group(choices, _edit_key, SAME_EDIT, below=_ANY_RISK, counts=True)
    _group(choices, _place_key, "in the same place as", below=HIGH, counts=False)
    _spend_budget(choices, most)
    return choices


_ANY_RISK = HIGH + 9
"""More than any risk. The key of an edit keeps risky ones of other files apart by itself."""


def _weigh(choice: Choice, number: int, kinds: Mapping[Kind, Literal["ask", "cover"]]) -> None:
    """Rank a hunk, by itself and by the policy; leave out what nobody wants asked."""
    analysis, special = choice.analysis, bool(choice.own)
    kept = tuple(effect for effect in analysis.effects if kinds.get(effect.kind) != "cover")
    if not kept and special:
        kept = analysis.effects
    if not kept:
        choice.outcome = "trivial"
        choice.reason = f"{analysis.kind}: the policy asks nothing about it"
        return
    analysis.effects = kept
    asked = any(kinds.get(effect.kind) == "ask" for effect in kept)
    if analysis.kind in TRIVIAL and not asked and not special:
        choice.outcome, choice.reason = "trivial", analysis.kind
        return
    risk = max(analysis.risk, LOW + 1 if asked else 0, SPECIAL if special else 0)
    beside = not analysis.parsed or analysis.test or analysis.kind in _BESIDE
    choice.order = (-risk, beside, -analysis.hunk.size, analysis.hunk.path, number)


_BESIDE: frozenset[Kind] = frozenset(["moved", "layout", "configuration"])
"""Kinds that come after code that is as risky: they say that the code is the same, or that a
setting is another. A script in a setting is no setting."""


def _ask_about_unread(choices: Sequence[Choice], special: Collection[int]) -> None:
    """Ask one question, beyond the budget, about all that could not be read: the first stands
    for the rest. Those that a maintainer has a question about are asked that by themselves."""
    unread = [n for n, c in enumerate(choices) if not c.reason and c.analysis.kind == "unread"]
    unread.sort(key=lambda n: (n in special, choices[n].order))
    for number in unread[1:]:
        if number not in special:
            other = choices[number]
            other.outcome, other.stands_in = "grouped", unread[0]
            other.reason = "could not be read either, like"
    for number in unread[:1]:
        choices[number].outcome, choices[number].reason = "asked", "unread"


def _spend_budget(choices: Sequence[Choice], most: int) -> None:
    """Ask about the riskiest hunks that are left, until the budget is spent. What is
    hardly worth a question gets one only where there is nothing else, and then one."""
    waiting = sorted((c for c in choices if not c.reason), key=lambda c: c.order)
    worthwhile = any(choice.risk > LOW for choice in choices)
    # The first hunk of each of the maintainer's questions, all of which are asked.
    leaders: dict[tuple[str | None, ...], Choice] = {}
    for place, choice in enumerate(waiting):
        asks = tuple(one.ask for one in choice.own)
        leader = leaders.get(asks)
        leads = bool(asks) and leader is None
        if worthwhile and choice.risk <= LOW:
            choice.reason = "ranked below the hunks that are asked about"
        elif not worthwhile and place > 0:
            choice.outcome, choice.reason = "grouped", "asked about together with"
            choice.stands_in = waiting[0].order[4]
        elif leads or place < (2 * most if choice.risk >= ALWAYS_ASKED else most):
            choice.outcome, choice.reason = "asked", choice.analysis.kind
            leaders.update({asks: choice} if leads else {})
        elif leader is not None:
            choice.outcome, choice.reason = "grouped", "the same question as"
            choice.stands_in = leader.order[4]
            leader.places += choice.places
        else:
            choice.reason = f"beyond the limit of {most} hunks a commit"


def _edit_key(analysis: HunkAnalysis) -> Hashable | None:
    """The same edit has the same key; a risky one only within its file, so that a decoy in
    another file cannot stand in for it."""
    if analysis.signature is None:
        return None
    file = analysis.hunk.path if analysis.risk >= HIGH else b""
    return (analysis.language.sort, analysis.signature, file)


def _conflict_key(analysis: HunkAnalysis) -> Hashable | None:
    """A conflict of a merge, which several hunks may resolve."""
    return None if analysis.conflict is None else (analysis.hunk.path, analysis.conflict)


def _place_key(analysis: HunkAnalysis) -> Hashable | None:
    """A function or type; for what is not code, the file."""
    whole_file = analysis.language.sort not in ("code", "migration")
    if whole_file or analysis.kind == "import-changed":
        section = analysis.scope[:-1] if analysis.parsed else analysis.scope
        return (analysis.hunk.path, analysis.kind == "import-changed", section)
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
        group = key(choice.analysis) if not choice.reason else None
        if group is not None:
            groups.setdefault(group, []).append(number)
    for numbers in groups.values():
        numbers.sort(key=lambda n: choices[n].order)
        first = choices[numbers[0]]
        for number in numbers[1:]:
            other = choices[number]
            if other.risk >= below or other.own not in ((), first.own):
                continue
            other.outcome, other.stands_in = "grouped", numbers[0]
            other.reason = reason
            first.places += counts
