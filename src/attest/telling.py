"""Telling a person something that is no question, on standard error."""

from __future__ import annotations

import io
import os
import shutil
import sys
import textwrap

from attest.text import showable


def encode_everything() -> None:
    """Have standard output and standard error take every character.

    Pipes and files get UTF-8, as git writes them and as Python does from 3.15 on (PEP
    686), whatever the locale or Windows' code page; a terminal keeps its encoding, and
    PYTHONIOENCODING decides where it is set. A character that is not in the encoding is
    written as an escape (`\\u2192`), so that no output fails.
    """
    chosen = bool(os.environ.get("PYTHONIOENCODING"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = None if chosen or stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def say(text: str) -> None:
    """Tell it, each line behind `attest: `. On a terminal, lines are broken at
    blanks; what is indented (a command to copy, a list) never is."""
    for line in text.split("\n"):
        for part in _broken(showable(line), "attest: "):
            print(f"attest: {part}", file=sys.stderr)


def complain(message: str, hint: str) -> None:
    """Tell an error and its remedy."""
    first, *more = message.split("\n")
    parts = _broken(showable(first), "attest: error: ")
    print(f"attest: error: {parts[0]}", file=sys.stderr)
    for line in [*parts[1:], *more, *hint.split("\n")]:
        for part in _broken(showable(line), "  "):
            if part:
                print(f"  {part}", file=sys.stderr)


def _broken(line: str, before: str) -> list[str]:
    if line.startswith("  ") or not sys.stderr.isatty():
        return [line]
    room = shutil.get_terminal_size().columns - len(before)
    width = max(room, 20)
    return textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""]
