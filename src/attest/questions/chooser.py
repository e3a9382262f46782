"""Which hunks of a change are asked about by a project's policy, and with which questions."""

from __future__ import annotations

from collections import deque

from attest.analysis.syntax import grammars, parsing
from attest.git.diff import Change
from attest.git.recent_files import Contents, RecentFiles
from attest.policy.answering import AnswerRules
from attest.policy.model import Policy
from attest.policy.paths import Patterns
from attest.policy.treatments import Treatments
from attest.questions import compose, unasked
from attest.questions.analysis_cache import AnalysisCache
from attest.questions.compose import HunkQuestions, Opened, QuestionRules
from attest.questions.selection import Choice
from attest.report.findings import UnaskedHunks

MAX_WAITING = 12 << 20
"""Bytes of the files of changes that are opened, from which on no further one should be."""


class Chooser:
    """Chooses hunks and questions. The contributor's clone and the check each choose
    for themselves, by the same rules, and so agree.

    It remembers the choices and questions of the last change alone: a check looks at each
    commit several times in a row (answers, weak answers, the report), and a change can be large.

    Args:
        treatments: what the policy wants of each path.
        contents: reads the files on both sides of a change.
    """

    def __init__(self, policy: Policy, treatments: Treatments, contents: Contents) -> None:
        self._treatments = treatments
        self._contents = RecentFiles(contents).content
        own = [(Patterns.of(one.paths), one) for one in policy.question if one.ask]
        self._answers = AnswerRules(policy)
        self._rules = QuestionRules(policy.questions.most, policy.questions.kinds, own)
        self._cache = AnalysisCache.of_user()
        self._last: tuple[Change, list[Choice], list[HunkQuestions]] | None = None
        self._opened: deque[Opened] = deque()

    def assert_available(self) -> None:
        """Make sure, before anything is asked or judged, that this installation can
        choose.

        Raises:
            GrammarsUnavailable: the rules read code, and the pinned grammars are missing.
        """
        grammars.assert_pinned()
        parsing.begin()

    def read_with(self, most: int) -> None:
        """Let so many processes read files, if many of them wait."""
        parsing.use(most)

    def open(self, change: Change) -> None:
        """Begin to read the files of a change that `choose` will be asked about, in the order of
        these calls.

        Raises:
            NothingToJudge: a file is missing in this clone.
            GrammarsUnavailable: the pinned grammars are missing.
        """
        self._opened.append(self._open(change))

    @property
    def is_busy(self) -> bool:
        """Whether as much waits to be looked at as should."""
        return sum(opened.size for opened in self._opened) > MAX_WAITING

    def choose(self, change: Change) -> list[HunkQuestions]:
        """The hunks of a change that are asked about, with their questions.

        Raises:
            NothingToJudge: a file is missing in this clone.
            GrammarsUnavailable: the pinned grammars are missing.
        """
        return self._of(change)[1]

    def choices(self, change: Change) -> list[Choice]:
        """What becomes of each hunk that can be asked about.

        Raises:
            NothingToJudge: a file is missing in this clone.
            GrammarsUnavailable: the pinned grammars are missing.
        """
        return self._of(change)[0]

    def _of(self, change: Change) -> tuple[list[Choice], list[HunkQuestions]]:
        if self._last is None or self._last[0] is not change:
            opened = self._opened_for(change) or self._open(change)
            made = compose.choices(opened, self._rules, self._contents)
            self._last = change, made, compose.questions(made, self._answers)
        return self._last[1:]

    def _open(self, change: Change) -> Opened:
        treatments = self._treatments.of(file.path for file in change.files)
        return compose.open_change(change, treatments, self._contents, self._cache)

    def _opened_for(self, change: Change) -> Opened | None:
        """What was opened of a change; nobody will ask about those that were opened before it."""
        if any(opened.change is change for opened in self._opened):
            while (opened := self._opened.popleft()).change is not change:
                pass
            return opened
        return None

    def unasked(self, change: Change) -> UnaskedHunks:
        """What nobody is asked about in a change.

        Raises:
            NothingToJudge, GrammarsUnavailable: see `choices`.
        """
        treatments = self._treatments.of(file.path for file in change.files)
        return unasked.of(change, treatments, self.choices(change))
