"""Replacing and removing files, with patience for a program that has one open.

On Windows, neither works while a virus scanner, an indexer or an editor holds the file.
They let go soon, so git tries again for a while (compat/mingw.c, `mingw_rename` and
`mingw_unlink`), and so does this. hook/fast_path.py imports it, so it must stay cheap.
"""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False  # typing's own costs the import of typing
if TYPE_CHECKING:
    from collections.abc import Callable

DELAYS = (0, 1, 10, 20, 40, 80)
"""Milliseconds to wait before each further try: git's, and one more, because git then
asks the person, which nothing here can."""
_HELD = (5, 32)
"""ERROR_ACCESS_DENIED and ERROR_SHARING_VIOLATION; only Windows sets `winerror`."""


def replace(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> None:
    """Rename a file, replacing what is at the target.

    Raises:
        OSError: it cannot be renamed.
    """
    patiently(lambda: os.replace(source, target))


def remove(path: str | os.PathLike[str], *, missing_ok: bool = False) -> None:
    """Remove a file.

    Raises:
        OSError: it cannot be removed, or is not there (unless `missing_ok`).
    """
    try:
        patiently(lambda: os.unlink(path))
    except FileNotFoundError:
        if not missing_ok:
            raise


def patiently(work: Callable[[], None], sleep: Callable[[float], None] = time.sleep) -> None:
    """Do the work, and again where another program has the file open.

    Args:
        sleep: waits for a number of seconds.

    Raises:
        OSError: it still fails after the last wait, or for another reason.
    """
    for delay in DELAYS:
        try:
            return work()
        except PermissionError as error:
            if getattr(error, "winerror", None) not in _HELD:
                raise
        sleep(delay / 1000)
    return work()
