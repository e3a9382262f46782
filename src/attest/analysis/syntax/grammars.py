"""The package that reads code: the version that the rules need, and what is installed.

Another version of a grammar may read a file differently and so choose other questions
(docs/adr/0009-questions-from-syntax.md). The version stands here, beside the rules, because
whoever packages attest can relax the dependencies in its metadata. A test compares it with
pyproject.toml.
"""

from __future__ import annotations

import importlib
import shlex
import sys
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from attest.errors import GrammarsUnavailable

PACKAGE, MODULE, VERSION = "ast-grep-py", "ast_grep_py", "0.51.0"


class Installed(NamedTuple):
    """What is installed of the package.

    Args:
        version: empty where the package is missing, or does not say its version.
        fault: why it cannot be imported; empty where it can.
    """

    version: str
    fault: str = ""

    @property
    def fits(self) -> bool:
        """Whether it is the version that the rules need. As for pip, a local version
        (`0.51.0+local`) is that version (PEP 440)."""
        return not self.fault and self.version.partition("+")[0] == VERSION

    @property
    def described(self) -> str:
        """Name and version; both versions where they differ."""
        if self.fits:
            return f"{PACKAGE} {self.version}"
        state = f"installed {self.version or 'in an unknown version'}"
        if self.fault:
            broken = f"{state}, which cannot be imported" if self.version else "not installed"
            state = f"{broken} ({self.fault})"
        return f"{PACKAGE}: pinned {VERSION}, {state}"


def installed() -> Installed:
    """What is installed."""
    from importlib import metadata

    try:
        version = metadata.version(PACKAGE) or ""
    except metadata.PackageNotFoundError:
        version = ""
    try:
        importlib.import_module(MODULE)
    except ImportError as error:
        return Installed(version, str(error))
    return Installed(version)


@cache
def assert_pinned() -> None:
    """Make sure that the package is there, in the version that the rules need.

    It is not imported, which takes longer than all else here: the process that reads code does
    that, and `parsing` says so where it cannot.

    Raises:
        GrammarsUnavailable: it is missing, or another version.
    """
    if _is_recorded() and find_spec(MODULE) is not None:
        return
    here = installed()
    if not here.fits:
        why = f"the questions cannot be chosen here: {here.described}"
        raise GrammarsUnavailable(why, remedy())


def remedy() -> str:
    """How to install what is pinned."""
    return (
        f"Install what is pinned: {_installer()} {PACKAGE}=={VERSION}\n"
        "Commands that ask nothing work without them. What is missing: attest doctor"
    )


def _is_recorded() -> bool:
    """Whether an installer wrote beside the package that it is this version (PyPA, "Recording
    installed projects"): in the first folder of `sys.path` that has something about it.

    importlib.metadata finds the same, and knows eggs, archives and finders besides; but to
    import it takes a twentieth of a check.
    """
    for entry in map(Path, sys.path):
        with suppress(OSError):
            names = (one.name for one in entry.iterdir())
            about = [name for name in names if name.lower().startswith(f"{MODULE}-")]
            if about:
                return about == [f"{MODULE}-{VERSION}.dist-info"]
    return False


def _installer() -> str:
    """The command that installs into the Python that runs attest. An environment made
    by uv has no pip of its own."""
    python = f'"{sys.executable}"' if sys.platform == "win32" else shlex.quote(sys.executable)
    if find_spec("pip") is None:
        return f"uv pip install --python {python}"
    return f"{python} -m pip install"
