"""Messages for a person, on standard error."""

from __future__ import annotations

import re
import shutil
import signal
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

from attest.text import showable

_COMMAND_AT_END = re.compile(r"(.*:) ((?:git|attest) (?:(?!\. )[^()])*)")
"""A line that ends with a command to copy, which must not be cut in two."""


def say(text: str, *, whole: bool = False) -> None:
    """Print a message, each line after `attest: `. On a terminal, long lines are wrapped, and
    those of a list below its `- `; indented ones (a command to copy) are not.

    Args:
        whole: wrap no line, since one contains a command to copy.
    """
    with _unblocked():
        for line in text.split("\n"):
            characters = showable(line)
            for part in [characters] if whole else _wrapped(characters, "attest: "):
                print(f"attest: {part}", file=sys.stderr)


def complain(message: str, hint: str) -> None:
    """Print an error and its remedy."""
    first, *more = message.split("\n")
    parts = _wrapped(showable(first), "attest: error: ")
    with _unblocked():
        print(f"attest: error: {parts[0]}", file=sys.stderr)
        for line in [*parts[1:], *more, *hint.split("\n")]:
            for part in _wrapped(showable(line), "  "):
                if part:
                    print(f"  {part}", file=sys.stderr)


@contextmanager
def _unblocked() -> Iterator[None]:
    """Let a job in the background write to its terminal, also after `stty tostop`.

    A desktop client that was started with `&` would be stopped with us, for a line
    that we write. Where SIGTTOU is blocked the write goes through (POSIX, "Terminal
    Access Control").
    """
    if sys.platform == "win32":
        yield
        return
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _wrapped(line: str, prefix: str) -> list[str]:
    if line.startswith("  ") or not sys.stderr.isatty():
        return [line]
    room = shutil.get_terminal_size().columns - len(prefix)
    width = max(room, 20)
    command_at_end = _COMMAND_AT_END.fullmatch(line)
    words, command = command_at_end.groups() if command_at_end else (line, "")
    indent = "  " if line.startswith("- ") else ""
    lines = textwrap.wrap(
        words, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    ) or [""]
    if command and len(lines[-1]) + 1 + len(command) <= width:
        return [*lines[:-1], f"{lines[-1]} {command}"]
    return [*lines, f"  {command}"] if command else lines
