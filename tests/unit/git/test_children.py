"""A git that goes on while this process does other work."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from attest.git.children import Child
from attest.system import processes

WAITS = """
import os, sys, threading
late = threading.Timer(5, os._exit, (4,))
late.daemon = True
late.start()
os.write(1, b"out")
os.close(1)
sys.stdin.read()
os._exit(3)
"""


def test_one_that_waits_for_the_end_of_its_input_ends(tmp_path: Path) -> None:
    def start(errors: IO[bytes]) -> processes.RunningProcess:
        command = [sys.executable, "-c", WAITS]
        return processes.start(command, cwd=tmp_path, env=dict(os.environ), errors=errors)

    child = Child(start, tmp_path / "errors")
    child.begin()
    assert child.finish() == (3, b"out")
    assert not child.is_running
