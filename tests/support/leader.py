"""Plays the program that leads a session and has its terminal: a shell with job control,
or a full-screen program. Started by `jobs.run`.

Arguments: how it runs the command, whether `stty tostop` is set, the file for the
result, the file that takes the command's standard output and error (empty: they stay
on the terminal), and the command.

The result is one line: `exited CODE`, or `stopped SIGNAL` where the terminal stopped
the command's process group, as waitpid(2) reports it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
import tty
from pathlib import Path


def main(how: str, tostop: str, result: str, output: str, *command: str) -> None:
    if tostop:
        modes = termios.tcgetattr(0)
        modes[3] |= termios.TOSTOP
        termios.tcsetattr(0, termios.TCSANOW, modes)
    if how in ("raw", "cbreak"):
        # What a full-screen program does when it takes the terminal.
        (tty.setraw if how == "raw" else tty.setcbreak)(0)
    other = None
    if how == "foreground of another":
        other = subprocess.Popen(["sleep", "600"], process_group=0)
        os.tcsetpgrp(0, other.pid)
    stdin, out = (os.open(os.devnull, os.O_RDONLY), aside(output)) if output else (None, None)
    job = subprocess.Popen(
        command,
        stdin=stdin,
        stdout=out,
        stderr=out,
        process_group=0 if how == "background" else None,
    )
    _, status = os.waitpid(job.pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        Path(result).write_text(f"stopped {signal.Signals(os.WSTOPSIG(status)).name}")
        os.killpg(os.getpgid(job.pid), signal.SIGKILL)
    else:
        Path(result).write_text(f"exited {os.waitstatus_to_exitcode(status)}")
    if other is not None:
        other.kill()


def aside(output: str) -> int:
    return os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)


if __name__ == "__main__":
    main(*sys.argv[1:])
