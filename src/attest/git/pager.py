"""The pager in which git shows this person long texts."""

from __future__ import annotations

import os
import tempfile
from typing import TextIO

from attest.git import process


def page(output: str, writer: TextIO) -> bool:
    """Show a text in git's pager, on the terminal, and wait until the person leaves it.

    The pager is started as an alias of git, as the editor is (git/editor.py). `LESS` and `LV` get
    a default where they are not set, as git does (git-config(1), core.pager); but the text stays
    until the person leaves it, however short it is, and what was on the screen comes back.

    Args:
        output: the text, with escape sequences for colour.
        writer: the terminal.

    Returns:
        Whether there is a pager, and it could be started.
    """
    env = {"LESS": "R", "LV": "-c", **os.environ}
    value = process.run(["var", "GIT_PAGER"], env=env, check=False).stdout
    pager = os.fsdecode(value).strip()
    if pager in ("", "cat"):
        return False
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as file:
        file.write(output)
        file.seek(0)
        command = ["-c", f"alias.attest-page=!{pager}", "attest-page"]
        return process.call(command, env=env, terminal=(file, writer)) == 0
