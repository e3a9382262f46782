"""The editor that git opens for this person."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TextIO

from attest.errors import EnvironmentFault
from attest.git import process


def edit(path: Path, terminal: tuple[TextIO, TextIO] | None = None) -> None:
    """Open *path* in git's editor and wait until it is closed.

    git starts the editor as an alias: so git's own shell runs it on every system, with
    the quoting that people know from core.editor, and its exit code comes back.

    Args:
        path: the file to edit.
        terminal: what the editor reads and writes, where this process's own input and
            output are not the terminal.

    Raises:
        EnvironmentFault: the editor could not be started, or failed.
    """
    # git sets GIT_EDITOR=: for the hooks of `git commit -m`, which would open nothing.
    env = {k: v for k, v in os.environ.items() if (k, v) != ("GIT_EDITOR", ":")}
    answer = process.run(["var", "GIT_EDITOR"], env=env, check=False)
    editor = os.fsdecode(answer.stdout).strip()
    alias = f"alias.attest-edit=!{editor}"
    command = ["-c", alias, "attest-edit", str(path)]
    code = process.call(command, env=env, terminal=terminal) if editor else 127
    if code != 0:
        raise EnvironmentFault(
            f"the editor {editor!r} ended with exit code {code}: nothing is signed",
            f"What was written is in {path}. If the editor did not start, set another: "
            "git config --global core.editor nano",
        )
