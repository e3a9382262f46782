"""How long the pre-push hook takes when everything is attested, beside Python alone.

    python bench/startup.py CLONE [--rounds 60]

CLONE must have something to push that is all attested. Prints the least and the
middle of each in milliseconds; git's own two processes are part of the hook's.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

START = "import sys; from attest.__main__ import main; sys.exit(main())"


def measure(command: list[str], clone: Path, given: bytes, rounds: int) -> list[float]:
    taken = []
    for _ in range(rounds):
        before = time.perf_counter()
        done = subprocess.run(command, cwd=clone, input=given, capture_output=True, check=False)
        taken.append((time.perf_counter() - before) * 1000)
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
    commands = {"python -c pass": "pass", "the hook": START}
    middle = {}
    for name, code in commands.items():
        extra = ["hook", "pre-push", "origin", "url"] if code == START else []
        taken = measure([*python, code, *extra], asked.clone, given, asked.rounds)
        middle[name] = statistics.median(taken)
        print(f"{name:15} least {min(taken):6.1f} ms   middle {middle[name]:6.1f} ms")
    print(f"ratio of the middles: {middle['the hook'] / middle['python -c pass']:.2f}")


if __name__ == "__main__":
    main()
