"""The hook that attest installs: hooks/shim.sh, filled in for this machine."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import attest
from attest.errors import EnvironmentFault

LAUNCHER = "ATTEST_LAUNCHER"
"""Environment of `attest init`: a program to start in place of the Python. Whoever
packages attest behind a wrapper sets it there (docs/hooks.md)."""


def text(name: str) -> bytes:
    """The file that is installed as the hook *name*.

    Raises:
        EnvironmentFault: attest is not installed completely.
    """
    template = _template().read_text("utf-8")
    launcher = os.environ.get(LAUNCHER, "")
    content = template.replace("@HOOK@", name).replace("@PYTHON@", shlex.quote(_python()))
    content = content.replace("@LAUNCHER@", shlex.quote(launcher))
    return content.encode("utf-8", "surrogateescape")


def _python() -> str:
    return sys.executable.replace("\\", "/") if os.name == "nt" else sys.executable


def _template() -> Path:
    """The shim is in the package when installed, and in `hooks/` in a checkout."""
    here = Path(attest.__file__).resolve().parent
    for folder in (here / "hooks", here.parent.parent / "hooks"):
        if (folder / "shim.sh").is_file():
            return folder / "shim.sh"
    raise EnvironmentFault("hooks/shim.sh of attest is missing", "Reinstall attest.")
