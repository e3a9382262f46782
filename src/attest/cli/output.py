"""Writing styled lines to standard output."""

from __future__ import annotations

import sys
from collections.abc import Callable

from attest.streams import Output


def emit(text: str) -> None:
    """Write text for programs: UTF-8 whatever the locale, whole or an error.

    Raises:
        OutputFault: standard output cannot take it (a full disk).
    """
    assert isinstance(sys.stdout, Output), "the one door puts it there"
    sys.stdout.write_bytes(text.encode())


def writer() -> Callable[[str, str], None]:
    """A function that writes a line in a style: with colour on a terminal
    (unless NO_COLOR is set), as it is elsewhere. Lines are never wrapped."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)

    def write(line: str, style: str = "") -> None:
        console.print(Text(line, style=style))

    return write
