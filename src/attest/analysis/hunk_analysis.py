"""The analysis of a hunk: what it changes, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from attest.analysis.effects import Effect
from attest.analysis.kinds import KINDS, Kind
from attest.analysis.syntax.languages import Language
from attest.git.diff import Hunk


@dataclass(slots=True)
class HunkAnalysis:
    """A hunk, and what it changes.

    Args:
        effects: the riskiest first; there is always one.
        scope: names of what is around it, outermost first.
        signature: what was done to what; None where that cannot be said.
        old, new: its own lines.
        surroundings: the lines around it, for words that an answer may use.
        whole: it is made of whole definitions at the outermost level.
        parsed: whether a grammar read it.
        broken: whether there is something in it that the grammar could not read.
        test: whether it is proven to be part of a test.
        moved_to: the number of the hunk of the change where its lines are now.
        conflict: the number, in its file, of the conflict that it resolves.
    """

    hunk: Hunk
    language: Language
    effects: tuple[Effect, ...]
    scope: tuple[str, ...] = ()
    signature: tuple[tuple[str, str, str], ...] | None = None
    old: Sequence[str] = ()
    new: Sequence[str] = ()
    surroundings: str = field(default="", repr=False)
    whole: bool = False
    parsed: bool = False
    broken: bool = False
    test: bool = False
    moved_to: int | None = None
    conflict: int | None = None

    @property
    def kind(self) -> Kind:
        return self.effects[0].kind

    @property
    def risk(self) -> int:
        return self.effects[0].risk

    @property
    def possible_kinds(self) -> frozenset[Kind]:
        """The kinds of what it changes: of all kinds where not all of it was looked at, or a
        grammar did not understand it, so that nobody gets around what is wanted of a kind."""
        kinds = frozenset(effect.kind for effect in self.effects)
        return frozenset(KINDS) if self.broken or kinds & _HIDES_OTHERS else kinds


_HIDES_OTHERS: frozenset[Kind] = frozenset(["unread", "generated", "conflict"])
"""Kinds in place of all others."""
