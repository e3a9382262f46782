"""Whether a range passes, counted verdict by verdict: a long report is never whole in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attest.report.findings import Verdict


class Tally:
    """What the verdicts so far add up to."""

    def __init__(self) -> None:
        self._is_empty, self._has_failed = True, False

    def counted(self, verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
        """Some verdicts, counted as they pass."""
        for verdict in verdicts:
            self._is_empty = False
            self._has_failed = self._has_failed or verdict.outcome == "failed"
            yield verdict

    @property
    def ok(self) -> bool:
        """Whether the range passes: some commit was judged and none failed."""
        return not (self._is_empty or self._has_failed)
