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


def size(data: bytes) -> int | None:
    """The size in bytes of the file that a pointer stands for; None where it is none. An empty
    file is its own pointer."""
    if not data:
        return 0
    if len(data) >= _LONGEST:
        return None
    match = _LFS_POINTER.fullmatch(data)
    return int(match[1]) if match else None


def sizes(sides: list[bytes | None]) -> tuple[int | None, int | None] | None:
    """The sizes of both sides of a file; None where one of them is not a pointer.

    Args:
        sides: their content; None for a side that is missing.
    """
    old, new = (None if side is None else size(side) for side in sides)
    present = [number for side, number in zip(sides, (old, new), strict=True) if side is not None]
    if None in present or not any(present):
        return None
    return old, new
