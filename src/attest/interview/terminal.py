"""Opening the terminal itself, not standard input, where a person can answer there.

This module knows the name of the terminal on POSIX systems, and the signs that nobody can
answer in it; `windows_console.py` knows those of Windows.

A shell puts the terminal into line mode and its job into the foreground before it starts a
command; also inside tmux, `script`, `ssh -t` and `docker run -it`. If one of the two is not
so, another program uses the terminal.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from attest.errors import NobodyToAsk
from attest.git import session_leader
from attest.interview import windows_console

_NAMES = ("CONIN$", "CONOUT$") if sys.platform == "win32" else ("/dev/tty", "/dev/tty")

NO_TERMINAL = "there is no terminal"
BACKGROUND = "this runs in the background of its terminal"
RAW = "another program has the terminal (it is in raw mode; if none has, run: stty sane)"

_TOGETHER = 0.02
"""Seconds within which lines count as pasted together; nobody types Enter twice in them."""
_OFF = ("0", "false", "no", "off", "")
"""What git takes for false (git-config(1), "boolean")."""
_DUMB = ("", "dumb", "unknown")
_EMACS = ("magit", "compile")
"""What runs git on a pseudo-terminal of its own in Emacs, and shows its output in a
buffer where nobody can type; INSIDE_EMACS ends with it. A shell in Emacs can be typed
in, and ends it with something else (comint, eshell, vterm)."""
_CATCHES_PASSWORDS = ("lazygit",)
"""Programs that start `git push` on a pseudo-terminal of its own, show what it says
and answer nothing but its questions for a user name or a password."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """An open terminal.

    Args:
        plain: ask line by line, without colour or cursor movement (for screen
            readers, and for terminals that can do no more).
        coloured: it understands escape sequences for colour.
    """

    reader: TextIO
    writer: TextIO
    plain: bool
    coloured: bool = True

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

    def read_lines(self) -> str:
        """Read a line, and what arrives together with it, as the lines of a paste do; empty at
        the end of the input.

        A terminal in line mode keeps the last line of a paste back until Enter is pressed. So it
        is looked at without line mode, and what is there begins a line that the person ends.
        """
        line = self.read_line()
        if line.endswith("\n"):
            line += self._read_arrivals()
        if line and not line.endswith("\n"):
            line += self.read_line()
        return line

    def _read_arrivals(self) -> str:
        """What has arrived behind a line, or arrives at once."""
        if sys.platform == "win32" or not self.reader.isatty():
            return ""
        import termios

        descriptor, arrived = self.reader.fileno(), b""
        try:
            modes = termios.tcgetattr(descriptor)
            unlined = [*modes[:3], modes[3] & ~termios.ICANON, *modes[4:]]
            termios.tcsetattr(descriptor, termios.TCSANOW, unlined)
            try:
                while select.select([descriptor], [], [], _TOGETHER)[0]:
                    piece = os.read(descriptor, 4096)
                    if not piece:
                        break
                    arrived += piece
            finally:
                termios.tcsetattr(descriptor, termios.TCSANOW, modes)
        except (termios.error, OSError):  # it is gone: the next read says so
            return ""
        return arrived.decode("utf-8", "replace")

    def forget_typed(self) -> None:
        """Drop what was typed ahead, so that it does not answer what comes now."""
        if sys.platform == "win32":  # what was typed ahead is read there
            return
        import termios

        with suppress(termios.error):  # it is gone: the next read says so
            termios.tcflush(self.reader.fileno(), termios.TCIFLUSH)


@contextmanager
def open_terminal(
    *, plain: bool = False, how: str = "answer", first: str = ""
) -> Iterator[Terminal]:
    """Open the terminal for asking; standard input and output stay untouched.

    Args:
        how: the attest command that a person runs where there is no terminal.
        first: what must be done before it.

    Raises:
        NobodyToAsk: there is none, the environment says that nobody sits there, or
            nobody could answer in it. Nothing was written to it or read from it.
    """
    reason = _refusal()
    if not reason:
        with ExitStack() as stack:
            try:
                reader, writer = stack.enter_context(_open_files())
                reason = _describe_fault(reader.fileno())
            except OSError:
                reason = NO_TERMINAL
            if not reason:
                yield stack.enter_context(_set_up(reader, writer, plain=plain))
                return
    program = "winpty attest" if reason == windows_console.MSYS else "attest"
    raise NobodyToAsk(
        reason,
        f"{first}Answer in a file:  {program} {how} --template --output answers.toml\n"
        f"                   {program} {how} --answers answers.toml\n"
        f"or in an editor:   {program} {how} --editor",
        program,
    )


def why_nobody() -> str:
    """Why `open_terminal` would find nobody to ask; empty if it would."""
    try:
        with open_terminal():
            return ""
    except NobodyToAsk as nobody:
        return nobody.reason


def has_terminal() -> bool:
    """Whether a person can be asked in a terminal."""
    return not why_nobody()


def _refusal() -> str:
    """Why nobody can be asked, going by the environment; empty if nothing says so."""
    value = os.environ.get("GIT_TERMINAL_PROMPT")
    if value is not None and value.lower() in _OFF:
        return f"GIT_TERMINAL_PROMPT={value} forbids prompts"
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        return "this is a CI job (CI is set)"
    kind = os.environ.get("INSIDE_EMACS", "").rpartition(",")[2]
    # What Emacs starts has TERM=dumb; a terminal that was opened from there has not.
    if kind in _EMACS and os.environ.get("TERM") == "dumb":
        return f"Emacs ({kind}) runs this, and has no place to type an answer"
    return ""


@contextmanager
def _open_files() -> Iterator[tuple[TextIO, TextIO]]:
    with (
        Path(_NAMES[0]).open(encoding="utf-8", errors="replace") as reader,
        Path(_NAMES[1]).open("w", encoding="utf-8", errors="replace") as writer,
    ):
        yield reader, writer


def _describe_fault(terminal: int) -> str:
    """Why nobody could answer in an open terminal; empty if a person can.

    Looking must not disturb: a process in the background is stopped, with all of its
    group, if it reads the terminal, empties its buffer, or (`stty tostop`) writes to
    it; asking for its foreground group or its modes is free (POSIX, "Terminal Access
    Control").
    """
    if sys.platform == "win32":
        return windows_console.console().unseen()
    import termios

    if os.tcgetpgrp(terminal) != os.getpgrp():
        return BACKGROUND
    try:
        modes = termios.tcgetattr(terminal)[3]
    except termios.error:
        return NO_TERMINAL
    if not modes & termios.ICANON:
        return RAW
    starter = session_leader.starter()
    if starter in _CATCHES_PASSWORDS:
        return f"{starter} runs this, and has no place to type an answer"
    return ""


@contextmanager
def _set_up(reader: TextIO, writer: TextIO, *, plain: bool) -> Iterator[Terminal]:
    # A shell that starts us in the background has us ignore Ctrl-C; whoever is
    # asked must be able to stop, from the first word on.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform == "win32":
        import msvcrt

        console = windows_console.console()
        # prompt_toolkit draws by way of standard output, whatever it is given.
        plain = plain or not console.shows(windows_console.STDOUT)
        with console.escapes(msvcrt.get_osfhandle(writer.fileno())) as coloured:
            yield Terminal(reader, writer, plain, coloured)
        return
    yield Terminal(reader, writer, plain or os.environ.get("TERM", "") in _DUMB)
