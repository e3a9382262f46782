"""The README's command help: what it must be, and a way to write it anew.

Run as `python tests/support/readme.py`, it writes the help into the README.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"
COMMANDS = (
    "",
    "init",
    "answer",
    "questions",
    "commit",
    "push",
    "undo",
    "check",
    "show",
    "policy",
    "policy explain",
    "policy check",
    "policy schema",
    "doctor",
    "uninstall",
    "demo",
)
SECTION = re.compile(r"(<!-- help: .*? -->\n).*?(<!-- /help -->)", re.DOTALL)


def command_help(command: str) -> str:
    """What `attest COMMAND --help` prints on a terminal of 80 columns."""
    words = command.split()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "attest", *words, "--help"],
        capture_output=True,
        check=True,
        env={**os.environ, "COLUMNS": "80", "TERMINAL_WIDTH": "80", "NO_COLOR": "1"},
    )
    lines = done.stdout.decode().splitlines()
    return "\n".join(line.rstrip() for line in lines).strip()


def section() -> str:
    """The whole section, as it must stand in the README."""
    parts = [
        f"### `{f'attest {command}'.strip()}`\n\n```\n{command_help(command)}\n```\n"
        for command in COMMANDS
    ]
    return "\n" + "\n".join(parts) + "\n"


def expected(readme: str) -> str:
    """The README with its help made anew."""
    return SECTION.sub(lambda match: match[1] + section() + match[2], readme)


if __name__ == "__main__":
    README.write_text(expected(README.read_text("utf-8")), "utf-8")
