"""What is written to a terminal, and what is typed there."""

from __future__ import annotations

import io
import os
import textwrap
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from attest import text
from attest.git import pager
from attest.interview.line_editor import read_line
from attest.interview.terminal import Terminal

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_USUAL = os.terminal_size((80, 24))


class Screen:
    """A terminal that counts its rows.

    Args:
        rows: written since it was set to 0 last.
    """

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.rows = 0

    @property
    def plain(self) -> bool:
        """Whether lines are written as they are, for screen readers and simple terminals."""
        return self.terminal.plain or not self.terminal.coloured

    @property
    def size(self) -> os.terminal_size:
        """Columns and rows."""
        try:
            size = os.get_terminal_size(self.terminal.writer.fileno())
        except OSError:
            return _USUAL
        return size if size.columns and size.lines else _USUAL

    def height(self, line: str) -> int:
        """How many rows a line takes."""
        return max(-(-text.columns(line) // self.size.columns), 1)

    def write(self, line: str, style: str = "", *, code: bool = False) -> None:
        """Write a line.

        Args:
            code: it is not wrapped between words.
        """
        if self.plain and not code:
            line = "\n".join(map(self._wrap, line.split("\n")))
        self.rows += sum(map(self.height, line.split("\n")))
        if self.plain:
            print(line, file=self.terminal.writer, flush=True)
            return
        from rich.text import Text

        self._console.print(Text(line, style=style), soft_wrap=code)

    def _wrap(self, line: str) -> str:
        """A line in rows that end between words, as rich writes them: a terminal would cut
        words, and a screen reader reads row by row."""
        if self.height(line) == 1:
            return line
        width = self.size.columns
        rows = textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
        return "\n".join(rows)

    def write_code(self, lines: Sequence[str], path: str) -> None:
        """Write lines of a hunk, in colour where the terminal has some.

        Args:
            path: of the hunk's file.
        """
        for line in self._colour_lines(lines, path):
            plain_text = line if isinstance(line, str) else line.plain
            self.rows += self.height(plain_text)
            if isinstance(line, str):
                print(line, file=self.terminal.writer, flush=True)
            else:
                self._console.print(line, soft_wrap=True)

    def read(self, default: str = "") -> str:
        """Read what a person types, as a value may hold it.

        Args:
            default: stands there already, to be changed; a plain terminal shows it above, and
                Enter stands for it.

        Raises:
            KeyboardInterrupt: Ctrl-C, or the end of the input.
        """
        if default and self.terminal.plain:
            self.write(f"Your answer so far (Enter keeps it): {text.showable(default)}")
        line = text.normalise(read_line(self.terminal, default))
        self.rows += self.height(f"> {line}")
        return line

    def page(self, title: str, lines: Sequence[str], path: str = "") -> None:
        """Show a long text in the person's pager, and leave the screen as it was; a screen at a
        time on a plain terminal.

        Args:
            path: of the file whose code it is; empty for words.
        """
        if not self.plain and self._in_pager([title, ""], lines, path):
            return
        self.write_pages(title, lines)

    def write_pages(self, title: str, lines: Sequence[str]) -> None:
        """Write a long text, a screen at a time."""
        self.write("")
        self.write(title, "bold")
        room = max(self.size.lines - 3, 10)
        for number, line in enumerate(lines, 1):
            self.write(line)
            if number % room == 0 and number < len(lines):
                self.write(f"{len(lines) - number} more lines. [Enter = go on, s = skip]")
                if self.read().lower() in ("s", "skip", "q"):
                    return

    def _in_pager(self, heading: Sequence[str], lines: Sequence[str], path: str) -> bool:
        from rich.console import Console

        buffer = io.StringIO()
        console = Console(file=buffer, force_terminal=True, highlight=False, width=10_000)
        for line in [*heading, *self._colour_lines(lines, path)]:
            console.print(line, soft_wrap=True, markup=False)
        return pager.page(buffer.getvalue(), self.terminal.writer)

    def get_ready(self, path: str) -> None:
        """Load what colours the code of a file."""
        if not self.plain:
            self._colour_lines((), path)

    def _colour_lines(self, lines: Sequence[str], path: str) -> Sequence[str | Text]:
        if self.plain:
            return lines
        from attest.interview.colours import styled

        return styled(path, lines)

    @cached_property
    def _console(self) -> Console:
        from rich.console import Console

        # rich would ask Windows about standard output, and we write to the console itself.
        return Console(
            file=self.terminal.writer, force_terminal=True, highlight=False, legacy_windows=False
        )
