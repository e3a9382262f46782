"""How far an audit is: a bar on a terminal, nothing elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from attest.text import showable

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class Progress:
    """A context manager around the bar; see `attest.audit.run.Watcher`.

    Args:
        stream: where it is shown, if that is a terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: Bar | None = None
        self._part: TaskID | None = None

    def __enter__(self) -> Self:
        if self._stream.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[project]}", markup=False),
                console=Console(file=self._stream),
                transient=True,
            )
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def begin(self, words: str, total: int) -> None:
        """A part begins; the one before it is done."""
        if self._bar is None:
            return
        if self._part is not None:
            self._bar.remove_task(self._part)
        self._part = self._bar.add_task(words, total=total, project="")

    def step(self, project: str) -> None:
        """A step of the part is done."""
        if self._bar is not None and self._part is not None:
            self._bar.update(self._part, advance=1, project=showable(project)[-40:])
