"""Runs the tests that every platform can run, in a virtual environment of their own.

Usage: python .ci/portable.py [FOLDER [ARGUMENT...]]

FOLDER is where the environment is made; `.venv-X.Y` by default. The arguments are pytest's;
by default, the tests that this platform can run. Exit code: that of pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = [
    "hatchling",
    "hypothesis",
    "jsonschema",
    "pexpect",
    "pyte",
    "pytest",
    "pytest-xdist",
    "pyyaml",
    "zizmor",
]
"""What the tests import; lint, types and other people's hook managers are left out."""
EVERYWHERE = [
    "tests/unit",
    "tests/journeys/answer/test_whole_way.py",
    "tests/journeys/answer/test_answers_file.py",
]
POSIX = [
    "tests/hostile/test_tampered.py",
    "tests/journeys/answer/test_commit_hook.py",
    "tests/journeys/setup/test_install.py",
    "tests/journeys/push/test_pre_push.py",
    "tests/journeys/push/test_rewrite.py",
    "tests/journeys/answer/test_terminal.py",
]
"""More, where there are shells and pseudo-terminals."""


def main() -> int:
    """Make the environment, install attest there, and run the tests."""
    name = f".venv-{sys.version_info.major}.{sys.version_info.minor}"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / name
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.is_file():
        venv.create(folder, with_pip=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--editable", ".", *TESTS], cwd=ROOT, check=True)
    chosen = sys.argv[2:] or (EVERYWHERE if os.name == "nt" else [*EVERYWHERE, *POSIX])
    options = ["-n", "auto", "--dist", "worksteal", "-p", "no:cacheprovider"]
    run = [python, "-m", "pytest", *options, *chosen]
    return subprocess.run(run, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
