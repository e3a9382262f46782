"""Reading a line that a person types in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from attest.interview.terminal import Terminal, open_terminal
from attest.text import showable

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from prompt_toolkit.key_binding import KeyBindings


BACK = "b"
"""What the key that goes up stands for in a line of its own: the question before."""


def read_line(terminal: Terminal, default: str = "") -> str:
    """Read one line, with a line editor unless the terminal is plain. Lines that are pasted
    together are one.

    Args:
        default: stands there already, to be changed; on a plain terminal, where nothing can,
            Enter stands for it.

    Raises:
        KeyboardInterrupt: Ctrl-C, or the end of the input (Ctrl-D).
    """
    if terminal.plain:
        return read_plain(terminal) or default
    try:
        return _edit_line(terminal, default)
    except EOFError:
        raise KeyboardInterrupt from None
    except _CannotEdit:
        return read_plain(terminal) or default


def read_plain(terminal: Terminal) -> str:
    """Read one line in the terminal's own line mode.

    Raises:
        KeyboardInterrupt: Ctrl-C, or the end of the input.
    """
    print("> ", end="", file=terminal.writer, flush=True)
    line = terminal.read_lines()
    if not line:
        raise KeyboardInterrupt
    return line.strip()


def ask_line(question: str, default: str) -> str:
    """Ask one question in the terminal.

    Args:
        question: one or more lines.
        default: what Enter stands for.

    Raises:
        NobodyToAsk: no person can answer in a terminal.
        KeyboardInterrupt: Ctrl-C, or the end of the input.
    """
    with open_terminal() as terminal:
        for line in f"{question} [{default}]".split("\n"):
            print(showable(line), file=terminal.writer)
        return read_plain(terminal) or default


class _CannotEdit(Exception):
    """The line editor does not work on this terminal."""


def _edit_line(terminal: Terminal, default: str) -> str:
    """Read one line with questionary's editor, which is prompt_toolkit's.

    Raises:
        EOFError: a person pressed Ctrl-D, or the terminal hung up.
        _CannotEdit: nothing was asked.
    """
    with _unechoed(terminal):
        import asyncio

        import questionary
        from prompt_toolkit.input import create_input
        from prompt_toolkit.output import create_output

    kwargs: dict[str, Any] = {"input": create_input(terminal.reader)}
    try:
        kwargs["output"] = create_output(terminal.writer)
    except _no_screen_buffer():
        raise _CannotEdit from None
    # Never ask the terminal where its cursor is: the answer comes as if typed, and a
    # program that has the terminal, or the shell after us, would take it for input.
    kwargs["output"].enable_cpr = False
    kwargs.update(default=default, key_bindings=_keys(), enable_suspend=True)
    question = questionary.text("", qmark=">", **kwargs)
    if sys.platform == "win32":
        return str(question.unsafe_ask())

    async def ask() -> str:
        loop, descriptor = asyncio.get_running_loop(), terminal.reader.fileno()
        # Where a selector refuses the terminal, prompt_toolkit reports the end of the
        # input, as if a person had pressed Ctrl-D. So we try that first.
        try:
            loop.add_reader(descriptor, lambda: None)
        except OSError:
            raise _CannotEdit from None
        loop.remove_reader(descriptor)
        return str(await question.application.run_async())

    with asyncio.Runner(loop_factory=_event_loop) as runner:
        return runner.run(ask())


@contextmanager
def _unechoed(terminal: Terminal) -> Iterator[None]:
    """Do not show what is typed while the editor is loaded, which takes a moment for the first
    question: the editor shows it then."""
    if sys.platform == "win32":
        yield
        return
    import termios

    descriptor = terminal.reader.fileno()
    try:
        modes = termios.tcgetattr(descriptor)
        silent = [*modes[:3], modes[3] & ~termios.ECHO, *modes[4:]]
        termios.tcsetattr(descriptor, termios.TCSANOW, silent)
    except termios.error:  # it is gone: the next read says so
        yield
        return
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(descriptor, termios.TCSANOW, modes)


def _keys() -> KeyBindings:
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    keys = KeyBindings()

    @keys.add("up")
    def _(event: KeyPressEvent) -> None:
        """Go back, from the first row of an answer; within it, go up."""
        buffer = event.current_buffer
        if buffer.document.cursor_position_row:
            buffer.cursor_up()
        else:
            event.app.exit(result=BACK)

    return keys


def _event_loop() -> AbstractEventLoop:
    """A loop that waits with select(2): macOS's kqueue, which asyncio would take
    there, refuses /dev/tty with EINVAL, and its poll(2) does not wait for devices."""
    import asyncio
    import selectors

    return asyncio.SelectorEventLoop(selectors.SelectSelector())


def _no_screen_buffer() -> tuple[type[Exception], ...]:
    """What prompt_toolkit raises where standard output is not a Windows console."""
    if sys.platform == "win32":
        from prompt_toolkit.output.win32 import NoConsoleScreenBufferError

        return (NoConsoleScreenBufferError,)
    return ()
