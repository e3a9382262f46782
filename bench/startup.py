"""How long attest takes to start, as ratios to Python alone in the same run.

    python bench/startup.py CLONE [--rounds 60]

CLONE must have something to push that is all attested, attest's hooks, and a policy in the base of
its newest commit, because a check that reads none is faster. Measured are the
pre-push hook with nothing to do, `attest --version`, and a check of the newest commit. Prints the
least and the middle of each in milliseconds; the processes that attest starts are part of
it (git's own two are part of the hook's). "the shell" is the hook as git runs it: with the
`git-attest` on PATH if there is one, and else with the Python that it names. Rounds
alternate, so that a busy machine slows all of them down.

Ends with 1 where a middle is above its limit: 2 times Python alone for the hook, 3 for
`attest --version`, 20 for the check of one commit.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

START = "import sys; from attest.__main__ import main; sys.exit(main())"


LIMITS = {"the hook": 2.0, "attest --version": 3.0, "attest check": 20.0}
"""How many times as long as Python alone each may take."""


def measure(command: list[str], clone: Path, given: bytes) -> float:
    before = time.perf_counter()
    done = subprocess.run(command, cwd=clone, input=given, capture_output=True, check=False)
    taken = (time.perf_counter() - before) * 1000
    judged = "check" in command  # 1: the commit was judged, and has findings
    if done.returncode not in ((0, 1) if judged else (0,)):
        sys.exit(f"{command}: {done.returncode}\n{done.stderr.decode('utf-8', 'replace')}")
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path)
    parser.add_argument("--rounds", type=int, default=60)
    asked = parser.parse_args()
    policy = ["git", "cat-file", "-e", "HEAD~1:.attest.toml"]
    if subprocess.run(policy, cwd=asked.clone, capture_output=True, check=False).returncode:
        sys.exit(f"{asked.clone}: HEAD~1 has no .attest.toml")
    head = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=asked.clone).decode().strip()
    given = f"HEAD {head} refs/heads/bench {'0' * len(head)}\n".encode()
    python = [sys.executable, "-E", "-P", "-c"]
    hooks = subprocess.check_output(
        ["git", "rev-parse", "--path-format=absolute", "--git-path", "hooks"], cwd=asked.clone
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
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(asked.rounds):
        for name, command in commands.items():
            taken[name].append(measure(command, asked.clone, given))
    least = statistics.median(taken["python -c pass"])
    above = []
    for name, times in taken.items():
        middle = statistics.median(times)
        ratio = middle / least
        print(f"{name:17} least {min(times):6.1f} ms   middle {middle:6.1f} ms", end="")
        print(f"   {ratio:.2f} times python -c pass")
        if ratio > LIMITS.get(name, ratio):
            above.append(f"{name}: {ratio:.2f}, at most {LIMITS[name]:g}")
    sys.exit("\n".join(above) or 0)


if __name__ == "__main__":
    main()
