"""The commits that were verified here: a cache that spares the next push a closer look.

The standard library alone: this runs at every push (hook/fast_path.py).
"""

from __future__ import annotations

import os

import attest
from attest.system import files

FILE = "settled"
"""The cache, in the folder `attest` of the git directory: ids of verified commits, one
a line, below a line that names the version of attest that verified them."""
MAX_COMMITS = 20_000
"""Ids that the cache has at most: 820 kB (1.3 MB with SHA-256), which every push reads."""
BRANCH = "branch "
"""Stands before the id of a branch's newest commit, where the branch was verified as a whole."""
_HEADER = b"attest %b\n" % attest.__version__.encode()


def read(folder: str) -> set[bytes]:
    """The ids of verified commits; none where another version wrote the file, since
    that one may have judged by other rules."""
    try:
        with open(os.path.join(folder, FILE), "rb") as file:
            data = file.read()
    except OSError:
        return set()
    return set(data[len(_HEADER) :].split(b"\n")) if data.startswith(_HEADER) else set()


def forget_unless(folder: str, rules: str) -> None:
    """Empty the cache if its commits were verified by other rules than these.

    Args:
        rules: digest of the policy; empty for the built-in one.
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
        # First the list, then the digest: whoever stops between the two empties it again.
        with open(os.path.join(folder, FILE), "wb"):
            pass
        with open(path, "w", encoding="ascii") as file:
            file.write(rules)
    except OSError:
        return


def add(folder: str, oids: list[str]) -> None:
    """Remember verified commits.

    The file is started again where another version wrote it or it has grown long. It is
    only a cache: where it cannot be written, the next push takes a closer look.
    """
    try:
        _add(folder, oids)
    except OSError:
        return


def _add(folder: str, oids: list[str]) -> None:
    known = read(folder)
    new = [oid.encode() for oid in oids if oid.encode() not in known]
    if not new:
        return
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, FILE)
    lines = b"".join(oid + b"\n" for oid in new)
    if not known or len(known) + len(new) > MAX_COMMITS:
        temporary = f"{path}.{os.getpid()}"
        with open(temporary, "wb") as file:
            file.write(_HEADER + lines)
        files.replace(temporary, path)
        return
    # Appended, so that two pushes at once do not lose each other's commits.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
    with open(descriptor, "ab") as file:
        file.write(lines)
