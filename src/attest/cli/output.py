"""Writing styled lines to standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from attest.errors import EnvironmentFault


def emit(text: str) -> None:
    """Write text for programs: UTF-8 whatever the locale, whole or an error.

    Raises:
        EnvironmentFault: standard output cannot take it (a full disk).
    """
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise EnvironmentFault(
            f"standard output cannot be written: {error.strerror}", "Make room on the disk."
        ) from None


def writer() -> Callable[[str, str], None]:
    """A function that writes a line in a style: with colour on a terminal
    (unless NO_COLOR is set), as it is elsewhere. Lines are never wrapped."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)

    def write(line: str, style: str = "") -> None:
        console.print(Text(line, style=style))

    return write
