"""Being asked in the terminal, a question at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from attest import text
from attest.block import Mode
from attest.prompts.item import Item, Keep
from attest.prompts.terminal import Terminal
from attest.questions import bank

SHOWN_LINES = 40
_STYLES = {"+": "green", "-": "red", "\\": "dim", "…": "dim"}


class TerminalPrompter:
    """Asks through *terminal*; see `item.Prompter`."""

    mode: Mode = "tty"

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._out: Callable[..., None] = _console(terminal)

    def ask(self, items: Sequence[Item], keep: Keep) -> None:
        todo = [item for item in items if not item.answers.complete]
        if todo:
            self._introduce(items, todo)
        for item in todo:
            self._show(item)
            self._ask_one(item, keep)

    def confirm(self, summary: str, /) -> bool:
        self._out("")
        while True:
            said = self._read(f"{summary} Sign? (yes/no)", "yes").strip().lower()
            if said in ("y", "yes", "n", "no"):
                return said.startswith("y")

    def _introduce(self, items: Sequence[Item], todo: Sequence[Item]) -> None:
        done = len(items) - len(todo)
        kept = f" ({done} answered before)" if done else ""
        self._out(f"{len(todo)} of {len(items)} hunks to answer for{kept}, two questions each.")
        self._out("Any language. Begin an answer with ? to say what you are not sure of.")
        self._out("Ctrl-C stops; every answer is kept.")

    def _show(self, item: Item) -> None:
        self._out("")
        self._out(f"hunk {item.number} of {item.total}  {item.place}", style="bold")
        heading = text.showable(item.hunk.heading)
        if heading:
            self._out(f"in {heading}", style="dim")
        lines = item.lines
        for line in lines[:SHOWN_LINES]:
            self._out(line, style=_STYLES.get(line[:1], ""))
        if len(lines) > SHOWN_LINES:
            self._out(
                f"… {len(lines) - SHOWN_LINES} more lines (see git diff --staged)", style="dim"
            )

    def _ask_one(self, item: Item, keep: Keep) -> None:
        answers = item.answers
        answers.invariant = self._question(bank.INVARIANT, answers.invariant, item)
        keep(item)
        answers.breaks = self._question(bank.BREAKS, answers.breaks, item)
        keep(item)

    def _question(self, question: str, default: str, item: Item) -> str:
        """Ask until there is an answer, or something unsure that stands in."""
        while True:
            said = text.normalise(self._read(question, default))
            if said.startswith("?"):
                unsure = said.lstrip("? ")
                if unsure:
                    answers = item.answers
                    answers.unsure = f"{answers.unsure}; {unsure}" if answers.unsure else unsure
                    return ""
                self._out("After the ?, say what you are not sure of.", style="yellow")
            elif said or item.answers.unsure:
                return said
            else:
                self._out(
                    "Please answer, or begin with ? and say what you do not know.", style="yellow"
                )

    def _read(self, question: str, default: str) -> str:
        if self._terminal.plain:
            return read_plain(self._terminal, question, default)
        return _read_line(self._terminal, question, default)


def _console(terminal: Terminal) -> Callable[..., None]:
    """A function that writes a line to the terminal."""
    if terminal.plain:

        def write(line: str, **_style: str) -> None:
            print(line, file=terminal.writer, flush=True)

        return write
    from rich.console import Console
    from rich.text import Text

    console = Console(file=terminal.writer, force_terminal=True, highlight=False)

    def write_styled(line: str, style: str = "") -> None:
        console.print(Text(line, style=style), soft_wrap=True)

    return write_styled


def read_plain(terminal: Terminal, question: str, default: str) -> str:
    """Ask on one line, in the terminal's own line mode.

    Raises:
        KeyboardInterrupt: the input ended.
    """
    given = f" [{default}]" if default else ""
    print(f"{question}{given}\n> ", end="", file=terminal.writer, flush=True)
    line = terminal.reader.readline()
    if not line:
        raise KeyboardInterrupt
    return line.strip() or default


def _read_line(terminal: Terminal, question: str, default: str) -> str:
    import questionary
    from prompt_toolkit.input import create_input
    from prompt_toolkit.output import create_output

    kwargs: dict[str, Any] = {
        "input": create_input(terminal.reader),
        "output": create_output(terminal.writer),
    }
    try:
        return str(questionary.text(question, default=default, **kwargs).unsafe_ask())
    except EOFError:
        raise KeyboardInterrupt from None
