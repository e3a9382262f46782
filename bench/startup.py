"""How long the pre-push hook takes when everything is attested, beside Python alone.

    python bench/startup.py CLONE [--rounds 60]

CLONE must have something to push that is all attested, and attest's hooks. Prints the
least and the middle of each in milliseconds; git's own two processes are part of the
hook's. "the shell" is the hook as git runs it: with the `git-attest` on PATH if there is
one, and else with the Python that it names. Rounds alternate, so that a busy machine
slows all of them down.
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


def measure(command: list[str], clone: Path, given: bytes) -> float:
    before = time.perf_counter()
    done = subprocess.run(command, cwd=clone, input=given, capture_output=True, check=False)
    taken = (time.perf_counter() - before) * 1000
    if done.returncode != 0:
        sys.exit(f"{command}: {done.returncode}\n{done.stderr.decode('utf-8', 'replace')}")
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path)
    parser.add_argument("--rounds", type=int, default=60)
    asked = parser.parse_args()
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
    for name, times in taken.items():
        middle = statistics.median(times)
        print(f"{name:15} least {min(times):6.1f} ms   middle {middle:6.1f} ms", end="")
        print(f"   {middle / least:.2f} times python -c pass")


if __name__ == "__main__":
    main()
