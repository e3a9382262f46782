"""How a hook knows that attest ran, so that its exit code counts.

A Python without attest, a script whose Python is gone and a half-finished upgrade all
end with exit codes that attest has too. So the shim (hooks/shim.sh) and the lines that
people put into hooks of their own catch standard output: only a program that wrote
`WORD` there ran (docs/adr/0012-which-attest-a-hook-runs.md).
"""

from __future__ import annotations

import os
import sys

MARK = b"# attest-shim "
"""The beginning of a line that every version of the hook has which attest installs."""
CURRENT = MARK + b"3:"
"""That of this version."""
HANDSHAKE = "ATTEST_HANDSHAKE"
"""Environment: the word is waited for. The value is the descriptor of the standard
error that the person sees: 3 where that of this process is caught too, else 2."""
PROBE = "ATTEST_PROBE"
"""Environment: `attest doctor` asks whether the hook would run; it does nothing else."""
WORD = b"attest-hook 1"
PACKAGES = (
    "cryptography",
    "git",
    "prompt_toolkit",
    "pydantic",
    "jinja2",
    "pygments",
    "questionary",
    "rich",
    "tomli_w",
    "typer",
)
"""What attest depends on, but for the grammars, without which hooks run too. Some are
imported only when they are needed, and then it would be too late for another program to
run the hook. In the order of pyproject.toml."""


_LATE = ("attest.policy.validation",)
"""What hooks import late although it may be broken: pydantic, whose compiled half is a
package of its own."""


def take_over() -> None:
    """Write the word, once; from here on the exit code counts. Standard output and
    error go to the person from here on."""
    value = os.environ.pop(HANDSHAKE, "")
    if value not in ("2", "3"):
        return
    sys.stdout.flush()
    sys.stderr.flush()
    # On a line of its own, also where a wrapper wrote something without a line break.
    os.write(1, b"\n" + WORD + b"\n")
    os.dup2(int(value), 1)
    if value == "3":
        os.dup2(3, 2)
        os.close(3)


def load(*modules: str) -> str:
    """Import what a hook needs; what is missing, or empty if nothing is."""
    from importlib import import_module
    from importlib.util import find_spec

    for name in PACKAGES:
        if find_spec(name) is None:
            return f"the package {name} is missing"
    try:
        for name in (*modules, *_LATE):
            import_module(name)
    except Exception as error:  # noqa: BLE001  # a broken package raises what it likes
        return f"{type(error).__name__}: {error}"
    return ""


def give_way(missing: str) -> int:
    """End a hook that lacks a part of attest, before it took over; its exit code,
    which counts only for a caller that waits for no word."""
    print(f"attest is not installed completely: {missing}", file=sys.stderr)
    return 1 if HANDSHAKE in os.environ else 0
