"""The process in which the local engine judges (local_engine.py starts it, and says why).

It reads tasks from standard input and writes the answer to each to standard output, one line of
JSON each, until the input ends.
"""

from __future__ import annotations

import json
import os
import signal
import sys

from attest.audit import work


def main() -> None:
    """Answer tasks until there are no more."""
    # Ctrl-C reaches every process of a terminal. The one that gave the task decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with os.fdopen(os.dup(1), "wb", buffering=0) as answers:
        os.dup2(2, 1)  # whatever else writes to standard output writes no answer
        for line in sys.stdin.buffer:
            answers.write(json.dumps(work.perform(json.loads(line))).encode("ascii") + b"\n")
