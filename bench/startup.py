"""How long attest takes to start, as ratios to Python alone in the same run.

    python bench/startup.py [CLONE] [--rounds 60]

CLONE must have something to push that is all attested, attest's hooks, and a policy in the base of
its newest commit, because a check that reads none is faster. Without CLONE, bench/small_clone.py
makes one in a temporary folder. Measured are the
pre-push hook with nothing to do, `attest --version`, and a check of the newest commit. Prints the
least and the middle of each in milliseconds, and the middle of their CPU time; the processes that
attest starts are part of it (git's own two are part of the hook's). "the shell" is the hook as git
runs it: with the `git-attest` on PATH if there is one, and else with the Python that it names.
Rounds alternate, so that a busy machine slows all of them down. Beside other work, the ratios of
CPU times say more.

Ends with 1 where a middle is above its limit: 2 times Python alone for the hook, 3 for
`attest --version`, 20 for the check of one commit.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import small_clone
from measuring import ENVIRONMENT

START = "import sys; from attest.__main__ import main; sys.exit(main())"


LIMITS = {"the hook": 2.0, "attest --version": 3.0, "attest check": 20.0}
"""How many times as long as Python alone each may take."""


class Taken(NamedTuple):
    """What a command and its processes took, in milliseconds."""

    wall: float
    cpu: float


def measure(command: list[str], clone: Path, given: bytes) -> Taken:
    used, before = _cpu(), time.perf_counter()
    done = subprocess.run(command, cwd=clone, env=ENVIRONMENT, input=given, capture_output=True)
    taken = Taken((time.perf_counter() - before) * 1000, (_cpu() - used) * 1000)
    judged = "check" in command  # 1: the commit was judged, and has findings
    if done.returncode not in ((0, 1) if judged else (0,)):
        sys.exit(f"{command}: {done.returncode}\n{done.stderr.decode('utf-8', 'replace')}")
    return taken


def _cpu() -> float:
    """Seconds of all children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def commands_for(clone: Path) -> dict[str, list[str]]:
    python = [sys.executable, "-E", "-P", "-c"]
    hooks = subprocess.check_output(
        ["git", "rev-parse", "--path-format=absolute", "--git-path", "hooks"], cwd=clone
    )
    called = ["pre-push", "origin", "url"]
    commands = {
        "python -c pass": [*python, "pass"],
        "the hook": [*python, START, "hook", *called],
        "attest --version": [*python, START, "--version"],
        "attest check": [*python, START, "check", "HEAD~1..HEAD"],
        "the shell": [f"{hooks.decode().strip()}/pre-push", *called[1:]],
    }
    script = shutil.which("git-attest")
    if script is not None:
        commands["git-attest"] = [script, "hook", *called]
    return commands


@contextmanager
def _opened(clone: Path | None) -> Iterator[Path]:
    if clone is not None:
        policy = ["git", "cat-file", "-e", "HEAD~1:.attest.toml"]
        if subprocess.run(policy, cwd=clone, capture_output=True, check=False).returncode:
            sys.exit(f"{clone}: HEAD~1 has no .attest.toml")
        yield clone
        return
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "clone"
        small_clone.make(made)
        yield made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=60)
    asked = parser.parse_args()
    with _opened(asked.clone) as clone:
        taken = _alternate(clone, asked.rounds)
    alone = taken["python -c pass"]
    least, least_cpu = (statistics.median(times) for times in zip(*alone, strict=True))
    above = []
    for name, each in taken.items():
        walls, cpus = zip(*each, strict=True)
        middle, cpu = statistics.median(walls), statistics.median(cpus)
        ratio = middle / least
        print(f"{name:17} least {min(walls):6.1f} ms   middle {middle:6.1f} ms", end="")
        print(f"   {ratio:5.2f} times python -c pass", end="")
        print(f"   CPU {cpu:6.1f} ms   {cpu / least_cpu:5.2f} times")
        if ratio > LIMITS.get(name, ratio):
            above.append(f"{name}: {ratio:.2f}, at most {LIMITS[name]:g}")
    sys.exit("\n".join(above) or 0)


def _alternate(clone: Path, rounds: int) -> dict[str, list[Taken]]:
    head = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=clone).decode().strip()
    given = f"HEAD {head} refs/heads/bench {'0' * len(head)}\n".encode()
    commands = commands_for(clone)
    taken: dict[str, list[Taken]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            taken[name].append(measure(command, clone, given))
    return taken


if __name__ == "__main__":
    main()
