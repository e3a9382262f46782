"""What a hook around a commit loads where it has nothing to do."""

from __future__ import annotations

import subprocess
import sys

LOADED = """
import sys
before = set(sys.modules)
import attest.hook.commit
print(*sorted(set(sys.modules) - before))
"""


def test_the_hook_loads_neither_dataclasses_nor_what_only_asks() -> None:
    result = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, check=True)
    loaded = set(result.stdout.decode().split())
    assert "attest.hook.commit" in loaded
    dear = {"dataclasses", "inspect", "typer", "pydantic", "attest.git.repository"}
    assert loaded & dear == set()
    assert not any(name.startswith(("attest.attesting", "attest.rewrite")) for name in loaded)
