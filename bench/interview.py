"""How long a person waits in the interview, on a terminal of its own.

    python bench/interview.py CLONE [--rounds 20] [--plain]

CLONE must be set up with attest, and have a change staged that at least two questions are asked
about. Each round starts `attest answer` on a pseudo-terminal of 80x24, answers the first question,
and stops at the second with Ctrl-C. What was kept of the answer is removed again. Prints the least
and the middle of three times in milliseconds: from the start to the first question, from the start
to the place where its answer can be typed, and from Enter to the second question. A first round is
not counted: it writes the byte code that an installed attest has. `python -c pass` is measured in
the same rounds, since a busy machine slows all of them down.

Ends with 1 where a middle is above its limit: 500 ms for the first question, 100 ms for the next.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pexpect

LIMITS = {"first question": 500.0, "next question": 100.0}
"""Milliseconds."""
ANSWER = "the callers rely on the order of these two lines in the first place"
PROMPT = ">"
ESCAPE = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[ -/]*[0-~])|[\s\x00-\x1a\x1c-\x1f]+"
)


def questions(clone: Path) -> tuple[list[str], list[str]]:
    """The first two questions, without white space; the second with a fact and without one."""
    command = [sys.executable, "-P", "-m", "attest"]
    template = subprocess.check_output([*command, "answer", "--template"], cwd=clone)
    first = tomllib.loads(template.decode())["hunk"][0]
    shown = subprocess.check_output([*command, "questions", "--format", "json"], cwd=clone)
    (hunk,) = [
        hunk
        for hunk in json.loads(shown)["changes"][0]["hunks"]
        if hunk["digest"] == first["digest"]
    ]
    second = [first["breaks-question"], hunk["questions"]["breaks"]]
    return [_bare(first["invariant-question"])], [_bare(text) for text in second]


def _bare(text: str) -> str:
    return "".join(text.split())


def wait_for(
    child: pexpect.spawn[bytes], texts: list[str], written: bytearray, end: str = ""
) -> float:
    """Read until one of the texts was written, and *end* stands behind all; when that was."""
    while True:
        bare = ESCAPE.sub(b"", bytes(written)).decode("utf-8", "replace")
        if any(text in bare for text in texts) and bare.endswith(end):
            return time.perf_counter()
        written += child.read_nonblocking(65536, timeout=30)


def measure(
    clone: Path, env: dict[str, str], texts: tuple[list[str], list[str]]
) -> dict[str, float]:
    written = bytearray()
    started = time.perf_counter()
    child: pexpect.spawn[bytes] = pexpect.spawn(
        sys.executable,
        ["-P", "-m", "attest", "answer"],
        cwd=str(clone),
        env=env,
        dimensions=(24, 80),
    )
    child.delaybeforesend = None
    asked = wait_for(child, texts[0], written)
    ready = wait_for(child, texts[0], written, end=PROMPT)
    del written[:]
    child.send(ANSWER + "\r")
    answered = time.perf_counter()
    following = wait_for(child, texts[1], written)
    child.send("\x03")
    child.expect(pexpect.EOF)
    child.close()
    return {
        "first question": (asked - started) * 1000,
        "ready for typing": (ready - started) * 1000,
        "next question": (following - answered) * 1000,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--plain", action="store_true", help="as with TERM=dumb")
    given = parser.parse_args()
    env = {**os.environ, "TERM": "dumb" if given.plain else "xterm-256color"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    texts = questions(given.clone)
    answers = given.clone / ".git/attest/answers"
    kept = answers.with_name("answers.before-bench")
    if answers.is_dir():
        answers.rename(kept)
    taken: dict[str, list[float]] = {}
    try:
        measure(given.clone, env, texts)
        for _ in range(given.rounds):
            shutil.rmtree(answers, ignore_errors=True)
            alone = time.perf_counter()
            subprocess.run([sys.executable, "-c", "pass"], env=env, check=True)
            taken.setdefault("python -c pass", []).append((time.perf_counter() - alone) * 1000)
            for name, milliseconds in measure(given.clone, env, texts).items():
                taken.setdefault(name, []).append(milliseconds)
    finally:
        shutil.rmtree(answers, ignore_errors=True)
        if kept.is_dir():
            kept.rename(answers)
    above = []
    for name, times in taken.items():
        middle = statistics.median(times)
        print(f"{name:17} least {min(times):6.1f} ms   middle {middle:6.1f} ms")
        if middle > LIMITS.get(name, middle):
            above.append(f"{name}: {middle:.0f} ms, at most {LIMITS[name]:.0f}")
    sys.exit("\n".join(above) or 0)


if __name__ == "__main__":
    main()
