"""Opening the terminal itself, not standard input: the one module that knows
what a terminal is called on each system."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from attest.errors import NobodyToAsk

_NAMES = ("CONIN$", "CONOUT$") if sys.platform == "win32" else ("/dev/tty", "/dev/tty")


@dataclass(frozen=True, slots=True)
class Terminal:
    """An open terminal.

    Args:
        plain: ask line by line, without colour or cursor movement (for screen
            readers, and for terminals that can do no more).
    """

    reader: TextIO
    writer: TextIO
    plain: bool

    def read_line(self) -> str:
        """Read a line in the terminal's own line mode; empty at its end.

        Ctrl-C must not be missed between our last look for signals and the
        system call that waits for a line: the wake-up pipe is waited for too.
        """
        if sys.platform == "win32":
            return self.reader.readline()
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        before = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        try:
            select.select([self.reader.fileno(), woken], [], [])
        finally:
            signal.set_wakeup_fd(before)
            os.close(woken)
            os.close(wake)
        return self.reader.readline()

    def forget_typed(self) -> None:
        """Drop what was typed ahead, so that it does not answer what comes now."""
        try:
            import termios
        except ImportError:  # Windows; what was typed ahead is read there
            return
        termios.tcflush(self.reader.fileno(), termios.TCIFLUSH)


def no_person() -> str:
    """Why nobody can be asked, going by the environment; empty if nothing says so."""
    if os.environ.get("GIT_TERMINAL_PROMPT") == "0":
        return "GIT_TERMINAL_PROMPT=0 forbids prompts"
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        return "this is a CI job (CI is set)"
    return ""


@contextmanager
def open_terminal(
    *, plain: bool = False, how: str = "answer", first: str = ""
) -> Iterator[Terminal]:
    """Open the terminal for asking; standard input and output stay untouched.

    Args:
        how: the attest command that a person runs where there is no terminal.
        first: what must be done before it.

    Raises:
        NobodyToAsk: there is none, or the environment says that nobody
            sits there.
    """
    reason = no_person()
    if not reason:
        try:
            with (
                Path(_NAMES[0]).open(encoding="utf-8", errors="replace") as reader,
                Path(_NAMES[1]).open("w", encoding="utf-8", errors="replace") as writer,
            ):
                # A shell that starts us in the background has us ignore Ctrl-C;
                # whoever is asked must be able to stop, from the first word on.
                if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
                    signal.signal(signal.SIGINT, signal.default_int_handler)
                dumb = os.environ.get("TERM", "dumb") == "dumb" and sys.platform != "win32"
                yield Terminal(reader, writer, plain or dumb)
                return
        except OSError as error:
            if error.filename not in _NAMES:
                raise
            reason = "there is no terminal"
    raise NobodyToAsk(
        f"nobody can be asked: {reason}",
        f"{first}Answer in a file:  attest {how} --template > answers.toml\n"
        f"                   attest {how} --answers answers.toml\n"
        f"or in an editor:   attest {how} --editor",
    )


def has_terminal() -> bool:
    """Whether `open_terminal` would find one."""
    try:
        with open_terminal():
            return True
    except NobodyToAsk:
        return False
