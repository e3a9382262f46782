"""Whether a process that took a file for itself still runs: the system lets its lock go
when it ends, however it ends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO


def take(file: BinaryIO) -> bool:
    """Lock an open file, for as long as it is open; whether nobody else has."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def is_taken(path: Path) -> bool:
    """Whether somebody holds the lock of a file; so too where that cannot be found out."""
    try:
        with path.open("r+b") as file:
            return not take(file)
    except FileNotFoundError:
        return False
    except OSError:
        return True
