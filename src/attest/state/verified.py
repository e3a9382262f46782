"""The commits that were found good: a memory that saves the next push a closer look.

The standard library alone: this runs at every push (hook/fast_path.py).
"""

from __future__ import annotations

import os

import attest
from attest.system import files

FILE = "settled"
"""In the folder `attest` of the git directory: ids of commits that were found good,
one a line, below a line that names the version that found it."""
KEPT = 20_000
_HEADER = b"attest %b\n" % attest.__version__.encode()


def read(folder: str) -> set[bytes]:
    """The ids of settled commits; none where another version wrote the file."""
    try:
        with open(os.path.join(folder, FILE), "rb") as file:
            data = file.read()
    except OSError:
        return set()
    return set(data[len(_HEADER) :].split(b"\n")) if data.startswith(_HEADER) else set()


def keep_for(folder: str, rules: str) -> None:
    """Forget the settled commits if they were found to hold by other rules.

    Args:
        rules: digest of the policy; empty for the built-in ones.
    """
    path = os.path.join(folder, f"{FILE}-by")
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            before = file.read()
    except OSError:
        before = ""
    if before == rules:
        return
    try:
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, FILE), "wb"):
            pass
        with open(path, "w", encoding="ascii") as file:
            file.write(rules)
    except OSError:
        return


def settle(folder: str, oids: list[str]) -> None:
    """Remember commits that hold. The file is made anew where it is another
    version's or has grown long. It is a memory and no more: where it cannot be
    written, the next push looks closer."""
    try:
        _settle(folder, oids)
    except OSError:
        return


def _settle(folder: str, oids: list[str]) -> None:
    known = read(folder)
    new = [oid.encode() for oid in oids if oid.encode() not in known]
    if not new:
        return
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, FILE)
    lines = b"".join(oid + b"\n" for oid in new)
    if not known or len(known) + len(new) > KEPT:
        temporary = f"{path}.{os.getpid()}"
        with open(temporary, "wb") as file:
            file.write(_HEADER + lines)
        files.replace(temporary, path)
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
    with open(descriptor, "ab") as file:
        file.write(lines)
