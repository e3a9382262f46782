"""Which hunks of a change are asked about by a project's policy, and with which questions."""

from __future__ import annotations

from attest.analysis.change import Contents
from attest.analysis.syntax import grammars
from attest.errors import EnvironmentFault
from attest.git.diff import Change
from attest.policy.model import Policy
from attest.policy.paths import Patterns
from attest.policy.treatments import Treatments
from attest.questions import compose, selection, unasked
from attest.questions.compose import HunkQuestions, QuestionRules
from attest.questions.selection import Choice
from attest.report.findings import Unasked


class Chooser:
    """Chooses hunks and questions. The contributor's clone and the check each choose
    for themselves, by the same rules, and so agree.

    It remembers the choices of the last change alone: a check looks at each commit
    several times in a row (answers, ranks, weak answers), and a change can be large.

    Args:
        treatments: what the policy wants of each path.
        contents: reads the files on both sides of a change.
    """

    def __init__(self, policy: Policy, treatments: Treatments, contents: Contents) -> None:
        self._most = policy.questions.most
        self._versions = policy.questions.rules
        self._treatments = treatments
        self._contents = contents
        own = [(Patterns.of(one.paths), one) for one in policy.question]
        self._rules = QuestionRules(self._most, policy.questions.kinds, own)
        self._last: tuple[Change, list[Choice]] | None = None

    @property
    def accepted(self) -> frozenset[int]:
        """Versions of the selection rules that the policy accepts. Without a setting: the
        newest and the one before it, so that an update of attest makes no red checks."""
        default = (selection.RULES, selection.RULES - 1)
        return frozenset(default if self._versions is None else self._versions)

    @property
    def usable(self) -> frozenset[int]:
        """Those of them that this attest knows."""
        return self.accepted & set(selection.SINCE)

    @property
    def version(self) -> int:
        """The version that chooses now: the newest usable one.

        Raises:
            EnvironmentFault: there is none.
        """
        if not self.usable:
            raise EnvironmentFault(
                f"the policy accepts the rules {_listed(self.accepted)}; this attest knows "
                f"{_listed(selection.SINCE)}",
                "Install another version of attest.",
            )
        return max(self.usable)

    def assert_available(self) -> None:
        """Make sure, before anything is asked or judged, that this installation can
        choose.

        Raises:
            GrammarsUnavailable: the rules read code, and the pinned grammars are missing.
        """
        if max(self.usable, default=0) >= selection.BY_SYNTAX:
            grammars.assert_pinned()

    def choose(self, change: Change, version: int | None = None) -> list[HunkQuestions]:
        """The hunks of a change that are asked about, with their questions.

        Args:
            version: of the rules that choose; by default the newest usable one.

        Raises:
            NothingToJudge: a file is missing in this clone.
            GrammarsUnavailable: the pinned grammars are missing.
        """
        version = version or self.version
        if version < selection.BY_SYNTAX:
            treatments = self._treatments.of(file.path for file in change.files)
            return compose.by_size(change, treatments, self._most, version)
        return compose.by_syntax(self.choices(change), self._rules)

    def choices(self, change: Change) -> list[Choice]:
        """What becomes of each hunk that can be asked about.

        Raises:
            NothingToJudge: a file is missing in this clone.
            GrammarsUnavailable: the pinned grammars are missing.
        """
        if self._last is None or self._last[0] is not change:
            treatments = self._treatments.of(file.path for file in change.files)
            made = compose.choices(change, treatments, self._rules, self._contents)
            self._last = (change, made)
        return self._last[1]

    def unasked(self, change: Change) -> Unasked:
        """What nobody is asked about in a change.

        Raises:
            NothingToJudge, GrammarsUnavailable: see `choices`.
        """
        treatments = self._treatments.of(file.path for file in change.files)
        return unasked.of(change, treatments, self.choices(change))

    def ranks(self, change: Change, version: int) -> dict[str, int]:
        """The rank of each hunk that can be asked about, by its digest; the riskiest hunk
        has the lowest."""
        if version < selection.BY_SYNTAX:
            return {hunk.digest: -hunk.size for hunk in change.hunks}
        return {one.analysis.hunk.digest: one.rank for one in self.choices(change)}


def _listed(versions: frozenset[int] | dict[int, str]) -> str:
    return ", ".join(map(str, sorted(versions)))
