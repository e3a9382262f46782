"""How long other tools take that judge the commits of a range, beside attest, in one run.

    python bench/other_tools.py TOOLS HISTORY [--commits 1000] [--rounds 5]

HISTORY is made by histories.py from a real repository, without --rebased; all read its first
commits. TOOLS has the programs, at fixed versions:

    python -m venv TOOLS/py
    TOOLS/py/bin/pip install commitizen==4.19.3 gitlint==0.19.1 git-cliff==2.14.2 \\
        committed==1.1.11 dco-check==0.5.1
    npm install --prefix TOOLS/js @commitlint/cli@20.5.3 @commitlint/config-conventional@20.5.3

Each does what it is for, with its defaults: all of them read messages alone, and attest the
changes and signatures too. Tools that are missing are named and left out. attest must be faster
than commitizen, git-cliff, commitlint and gitlint; committed and dco-check are shown beside them.
Ends with 1 where it is not.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from measuring import Command, Costs, alternate
from object_pack import git
from speed import against, check, first

COMPARED = ("commitizen", "git-cliff", "commitlint", "gitlint")
"""The tools that attest must be faster than."""


def programs(tools: Path) -> dict[str, list[str]]:
    """Each tool as it is started, without what it judges."""
    python, node = tools / "py/bin", tools / "js/node_modules"
    conventional = str(node / "@commitlint/config-conventional/lib/index.js")
    return {
        "commitizen": [str(python / "cz"), "check", "--rev-range"],
        "git-cliff": [str(python / "git-cliff"), "--offline"],
        "commitlint": [str(node / ".bin/commitlint"), "--extends", conventional],
        "gitlint": [str(python / "gitlint"), "--commits"],
        "committed": [str(python / "committed")],
        "dco-check": [str(python / "dco-check"), "--default-branch"],
    }


def command(name: str, program: list[str], clone: Path, revisions: str) -> Command:
    """What a tool is asked, where the range is checked out."""
    base, _, tip = revisions.partition("..")
    words = {
        "commitlint": ["--from", base, "--to", tip],
        "dco-check": [base],
    }.get(name, [revisions])
    return Command([*program, *words], clone, good=None)


def version(program: list[str]) -> str:
    """What a program says of its version."""
    word = "version" if program[0].endswith("/cz") else "--version"
    shown = subprocess.run([program[0], word], capture_output=True, check=False).stdout
    return shown.decode().strip().splitlines()[-1].split()[-1].rpartition("@")[2]


def measure(
    tools: Path, history: Path, revisions: str, rounds: int
) -> tuple[dict[str, Costs], Mapping[str, str]]:
    """What each tool takes, and the versions of those that are there."""
    with tempfile.TemporaryDirectory(prefix="attest-bench-") as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", "-n", "-s", str(history), str(clone)], check=True)
        git(clone / ".git", "update-ref", "refs/heads/main", revisions.partition("..")[2])
        commands = {
            "attest check --no-answers": check(clone, revisions, "--no-answers"),
            # The answers of most histories are made up, so that some fail.
            "attest check": replace(check(clone, revisions), good=(0, 1)),
        }
        versions = {}
        for name, program in programs(tools).items():
            if not Path(program[0]).exists():
                print(f"{name}: not measured, {program[0]} is missing")
                continue
            versions[name] = version(program)
            commands[name] = command(name, program, clone, revisions)
        return alternate(commands, rounds), versions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tools", type=Path)
    parser.add_argument("history", type=Path)
    parser.add_argument("--commits", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    history = options.history.resolve()
    revisions = first(history, options.commits)
    tip = git(history, "rev-parse", revisions.partition("..")[2]).decode().strip()
    costs, versions = measure(options.tools.resolve(), history, f"base..{tip}", options.rounds)
    own = "attest check --no-answers"
    slower = []
    for name, one in costs.items():
        title = f"{name} {versions[name]}" if name in versions else name
        ratio, _ = against(costs, name, own)
        print(f"  {title:28} {one.wall:8.2f} s   CPU {one.cpu:8.2f} s   {ratio:7.2f} times {own}")
        if name in COMPARED and ratio <= 1:
            slower.append(f"{own} is slower than {title}: {1 / ratio:.2f} times")
    sys.exit("\n".join(slower) or 0)


if __name__ == "__main__":
    main()
