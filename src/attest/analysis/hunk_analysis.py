"""The analysis of a hunk: what it changes, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from attest.analysis.effects import Effect
from attest.analysis.kinds import Kind
from attest.analysis.syntax.languages import Language
from attest.git.diff import Hunk


@dataclass(slots=True)
class HunkAnalysis:
    """A hunk, and what it changes.

    Args:
        effects: the riskiest first; there is always one.
        scope: names of what is around it, outermost first.
        signature: what was done, whatever is around it.
        old, new: its own lines.
        names: pairs of names, old and new, where nothing but names was replaced.
        defined: the new names of those that are defined here.
        file: the text of both sides of the file.
        surroundings: the lines around it, for words that an answer may use.
        whole: it is made of whole definitions at the outermost level.
        parsed: whether a grammar read it.
        broken: whether there is something in it that the grammar could not read.
    """

    hunk: Hunk
    language: Language
    effects: tuple[Effect, ...]
    scope: tuple[str, ...] = ()
    signature: tuple[tuple[str, str], ...] = ()
    old: Sequence[str] = ()
    new: Sequence[str] = ()
    names: frozenset[tuple[str, str]] = frozenset()
    defined: frozenset[str] = frozenset()
    surroundings: str = field(default="", repr=False)
    file: tuple[str, str] = field(default=("", ""), repr=False)
    whole: bool = False
    parsed: bool = False
    broken: bool = False

    @property
    def kind(self) -> Kind:
        return self.effects[0].kind

    @property
    def risk(self) -> int:
        return self.effects[0].risk

    def reclassify(self, kind: Kind) -> None:
        """Give the hunk another kind, because the rest of the change shows that it is one."""
        self.effects = (replace(self.effects[0], kind=kind),)
