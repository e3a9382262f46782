"""The tables of `.attest.toml` about questions: `[questions]` and `[[question]]`; see model.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from attest.analysis.kinds import Kind
from attest.answers.requirements import STANDING_LABELS, AnswerRequirements, Label
from attest.policy.values import KeyMistake, Line, PathPattern, Pattern, about


@dataclass(frozen=True)
class Questions:
    """What is asked, and what counts as an answer."""

    standing: list[Label] = field(
        default_factory=lambda: [*STANDING_LABELS],
        metadata=about("Standing questions of each hunk asked about.", min_length=1),
    )
    least_words: int = field(
        default=1, metadata=about("The least words of an answer.", ge=1, le=100)
    )
    most: int = field(
        default=3, metadata=about("The most hunks of a commit asked about.", ge=1, le=1000)
    )
    unsure: bool = field(
        default=True, metadata=about("Whether Attest-Unsure may stand in for an answer.")
    )
    kinds: dict[Kind, Literal["ask", "cover"]] = field(
        default_factory=dict,
        metadata=about(
            "Kinds of change that are asked about although they are trivial, or only "
            "covered although they are not."
        ),
    )

    @property
    def standard(self) -> AnswerRequirements:
        return AnswerRequirements(tuple(self.standing), self.least_words, self.unsure)


@dataclass(frozen=True)
class OwnQuestion:
    """A question of the project's own, or what counts as an answer about some hunks."""

    ask: Line | None = field(
        default=None,
        metadata=about("The question, in place of the third one that attest makes."),
    )
    paths: list[PathPattern] = field(
        default_factory=lambda: ["*"],
        metadata=about("gitignore patterns of the paths it is about.", min_length=1),
    )
    kinds: list[Kind] = field(
        default_factory=list,
        metadata=about("Kinds of change it is about; any that is not trivial, if empty."),
    )
    pattern: Pattern | None = field(
        default=None, metadata=about("A regular expression, found in a line that was changed.")
    )
    standing: list[Label] | None = field(
        default=None,
        metadata=about("Standing questions of these hunks, in place of those of `questions`."),
    )
    least_words: int | None = field(
        default=None,
        metadata=about("The least words of an answer about these hunks.", ge=1, le=100),
    )
    unsure: bool | None = field(
        default=None,
        metadata=about("Whether Attest-Unsure may stand in for an answer about these hunks."),
    )

    def __post_init__(self) -> None:
        if self.standing is not None and not self.standing:
            raise KeyMistake("standing", "needs at least one question")
        if self.ask is None and not self.changes_answers:
            raise ValueError("needs `ask`, `standing`, `least-words` or `unsure`")
        # Whoever writes a line chooses what a pattern finds in it: for more questions alone.
        if self.pattern is not None and self.changes_answers:
            raise KeyMistake("pattern", "goes with `ask` alone")

    @property
    def changes_answers(self) -> bool:
        """Whether it says what counts as an answer."""
        return any(one is not None for one in (self.standing, self.least_words, self.unsure))
