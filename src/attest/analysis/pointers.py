"""Pointers of Git LFS: small texts that stand for a file which is kept elsewhere.

Source: the specification of Git LFS (docs/spec.md in git-lfs/git-lfs).
"""

from __future__ import annotations

from attest.text import lazy

_LONGEST = 1024
"""Bytes of a pointer: its specification wants fewer."""
_LFS_POINTER = lazy(
    rb"^version https://git-lfs\.github\.com/spec/v1\n"
    rb"(?:ext-[0-9]-[a-z0-9.-]{1,80} sha256:[0-9a-f]{64}\n){0,10}"
    rb"oid sha256:[0-9a-f]{64}\nsize ([0-9]{1,18})\n?$"
)


def size(data: bytes | None) -> int | None:
    """The size in bytes of the file that a pointer stands for; None where it is none. An empty
    file is its own pointer."""
    if data is None or len(data) >= _LONGEST:
        return None
    match = _LFS_POINTER.fullmatch(data)
    return int(match[1]) if match else None if data else 0


def sizes(old: bytes | None, new: bytes | None) -> tuple[int, int] | None:
    """The sizes of both sides of a file; None where one of them is not a pointer.

    Args:
        old, new: their content, empty for a side that is missing; None for one that was not read.
    """
    before, after = size(old), size(new)
    if before is None or after is None or not (before or after):
        return None
    return before, after
