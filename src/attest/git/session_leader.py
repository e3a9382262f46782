"""Which program started the session that this process belongs to.

A terminal program (tmux, sshd, xterm) starts a shell as the leader of a new session,
and so does a program that runs git on a pseudo-terminal of its own.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from attest.system import processes


def starter() -> str:
    """The name of the program that started the leader of our session; empty where
    the system does not say, or on Windows, which has no sessions of this kind."""
    if sys.platform == "win32":
        return ""
    _, parent = _process(os.getsid(0))
    return _process(parent)[0] if parent else ""


def _process(pid: int) -> tuple[str, int]:
    """The name of a process and its parent's id; empty and 0 where it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return _listed(pid)
    # proc(5): `pid (name) state ppid …`; the name may have blanks and brackets in it.
    name, _, rest = stat.partition("(")[2].rpartition(")")
    return name, int(rest.split()[1])


def _listed(pid: int) -> tuple[str, int]:
    """The same from `ps`, for systems without Linux's `/proc` (macOS, the BSDs)."""
    try:
        result = processes.run(
            ["ps", "-o", "ppid=,comm=", "-p", str(pid)],
            stdout=processes.PIPE,
            stderr=processes.PIPE,
        )
    except OSError:
        return "", 0
    parent, _, name = result.stdout.decode("utf-8", "replace").strip().partition(" ")
    return os.path.basename(name.strip()), int(parent) if parent.isdigit() else 0  # noqa: PTH119
