"""Commands in a session with a real terminal that somebody else has: in the background
of it, or while another program holds it in raw mode."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from support import leader
from support.repo import Repo
from support.terminal import Terminal

HOW = ("background", "foreground of another", "raw", "cbreak")


@dataclass(frozen=True)
class Done:
    """How a command ended.

    Args:
        ended: `exited CODE`, or `stopped SIGNAL`.
        said: its standard output and error; empty where they went to the terminal.
        shown: what was written to the terminal.
    """

    ended: str
    reply: str
    shown: bytes


def run(
    repo: Repo,
    how: str,
    *command: str,
    tostop: bool = False,
    aside: bool = True,
    env: dict[str, str | None] | None = None,
) -> Done:
    """Run a command as *how* says, one of `HOW`, and wait for its end.

    Args:
        tostop: `stty tostop` is set: who writes from the background is stopped.
        aside: standard output and error go to a file, and there is no input.
    """
    result, output = repo.home / "ended", repo.home / "said"
    script = str(Path(leader.__file__))
    options = ["yes" if tostop else "", str(result), str(output) if aside else ""]
    with Terminal(repo, sys.executable, script, how, *options, *command, env=env) as terminal:
        assert terminal.finish() in (0, -1), terminal.output
        shown = bytes(terminal.raw)
    return Done(result.read_text(), output.read_text() if aside else "", shown)
